"""Parts of an intervention's result: a year, a zone's change, and how a world was solved."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from optimizer.counterfactual.factors import Factors
from optimizer.counterfactual.measures import Measure, Refill
from optimizer.counterfactual.verdict import Bounds, Verdict, Verdicts

UNITS = {"tokens": "gtok", "energy": "mwh", "draw": "mwh", "peak": "mw", "stress": "mw"}
"""Unit of each measure, as it ends the name of a column."""


class Record(BaseModel):
    """A frozen record without infinite numbers."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class YearResult(Record):
    """One year of a displacement; see `Displacement`."""

    year: int
    words: str = Field(alias="verdict")
    forced_by: tuple[str, ...] = ()
    interval: Bounds
    tokens: Measure
    energy: Measure
    peak: Measure
    draw: Measure
    stress: Measure | None = None
    verdicts: Verdicts | None = None
    factors: Factors | None = None
    refill: Refill | None = None
    change_of_maximum_mw: float

    @property
    def verdict(self) -> Verdict:
        """Verdict of the year."""
        return Verdict(self.words, self.forced_by)


@dataclass(frozen=True)
class ZoneChange:
    """Change of a zone's modelled load in a year: with the intervention less the baseline.

    ``mwh`` is over the year, ``mw`` at the hour of the baseline's highest load; ``span_years``
    counts the years that the period represents.
    """

    zone: str
    year: int
    mwh: float
    mw: float
    span_years: float = 1.0


@dataclass(frozen=True)
class World:
    """Outcome of solving one world.

    ``builds`` counts the builds that the interval covers: the plan's own, and alternatives
    found within the gap; None if the world has no part in the interval.
    """

    status: str
    welfare_usd: float | None
    bound_usd: float | None
    gap: float | None
    builds: int | None = None


def year_row(year: YearResult) -> dict[str, Any]:
    """Return a year as a row of the table ``by_year``."""
    row: dict[str, Any] = {
        "year": year.year,
        "verdict": year.words,
        "forced_by": ", ".join(year.forced_by),
        "displacement_low": year.interval.low,
        "displacement_high": year.interval.high,
        "change_of_maximum_mw": year.change_of_maximum_mw,
        "refill_mw": None if year.refill is None else year.refill.mw,
        "refill_share": None if year.refill is None else year.refill.share,
    }
    for name, verdict in year.verdicts.items() if year.verdicts is not None else ():
        row[f"{name}_verdict"] = verdict.words
    for name, unit in UNITS.items():
        measure: Measure | None = getattr(year, name)
        if measure is None:
            continue
        row[f"{name}_displacement"] = measure.displacement
        for field in ("rest_without", "rest_with", "intervention"):
            row[f"{name}_{field}_{unit}"] = getattr(measure, field)
    return row
