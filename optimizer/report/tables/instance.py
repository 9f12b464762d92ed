"""What an instance holds: how many records of what, and how its year is resolved."""

from collections.abc import Iterator
from datetime import date, timedelta

from optimizer.problem.horizon import Horizon
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import number
from optimizer.schema.base import Record
from optimizer.schema.instance import Instance

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
