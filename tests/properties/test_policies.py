"""Policies on random instances: against every choice of builds, and in general."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.context import SolveContext
from tests.composed import optimum_usd
from tests.factory import changed
from tests.properties.test_brute_force import best_of_all
from tests.properties.tiny import tiny_instances

GAP = 1e-7

EVERY: dict[str, st.SearchStrategy[Any]] = {
    "policy.co2_cap_t_per_year": st.integers(0, 900),
    "policy.capital_budget_usd_per_year": st.integers(0, 8).map(lambda n: n * 5e7),
    "zone_caps": st.integers(0, 6).map(
        lambda n: [{"id": "cap", "zone": "Z", "site_kinds": ["cloud"], "cap_mw": n / 25}]
    ),
    "sites.B.kind": st.just("edge"),
    "sites.O.redundant_units": st.just(0),  # otherwise a budget of 0 leaves no plan
    "policy.min_edge_share": st.integers(0, 2).map(lambda n: n / 4),
    "classes.agent.min_edge_share": st.none() | st.just(0.4),
    "classes.chat.survives_site_outage": st.booleans(),
    "contracts": st.integers(0, 3).map(
        lambda n: [
            {"id": "ppa", "zone": "Z", "limit_mw": n / 50, "price_usd_per_mwh": 10 * n},
            {
                "id": "own",
                "site": "C",
                "limit_mw": 0.02,
                "price_usd_per_mwh": 30,
                "last_year": 2026,
            },
        ]
    ),
    "sites.C.interconnection_cost_usd_per_mw": st.none() | st.just(1e7),
    "sites.C.interconnection_step_mw": st.just(0.05),
}


@st.composite
def under_policies(draw: st.DrawFn) -> Instance:
    edits = {path: draw(strategy) for path, strategy in EVERY.items()}
    if edits["sites.C.interconnection_cost_usd_per_mw"] is not None:
        edits["sites.C.existing_interconnection_mw"] = draw(st.sampled_from([0, 0.03]))
    return changed(draw(tiny_instances()), edits)


@settings(max_examples=6)
@given(under_policies())
def test_the_optimum_is_the_best_of_all_choices(instance: Instance) -> None:
    whole, _ = compose(compile_case(instance))
    best = best_of_all(whole)
    outcome = search.solve(whole, SolveContext(gap=GAP)).outcome
    assert outcome.x is not None
    slack = 2e-7 * abs(whole.system_cost.value(outcome.x)) + 1e-6 * abs(best) + 1e-3
    assert abs(outcome.objective - best) <= slack
    assert outcome.bound >= best - slack


@settings(max_examples=20)
@given(under_policies())
def test_every_plan_verifies(instance: Instance) -> None:
    """`op.solve` raises an error otherwise; it checks N-1 with other linear programs."""
    plan = op.solve(instance, gap=1e-6)
    assert plan.has_point


@settings(max_examples=12)
@given(tiny_instances(), st.integers(0, 12))
def test_a_budget_gives_the_best_of_all_affordable_builds(instance: Instance, tens: int) -> None:
    """Independently: limits on builds replace the budget, for every affordable choice."""
    budget = tens * 1e7
    one_year = changed(instance, {"time.years": [2026]})
    pod = 4 * one_year.hardware[0].capex_usd[0]
    unit = one_year.generators[0].capex_usd_per_kw[0] * 40
    candidate = next(site for site in one_year.sites if site.id == "B")
    best = -float("inf")
    for pods, units, opened in product((0, 1), (0, 1, 2), (False, True)):
        if pods * pod + units * unit + opened * candidate.opening_cost_usd > budget:
            continue
        limits: dict[str, Any] = {
            "pools.C/node.max_pods": pods,
            "site_generators.O/gt.max_units": units,
        }
        if not opened:
            limits["sites.B.available_from"] = 2190
        best = max(best, _welfare_usd(changed(one_year, limits)))
    within = _welfare_usd(changed(one_year, {"policy.capital_budget_usd_per_year": budget}))
    assert within == pytest.approx(best, rel=1e-6, abs=100)


def _welfare_usd(instance: Instance) -> float:
    """Highest welfare; None if so few turbines cannot provide redundancy."""
    plan = op.solve(instance, gap=GAP)
    if plan.welfare_usd is None:
        assert plan.status == "infeasible"
        return -float("inf")
    return plan.welfare_usd


TIGHTER = {
    "policy.co2_cap_t_per_year": (400, 200),
    "policy.capital_budget_usd_per_year": (1.5e8, 5e7),
    "zone_caps.cap.cap_mw": (0.15, 0.05),
    "policy.min_edge_share": (0.1, 0.4),
    "classes.chat.survives_site_outage": (False, True),
}


@settings(max_examples=15)
@given(tiny_instances(), st.sampled_from(sorted(TIGHTER)))
def test_a_tighter_policy_is_never_better(instance: Instance, path: str) -> None:
    ready = changed(instance, {"sites.B.kind": "edge", "zone_caps": [{"id": "cap", "zone": "Z"}]})
    free, cost = optimum_usd(ready, GAP)
    some, tight = (optimum_usd(changed(ready, {path: value}), GAP)[0] for value in TIGHTER[path])
    slack = 2 * GAP * abs(cost) + 1e-6 * abs(free) + 1
    assert free >= some - slack
    assert some >= tight - slack


@settings(max_examples=15)
@given(tiny_instances())
def test_slack_policies_change_nothing(instance: Instance) -> None:
    loose = {
        "policy.co2_cap_t_per_year": 1e9,
        "policy.capital_budget_usd_per_year": 1e12,
        "zone_caps": [{"id": "cap", "zone": "Z", "cap_mw": 1e6}],
        "policy.min_edge_share": 0,
        "contracts": [{"id": "costly", "zone": "Z", "limit_mw": 9, "price_usd_per_mwh": 99}],
        "sites.C.interconnection_cost_usd_per_mw": 1e6,
        "sites.C.existing_interconnection_mw": 1e3,
    }
    free, cost = optimum_usd(instance, GAP)
    under, _ = optimum_usd(changed(instance, loose), GAP)
    assert under == pytest.approx(free, rel=1e-6, abs=2 * GAP * abs(cost) + 1)


@settings(max_examples=12)
@given(tiny_instances(), st.integers(1, 6))
def test_welfare_at_any_co2_price_bounds_welfare_under_the_cap(
    instance: Instance, hundreds: int
) -> None:
    """Weak duality by other means: welfare under a cap is at most that at any price, plus
    the price times the cap, over the years that periods stand for."""
    cap, one_year = 100.0 * hundreds, changed(instance, {"time.years": [2026]})
    capped, cost = optimum_usd(changed(one_year, {"policy.co2_cap_t_per_year": cap}), GAP)
    base = one_year.policy.co2_price_usd_per_t
    for extra in (0.0, 50.0, 4000.0):
        costly = changed(one_year, {"policy.co2_price_usd_per_t": base + extra})
        priced, _ = optimum_usd(costly, GAP)
        slack = 2 * GAP * abs(cost) + 1e-6 * abs(priced) + 1
        assert capped <= priced + extra * cap + slack
