"""The densing law: the same quality from fewer parameters, with its doubling time."""

from collections.abc import Iterator
from typing import Self

from pydantic import model_validator

from optimizer.schema.base import Record, default
from optimizer.schema.contents import Contents
from optimizer.schema.quantities import CalendarYear, Months
from optimizer.schema.references import Fault
from optimizer.units import MONTHS_PER_YEAR

MOST_DOUBLINGS = 20
"""Doublings over the horizon beyond which the model's coefficients are numerically unusable."""


class Densing(Record):
    """Capability per parameter doubles at a fixed interval, so constant quality needs less.

    Every configuration's tokens/s are multiplied, and its J/token divided, by
    ``2**(12 (min(year, last_year) - base_year) / doubling_months)``, on top of its own paths.
    The published law has a doubling time of about 3.5 months.
    """

    doubling_months: Months | None = default(
        None, "Doubling time of capability per parameter; if null, it does not grow"
    )
    base_year: CalendarYear | None = default(
        None, "Year for which the figures in the tables hold; if null, the first period"
    )
    last_year: CalendarYear | None = default(None, "Last year of growth; if null, it continues")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        base, last = self.base_year, self.last_year
        if base is not None and last is not None and last < base:
            raise ValueError(f"last_year ({last}) must be at least base_year ({base})")
        return self


def densing_faults(contents: Contents) -> Iterator[Fault]:
    """Yield a fault if the gain over the horizon is numerically unusable."""
    if not {"densing", "time"} <= contents.sections.keys():
        return
    densing, years = contents.sections["densing"], contents.sections["time"].years
    if densing.doubling_months is None:
        return
    base = years[0] if densing.base_year is None else densing.base_year
    last = years[-1] if densing.last_year is None else min(years[-1], densing.last_year)
    furthest = max(last - base, base - min(years[0], last))
    doublings = MONTHS_PER_YEAR * furthest / densing.doubling_months
    if doublings > MOST_DOUBLINGS:
        message = (
            f"gives {doublings:.3g} doublings within the horizon, but at most {MOST_DOUBLINGS} are"
            " allowed: increase it, or end growth earlier with last_year"
        )
        yield Fault(("densing", "doubling_months"), message, densing.doubling_months)
