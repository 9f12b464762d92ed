"""Tables of two plans side by side: welfare, builds and load, if they differ."""

from collections.abc import Iterable
from typing import Any

from optimizer.diff.plans import NO_PLAN, Figure, PlanComparison
from optimizer.diff.tolerance import NOISE
from optimizer.plan.builds import CONNECTION, OPENING
from optimizer.plan.plan import HELD, STARTED
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, money, money_unit, number, percent, power_unit
from optimizer.report.tables.costs import WORDS as COSTS

MOST_ROWS = 40
"""Rows of a table; the rest is in the JSON document."""

WORTH = {"value": "value of accepted demand", "shed": "less penalties for shed demand"}
"""Parts of welfare that are no cost."""


def how_solved(plans: PlanComparison) -> DisplayTable | None:
    """Status and options, if they differ."""
    rows = [
        (option.path.replace("_", " "), *(_option(option.path, of) for of in (option.a, option.b)))
        for option in plans.options
    ]
    if plans.status[0] != plans.status[1]:
        rows.insert(0, ("status", *plans.status))
    if not rows:
        return None
    return DisplayTable("How they were solved", ("", "A", "B"), tuple(rows), words=(0, 1, 2))


def _option(name: str, value: Any) -> str:
    if value is None:
        return "none"
    if name == HELD:
        return f"up to {value['until']}, of {value['instance']}"
    return value["instance"] if name == STARTED else str(value)


def welfare(plans: PlanComparison, basis: str) -> DisplayTable | None:
    """Welfare, bound, cost and gap, and welfare by part; None if a side has no plan.

    Parameters
    ----------
    plans : PlanComparison
    basis : str
        Which dollars they are.
    """
    if plans.verdict == NO_PLAN:
        return None
    figures = [figure for figure in plans.figures if figure.name != "gap"]
    parts = [part for part in plans.parts if part.a or part.b]
    cost = named(plans.figures, "cost_usd")
    amounts = [value or 0.0 for figure in (*figures, *parts) for value in (figure.a, figure.b)]
    costs = [value for value in (cost.a, cost.b) if value]
    unit = money_unit(costs or amounts, fine=[figure.a or 0.0 for figure in figures])
    noise = NOISE * max(abs(cost.a or 0.0), abs(cost.b or 0.0), 1.0)
    slack = plans.slack_usd if plans.slack_usd is not None and plans.slack_usd > noise else 0.0

    def row(what: str, figure: Figure, sign: float = 1.0) -> tuple[str, ...]:
        a, b = (None if usd is None else sign * usd for usd in (figure.a, figure.b))
        cells = what, unit.text(a), unit.text(b)
        if a is None or b is None or plans.basis:
            return *cells, NONE
        if abs(b - a) <= noise:
            return *cells, "0"
        return *cells, unit.signed(b - a) + (" ~" if abs(b - a) <= slack else "")

    gap = named(plans.figures, "gap")
    rows = [
        row("welfare", named(plans.figures, "welfare_usd")),
        row("bound", named(plans.figures, "bound_usd")),
        row("cost", cost),
        ("gap, % of cost", percent(gap.a, 3), percent(gap.b, 3), ""),
    ]
    for part in parts:
        worth = WORTH.get(part.name)
        rows.append(row(worth, part) if worth else row(COSTS.get(part.name, part.name), part, -1.0))
    note = [] if plans.basis else [basis]
    if not plans.basis and slack > 0:
        note.append(f"~ within the {money(slack)} left open by the two optimality gaps.")
    note.append(
        "Only welfare is proven, to its gap: plans of equal welfare may differ in cost, builds and"
        " load."
    )
    title = f"Plans, present value: {unit.name}"
    return DisplayTable(title, ("", "A", "B", "B - A"), tuple(rows), note=" ".join(note))


def builds(plans: PlanComparison) -> DisplayTable | None:
    """Units and MW commissioned, if they differ."""
    if not plans.builds:
        return None
    shown = plans.builds[:MOST_ROWS]
    places = decimals(mw for build in shown for mw in (build.a_mw, build.b_mw) if mw is not None)
    rows = []
    for build in shown:
        units = [number(value, 0) for value in (build.a, build.b)]
        mw = [number(value, places) for value in (build.a_mw, build.b_mw)]
        what = f"{build.path}: {build.what}" if build.what in (OPENING, CONNECTION) else build.path
        counted = ["", ""] if build.what == CONNECTION else units
        rows.append((what, str(build.year), *counted, *mw))
    return DisplayTable(
        "Differences in builds: units commissioned",
        ("what", "year", "A", "B", "A, MW", "B, MW"),
        tuple(rows),
        note=_left_out(len(plans.builds) - len(shown)),
    )


def zones(plans: PlanComparison) -> DisplayTable | None:
    """Peak and mean load on each zone by year, if they differ."""
    differing = [zone for zone in plans.zones if zone.differs]
    shown = differing[:MOST_ROWS]
    if not shown:
        return None
    unit = power_unit(mw or 0.0 for zone in shown for mw in (zone.a_highest_mw, zone.b_highest_mw))
    rows = []
    for zone in shown:
        values = (zone.a_highest_mw, zone.b_highest_mw, zone.a_mean_mw, zone.b_mean_mw)
        rows.append((zone.zone, str(zone.year), *map(unit.text, values)))
    return DisplayTable(
        "Differences in modelled load on each zone: MW",
        ("zone", "year", "A, peak", "B, peak", "A, mean", "B, mean"),
        tuple(rows),
        note=_left_out(len(differing) - len(shown)),
    )


def _left_out(rows: int) -> str:
    return f"{rows:,} more; --json has them all." if rows else ""


def named(figures: Iterable[Figure], name: str) -> Figure:
    """Return the figure of a name."""
    return next(figure for figure in figures if figure.name == name)
