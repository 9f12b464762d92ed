"""Displacement over the published range of elasticities."""

import pytest

import optimizer as op
from optimizer.counterfactual.elasticity import PUBLISHED, with_elasticity
from tests.counterfactual.cases import GAP, slack
from tests.counterfactual.market import market, meeting


def test_both_ends_match_the_closed_form() -> None:
    slope, fleet, block = 0.2, 0.5, 0.005
    result = op.displacement(
        market(-0.6, slope, fleet, block, {}), gap=GAP, proof=False, flip=False
    )
    assert tuple(one.elasticity for one in result.elasticity_range) == PUBLISHED
    for one in result.elasticity_range:
        freed = meeting(one.elasticity, slope, 0) - meeting(one.elasticity, slope, fleet)
        assert one.displacement == pytest.approx(freed / fleet, abs=0.02 + block / fleet)
    low, high = (one.displacement for one in result.elasticity_range)
    assert high < low - 0.1


def test_the_elasticity_of_the_instance_is_not_solved_again() -> None:
    instance = market(PUBLISHED[0], 0.2, 0.5, 0.01, {})
    assert with_elasticity(instance, PUBLISHED[0]) == instance
    result = op.displacement(instance, gap=GAP, proof=False, attribution=False, flip=False)
    assert result.elasticity_range[0].displacement == result.energy.displacement


def test_demand_that_does_not_respond_has_no_range() -> None:
    assert op.displacement(slack(), gap=GAP, flip=False).elasticity_range == ()


@pytest.mark.parametrize("off", ["attribution", "proof", "elasticity_range"])
def test_analyses_that_are_not_requested_are_missing(off: str) -> None:
    result = op.displacement(market(-0.6, 0.2, 0.5, 0.05, {}), gap=GAP, flip=False, **{off: False})
    there = {
        "attribution": result.attribution is not None,
        "proof": result.proved_interval.low is not None,
        "elasticity_range": result.elasticity_range != (),
    }
    assert there == {name: name != off for name in there}
