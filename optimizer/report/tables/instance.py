"""Tables of an instance: its records, days, feasible placements and assumptions."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from optimizer.load.assumption_values import Records, instance_value, records_of
from optimizer.problem.horizon import Horizon
from optimizer.problem.placements import REASONS, Arcs, Refusal
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import number, plain
from optimizer.schema.base import Record
from optimizer.schema.instance import Assumption, Instance

ANY_YEAR_OF_365_DAYS = 2027


def counts(instance: Instance) -> dict[str, int]:
    """Number of records in each table."""
    return {name: len(value) for name, value in instance if isinstance(value, tuple)}


def records(instance: Instance) -> DisplayTable:
    """Number and kinds of records in each table that has any."""
    rows = tuple(
        (name.replace("_", " "), f"{count:,}", _kinds(getattr(instance, name)))
        for name, count in counts(instance).items()
        if count
    )
    return DisplayTable("Records by table", ("table", "records", "kinds"), rows, words=(0, 2))


def _kinds(table: tuple[Record, ...]) -> str:
    kinds = [getattr(record, "kind", None) for record in table]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds) if kind)


def day_name(day: int) -> str:
    """Day and month of a day of the year, counted from 0."""
    return f"{date(ANY_YEAR_OF_365_DAYS, 1, 1) + timedelta(days=day):%d %b}"


def days(horizon: Horizon) -> DisplayTable:
    """Representative days with their weights and steps."""
    rows = []
    for position, day in enumerate(horizon.day_of_year):
        steps = horizon.day == position
        lengths = sorted({int(length) for length in horizon.length_h[steps]})
        weight = number(float(horizon.days_per_year[steps][0]), 0)
        hours = " and ".join(map(str, lengths))
        rows.append((day_name(int(day)), weight, f"{int(steps.sum())}", hours))
    return DisplayTable(
        "Representative days",
        ("day", "days a year", "steps", "hours per step"),
        tuple(rows),
        note="They include the day of peak load; if load varies, its peak hour is a step of its"
        " own.",
    )


def placement_counts(instance: Instance, arcs: Arcs) -> dict[str, dict[str, int]]:
    """Count (workload, site, configuration) by reason and kind of site.

    Returns
    -------
    dict
        By name of `Refusal` in lower case (``none``: feasible), then by kind of site.
    """
    kinds = np.array([site.kind for site in instance.sites])
    return {
        reason.name.lower(): {
            str(kind): int((arcs.refusal[:, kinds == kind] == reason).sum())
            for kind in dict.fromkeys(kinds)
        }
        for reason in Refusal
    }


def placements(instance: Instance, arcs: Arcs) -> DisplayTable:
    """Feasible and infeasible placements by kind of site."""
    by_reason = placement_counts(instance, arcs)
    kinds = list(by_reason["none"])
    rows = tuple(
        (REASONS[reason], *(f"{by_reason[reason.name.lower()][kind]:,}" for kind in kinds))
        for reason in Refusal
        if reason is Refusal.NONE or any(by_reason[reason.name.lower()].values())
    )
    return DisplayTable(
        "Placements (workload, site, configuration) by kind of site",
        ("", *kinds),
        rows,
        note="Infeasible placements are counted under the first reason that applies, in this"
        " order.",
    )


def value_in_words(records: Records, assumption: Assumption) -> str:
    """Return what an instance has, the value that was assumed if it is another, and its range."""
    value, range_ = plain(assumption.value), f"{plain(assumption.low)} to {plain(assumption.high)}"
    held = instance_value(records, assumption)
    if held is not None and not held.is_that_of(assumption):
        ends = [plain(end) for end in (min(held.values), max(held.values))] if held.values else []
        now = " to ".join(dict.fromkeys(ends)) or "not set"
        return f"{now}, assumption {value} ({range_}) {assumption.unit}"
    return f"{value} ({range_}) {assumption.unit}"


def solved_value(records: Records, assumption: Assumption) -> float | None:
    """Return the number that is solved for an assumption; None if there is none to compare."""
    held = instance_value(records, assumption)
    return None if held is None else held.single


def headline_assumptions(instance: Instance) -> DisplayTable | None:
    """Assumptions printed beside every result; None if there are none."""
    chosen = [assumption for assumption in instance.assumptions if assumption.headline]
    others = len(instance.assumptions) - len(chosen)
    note = f"{others} more: optimizer info --assumptions." if others else ""
    return _assumptions(instance, "Headline assumptions", chosen, note)


def all_assumptions(instance: Instance) -> DisplayTable | None:
    """Every assumption of an instance; None if there are none."""
    return _assumptions(instance, "Assumptions", instance.assumptions, "")


def _assumptions(
    instance: Instance, title: str, chosen: Iterable[Assumption], note: str
) -> DisplayTable | None:
    by_name = records_of(instance)
    rows = tuple(
        (assumption.meaning, value_in_words(by_name, assumption), assumption.source)
        for assumption in chosen
    )
    if not rows:
        return None
    columns = ("assumption", "value (range) unit", "source")
    return DisplayTable(title, columns, rows, words=(0, 1, 2), note=note)
