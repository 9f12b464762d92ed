"""A single-site workload is served whole at the best site, and may move between years."""

import pytest

import optimizer as op
from tests.composed import composed
from tests.counterfactual.cases import QUICK
from tests.factory import every_kind, one_site

TWO = {
    "classes.chat.single_site": True,
    "sites.B": {"kind": "cloud", "region": "E", "zone": "Z"},
}

INELASTIC = {"classes.chat.elasticity": 0, "classes.agent.elasticity": 0}
WHOLE = {"classes.chat.single_site": True, **INELASTIC}


def served(plan: op.Plan) -> dict[tuple[str, int], float]:
    table = plan.placement
    return dict(table.groupby(["site", "year"])["flow_gtok_per_h"].sum())


def test_the_site_with_more_capacity_is_chosen() -> None:
    """Ten units would serve all 3.6 Gtok/h: B has seven, C has six."""
    edits = {**TWO, "pools.C/node.existing_units": 6, "pools.B/node": {"existing_units": 7}}
    plan = op.solve(one_site(edits), gap=0)
    assert served(plan) == pytest.approx({("B", 2026): 3.6 * 0.7})
    split = op.solve(one_site(edits | {"classes.chat.single_site": False}), gap=0)
    assert sum(served(split).values()) == pytest.approx(3.6)


def test_the_workload_may_move_between_years() -> None:
    years = {"time": {"years": [2026, 2027], "days": 1, "hours_per_step": 24}}
    edits = {
        **TWO,
        **years,
        "pools.C/node.existing_units": {2026: 10, 2027: 2},
        "pools.B/node": {"existing_units": {2026: 2, 2027: 10}},
    }
    plan = op.solve(one_site(edits), gap=0)
    assert served(plan) == pytest.approx({("C", 2026): 3.6, ("B", 2027): 3.6})


def test_each_region_has_its_own_site() -> None:
    whole = every_kind(WHOLE)
    plan = op.solve(whole, gap=1e-5)
    assert op.verify(whole, plan) == []
    table = plan.placement.query("`class` == 'chat' and flow_gtok_per_h > 1e-6")
    assert (table.groupby(["region", "year"])["site"].nunique() == 1).all()
    assert plan.welfare_usd <= op.solve(every_kind(INELASTIC), gap=1e-5).bound_usd


def test_a_site_that_is_too_expensive_to_open_is_not_chosen() -> None:
    edits = {**TWO, "sites.B.existing": False, "sites.B.opening_cost_usd": 1e10}
    edits |= {"pools.C/node.existing_units": 6, "pools.B/node": {"existing_units": 10}}
    _, whole, plan = composed(one_site(edits))
    assert served(plan) == pytest.approx({("C", 2026): 3.6 * 0.6})
    assert whole.bound == pytest.approx(whole.objective, rel=1e-6)


def test_a_comparison_keeps_the_workload_whole_in_every_scenario() -> None:
    answer = op.displacement(every_kind(WHOLE), "edge", gap=1e-3, **QUICK)
    assert answer.status == "solved"
    for plan in answer.plans.values():
        table = plan.placement.query("`class` == 'chat' and flow_gtok_per_h > 1e-6")
        assert (table.groupby(["region", "year"])["site"].nunique() <= 1).all()
