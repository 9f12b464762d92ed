"""Policies and worlds: mandates are dropped, binding policies named, caps stay."""

from typing import Any

import numpy as np
import pytest

import optimizer as op
from optimizer.counterfactual import worlds
from optimizer.counterfactual.apply_intervention import without_mandates
from optimizer.counterfactual.near_optimal import year_of_columns
from optimizer.counterfactual.scope import BUILT_IN, find_scope
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.report.tables.displacement_sentences import mandates_sentence
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from tests.factory import built_site, every_policy, off_grid, one_site

EDGE, OFFGRID = BUILT_IN
AT_EDGE: dict[str, Any] = {
    "zones.Z.limit_mw": 10,
    "sites.D": {"kind": "edge", "region": "E", "zone": "Z"},
    "pools.D/node": {"existing_units": 4},
    "workloads.E/chat.demand_gtok_per_h": 7.2,
}
"""Ten nodes in the cloud, four at the edge, and demand for twenty."""


def with_edge(edits: dict[str, Any] | None = None) -> Instance:
    return one_site(AT_EDGE | (edits or {}))


def compared(instance: Instance, intervention: str = "edge") -> op.Displacement:
    result = op.displacement(instance, intervention, gap=0, flip=False)
    assert result.status == "solved"
    return result


def test_a_mandate_for_edge_is_dropped_in_every_world() -> None:
    costly = {"sites.D.serving_cost_usd_per_mtok": 30}
    shares = {"policy.min_edge_share": 0.2, "classes.chat.min_edge_share": 0.1}
    free, made = compared(with_edge(costly)), compared(with_edge(costly | shares))
    assert made.mandates_dropped == ("policy.min_edge_share", "classes.chat.min_edge_share")
    assert made.verdict.words == free.verdict.words == "not used"
    assert free.mandates_dropped == ()
    assert made.summary()["mandates_dropped"] == list(made.mandates_dropped)
    assert "policy.min_edge_share, classes.chat.min_edge_share" in mandates_sentence(made)
    for plan in made.plans.values():
        assert plan.instance.policy.min_edge_share is None
        assert op.verify(plan.instance, plan) == []


def test_a_mandate_for_other_sites_stays() -> None:
    instance = every_policy()
    assert without_mandates(instance, OFFGRID) == (instance, ())
    own = {"interventions": [{"id": "own", "sites": ["D"]}]}
    part = every_policy(own)
    assert len(without_mandates(part, part.interventions[0])[1]) == 2


@pytest.mark.slow
def test_plans_under_every_policy_verify() -> None:
    result = op.displacement(every_policy(), "edge", gap=1e-3, flip=False)
    assert result.status == "solved"
    for plan in result.plans.values():
        assert op.verify(plan.instance, plan) == []
        assert set(plan.tables["policy"]["measure"]) >= {"co2_t", "overnight_usd", "cap_mw"}


def test_a_cap_forces_the_verdict_if_it_decides_between_displacing_and_adding() -> None:
    """The cap limits cloud and edge together to 0.1 MW: what edge draws, the cloud cannot.

    Without it both run all of their nodes, and demand for twenty takes all fourteen.
    """
    cap = {"zone_caps": [{"id": "all", "zone": "Z", "cap_mw": 0.1}]}
    cheaper = {"sites.C.serving_cost_usd_per_mtok": 1}
    result = compared(with_edge(cap | cheaper))
    assert result.energy.displacement == pytest.approx(1)
    assert result.verdict.forced_by == ("zone cap all",)
    assert ", forced by the zone cap all." in result.headline.lines[1]
    assert [(each.verdict, each.displacement) for each in result.lifted_limits or ()] == [
        ("adds", pytest.approx(0))
    ]
    # A cap on the cloud alone binds too, but edge adds with it and without it.
    cloud = {"zone_caps": [{"id": "cloud", "zone": "Z", "site_kinds": ["cloud"], "cap_mw": 0.05}]}
    added = compared(with_edge(cloud))
    assert added.verdict.forced_by == ()
    assert [limit.limit for limit in added.binding] == ["zone cap cloud"]


def test_a_cap_stays_when_grid_limits_are_lifted() -> None:
    edits = {"zones.Z.limit_mw": 0.04, "zone_caps": [{"id": "all", "zone": "Z", "cap_mw": 0.06}]}
    result = compared(with_edge(edits))
    per_mw = 36 * 8760 * 20e3 - 8760 * 50
    assert result.worlds["0"].welfare_usd == pytest.approx(0.04 * per_mw)
    assert result.worlds["inf"].welfare_usd == pytest.approx(0.06 * per_mw)


