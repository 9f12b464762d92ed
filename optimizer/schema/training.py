"""Training runs: a model trained at a site, with data from the catalog."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from optimizer.schema import quantities as unit
from optimizer.schema.base import Identifier, OwnId, Record, default
from optimizer.schema.contents import Contents
from optimizer.schema.references import Fault
from optimizer.units import DAYS_PER_YEAR


class TrainingRun(Record):
    """One training run at a site while it is open: load in addition to serving.

    Its power is ``accelerator-hours * watts per accelerator / duration``, times the site's PUE;
    its energy is that power over its days.  The accelerator-hours are the first one given of:
    the run's own, the model's, the model's training cost divided by the run's price of an
    accelerator-hour.
    """

    id: OwnId
    site: Identifier = Field(description="Site where it runs")
    model: Identifier = Field(description="Model that is trained")
    hardware: Identifier = Field(description="Hardware whose accelerators it uses")
    start_year: unit.CalendarYear = Field(description="Year in which it runs")
    days: unit.Days = Field(description="Duration")
    accelerator_hours: unit.AcceleratorHours | None = default(
        None, "Accelerator-hours; if null, the model's training_accelerator_hours"
    )
    usd_per_accelerator_hour: unit.UsdPerAcceleratorHour | None = default(
        None, "Converts the model's training_cost_usd to hours if it has none"
    )
    accelerator_w: unit.Watts | None = default(
        None, "Wall power of one accelerator; if null, its share of the unit's loaded_w"
    )


def training_faults(contents: Contents) -> Iterator[Fault]:
    """Yield faults that make a training run impossible, or its energy or power wrong."""
    sites, models = contents.by_id("sites"), contents.by_id("models")
    time = contents.sections.get("time")
    for row, run in contents.each("training_runs"):
        place = ("training_runs", row)
        site = sites.get(run.site)
        if site is not None and site.kind == "device":
            yield Fault((*place, "site"), "is a device fleet, which cannot train", run.site)
        if site is not None and run.start_year < site.available_from:
            message = f"must be at least {site.available_from}, the first year of {site.id}"
            yield Fault((*place, "start_year"), message, run.start_year)
        model = models.get(run.model)
        if model is not None and run.accelerator_hours is None:
            yield from _hours_are_known(row, run, model)
        if time is not None:
            yield from _fits_time(row, run, time)


def _hours_are_known(row: int, run: TrainingRun, model: Any) -> Iterator[Fault]:
    cost = model.training_cost_usd
    if model.training_accelerator_hours is not None or (
        cost and run.usd_per_accelerator_hour is not None
    ):
        return
    message = f"is required: {run.model} has no training_accelerator_hours"
    if cost:
        message += "; or give usd_per_accelerator_hour, since it has training_cost_usd"
    yield Fault(("training_runs", row, "accelerator_hours"), message)


def _fits_time(row: int, run: TrainingRun, time: Any) -> Iterator[Fault]:
    """Yield a fault unless a run is in one period, not shorter than it, with a day of its own."""
    years = time.years
    ends = [*years[1:], years[-1] + time.last_span_years]
    spans = [b - a for a, b in zip(years, ends, strict=True) if a <= run.start_year < b]
    if not spans:
        message = f"must be within the periods, from {years[0]} to {ends[-1] - 1}"
        yield Fault(("training_runs", row, "start_year"), message, run.start_year)
    elif run.days < spans[0]:
        message = f"must be at least {spans[0]}, the number of years in its period"
        yield Fault(("training_runs", row, "days"), message, run.days)
    elif time.days == 1 and run.days < DAYS_PER_YEAR * spans[0]:
        message = (
            f"is less than the {DAYS_PER_YEAR * spans[0]} of its period: time.days must be at"
            " least 2, or its power or its energy would be wrong"
        )
        yield Fault(("training_runs", row, "days"), message, run.days)
