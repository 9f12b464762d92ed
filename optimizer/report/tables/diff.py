"""Tables and sentences of two instances, plans or displacements side by side."""

import json
from collections import Counter
from typing import Any

from optimizer.diff import Comparison
from optimizer.diff.displacements import AT_BUILDS, PROVED, SAME, DisplacementComparison
from optimizer.diff.inputs import ONLY_A, ONLY_B, Difference
from optimizer.diff.plans import (
    A_BETTER,
    B_BETTER,
    EQUAL,
    NO_PLAN,
    NOT_COMPARABLE,
    PlanComparison,
)
from optimizer.diff.tolerance import alike
from optimizer.plan.plan import HELD
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, interval_in_words, money, number, ratio
from optimizer.report.tables.costs import money_basis
from optimizer.report.tables.diff_plans import (
    MOST_ROWS,
    builds,
    how_solved,
    named,
    welfare,
    zones,
)

MOST_OF_LIST = 3
"""Rows of the values of one long list, such as a profile's hours."""

WIDEST = 24
"""Characters of a value."""

UNITS = {"tokens": "Gtok", "energy": "MWh", "peak": "MW", "draw": "MWh", "stress": "MW"}


def sentences(comparison: Comparison) -> list[str]:
    """Say what is compared and what the gaps and intervals allow to conclude."""
    a, b = comparison.a, comparison.b
    text = [f"A is the {a.kind} {a.name}, B the {b.kind} {b.name}."]
    if not comparison.differs:
        text.append("Nothing differs.")
    if comparison.input is None:
        text.append("A world has no plan, so there is no input to compare.")
    elif not comparison.input and comparison.differs:
        text.append("Their inputs are identical.")
    if comparison.reordered:
        tables = ", ".join(comparison.reordered)
        text.append(f"Records are in another order, which changes nothing: {tables}.")
    if comparison.plans is not None:
        text.append(_plans(comparison.plans))
        if any(option.path == HELD for option in comparison.plans.options):
            text.append("Builds fixed from another plan are treated as given.")
    if comparison.answers is not None:
        text.append(_answers(comparison.answers))
    if a.kind != b.kind:
        text.append("They are of different kinds, so only their inputs are compared.")
    return text


def tables(comparison: Comparison) -> list[DisplayTable]:
    """Every table of a comparison that has rows."""
    shown: list[DisplayTable | None] = [_input(comparison.input or ())]
    if comparison.plans is not None and comparison.a.instance is not None:
        shown.append(how_solved(comparison.plans))
        if comparison.differs:
            basis = money_basis(comparison.a.instance)
            plans = comparison.plans
            shown += [welfare(plans, basis), builds(plans), zones(plans)]
    if comparison.answers is not None:
        shown += [_measures(comparison.answers), _years(comparison.answers)]
    return [table for table in shown if table is not None]


def _plans(plans: PlanComparison) -> str:
    usd = named(plans.figures, "welfare_usd")
    if plans.verdict == NO_PLAN:
        none = [side for side, value in (("A", usd.a), ("B", usd.b)) if value is None]
        return f"No plan was found for {' and '.join(none)}, so there is no welfare to compare."
    if plans.verdict == NOT_COMPARABLE:
        fields = ", ".join(difference.path for difference in plans.basis)
        return f"Their dollars are not comparable and are not subtracted: {fields} differ."
    apart = money(abs(usd.change or 0.0))
    better = "B" if plans.verdict == B_BETTER else "A"
    if plans.same_input:
        if plans.verdict == EQUAL:
            return "The plans have equal welfare."
        return f"Both are plans of the same input; {better} has {apart} more welfare."
    if plans.verdict == EQUAL:
        return "The best plans of both have equal welfare, within the solver's tolerance."
    if plans.verdict in (A_BETTER, B_BETTER):
        ends = sorted((abs(plans.low_usd or 0.0), abs(plans.high_usd or 0.0)))
        span = " to ".join(dict.fromkeys(map(money, ends)))
        return (
            f"The best plan of {better} has {span} more welfare: the difference exceeds the"
            " optimality gaps."
        )
    return (
        f"The optimality gaps cannot resolve which has more welfare: the plans found are {apart}"
        f" apart, and the gaps leave {money(plans.slack_usd or 0.0)} open. Solve both with a"
        " smaller --gap."
    )


