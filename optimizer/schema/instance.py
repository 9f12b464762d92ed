"""An instance: everything that a planning question is asked of."""

from typing import Final, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from optimizer.schema.base import Identifier, Record
from optimizer.schema.catalog import Generator, Hardware, Model, Serving, Storage
from optimizer.schema.consistency import Contents, FaultsFoundError, find_faults
from optimizer.schema.contracts import Contract
from optimizer.schema.demand import Profile, Region, SiteKind, Workload, WorkloadClass
from optimizer.schema.densing import Densing
from optimizer.schema.grid import CapacityArea, Zone
from optimizer.schema.interventions import Intervention
from optimizer.schema.policy import Policy, ZoneCap
from optimizer.schema.quantities import (
    CalendarYear,
    Days,
    Milliseconds,
    MillisecondsPerKm,
    Share,
    UsdPerMtok,
    UtcOffset,
    Years,
)
from optimizer.schema.reading import Reading
from optimizer.schema.sites import Link, Pool, Site, SiteGenerator, SiteStorage
from optimizer.schema.training import TrainingRun

FORMAT: Final = 1
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Money(Record):
    """Real dollars of one year, and how later years are discounted to the first."""

    dollar_year: CalendarYear = Field(description="Year whose dollars all prices are in")
    discount_rate: Share = Field(description="Real discount rate, a year")


class Time(Record):
    """Periods, and how finely a year is resolved."""

    years: tuple[CalendarYear, ...] = Field(min_length=1, description="Periods, rising")
    days: Days = Field(2, description="Representative days of a year")
    hours_per_step: Literal[1, 2, 3, 4, 6, 8, 12, 24] = Field(
        1, description="Hours of a step; the peak hour keeps a step of its own"
    )
    last_span_years: Years = Field(1, description="Years that the last period stands for")
    first_weekday: Weekday = Field("monday", description="Weekday of 1 January in profiles")
    utc_offset_h: UtcOffset = Field(0.0, description="Clock of profiles on the instance's clock")

    @model_validator(mode="after")
    def _years_rise(self) -> Self:
        if any(b <= a for a, b in zip(self.years, self.years[1:], strict=False)):
            raise ValueError("years must rise, each once")
        return self


class AccessLatency(Record):
    """Latency of the last stretch, by kind of site."""

    device: Milliseconds = 0.0
    edge: Milliseconds = 0.0
    cloud: Milliseconds = 0.0
    offgrid: Milliseconds = 0.0

    def of(self, kind: SiteKind) -> float:
        """Access latency of a kind of site, in ms."""
        value: float = getattr(self, kind)
        return value


class Network(Record):
    """Round trip and cost where a link does not say otherwise.

    ``rtt = base_ms + ms_per_km * distance + access``; on the device itself only the access
    latency counts.  The defaults are a least-squares fit over US city pairs (WonderProxy pings
    of 2020-07-19): 16.3 ms + 0.01435 ms/km.
    """

    base_ms: Milliseconds = 16.3
    ms_per_km: MillisecondsPerKm = 0.01435
    access_ms: AccessLatency = AccessLatency()
    cost_usd_per_mtok: UsdPerMtok = Field(0.0, description="Cost of carrying a Mtok off-device")


class Assumption(Record):
    """A number that the answer rests on: its value, its range and where it comes from."""

    path: str = Field(description="Where it stands, as a --set path; may end in * for a family")
    meaning: str
    unit: str
    value: float
    low: float
    high: float
    source: str = Field(min_length=1, description="Its source, or the word ASSUMED")
    headline: bool = Field(False, description="Printed beside every result")

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"value {self.value:g} must lie between low {self.low:g} and high {self.high:g}"
            )
        return self


class Instance(Record):
    """A planning instance.

    Records refer to each other by id.  Whether the instance comes from files or from Python,
    `optimizer.schema.references` checks that every reference is met and every id is unique, and
    `optimizer.schema.consistency` that records make sense together.
    """

    format: Literal[1] = FORMAT
    name: Identifier
    title: str = ""
    description: str = ""
    money: Money
    time: Time
    network: Network = Network()
    policy: Policy = Policy()
    densing: Densing = Densing()
    regions: tuple[Region, ...] = Field(min_length=1)
    profiles: tuple[Profile, ...] = ()
    classes: tuple[WorkloadClass, ...] = Field(min_length=1)
    workloads: tuple[Workload, ...] = Field(min_length=1)
    zones: tuple[Zone, ...] = ()
    capacity_areas: tuple[CapacityArea, ...] = ()
    zone_caps: tuple[ZoneCap, ...] = ()
    contracts: tuple[Contract, ...] = ()
    models: tuple[Model, ...] = Field(min_length=1)
    hardware: tuple[Hardware, ...] = Field(min_length=1)
    serving: tuple[Serving, ...] = Field(min_length=1)
    generators: tuple[Generator, ...] = ()
    storage: tuple[Storage, ...] = ()
    sites: tuple[Site, ...] = Field(min_length=1)
    pools: tuple[Pool, ...] = Field(min_length=1)
    site_generators: tuple[SiteGenerator, ...] = ()
    site_storage: tuple[SiteStorage, ...] = ()
    links: tuple[Link, ...] = ()
    training_runs: tuple[TrainingRun, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    _reading: Reading = PrivateAttr(default_factory=Reading)

    @property
    def reading(self) -> Reading:
        """How it was read from files: neither saved nor compared."""
        return self._reading

    def read_so(self, reading: Reading) -> Self:
        """Return the instance, with how it was read."""
        self._reading = reading
        return self

    @model_validator(mode="after")
    def _records_agree(self) -> Self:
        contents = Contents.of(self)
        if faults := list(find_faults(contents)):
            raise FaultsFoundError(faults, contents.names)
        return self
