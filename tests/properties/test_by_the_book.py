"""Plans against a second, plainer writing of the documented mathematics, every choice tried.

One test for each family, on random instances in which it is at work beside the ever-present ones
(demand, its curve, capacity, power, balance, investment, objective).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.formulation.compose import FAMILIES
from tests.properties.at_work import AT_WORK, instances
from tests.properties.book import welfare_usd

GAP = 1e-7


ELSEWHERE = {"1 deferral"}
"""Covered in test_deferral.py, by a program over hours of arrival and of service."""


def test_every_family_is_covered() -> None:
    assert {*AT_WORK, *ELSEWHERE} == set(FAMILIES)


@pytest.mark.parametrize("family", AT_WORK)
@settings(max_examples=12)
@given(data=st.data())
def test_the_plan_is_the_optimum_of_the_documented_mathematics(
    family: str, data: st.DataObject
) -> None:
    instance = data.draw(instances(family))
    best = welfare_usd(instance)
    plan = op.solve(instance, gap=GAP)
    if best == -float("inf"):
        assert plan.status == "infeasible"
        return
    assert plan.welfare_usd is not None
    assert plan.cost_usd is not None
    slack = 2 * GAP * abs(plan.cost_usd) + 1e-7 * abs(best) + 1
    assert plan.welfare_usd == pytest.approx(best, abs=slack)
