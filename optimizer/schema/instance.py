"""The instance: all input of a planning question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from optimizer.schema.base import Identifier, Record, default
from optimizer.schema.catalog import Generator, Hardware, Model, Serving, Storage
from optimizer.schema.consistency import FaultsFoundError, find_faults
from optimizer.schema.contents import Contents
from optimizer.schema.contracts import Contract
from optimizer.schema.demand import Profile, Region, Workload, WorkloadClass
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
from optimizer.schema.sites import Link, Pool, Site, SiteGenerator, SiteKind, SiteStorage
from optimizer.schema.training import TrainingRun

FORMAT: Final = 1
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Money(Record):
    """Real dollars of one year, and discounting of later years to the end of the first."""

    dollar_year: CalendarYear = Field(description="Year of the dollars of all prices")
    discount_rate: Share = Field(description="Real discount rate per year")


class Time(Record):
    """Periods, and the time resolution of a year."""

    years: tuple[CalendarYear, ...] = Field(
        min_length=1, description="First year of each period, ascending"
    )
    days: Days = default(2, "Representative days per year")
    hours_per_step: Literal[1, 2, 3, 4, 6, 8, 12, 24] = default(
        1, "Hours per time step; the peak hour always keeps its own step"
    )
    last_span_years: Years = default(1, "Years in the last period")
    first_weekday: Weekday = default("monday", "Weekday of 1 January in profiles")
    utc_offset_h: UtcOffset = default(0.0, "UTC offset of the instance's clock")

    @model_validator(mode="after")
    def _years_rise(self) -> Self:
        if any(b <= a for a, b in zip(self.years, self.years[1:], strict=False)):
            raise ValueError("years must be in ascending order, without repetition")
        return self


class AccessLatency(Record):
    """Latency of the last mile, by kind of site."""

    device: Milliseconds = default(0.0, "For device fleets, which need no network")
    edge: Milliseconds = default(0.0, "For edge sites")
    cloud: Milliseconds = default(0.0, "For cloud regions")
    offgrid: Milliseconds = default(0.0, "For off-grid campuses")

    def of(self, kind: SiteKind) -> float:
        """Return the access latency of a kind of site, in ms."""
        value: float = getattr(self, kind)
        return value


class Network(Record):
    """Round trip and cost for pairs without a link of their own.

    ``rtt = base_ms + ms_per_km * distance + access``; on devices, only the access latency.  The
    defaults are a least-squares fit to pings between US cities (WonderProxy, 2020-07-19):
    16.3 ms + 0.01435 ms/km.
    """

    base_ms: Milliseconds = default(16.3, "Round trip at zero distance")
    ms_per_km: MillisecondsPerKm = default(0.01435, "Round trip per km of great-circle distance")
    access_ms: AccessLatency = default(AccessLatency(), "Latency of the last mile, by kind of site")
    cost_usd_per_mtok: UsdPerMtok = default(0.0, "Cost of transport off-device")


class Assumption(Record):
    """A number that the result depends on: its value, range and source."""

    path: str = Field(description="Its place, as a --set path; may end in * for several fields")
    meaning: str = Field(description="Description of the number")
    unit: str = Field(description="Its unit")
    value: float = Field(description="Value in the instance, in that unit")
    low: float = Field(description="Lowest plausible value")
    high: float = Field(description="Highest plausible value")
    source: str = Field(min_length=1, description="Its source, or the word ASSUMED")
    headline: bool = default(False, "Printed with every result")
    alike: str = default(
        "",
        "Paths of numbers that scale with it when it is varied, separated by spaces; a pattern"
        " may replace an id (pools.*-edge/edge-h100.max_pods)",
    )

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"value {self.value:g} must be between low {self.low:g} and high {self.high:g}"
            )
        return self


@dataclass(frozen=True)
class Reading:
    """How an instance was read from files, for warnings; any two are equal.

    Attributes
    ----------
    notes : tuple of str
        Changes made while reading that the user should know about.
    hours : mapping of str to sequence of str
        Place of each hour of the profiles that were read from a table, by id.
    assumed : mapping of str to str
        Place of the number that each assumption is about, by its path.
    """

    notes: tuple[str, ...] = field(default=(), compare=False)
    hours: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)
    assumed: Mapping[str, str] = field(default_factory=dict, compare=False)


class Instance(Record):
    """A planning instance.

    Records refer to each other by id.  Whether the instance comes from files or from Python,
    `optimizer.schema.references` checks that ids are unique and references valid, and
    `optimizer.schema.consistency` that records are consistent.
    """

    format: Literal[1] = Field(FORMAT, description="Version of the file format")
    name: Identifier = Field(description="Short name, with which folders of results start")
    title: str = default("", "Title, for display")
    description: str = default("", "Question that the instance answers, for display")
    money: Money = Field(description="Dollar year and discount rate")
    time: Time = Field(description="Periods and time resolution")
    network: Network = default(Network(), "Round trips and the cost of transport")
    policy: Policy = default(Policy(), "Limits and prices for the whole instance")
    densing: Densing = default(Densing(), "The densing law; off by default")
    regions: tuple[Region, ...] = Field(min_length=1, description="Regions where demand arises")
    profiles: tuple[Profile, ...] = default((), "Hourly profiles")
    classes: tuple[WorkloadClass, ...] = Field(
        min_length=1, description="Classes of requests, with deadline, quality and price"
    )
    workloads: tuple[Workload, ...] = Field(
        min_length=1, description="Demand of each region by class"
    )
    zones: tuple[Zone, ...] = default((), "Parts of the grid, with their limits")
    capacity_areas: tuple[CapacityArea, ...] = default(
        (), "Zones whose coincident peak needs accredited capacity"
    )
    zone_caps: tuple[ZoneCap, ...] = default((), "Regulatory caps on the load of zones")
    contracts: tuple[Contract, ...] = default((), "Energy contracts of zones or sites")
    models: tuple[Model, ...] = Field(min_length=1, description="Language models")
    hardware: tuple[Hardware, ...] = Field(min_length=1, description="Types of hardware")
    serving: tuple[Serving, ...] = Field(
        min_length=1, description="Serving configurations: speed and power of models on hardware"
    )
    generators: tuple[Generator, ...] = default((), "Types of generator")
    storage: tuple[Storage, ...] = default((), "Types of storage")
    sites: tuple[Site, ...] = Field(min_length=1, description="Sites that can serve")
    pools: tuple[Pool, ...] = Field(min_length=1, description="Hardware at sites")
    site_generators: tuple[SiteGenerator, ...] = default((), "Generators at sites")
    site_storage: tuple[SiteStorage, ...] = default((), "Storage at sites")
    links: tuple[Link, ...] = default((), "Network data for pairs of region and site")
    training_runs: tuple[TrainingRun, ...] = default((), "Training runs at sites")
    interventions: tuple[Intervention, ...] = default(
        (), "Interventions to analyse, besides edge and off-grid"
    )
    assumptions: tuple[Assumption, ...] = default(
        (), "Numbers that the result depends on, with their ranges"
    )

    _reading: Reading = PrivateAttr(default_factory=Reading)

    @property
    def reading(self) -> Reading:
        """How it was read from files; neither saved nor compared."""
        return self._reading

    def with_reading(self, reading: Reading) -> Self:
        """Set how the instance was read, and return it."""
        self._reading = reading
        return self

    def to_json(self) -> str:
        """Return the resolved instance as JSON: one text for equal instances."""
        return self.model_dump_json(by_alias=True)

    def digest(self) -> str:
        """Return the SHA-256 of `to_json`, in hexadecimal."""
        return sha256(self.to_json().encode()).hexdigest()

    @model_validator(mode="after")
    def _records_agree(self) -> Self:
        contents = Contents.of(self)
        if faults := list(find_faults(contents)):
            raise FaultsFoundError(faults, contents.names)
        return self
