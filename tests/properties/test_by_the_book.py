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
    plan = op.solve(instance, gap=GAP, prices=False)
    if plan.status == "infeasible":
        assert welfare_usd(instance) == -float("inf")
        return
    assert plan.welfare_usd is not None
    assert plan.cost_usd is not None
    steps = plan.tables["acceptance"]
    by_workload = steps.groupby([steps["region"] + "/" + steps["class"], steps["year"]])
    accepted = by_workload["accepted_multiple"].sum().to_dict()
    low = welfare_usd(instance, accepted)
    elastic = any(group.elasticity < 0 for group in instance.classes)
    high = welfare_usd(instance, accepted, above=True) if elastic else low
    slack = 2 * GAP * abs(plan.cost_usd) + 1e-7 * abs(low) + 1
    assert low - slack <= plan.welfare_usd <= high + slack
    assert plan.bound_usd is not None
    assert plan.bound_usd >= low - slack
