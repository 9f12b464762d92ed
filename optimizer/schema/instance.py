"""An instance: everything that a planning question is asked of."""

from hashlib import sha256
from typing import Final, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from optimizer.schema.base import Identifier, Record
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
from optimizer.schema.reading import Reading
from optimizer.schema.sites import Link, Pool, Site, SiteGenerator, SiteKind, SiteStorage
from optimizer.schema.training import TrainingRun

FORMAT: Final = 1
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Money(Record):
    """Real dollars of one year, and how later years are discounted to the end of the first."""

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

    device: Milliseconds = Field(0.0, description="Of device fleets: there is no network to cross")
    edge: Milliseconds = Field(0.0, description="Of edge sites")
    cloud: Milliseconds = Field(0.0, description="Of cloud regions")
    offgrid: Milliseconds = Field(0.0, description="Of off-grid campuses")

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

    base_ms: Milliseconds = Field(16.3, description="Round trip at no distance")
    ms_per_km: MillisecondsPerKm = Field(
        0.01435, description="Round trip that a km of distance adds (great circle)"
    )
    access_ms: AccessLatency = Field(
        AccessLatency(), description="Latency that the last stretch adds, by kind of site"
    )
    cost_usd_per_mtok: UsdPerMtok = Field(0.0, description="Cost of carrying a Mtok off-device")


class Assumption(Record):
    """A number that the answer rests on: its value, its range and where it comes from."""

    path: str = Field(description="Where it stands, as a --set path; may end in * for a family")
    meaning: str = Field(description="What the number is, in words")
    unit: str = Field(description="Its unit")
    value: float = Field(description="What the instance takes, in that unit")
    low: float = Field(description="Lowest value worth trying")
    high: float = Field(description="Highest value worth trying")
    source: str = Field(min_length=1, description="Its source, or the word ASSUMED")
    headline: bool = Field(False, description="Printed beside every result")
    alike: str = Field(
        "",
        description="Paths, between spaces, of numbers that rise and fall with it: a pattern may"
        " stand for an id (pools.*-edge/edge-h100.max_pods); where it is varied, they are scaled",
    )

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

    format: Literal[1] = Field(FORMAT, description="Version of this format")
    name: Identifier = Field(description="Short name: folders of results begin with it")
    title: str = Field("", description="Title, for people")
    description: str = Field("", description="What the instance asks, for people")
    money: Money = Field(description="Dollars and discounting")
    time: Time = Field(description="Years, days and steps")
    network: Network = Field(Network(), description="Round trips and the cost of carrying work")
    policy: Policy = Field(Policy(), description="Caps and prices that rule the whole instance")
    densing: Densing = Field(Densing(), description="The densing law; off where left out")
    regions: tuple[Region, ...] = Field(min_length=1, description="Where demand arises")
    profiles: tuple[Profile, ...] = Field((), description="Hourly shapes that others name")
    classes: tuple[WorkloadClass, ...] = Field(
        min_length=1, description="Classes of requests: deadline, quality and price"
    )
    workloads: tuple[Workload, ...] = Field(
        min_length=1, description="How much of a class a region asks for"
    )
    zones: tuple[Zone, ...] = Field((), description="Pieces of the grid and their limits")
    capacity_areas: tuple[CapacityArea, ...] = Field(
        (), description="Zones whose common peak needs accredited capacity"
    )
    zone_caps: tuple[ZoneCap, ...] = Field((), description="A regulator's caps on zones' load")
    contracts: tuple[Contract, ...] = Field((), description="Energy at a price of its own")
    models: tuple[Model, ...] = Field(min_length=1, description="Language models")
    hardware: tuple[Hardware, ...] = Field(min_length=1, description="Types of hardware")
    serving: tuple[Serving, ...] = Field(
        min_length=1, description="Which model on which hardware, how fast, at what power"
    )
    generators: tuple[Generator, ...] = Field((), description="Types of generator")
    storage: tuple[Storage, ...] = Field((), description="Types of storage")
    sites: tuple[Site, ...] = Field(min_length=1, description="Places that can serve")
    pools: tuple[Pool, ...] = Field(min_length=1, description="Hardware at sites")
    site_generators: tuple[SiteGenerator, ...] = Field((), description="Generators at sites")
    site_storage: tuple[SiteStorage, ...] = Field((), description="Storage at sites")
    links: tuple[Link, ...] = Field((), description="What is known of single connections")
    training_runs: tuple[TrainingRun, ...] = Field((), description="Training at sites")
    interventions: tuple[Intervention, ...] = Field(
        (), description="What a comparison may add, besides edge and off-grid"
    )
    assumptions: tuple[Assumption, ...] = Field(
        (), description="Numbers that the answer rests on, with their ranges"
    )

    _reading: Reading = PrivateAttr(default_factory=Reading)

    @property
    def reading(self) -> Reading:
        """How it was read from files: neither saved nor compared."""
        return self._reading

    def read_so(self, reading: Reading) -> Self:
        """Return the instance, with how it was read."""
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
