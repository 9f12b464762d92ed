"""Tables of a plan: how the solve ended, what is proven, how it was made, and all the others."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optimizer.plan.builds import OPENING
from optimizer.plan.curve_ends import classes_at_end
from optimizer.plan.plan import HELD, STARTED, Plan, Run
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, money, money_unit, percent
from optimizer.report.tables.builds import builds
from optimizer.report.tables.costs import costs, money_basis
from optimizer.report.tables.grid import areas, zone_draw, zone_price
from optimizer.report.tables.instance import headline_assumptions
from optimizer.report.tables.onsite_generation import onsite_power
from optimizer.report.tables.policies import policies
from optimizer.report.tables.tokens import deferral, demand, token_price, tokens_by_kind, unserved

WITH_PLAN = {
    "optimal": "Solved to optimality.",
    "gap_reached": "Optimal to within {gap} of system cost.",
    "time_limit": "Stopped at the time limit; the plan is optimal to within {gap} of system cost.",
    "search_limit": "Stopped after the last search; the plan is optimal to within {gap} of system"
    " cost.",
    "interrupted": "Interrupted; the best plan so far is optimal to within {gap} of system cost.",
}
WITHOUT_PLAN = {
    "infeasible": "Infeasible: no plan satisfies every constraint.",
    "time_limit": "Stopped at the time limit before finding a plan.",
    "interrupted": "Interrupted before finding a plan.",
}
GAP_DECIMALS = 3
"""Decimals of a gap in percent, in a table."""


def status_in_words(plan: Plan) -> str:
    """Say how the solve ended."""
    gap = "an unknown share" if plan.gap is None else _rounded_up(plan.gap)
    status = "optimal" if plan.status == "gap_reached" and gap == "0%" else plan.status
    words = (WITH_PLAN if plan.has_point else WITHOUT_PLAN).get(status)
    sentences = [(words or f"The solver stopped without an answer: {status}.").format(gap=gap)]
    must_serve = [group.id for group in plan.instance.classes if group.must_serve]
    if plan.status == "infeasible" and must_serve:
        sentences.append(f"Classes that must be served: {', '.join(must_serve)}.")
    if ends := classes_at_end(plan.instance, plan.tables["acceptance"]):
        sentences.append(
            f"The demand curve of {', '.join(ends)} ends before demand does: demand and welfare are"
            " understated, and the bound is only of these curves."
        )
    held = plan.run.options.get(HELD)
    if held is not None:
        sentences.append(
            f"Builds fixed up to {held['until']} from a plan of {held['instance']}:"
            f" {held_builds(held)}."
        )
    return " ".join(sentences)


def _rounded_up(gap: float) -> str:
    """A gap in percent to two decimals, never less than it is."""
    return percent(max(math.ceil(gap * 1e4 - 1e-6), 0) / 1e4, 2)


def held_builds(held: Mapping[str, Any]) -> str:
    """How much a plan takes over from another."""
    openings = sum(build["what"] == OPENING for build in held["builds"])
    counts = {
        "build": len(held["builds"]) - openings,
        "opening": openings,
        "single-site workload": len({placement["workload"] for placement in held["placements"]}),
    }
    parts = [f"{count} {what}{'s' if count > 1 else ''}" for what, count in counts.items() if count]
    return f"{', '.join(parts) or 'nothing'}, and nothing else built in those years"


def headline(plan: Plan) -> DisplayTable | None:
    """Welfare, cost, bound and gap, each with its meaning; None if nothing is proven."""
    such = " with these fixed builds" if HELD in plan.run.options else ""
    figures = {
        "welfare": (plan.welfare_usd, "value of accepted demand less system cost and penalties"),
        "bound": (plan.bound_usd, f"no plan{such} has higher welfare"),
        "cost": (plan.cost_usd, "system cost: energy, capacity, hardware, sites, network"),
        "bound on cost": (plan.cost_bound_usd, f"no plan{such} that serves all demand costs less"),
    }
    known = {name: (usd, meaning) for name, (usd, meaning) in figures.items() if usd is not None}
    if not known:
        return None
    gain = _possible_gain(plan)
    rows = [(name, _dollars(usd, gain), meaning) for name, (usd, meaning) in known.items()]
    if plan.gap is not None and gain is not None:
        meaning = f"of system cost: the best plan is at most {money(gain)} better"
        rows.append(("gap", percent(plan.gap, GAP_DECIMALS), meaning))
    time, basis = plan.instance.time, plan.instance.money
    return DisplayTable(
        f"{plan.instance.name}: present value in {time.years[0]}, {basis.dollar_year} dollars",
        ("", "present value", "meaning"),
        tuple(rows),
        words=(0, 2),
        note=money_basis(plan.instance),
    )


def _dollars(usd: float, gain: float | None) -> str:
    """An amount with enough decimals to show the possible gain, within reason."""
    unit = money_unit([usd])
    if gain:
        finer = min(decimals([gain / unit.size], figures=1), unit.places + 2)
        unit = replace(unit, places=max(unit.places, finer))
    return unit.dollars(usd)


def _possible_gain(plan: Plan) -> float | None:
    """Dollars by which welfare may fall short of the optimum, no finer than a dollar."""
    if plan.welfare_usd is None or plan.bound_usd is None:
        return None
    gain = max(plan.bound_usd - plan.welfare_usd, 0.0)
    return 1.0 if 0.0 < gain < 1.0 else gain


def run(run: Run) -> DisplayTable:
    """Options, versions, seconds and size of a run."""
    plain = {name: value for name, value in run.options.items() if name not in (HELD, STARTED)}
    options = {name: "none" if value is None else value for name, value in plain.items()}
    lines = {"options": _pairs(options)}
    if held := run.options.get(HELD):
        lines["fixed builds"] = f"up to {held['until']}: {held_builds(held)}; {_source(held)}"
    if started := run.options.get(STARTED):
        lines["started from"] = _source(started)
    lines |= {
        "versions": _pairs(run.versions),
        "seconds": _pairs({stage: f"{seconds:,.1f}" for stage, seconds in run.seconds.items()}),
        "size": _pairs({what: f"{count:,}" for what, count in run.size.items()}),
        "checksum": f"SHA-256 {run.digest}",
    }
    return DisplayTable("Run", ("", ""), tuple(lines.items()), words=(0, 1))


def _source(plan: Mapping[str, Any]) -> str:
    return f"a plan of {plan['instance']}, SHA-256 {plan['digest']}"


def _pairs(named: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in named.items())


def plan_tables(plan: Plan) -> tuple[DisplayTable, ...]:
    """Every table of a plan, in the order of the printout.

    Without a plan, only what is proven and what is assumed.
    """
    tables: list[DisplayTable | None] = [headline(plan)]
    if plan.has_point:
        tables += [
            zone_draw(plan),
            zone_price(plan),
            areas(plan),
            policies(plan),
            builds(plan),
            onsite_power(plan),
            costs(plan),
            tokens_by_kind(plan),
            demand(plan),
            unserved(plan),
            deferral(plan),
            token_price(plan),
        ]
    tables.append(headline_assumptions(plan.instance))
    return tuple(table for table in tables if table is not None)