def test_grid_limits_are_lifted_in_an_outage_too() -> None:
    """D carries at most three nodes' work in its zone; without limits all four."""
    standby = {
        "classes.chat.survives_site_outage": True,
        "zones.Y": {"energy_price_usd_per_mwh": 50, "limit_mw": 0.03},
        "sites.D": {"kind": "cloud", "region": "E", "zone": "Y"},
        "sites.E": {"kind": "edge", "region": "E", "zone": "Z"},
        "pools.E/node": {"existing_units": 0},
    }
    case = compile_case(with_edge(standby))
    program, layout = compose(case)
    alone = worlds.baseline(program, case, layout, find_scope(case, EDGE))
    served = []
    for world in (alone, worlds.unconstrained_grid(alone)):
        outcome = Highs().open(None).solve(world, SolveOptions(gap=0.0))
        served.append(float(layout.served.of(outcome.x).sum()))
    assert served == pytest.approx([3 * 0.36, 4 * 0.36])


def test_a_co2_cap_forces_the_verdict_like_a_limit_on_energy() -> None:
    """100 t allow 250 MWh, less than the cloud alone would use: what edge emits, it cannot."""
    carbon = {
        "zones.Z.co2_kg_per_mwh": 400,
        "policy.co2_cap_t_per_year": 100,
        "sites.C.serving_cost_usd_per_mtok": 1,
    }
    result = compared(with_edge(carbon))
    assert result.energy.displacement == pytest.approx(1)
    assert result.verdict.forced_by == ("CO2 cap",)
    assert [(b.limit, b.share_without, b.share_with) for b in result.binding] == [("CO2 cap", 1, 1)]
    loose = compared(with_edge(carbon | {"policy.co2_cap_t_per_year": 1e6}))
    assert loose.verdict.forced_by == ()
    assert loose.binding == ()


@pytest.mark.parametrize(("budget", "forced"), [(1.5e6, True), (5e6, False)])
def test_a_budget_that_buys_nothing_more_in_either_world_may_force_the_verdict(
    budget: float, forced: bool
) -> None:
    """Pods cost $600,000: of $1.5 million $0.3 million is left, of $5 million more than a pod.

    With more the cloud would serve all demand by itself, and edge would substitute.
    """
    edge = {
        "sites.D": {"kind": "edge", "region": "E", "zone": "Z"},
        "pools.D/node": {"existing_units": 1},
        "policy.capital_budget_usd_per_year": budget,
    }
    result = compared(built_site(edge))
    assert result.verdict.forced_by == (("capital budget",) if forced else ())


def test_of_two_limits_that_hold_the_same_load_neither_forces_alone() -> None:
    both = {
        "zones.Z.limit_mw": 0.05,
        "zone_caps": [{"id": "all", "zone": "Z", "cap_mw": 0.05}],
        "sites.C.serving_cost_usd_per_mtok": 1,
    }
    result = compared(with_edge(both))
    assert result.verdict.forced_by == ()
    assert [limit.limit for limit in result.binding] == ["Z", "zone cap all"]
    assert [each.verdict for each in result.lifted_limits or ()] == ["substitutes"] * 2


def test_contracts_of_the_intervention_are_not_in_the_baseline() -> None:
    own = {"id": "own", "site": "D", "limit_mw": 1, "price_usd_per_mwh": 20}
    ppa = {"id": "ppa", "zone": "Z", "limit_mw": 0.05, "price_usd_per_mwh": 30}
    result = compared(with_edge({"contracts": [own, ppa]}))
    assert {c.id for c in result.plans["0"].instance.contracts} == {"ppa"}
    assert set(result.plans["0"].tables["contracts"]["contract"]) == {"ppa"}
    assert set(result.plans["1"].tables["contracts"]["contract"]) == {"own", "ppa"}


def test_no_row_spans_years_with_integers_fixed() -> None:
    """The interval of displacement relies on this (see counterfactual/near_optimal.py)."""
    program, _ = compose(compile_case(every_policy()))
    year = year_of_columns(program)
    free = ~program.integer
    matrix = program.matrix.tocsr()
    for name, block in program.rows.items():
        for row in block.index.ravel():
            columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
            assert len(np.unique(year[columns[free[columns]]])) <= 1, name


def test_a_cap_that_binds_only_with_an_off_grid_campus_forces_nothing() -> None:
    instance = off_grid(
        {
            "generators.gt.co2_kg_per_mwh": 500,
            "policy.co2_cap_t_per_year": 100,
            "sites.D": {"kind": "cloud", "region": "E", "zone": "Z"},
            "pools.D/node": {"existing_units": 2},
        }
    )
    result = compared(instance, "offgrid")
    # D's grid has no emissions: the cap binds only with the campus, and forces nothing.
    assert result.verdict.forced_by == ()