def _answers(answers: DisplacementComparison) -> str:
    a, b = (ratio(side["displacement"]) for side in (answers.a, answers.b))
    if answers.telling == SAME:
        return f"Energy displacement D is the same, {a}."
    if alike(answers.a["displacement"], answers.b["displacement"]):
        return f"Energy displacement D is {a} in both, but its intervals differ."
    text = f"Energy displacement D is {a} in A and {b} in B"
    if answers.telling == PROVED:
        return f"{text}: no plans within the gaps have the same D."
    if answers.telling == AT_BUILDS:
        return (
            f"{text}; the intervals at the builds found do not overlap, but plans within the gaps"
            " with other builds may have the same D."
        )
    return f"{text}, which the intervals cannot resolve: they overlap or are unknown."


def _input(differences: tuple[Difference, ...]) -> DisplayTable | None:
    if not differences:
        return None
    rows: list[tuple[str, str, str]] = []
    of_list: Counter[str] = Counter()
    for difference in differences:
        if difference.list:
            of_list[difference.list] += 1
            if of_list[difference.list] > MOST_OF_LIST:
                continue
        a = NONE if difference.how == ONLY_B else _shown(difference.a)
        b = NONE if difference.how == ONLY_A else _shown(difference.b)
        rows.append((difference.path, a, b))
    cut = [
        f"{count - MOST_OF_LIST:,} more values of {path} differ."
        for path, count in of_list.items()
        if count > MOST_OF_LIST
    ]
    if len(rows) > MOST_ROWS:
        cut.append(f"{len(rows) - MOST_ROWS:,} more fields differ.")
    count = f"{len(differences):,} {'values differ' if len(differences) > 1 else 'value differs'}"
    return DisplayTable(
        f"Input: {count}",
        ("field", "A", "B"),
        tuple(rows[:MOST_ROWS]),
        words=(0, 1, 2),
        note=" ".join([*cut, *(["--json has them all."] if cut else [])]),
    )


def _shown(value: Any) -> str:
    """A value as it would be written in YAML, on one short line."""
    if isinstance(value, dict) and not all(key.isdigit() for key in value):
        return "given"
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(map(_shown, value)) + "]"
        text = text if len(text) <= WIDEST else f"{len(value):,} values"
    elif isinstance(value, str):
        text = value or '""'
    else:
        text = f"{value:.12g}" if isinstance(value, float) else json.dumps(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def _measures(answers: DisplacementComparison) -> DisplayTable | None:
    rows: list[tuple[str, ...]] = [
        (difference.path.replace("_", " "), _words(difference.a), _words(difference.b))
        for difference in answers.words
    ]
    for name, what in (("interval", "at these builds"), ("proved_interval", "proven")):
        if answers.a[name] != answers.b[name]:
            ends = [_ends(side[name]) for side in (answers.a, answers.b)]
            rows.append((f"energy D, interval {what}", *ends))
    for difference in answers.measures:
        measure, figure = difference.path.split(".")
        pair = difference.a, difference.b
        if figure == "displacement":
            rows.append((f"{measure}: D", *map(ratio, pair)))
            continue
        places = decimals(value or 0.0 for value in pair)
        cells = (number(value, places) for value in pair)
        rows.append((f"{measure}: {figure.replace('_', ' ')}, {UNITS[measure]}", *cells))
    if not rows:
        return None
    return DisplayTable("Displacement D: differences", ("", "A", "B"), tuple(rows))


def _years(answers: DisplacementComparison) -> DisplayTable | None:
    rows = []
    for difference in answers.by_year:
        year, what = difference.path.split(".", 1)
        name, text = ("verdict", _words) if what == "verdict" else ("energy D", ratio)
        rows.append((year, name, text(difference.a), text(difference.b)))
    if not rows:
        return None
    columns = ("year", "", "A", "B")
    return DisplayTable("Differences by year", columns, tuple(rows), words=(0, 1))


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or NONE
    return NONE if value is None else str(value)


def _ends(interval: dict[str, float | None]) -> str:
    low, high = interval["low"], interval["high"]
    return NONE if low is None or high is None else interval_in_words(low, high)
