"""Compare the values of assumptions with the numbers of the instance, which are what is solved."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.load.field_types import TABLES, FieldType, type_at
from optimizer.schema.assumed import reached
from optimizer.schema.base import at_year
from optimizer.schema.contents import Contents
from optimizer.schema.instance import Assumption, Instance

SAME = 1e-6
"""Relative difference up to which a value is that of the instance: files round."""


@dataclass(frozen=True)
class InstanceValue:
    """What an instance holds where an assumption says that its value is.

    Attributes
    ----------
    values : tuple of float
        The number, or one for each year or record if the path leads to several; empty if it is
        not set.
    """

    values: tuple[float, ...]

    @property
    def single(self) -> float | None:
        """The number; None if there is none, or several that differ."""
        return self.values[0] if len(set(self.values)) == 1 else None

    def is_that_of(self, assumption: Assumption) -> bool:
        """Whether the instance holds the assumption's value."""
        return bool(self.values) and all(_same(each, assumption.value) for each in self.values)

    def is_in_range_of(self, assumption: Assumption) -> bool:
        """Whether what the instance holds is in the assumption's own range."""
        least, most = assumption.low, assumption.high
        return all(
            least <= each <= most or _same(each, least) or _same(each, most) for each in self.values
        )


def is_family(assumption: Assumption) -> bool:
    """Whether the path of an assumption means several fields, which have no single value."""
    return assumption.path.endswith(".*")


def type_of(path: str) -> FieldType | None:
    """Return the type of what a valid path leads to; its second word is an id in a table."""
    first, *words = path.split(".")
    return type_at((first, 0, *words[1:]) if first in TABLES else (first, *words))


Records = Mapping[str, Any]
"""Sections of an instance by name, and its tables as mappings from the name of a record to it."""


def records_of(instance: Instance) -> Records:
    """Return the records of an instance by name."""
    return Contents.of(instance).by_name


def instance_value(records: Records, assumption: Assumption) -> InstanceValue | None:
    """Return what an instance holds at the path of an assumption.

    Parameters
    ----------
    records : mapping
        Of the instance (`records_of`).
    assumption : Assumption

    Returns
    -------
    InstanceValue or None
        None if there is nothing to compare: a profile, or several fields without a single value
        (see `family_fault`).
    """
    if is_family(assumption):
        return None
    field = type_of(assumption.path)
    if field is None or field.kind not in ("number", "integer", "yearly"):
        return None
    return InstanceValue(tuple(_numbers(assumption.path, records)))


def family_fault(records: Records, assumption: Assumption) -> str:
    """Return why the value of an assumption about several fields is not theirs; empty if it may be.

    Its value may be the total, the mean or one of the numbers in `alike`.  If it has another unit
    than they have, it cannot be compared.
    """
    paths = assumption.alike.split()
    if not is_family(assumption) or not paths:
        return ""
    types = [type_of(path) for path in paths]
    if any(field is None or field.leaf.unit != assumption.unit for field in types):
        return ""
    years = records["time"].years
    held = [value for path in paths for value in reached(path, records) if value is not None]
    by_year = [[_at(value, year) for value in held] for year in years]
    totals = [math.fsum(values) for values in by_year]
    means = [total / len(held) for total in totals if held]
    each = [number for path in paths for number in _numbers(path, records)]
    if not held or any(_same(number, assumption.value) for number in (*totals, *means, *each)):
        return ""
    first = f" in {years[0]}" if len({round(total, 9) for total in totals}) > 1 else ""
    return (
        f"is neither the total ({totals[0]:,.6g}{first}), the mean ({means[0]:,.6g}) nor one of"
        " the numbers that scale with it"
    )


def assumption_warnings(instance: Instance) -> tuple[str, ...]:
    """Return a warning about every number that is outside the range of its own assumption."""
    return tuple(_warnings(instance))


def _warnings(instance: Instance) -> Iterator[str]:
    records = records_of(instance)
    for assumption in instance.assumptions:
        path, places = assumption.path, instance.reading.assumed
        place = f"{places[path]}: " if path in places else ""
        ends = f"{assumption.low:,.6g} to {assumption.high:,.6g} {assumption.unit}"
        held = instance_value(records, assumption)
        if held is not None and not held.is_in_range_of(assumption):
            yield (
                f"{place}{path} = {text_of(held)} is outside the range of its assumption, {ends}"
                f" ({assumption.value:,.6g} is assumed): check the number and its unit"
            )
        elif fault := family_fault(records, assumption):
            yield f"{place}assumption {path} = {assumption.value:,.6g}: {fault}"


def text_of(held: InstanceValue) -> str:
    """Return what an instance holds as text."""
    if not held.values:
        return "not set"
    least, most = min(held.values), max(held.values)
    return f"{least:,.6g}" if least == most else f"{least:,.6g} to {most:,.6g}"


def _numbers(path: str, records: Records) -> Iterator[float]:
    """Yield the numbers that a path leads to: of a yearly path, those of all its years."""
    last = path.rpartition(".")[2]
    for value in reached(path, records):
        if isinstance(value, Mapping):
            yield from [at_year(value, int(last))] if last.isdigit() else value.values()
        elif value is not None:
            yield float(value)


def _at(value: Any, year: int) -> float:
    return at_year(value, year) if isinstance(value, Mapping) else float(value)


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=SAME, abs_tol=1e-12)
