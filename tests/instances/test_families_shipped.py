"""Every constraint family does something in an instance that is shipped.

A family is at work where one of its rows holds a plan back: the row is met exactly, and the plan
would be worth more if it gave way.  What has no such row is looked for by other means.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import optimizer as op
from optimizer.formulation.compose import FAMILIES, compose
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case, compile_case
from optimizer.solvers import search
from optimizer.solvers.backends.base import Outcome
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Program

FOLDER = Path(__file__).parents[2] / "instances"
GAP = 5e-4
WORTH = 1e-3
"""Dual of a row that is no rounding: a dollar a unit, k$."""

Shipped = tuple[str, ...]
"""Folder of an instance, and what is set over it."""

TUTORIAL: Shipped = ("tutorial",)
POLICIES: Shipped = ("policies",)
ONE_CAMPUS: Shipped = (
    "offgrid-us",
    *(f"sites.{site}.existing=false" for site in ("abilene", "colossus", "crusoe")),
    "policy.max_open_sites=1",
)
"""A row of the README."""


def under(setting: str) -> Shipped:
    """The instance of policies under one of its README's settings."""
    assert f"`{setting}`" in (FOLDER / "policies" / "README.md").read_text(encoding="utf-8")
    return (*POLICIES, setting)


@dataclass(frozen=True)
class Solved:
    case: Case
    layout: Layout
    program: Program
    outcome: Outcome


def composed(shipped: Shipped, families: tuple[str, ...] = tuple(FAMILIES)) -> Solved:
    folder, *settings = shipped
    case = compile_case(op.load_instance(FOLDER / folder, settings))
    program, layout = compose(case, families)
    outcome = search.solve(program, SolveContext(gap=GAP)).outcome
    assert outcome.x is not None
    return Solved(case, layout, program, outcome)


@cache
def solved(shipped: Shipped) -> Solved:
    return composed(shipped)


def holding(solution: Solved, family: str) -> set[str]:
    """Blocks of a family's rows with one that is met exactly and is worth something."""
    program, outcome = solution.program, solution.outcome
    assert outcome.x is not None
    assert outcome.row_dual is not None
    activity = program.matrix @ outcome.x
    sides = np.stack([program.row_lower, program.row_upper])
    room = np.abs(activity - sides).min(axis=0)
    holds = (room <= 1e-6 * (1 + np.abs(activity))) & (np.abs(outcome.row_dual) > WORTH)
    alone, _ = compose(solution.case, (family,))
    return {name for name in alone.rows if holds[program.rows[name].index].any()}


AT_WORK: dict[str, tuple[Shipped, set[str]]] = {
    "1 demand": (TUTORIAL, {"carried", "demand"}),
    "3 serving capacity": (TUTORIAL, {"capacity"}),
    "4 site power": (TUTORIAL, {"site_power"}),
    "5 site balance": (TUTORIAL, {"site_balance"}),
    "5 contracts": (under("contracts.DOM-ppa.limit_mw=1000"), {"contract_limit"}),
    "6 grid limit": (TUTORIAL, {"grid_limit"}),
    "7 generation": (ONE_CAMPUS, {"output", "redundancy"}),
    "8 storage": (ONE_CAMPUS, {"storage_state", "storage_energy", "standby_given"}),
    "9 investment": (POLICIES, {"surviving"}),
    "9 interconnection": (
        under(
            "sites.ashburn={interconnection_cost_usd_per_mw: 500000,"
            " existing_interconnection_mw: 1200, interconnection_lead_years: 2,"
            " interconnection_life_years: 40, interconnection_step_mw: 50}"
        ),
        {"interconnection"},
    ),
    "10 single site": (under("classes.chat.single_site=true"), {"sits"}),
    "11 CO2 cap": (
        under("policy.co2_cap_t_per_year={2026: 8000000, 2028: 9000000, 2030: 11000000}"),
        {"co2_cap"},
    ),
    "11 zone cap": (under("zone_caps.DOM-cloud.cap_mw=1500"), {"zone_cap"}),
    "11 edge share": (under("policy.min_edge_share=0.15"), {"edge_share"}),
    "11 failover": (
        under("classes.agents.survives_site_outage=true"),
        {"failover_carried", "failover_idle", "failover_room"},
    ),
}
"""Where each family is at work, and the rows that show it."""

LEFT_OUT: dict[str, Shipped] = {
    "10 linking": ONE_CAMPUS,
    "11 capital budget": under("policy.capital_budget_usd_per_year=40000000000"),
}
"""Families that hold whole numbers back, which have no dual: without them a plan is better."""

OTHERWISE = ("1 deferral", "2 demand curve", "12 objective")
"""Families that are at work without a row of theirs that binds."""


def test_every_family_is_looked_for() -> None:
    assert sorted([*AT_WORK, *LEFT_OUT, *OTHERWISE]) == sorted(FAMILIES)


@pytest.mark.thin(2)
@pytest.mark.parametrize("family", AT_WORK)
def test_a_row_of_the_family_holds_a_plan_back(family: str) -> None:
    shipped, blocks = AT_WORK[family]
    assert blocks <= holding(solved(shipped), family)


@pytest.mark.parametrize("family", LEFT_OUT)
def test_without_the_family_a_plan_is_better(family: str) -> None:
    shipped = LEFT_OUT[family]
    without = composed(shipped, tuple(name for name in FAMILIES if name != family))
    assert without.outcome.objective > solved(shipped).outcome.bound + WORTH


def test_work_that_may_wait_does() -> None:
    """Hundreds of Gtok wait, and a plan in which none may is worse."""
    solution = solved(under("classes.agents={flexible_share: 0.3, defer_within_h: 6}"))
    assert solution.outcome.x is not None
    assert solution.layout.deferred.of(solution.outcome.x).max() > 100
    assert solution.outcome.objective > solved(POLICIES).outcome.bound + WORTH


def test_demand_ends_within_its_curve() -> None:
    """Some workload takes the first steps of its curve, part of one, and none of the last."""
    solution = solved(POLICIES)
    assert solution.outcome.x is not None
    width = solution.case.demand.width
    taken = solution.layout.accepted.of(solution.outcome.x) / np.where(width > 0, width, 1)
    first, last = taken[..., 0], np.where(width > 0, taken, 1).min(axis=2)
    partly = ((taken > 1e-3) & (taken < 1 - 1e-3)).any(axis=2)
    assert ((first > 1 - 1e-6) & (last < 1e-6) & partly).any()


def test_every_part_of_the_objective_counts_somewhere() -> None:
    """Storage is at the campuses, a connection where it is set; all else under policies."""
    where = (POLICIES, ONE_CAMPUS, AT_WORK["9 interconnection"][0])
    plans = [solved(shipped) for shipped in where]
    counted = {
        name
        for solution in plans
        for name, part in solution.program.parts.items()
        if solution.outcome.x is not None and abs(part.value(solution.outcome.x)) > WORTH
    }
    # No CO2 price is shipped.
    assert set(plans[0].program.parts) - counted == {"co2"}
