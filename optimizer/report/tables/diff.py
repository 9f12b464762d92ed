"""Tables and sentences of two instances, plans or displacements beside each other."""

import json
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
from optimizer.report.tables.diff_plans import MOST_ROWS, builds, how_solved, named, welfare, zones

MOST_OF_LIST = 3
"""Rows of the values of one long list, such as a profile's hours."""

WIDEST = 24
"""Characters of a value."""


def sentences(found: Comparison) -> list[str]:
    """What is compared, and what can be told of it, in sentences."""
    told = [f"A is the {found.a.kind} {found.a.name}, B the {found.b.kind} {found.b.name}."]
    if not found.differs:
        told.append("Nothing differs.")
    if found.input is None:
        told.append("A world has no plan, so there is no input to compare.")
    elif not found.input and found.differs:
        told.append("Their input is the same, field by field.")
    if found.reordered:
        tables = ", ".join(found.reordered)
        told.append(f"Records stand in another order, which changes nothing: {tables}.")
    if found.plans is not None:
        told += _of_plans(found.plans)
        if any(one.path == HELD for one in found.plans.options):
            told.append("What one holds of another plan counts as given.")
    if found.answers is not None:
        told.append(_of_answers(found.answers))
    if found.a.kind != found.b.kind:
        told.append("They are not of one kind, so only their input is compared.")
    return told


def tables(found: Comparison) -> list[DisplayTable]:
    """Every table of a comparison that has something to show."""
    shown: list[DisplayTable | None] = [_input(found.input or ())]
    if found.plans is not None and found.a.instance is not None:
        shown.append(how_solved(found.plans))
        if found.differs:
            basis = money_basis(found.a.instance)
            shown += [welfare(found.plans, basis), builds(found.plans), zones(found.plans)]
    if found.answers is not None:
        shown += [_measures(found.answers), _years(found.answers)]
    return [table for table in shown if table is not None]


def _of_plans(plans: PlanComparison) -> list[str]:
    worth = named(plans.figures, "welfare_usd")
    if plans.verdict == NO_PLAN:
        none = [side for side, value in (("A", worth.a), ("B", worth.b)) if value is None]
        return [f"No plan was found for {' and '.join(none)}, so there is no welfare to compare."]
    if plans.verdict == NOT_COMPARABLE:
        fields = ", ".join(one.path for one in plans.basis)
        return [f"Their dollars are not of one kind, so they are not subtracted: {fields} differ."]
    apart = money(abs(worth.change or 0.0))
    if plans.same_input:
        if plans.verdict == EQUAL:
            return ["The plans are worth the same."]
        better = "B" if plans.verdict == B_BETTER else "A"
        return [f"Both are plans of the same input, and {better}'s is worth {apart} more."]
    low, high = plans.low_usd or 0.0, plans.high_usd or 0.0
    if plans.verdict == EQUAL:
        return ["The best plans of both are worth the same, within the solver's tolerance."]
    if plans.verdict in (A_BETTER, B_BETTER):
        better = "B" if plans.verdict == B_BETTER else "A"
        least, most = sorted((abs(low), abs(high)))
        span = money(least) if money(least) == money(most) else f"{money(least)} to {money(most)}"
        return [
            f"The best plan of {better} is worth more, by {span}: more than the gaps leave open."
        ]
    return [
        f"Which is worth more cannot be told: the plans found are {apart} apart, and the gaps leave"
        f" open {money(plans.slack_usd or 0.0)}. Solve both with a smaller --gap."
    ]


def _of_answers(answers: DisplacementComparison) -> str:
    a, b = (ratio(side["displacement"]) for side in (answers.a, answers.b))
    if answers.telling == SAME:
        return f"Energy displacement is the same, {a}."
    if alike(answers.a["displacement"], answers.b["displacement"]):
        return (
            f"Energy displacement is {a} in both, though not all that is known of it is the same."
        )
    said = f"Energy displacement is {a} in A and {b} in B"
    if answers.telling == PROVED:
        return f"{said}: no plans within the gaps have the same."
    if answers.telling == AT_BUILDS:
        return (
            f"{said}; the intervals at the builds found do not meet, but plans as good, with other"
            " builds, may have the same."
        )
    return f"{said}, which cannot be told apart: the intervals overlap, or are not known."


def _input(found: tuple[Difference, ...]) -> DisplayTable | None:
    if not found:
        return None
    lines: list[tuple[str, str, str]] = []
    of_list: dict[str, int] = {}
    for one in found:
        if one.list:
            of_list[one.list] = of_list.get(one.list, 0) + 1
            if of_list[one.list] > MOST_OF_LIST:
                continue
        a, b = _shown(one.a), _shown(one.b)
        lines.append(
            (
                one.path,
                "-" if one.how == ONLY_B else a,
                "-" if one.how == ONLY_A else b,
            )
        )
    cut = [
        f"{count - MOST_OF_LIST:,} more values of {path} differ."
        for path, count in of_list.items()
        if count > MOST_OF_LIST
    ]
    more = len(lines) - MOST_ROWS
    if more > 0:
        cut.append(f"{more:,} more fields differ.")
    note = " ".join([*cut, *(["--json has them all."] if cut else [])])
    return DisplayTable(
        f"Input: {len(found):,} {'values differ' if len(found) > 1 else 'value differs'}",
        ("field", "A", "B"),
        tuple(lines[:MOST_ROWS]),
        words=(0, 1, 2),
        note=note,
    )


def _shown(value: Any) -> str:
    """A value as it would be written in YAML, on one short line."""
    if isinstance(value, dict) and not all(key.isdigit() for key in value):
        return "given"
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{key}: {_shown(one)}" for key, one in value.items()) + "}"
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
        (one.path.replace("_", " "), _words(one.a), _words(one.b)) for one in answers.words
    ]
    for name, what in (("interval", "at these builds"), ("proved_interval", "proved")):
        if answers.a[name] != answers.b[name]:
            ends = [_ends(side[name]) for side in (answers.a, answers.b)]
            rows.append((f"energy D, interval {what}", *ends))
    units = {"tokens": "Gtok", "energy": "MWh", "peak": "MW", "draw": "MWh"}
    for one in answers.measures:
        measure, figure = one.path.split(".")
        if figure == "displacement":
            rows.append((f"{measure}: D", ratio(one.a), ratio(one.b)))
            continue
        places = decimals(value or 0.0 for value in (one.a, one.b))
        cells = (number(value, places) for value in (one.a, one.b))
        rows.append((f"{measure}: {figure.replace('_', ' ')}, {units[measure]}", *cells))
    if not rows:
        return None
    return DisplayTable("Displacement, where it differs", ("", "A", "B"), tuple(rows))


def _years(answers: DisplacementComparison) -> DisplayTable | None:
    if not answers.by_year:
        return None
    rows = []
    for one in answers.by_year:
        year, what = one.path.split(".", 1)
        if what == "verdict":
            rows.append((year, what, _words(one.a), _words(one.b)))
        else:
            rows.append((year, "energy D", ratio(one.a), ratio(one.b)))
    return DisplayTable(
        "By year, where it differs", ("year", "", "A", "B"), tuple(rows), words=(0, 1)
    )


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or NONE
    return NONE if value is None else str(value)


def _ends(interval: dict[str, float | None]) -> str:
    low, high = interval["low"], interval["high"]
    return NONE if low is None or high is None else interval_in_words(low, high)
