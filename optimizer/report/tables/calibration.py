"""A calibration in sentences and tables."""

from optimizer.calibration.result import CALIBRATED, IMPOSSIBLE, STOPPED, Calibration, ClassMarkup
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, number, percent

FIGURES = 4
"""Significant figures of prices and markups."""

BASIS = {
    False: "with existing hardware paid for",
    True: "with existing hardware counted as bought in that year",
}
WITHOUT = {
    "time_limit": "Stopped at the time limit before the base year had a plan with prices.",
    "interrupted": "Interrupted before the base year had a plan.",
}


def status_in_words(answer: Calibration) -> str:
    """Say how the calibration ended."""
    if answer.status == "infeasible":
        return _cannot_serve(answer)
    if answer.status not in (CALIBRATED, IMPOSSIBLE, STOPPED):
        stopped = f"The solver stopped without an answer: {answer.status}."
        return WITHOUT.get(answer.status, stopped)
    if not answer.plans:
        return "No class responds to price, so there is nothing to calibrate."
    basis = f"in {answer.year}, {BASIS[answer.full_cost]}"
    without = [markup.id for markup in answer.classes if markup.after is None and _priced(markup)]
    if without:
        return f"No markup reproduces reference demand {basis}, for {', '.join(without)}."
    text = f"Calibrated: with these markups demand equals reference demand {basis}."
    if answer.status == STOPPED:
        text += " A plan stopped short of its gap, so costs and check are provisional."
    return text


def markups(answer: Calibration) -> DisplayTable | None:
    """Markups before and after, with reference price and cost; None if there are none."""
    rows = tuple(
        (
            markup.id,
            _markup(markup.kind, markup.before),
            _markup(markup.kind, markup.after),
            _figure(markup.reference_usd_per_mtok),
            _range(markup.cost_low_usd_per_mtok, markup.cost_high_usd_per_mtok),
        )
        for markup in answer.classes
        if _priced(markup)
    )
    if not rows:
        return None
    return DisplayTable(
        "Markup over the long-run cost of serving reference demand: a factor, or $/Mtok added",
        ("class", "before", "calibrated", "reference, $/Mtok", "cost, $/Mtok"),
        rows,
        note="Cost: from the lowest to the highest of the class's workloads.",
    )


def check(answer: Calibration) -> DisplayTable | None:
    """How closely demand matches reference demand; None if no markup was found."""
    calibrated = [markup for markup in answer.classes if markup.after is not None]
    if not calibrated:
        return None
    columns: tuple[str, ...] = ("class", "largest deviation", "planned again", "demand step")
    note = (
        "Largest deviation: of a workload's demand from its reference. Planned again: demand"
        " accepted by the base year with these markups; within a demand step of 1 it is as close as"
        " the steps allow."
    )
    if answer.full_cost:
        columns += ("hardware paid",)
        note += " Hardware paid: the same with existing hardware paid for."
    rows = []
    for markup in calibrated:
        ratios = [markup.accepted_over_d, markup.step_over_d]
        ratios += [markup.standing_over_d] if answer.full_cost else []
        cells = (number(ratio, 3) for ratio in ratios)
        rows.append((markup.id, percent(markup.residual, 2), *cells))
    title = f"Demand of {answer.year} with these markups, relative to reference demand"
    return DisplayTable(title, columns, tuple(rows), note=note)


def left_as_they_are(answer: Calibration) -> list[str]:
    """List the classes that keep their markup, a sentence for each reason."""
    by_reason: dict[str, list[str]] = {}
    for markup in answer.classes:
        if markup.why:
            by_reason.setdefault(markup.why, []).append(markup.id)
    return [f"Unchanged: {', '.join(names)} ({reason})." for reason, names in by_reason.items()]


def _cannot_serve(answer: Calibration) -> str:
    """Say why the base year has no plan that serves reference demand."""
    text = (
        f"Infeasible: within its limits the base year, {answer.year}, cannot serve all demand at"
        " the reference price, so its cost is undefined."
    )
    if answer.plans["most"].status == "infeasible":
        return f"{text} It has no plan even if these classes are not served."
    if not answer.unserved:
        return f"{text} Ran out of time before determining what it can serve."
    short = ", ".join(f"{name} {percent(share)}" for name, share in answer.unserved.items())
    classes = ", ".join(dict.fromkeys(name.split("/")[1] for name in answer.unserved))
    return (
        f"{text} Even at a hundred times the choke price it serves only part of reference demand:"
        f" {short}. Relax its limits, or select with --class the classes to calibrate, without"
        f" {classes}."
    )


def _priced(markup: ClassMarkup) -> bool:
    return markup.reference_usd_per_mtok is not None


def _markup(kind: str, value: float | None) -> str:
    if value is None:
        return NONE
    return f"+ {_figure(value)} $/Mtok" if kind == "additive" else f"x {_figure(value)}"


def _figure(value: float | None) -> str:
    return NONE if value is None else f"{value:.{FIGURES}g}"


def _range(low: float | None, high: float | None) -> str:
    return " to ".join(dict.fromkeys([_figure(low), _figure(high)]))
