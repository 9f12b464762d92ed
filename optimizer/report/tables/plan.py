"""How a solve ended, and what the plan is worth with what is proven about it."""

from collections.abc import Mapping
from typing import Any

from optimizer.plan.builds import OPENING
from optimizer.plan.plan import HELD, STARTED, Plan, Run
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, money, money_unit, number, percent
from optimizer.report.tables.builds import builds
from optimizer.report.tables.costs import costs, money_basis
from optimizer.report.tables.grid import areas, zone_draw, zone_price
from optimizer.report.tables.instance import headline_assumptions
from optimizer.report.tables.onsite_generation import own_power
from optimizer.report.tables.policies import policies
from optimizer.report.tables.tokens import demand, put_off, token_price, tokens_by_kind, unserved

WITH_PLAN = {
    "optimal": "Solved: this plan is optimal.",
    "gap_reached": "Solved: this plan is within the gap asked for.",
    "time_limit": "Stopped at the time limit with a plan that may not be the best.",
    "interrupted": "Interrupted: this is the best plan found until then.",
}
WITHOUT_PLAN = {
    "infeasible": "Infeasible: no plan meets every constraint.",
    "time_limit": "Stopped at the time limit before a plan was found.",
    "interrupted": "Interrupted before a plan was found.",
}


def status_in_words(plan: Plan) -> str:
    """How the solve ended, in a sentence."""
    words = (WITH_PLAN if plan.has_point else WITHOUT_PLAN).get(plan.status)
    said = words or f"The solver stopped without an answer: {plan.status}."
    forced = [group.id for group in plan.instance.classes if group.must_serve]
    if plan.status == "infeasible" and forced:
        said += f" Work that must be served whatever the limits: {', '.join(forced)}."
    held = plan.run.options.get(HELD)
    if held is not None:
        said += (
            f" Held up to {held['until']} as in a plan of {held['instance']}: {held_builds(held)}."
        )
    return said


def held_builds(held: Mapping[str, Any]) -> str:
    """How much a plan holds of another's."""
    openings = sum(one["what"] == OPENING for one in held["builds"])
    sites = len({one["workload"] for one in held["placements"]})
    counts = {
        "build": len(held["builds"]) - openings,
        "opening": openings,
        "single-site workload": sites,
    }
    said = [f"{n} {what}{'s' if n > 1 else ''}" for what, n in counts.items() if n]
    return f"{', '.join(said) or 'nothing'}, and nothing else built in those years"


def headline(plan: Plan) -> DisplayTable | None:
    """Welfare, cost, bound and gap, each with its meaning; nothing where nothing is proven."""
    than = " that builds so" if HELD in plan.run.options else ""
    year, dollars = plan.instance.time.years[0], plan.instance.money.dollar_year
    figures = {
        "welfare": (plan.welfare_usd, "value of the work accepted less cost and penalties"),
        "bound": (plan.bound_usd, f"no plan{than} has a higher welfare with these demand steps"),
        "cost": (plan.cost_usd, "system cost: energy, capacity, hardware, sites, network"),
        "bound on cost": (
            plan.cost_bound_usd,
            "no plan that serves all demand costs less"
            if not than
            else "no plan that builds so and serves all demand costs less",
        ),
    }
    known = {name: (value, told) for name, (value, told) in figures.items() if value is not None}
    amounts = [value for value, _ in known.values()]
    size, unit = money_unit(amounts)
    places = max(decimals([amount / size for amount in amounts]), 0 if unit == "$" else 1)
    rows = [(name, number(value / size, places), told) for name, (value, told) in known.items()]
    if plan.gap is not None and plan.welfare_usd is not None and plan.bound_usd is not None:
        better = max(plan.bound_usd - plan.welfare_usd, 0.0)
        better = 1.0 if 0.0 < better < 1.0 else better
        told = f"of cost: no plan can be better by more than {money(better)}"
        rows.append(("gap", percent(plan.gap, 3), told))
    if not rows:
        return None
    title = f"{plan.instance.name}: {unit}, present value in {year} in dollars of {dollars}"
    columns = ("", unit, "meaning")
    return DisplayTable(title, columns, tuple(rows), words=(0, 2), note=money_basis(plan.instance))


def run(made: Run) -> DisplayTable:
    """Options, versions, seconds and size of a run."""
    plain = {name: told for name, told in made.options.items() if name not in (HELD, STARTED)}
    options = {name: "none" if value is None else value for name, value in plain.items()}
    held, started = made.options.get(HELD), made.options.get(STARTED)
    told = {"held": f"up to {held['until']}: {held_builds(held)}; {_source(held)}"} if held else {}
    began = {"started from": _source(started)} if started else {}
    lines = {
        "options": _pairs(options),
        **told,
        **began,
        "versions": _pairs(made.versions),
        "seconds": _pairs({stage: f"{took:,.1f}" for stage, took in made.seconds.items()}),
        "size": _pairs({what: f"{count:,}" for what, count in made.size.items()}),
        "digest": f"SHA-256 {made.digest}",
    }
    return DisplayTable("Run", ("", ""), tuple(lines.items()), words=(0, 1))


def _source(plan: Mapping[str, Any]) -> str:
    return f"a plan of {plan['instance']}, SHA-256 {plan['digest']}"


def _pairs(named: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in named.items())


def plan_tables(plan: Plan) -> tuple[DisplayTable, ...]:
    """Tables of a plan; without a point only what is proven and what is assumed."""
    tables: list[DisplayTable | None] = [headline(plan)]
    if plan.has_point:
        tables += [
            zone_draw(plan),
            zone_price(plan),
            areas(plan),
            policies(plan),
            builds(plan),
            own_power(plan),
            costs(plan),
            tokens_by_kind(plan),
            demand(plan),
            unserved(plan),
            put_off(plan),
            token_price(plan),
        ]
    tables.append(headline_assumptions(plan.instance))
    return tuple(table for table in tables if table is not None)
