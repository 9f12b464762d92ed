"""What an instance holds: how many records of what, and how its year is resolved."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import numpy as np

from optimizer.problem.horizon import Horizon
from optimizer.problem.placements import REASONS, Arcs, Refusal
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import number
from optimizer.schema.base import Record
from optimizer.schema.instance import Assumption, Instance

ANY_YEAR_OF_365_DAYS = 2027


def counts(instance: Instance) -> dict[str, int]:
    """Records by table."""
    return {name: len(value) for name, value in instance if isinstance(value, tuple)}


def records(instance: Instance) -> DisplayTable:
    """How many records of what; what there is none of is left out."""
    rows = [
        (name.replace("_", " "), f"{count:,}", kinds)
        for name, count in counts(instance).items()
        if count
        for kinds in [", ".join(_kinds(getattr(instance, name)))]
    ]
    return DisplayTable(
        "Records by table", ("table", "records", "kinds"), tuple(rows), words=(0, 2)
    )


def _kinds(table: tuple[Record, ...]) -> Iterator[str]:
    found = [getattr(record, "kind", None) for record in table]
    for kind in dict.fromkeys(found):
        if kind is not None:
            yield f"{found.count(kind)} {kind}"


def day_name(day: int) -> str:
    """Day and month of a day of the year, counted from 0."""
    return f"{date(ANY_YEAR_OF_365_DAYS, 1, 1) + timedelta(days=day):%d %b}"


def days(horizon: Horizon) -> DisplayTable:
    """Representative days: which, how many days a year each stands for, and its steps."""
    rows = []
    for position, day in enumerate(horizon.day_of_year):
        steps = horizon.day == position
        lengths = sorted({int(length) for length in horizon.length_h[steps]})
        weight = float(horizon.days_per_year[steps][0])
        rows.append(
            (
                day_name(int(day)),
                number(weight, 0),
                f"{int(steps.sum())}",
                " and ".join(f"{length}" for length in lengths),
            )
        )
    return DisplayTable(
        "Representative days",
        ("day", "days a year", "steps", "hours of a step"),
        tuple(rows),
        note="The day of the peak hour is one; where load varies that hour is a step of its own.",
    )


def placement_counts(instance: Instance, arcs: Arcs) -> dict[str, dict[str, int]]:
    """Count (workload, site, configuration) by reason and by kind of site.

    Returns
    -------
    dict
        By name of `Refusal` in lower case, ``none`` being the feasible; each
        by kind of site.
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
    """Feasible and refused placements by kind of site."""
    counted = placement_counts(instance, arcs)
    kinds = list(counted["none"])
    rows = tuple(
        (REASONS[reason], *(f"{counted[reason.name.lower()][kind]:,}" for kind in kinds))
        for reason in Refusal
        if reason is Refusal.NONE or any(counted[reason.name.lower()].values())
    )
    return DisplayTable(
        "Placements (workload, site, configuration) by kind of site",
        ("", *kinds),
        rows,
        note="Refused for the first reason that applies, in this order.",
    )


WHOLE_FROM = 1e5
"""Numbers from here on are shown whole."""


def headline_assumptions(instance: Instance) -> DisplayTable | None:
    """Assumptions that stand beside every result."""
    chosen = [one for one in instance.assumptions if one.headline]
    if not chosen:
        return None
    others = len(instance.assumptions) - len(chosen)
    note = f"{others} more: optimizer info --assumptions." if others else ""
    return _listed("Headline assumptions", chosen, note)


def all_assumptions(instance: Instance) -> DisplayTable | None:
    """Every assumption of an instance."""
    if not instance.assumptions:
        return None
    return _listed("Assumptions", instance.assumptions, "")


def _listed(title: str, chosen: Iterable[Assumption], note: str) -> DisplayTable:
    rows = tuple(
        (
            one.meaning,
            f"{_plain(one.value)} ({_plain(one.low)} to {_plain(one.high)}) {one.unit}",
            one.source,
        )
        for one in chosen
    )
    return DisplayTable(
        title, ("what", "value (range) unit", "source"), rows, words=(0, 1, 2), note=note
    )


def _plain(value: float) -> str:
    """A number as given, without an exponent where it is large."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:,g}"
