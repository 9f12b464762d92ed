"""Tables of two plans beside each other: worth, builds and draw, where they differ."""

from collections.abc import Iterable
from typing import Any

from optimizer.diff.plans import NO_PLAN, Figure, PlanComparison
from optimizer.diff.tolerance import NOISE
from optimizer.plan.builds import CONNECTION, OPENING
from optimizer.plan.plan import HELD, STARTED
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, money, money_unit, number, percent
from optimizer.report.tables.costs import WORDS as COSTS
from optimizer.report.tables.displacement import signed

MOST_ROWS = 40
"""Rows of a table; the rest is in the JSON document."""

WORTH = {"value": "value of the work accepted", "shed": "less penalties for shed work"}
"""Parts of welfare that are no cost."""


def how_solved(plans: PlanComparison) -> DisplayTable | None:
    """How each ended and with which options, where that differs."""
    rows = [
        (one.path.replace("_", " "), _option(one.path, one.a), _option(one.path, one.b))
        for one in plans.options
    ]
    if plans.status[0] != plans.status[1]:
        rows.insert(0, ("ended", *plans.status))
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
    """Welfare, bound, cost and gap, and welfare by part; nothing where a side has no plan.

    Parameters
    ----------
    plans : PlanComparison
    basis : str
        Which dollars they are.
    """
    if plans.verdict == NO_PLAN:
        return None
    figures = [one for one in plans.figures if one.name != "gap"]
    parts = [one for one in plans.parts if one.a or one.b]
    size, unit = money_unit(value or 0.0 for one in (*figures, *parts) for value in (one.a, one.b))
    places = max(decimals(((one.a or 0.0) / size) for one in figures), 0 if unit == "$" else 1)
    cost = named(plans.figures, "cost_usd")
    dust = NOISE * max(abs(cost.a or 0.0), abs(cost.b or 0.0), 1.0)
    slack = plans.slack_usd if plans.slack_usd is not None and plans.slack_usd > dust else 0.0

    def row(what: str, a: float | None, b: float | None) -> tuple[str, ...]:
        cells = [NONE if value is None else number(value / size, places) for value in (a, b)]
        if a is None or b is None or plans.basis:
            return what, *cells, NONE
        if abs(b - a) <= dust:
            return what, *cells, "0"
        return what, *cells, signed((b - a) / size, places) + (" ~" if abs(b - a) <= slack else "")

    gap = named(plans.figures, "gap")
    rows = [
        row(what, one.a, one.b)
        for what, one in (
            ("welfare", named(plans.figures, "welfare_usd")),
            ("bound", named(plans.figures, "bound_usd")),
            ("cost", cost),
        )
    ]
    rows.append(("gap, % of cost", percent(gap.a, 3), percent(gap.b, 3), ""))
    rows += [
        row(WORTH[one.name], one.a, one.b)
        if one.name in WORTH
        else row(COSTS.get(one.name, one.name), _minus(one.a), _minus(one.b))
        for one in parts
    ]
    note = [] if plans.basis else [basis]
    if not plans.basis and slack > 0:
        note.append(f"~ no more than the {money(slack)} that both gaps leave open.")
    note.append(
        "Only welfare is proven to its gap: plans as good may spend, build and draw otherwise."
    )
    return DisplayTable(
        f"Plans: {unit}, present value", ("", "A", "B", "B - A"), tuple(rows), note=" ".join(note)
    )


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def builds(plans: PlanComparison) -> DisplayTable | None:
    """Units and MW commissioned, where they differ."""
    if not plans.builds:
        return None
    builds = plans.builds[:MOST_ROWS]
    places = decimals(mw for one in builds for mw in (one.a_mw, one.b_mw) if mw is not None)
    left = len(plans.builds) - len(builds)
    rows = []
    for one in builds:
        mw = [NONE if value is None else number(value, places) for value in (one.a_mw, one.b_mw)]
        units = [number(value, 0) for value in (one.a, one.b)]
        if one.what == CONNECTION:
            units = ["", ""]
        named = one.path if one.what not in (OPENING, CONNECTION) else f"{one.path}: {one.what}"
        rows.append((named, str(one.year), *units, *mw))
    return DisplayTable(
        "Built: where units commissioned differ",
        ("what", "year", "A", "B", "A, MW", "B, MW"),
        tuple(rows),
        note=f"{left:,} more; --json has them all." if left else "",
    )


def zones(plans: PlanComparison) -> DisplayTable | None:
    """Highest and mean draw on each zone by year, where they differ."""
    found = [one for one in plans.zones if one.differs]
    if not found:
        return None
    shown = found[:MOST_ROWS]
    places = decimals(
        value or 0.0 for one in shown for value in (one.a_highest_mw, one.b_highest_mw)
    )
    rows = []
    for one in shown:
        values = (one.a_highest_mw, one.b_highest_mw, one.a_mean_mw, one.b_mean_mw)
        rows.append((one.zone, str(one.year), *(number(value, places) for value in values)))
    left = len(found) - len(shown)
    return DisplayTable(
        "Draw of modelled load on each zone, where it differs: MW",
        ("zone", "year", "A, highest", "B, highest", "A, mean", "B, mean"),
        tuple(rows),
        note=f"{left:,} more; --json has them all." if left else "",
    )


def named(figures: Iterable[Figure], name: str) -> Figure:
    """Return the figure of a name."""
    return next(one for one in figures if one.name == name)
