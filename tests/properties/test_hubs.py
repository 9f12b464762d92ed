"""With hubs the optimum is that without them, and every plan verifies.

Hubs are made wherever they may be, even where they save no column, so that small instances have
them.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.problem import hubs
from optimizer.problem.parameters import case as cases
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.registry import BACKENDS, backend_named
from tests.factory import changed, three_by_three
from tests.properties.at_work import AT_WORK, instances
from tests.properties.tiny import tiny_instances

SAME = 1e-9


@pytest.fixture
def hubs_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "_saves", lambda workloads, pairs: True)


def optimum(instance: Instance, *, through_hubs: bool, backend: str = "highs") -> Outcome:
    program, _ = compose(compile_case(instance, hubs=through_hubs))
    return backend_named(backend).open(1).solve(program, SolveOptions(gap=0.0))


def check_same(instance: Instance, backend: str = "highs") -> None:
    with_hubs, without = (
        optimum(instance, through_hubs=through, backend=backend) for through in (True, False)
    )
    assert (with_hubs.reason is StopReason.INFEASIBLE) == (without.reason is StopReason.INFEASIBLE)
    if without.x is not None:
        assert with_hubs.objective == pytest.approx(without.objective, rel=SAME, abs=1e-3)


@st.composite
def every_family(draw: st.DrawFn) -> Instance:
    """A random instance with one family at work; both classes in both regions."""
    instance = draw(instances(draw(st.sampled_from(list(AT_WORK)))))
    have = {f"{w.region}/{w.workload_class}" for w in instance.workloads}
    more = {f"{r}/{c}" for r in "EW" for c in ("chat", "agent")} - have
    demand = {"demand_gtok_per_h": draw(st.integers(0, 3))}
    return changed(instance, {f"workloads.{name}": demand for name in sorted(more)})


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instance=every_family() | tiny_instances())
def test_the_optimum_is_that_without_hubs(instance: Instance, hubs_everywhere: None) -> None:
    assert compile_case(instance).hubs.ways <= 2 * len(compile_case(instance).arcs)
    check_same(instance)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instance=every_family() | tiny_instances())
def test_a_plan_made_with_hubs_verifies(instance: Instance, hubs_everywhere: None) -> None:
    plan = op.solve(instance, gap=0.0, prices=False)
    assert op.verify(instance, plan) == []


TELLS_APART: dict[str, dict[str, Any]] = {
    "nothing": {},
    "residency": {"regions.W.jurisdiction": "EU", "classes.chat.residency": "jurisdiction"},
    # Only D has room for West, and only East and North reach C.
    "latency": {
        "links": [{"region": r, "site": s, "rtt_ms": 5000} for r, s in ("WC", "ND")],
        "workloads.W/chat.demand_gtok_per_h": 2,
        "workloads.E/chat.demand_gtok_per_h": 0.1,
        "workloads.N/chat.demand_gtok_per_h": 0.1,
        "pools.F/node.existing_units": 1,
    },
    # D and F have no room for all of West.
    "cost of a link": {
        "links": [{"region": "W", "site": "C", "cost_usd_per_mtok": 9}],
        "pools.C/node.existing_units": 9,
        "pools.D/node.existing_units": 1,
        "pools.F/node.existing_units": 1,
    },
    "single site": {"classes.chat.single_site": True, "pools.D/node.existing_units": 5},
    "N-1": {"classes.chat.survives_site_outage": True},
    "edge share": {"policy.min_edge_share": 0.5, "sites.D.kind": "edge"},
    "candidate sites": {"sites.D.existing": False, "sites.D.opening_cost_usd": 1e6},
}


@pytest.mark.parametrize("rule", TELLS_APART)
def test_a_rule_on_some_members_holds_with_hubs(rule: str, hubs_everywhere: None) -> None:
    instance = three_by_three({"pools.C/node.existing_units": 4} | TELLS_APART[rule])
    check_same(instance)
    assert op.verify(instance, op.solve(instance, gap=0.0, prices=False)) == []


@pytest.mark.parametrize("backend", sorted(set(BACKENDS) - {"highs"}))
def test_every_backend_has_the_same_optimum_with_hubs(backend: str) -> None:
    check_same(three_by_three({"pools.C/node.max_pods": 2}), backend)


@pytest.mark.parametrize("run", ["long-run", "short-run"])
def test_prices_are_those_without_hubs(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = three_by_three({"zones.Z.limit_mw": 0.05, "pools.C/node.max_pods": 2})
    with_hubs = op.solve(instance, gap=0.0).prices
    monkeypatch.setattr(cases, "find_hubs", lambda instance, arcs, side: hubs.direct_only(arcs))
    without = op.solve(instance, gap=0.0).prices
    columns = ["value", "left", "all_years", "all_years_left"]
    ours, theirs = (table[table["run"] == run][columns] for table in (with_hubs, without))
    assert len(ours) == len(theirs) > 0
    for a, b in zip(ours.to_numpy(), theirs.to_numpy(), strict=True):
        assert a == pytest.approx(b, rel=1e-6, abs=1e-6, nan_ok=True)
