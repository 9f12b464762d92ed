"""A calibration in words and tables."""

from optimizer.calibration.result import CALIBRATED, IMPOSSIBLE, STOPPED, Calibration, ClassMarkup
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, number, percent

FIGURES = 4
"""Significant figures of prices and markups."""

BASIS = {
    False: "hardware that stands paid for",
    True: "hardware that stands counted as bought in that year",
}
WITHOUT = {
    "time_limit": "The time limit came before the base year had a plan with prices.",
    "interrupted": "Interrupted before the base year had a plan.",
}


def status_in_words(answer: Calibration) -> str:
    """How the calibration ended, in a sentence or two."""
    if answer.status == "infeasible":
        return _cannot_serve(answer)
    if answer.status not in (CALIBRATED, IMPOSSIBLE, STOPPED):
        told = WITHOUT.get(answer.status)
        return told or f"The solver stopped without an answer: {answer.status}."
    if not answer.plans:
        return "No class responds to price, so there is nothing to calibrate."
    where = f"in {answer.year}, {BASIS[answer.full_cost]}"
    without = [one.id for one in answer.classes if one.after is None and _priced(one)]
    if without:
        return f"No markup gives D {where}, for {', '.join(without)}."
    more = ""
    if answer.status == STOPPED:
        more = " A plan was stopped short of its gap, so costs and check are those so far."
    return f"Calibrated: with these markups people ask for D {where}.{more}"


def markups(answer: Calibration) -> DisplayTable | None:
    """Markups before and after, beside reference price and cost; nothing where there is none."""
    rows = tuple(
        (
            one.id,
            _markup(one.kind, one.before),
            _markup(one.kind, one.after),
            _figure(one.reference_usd_per_mtok),
            _range(one.cost_low_usd_per_mtok, one.cost_high_usd_per_mtok),
        )
        for one in answer.classes
        if _priced(one)
    )
    if not rows:
        return None
    return DisplayTable(
        "Markup over the long-run cost of serving D: times it, or $/Mtok on top",
        ("class", "before", "calibrated", "reference, $/Mtok", "cost, $/Mtok"),
        rows,
        note="Cost is from the lowest to the highest over the class's workloads.",
    )


def check(answer: Calibration) -> DisplayTable | None:
    """How near demand is to D; nothing where no markup was found."""
    found = [one for one in answer.classes if one.after is not None]
    if not found:
        return None
    columns: tuple[str, ...] = ("class", "farthest workload", "planned again", "demand step")
    note = (
        "Farthest workload: its demand off its D. Planned again: what the base year accepts with"
        " these markups, over D; within a demand step of 1 it is as near as the steps allow."
    )
    if answer.full_cost:
        columns += ("as it stands",)
        note += " As it stands: the same where hardware that stands is paid for."
    rows = []
    for one in found:
        cells = [one.id, percent(one.residual, 2), number(one.accepted_over_d, 3)]
        cells.append(number(one.step_over_d, 3))
        rows.append((*cells, *((number(one.standing_over_d, 3),) if answer.full_cost else ())))
    return DisplayTable(
        f"Demand of {answer.year} with these markups, over D", columns, tuple(rows), note=note
    )


def left_as_they_are(answer: Calibration) -> list[str]:
    """Classes that keep their markup, a sentence for each reason."""
    by_reason: dict[str, list[str]] = {}
    for one in answer.classes:
        if one.why:
            by_reason.setdefault(one.why, []).append(one.id)
    return [f"Left as before: {', '.join(names)} ({why})." for why, names in by_reason.items()]


def _cannot_serve(answer: Calibration) -> str:
    """Why the base year has no plan that serves D."""
    said = (
        f"Infeasible: within its limits the base year, {answer.year}, cannot serve all demand at"
        " the reference price, so its cost has no meaning."
    )
    if answer.plans["most"].status == "infeasible":
        return f"{said} It has no plan whatever these classes are served."
    if not answer.unserved:
        return f"{said} What it can serve was not found in time."
    short = ", ".join(f"{name} {percent(share)}" for name, share in answer.unserved.items())
    classes = ", ".join(dict.fromkeys(name.split("/")[1] for name in answer.unserved))
    return (
        f"{said} Even at a hundred times the choke price it serves only a part of D: {short}."
        f" Loosen what limits it, or name with --class the classes to calibrate, without {classes}."
    )


def _priced(one: ClassMarkup) -> bool:
    return one.reference_usd_per_mtok is not None


def _markup(kind: str, value: float | None) -> str:
    if value is None:
        return NONE
    return f"+ {_figure(value)} $/Mtok" if kind == "additive" else f"x {_figure(value)}"


def _figure(value: float | None) -> str:
    return NONE if value is None else f"{value:.{FIGURES}g}"


def _range(low: float | None, high: float | None) -> str:
    one, other = _figure(low), _figure(high)
    return one if one == other else f"{one} to {other}"
