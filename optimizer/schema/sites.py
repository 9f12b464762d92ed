"""Records of supply: sites, what stands at them, and links to regions."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from optimizer.schema.base import (
    DisplayName,
    Identifier,
    OwnId,
    Record,
    Yearly,
    every_year,
)
from optimizer.schema.quantities import (
    CalendarYear,
    Count,
    Latitude,
    LeadYears,
    Longitude,
    Megawatts,
    Milliseconds,
    PositiveCount,
    PositiveShare,
    UnitMegawatts,
    Units,
    UsageEffectiveness,
    Usd,
    UsdPerMmbtu,
    UsdPerMtok,
    UsdPerMw,
    UsdPerMwh,
    UsdPerYear,
    Years,
)

SiteKind = Literal["device", "edge", "cloud", "offgrid"]

SITE_KINDS: tuple[SiteKind, ...] = get_args(SiteKind)

EDGE_KINDS: tuple[SiteKind, ...] = ("device", "edge")
"""Kinds of site that count as edge: people's own devices and edge sites."""


class Site(Record):
    """A place that can serve: a fleet of devices, an edge site, a cloud region, a campus."""

    id: OwnId
    name: DisplayName = ""
    kind: SiteKind = Field(
        description="device: people's own; edge and cloud: on the grid; offgrid: on its own power"
    )
    zone: Identifier | None = Field(None, description="Zone it draws from; null when off-grid")
    region: Identifier | None = Field(
        None, description="Region it stands in; a device fleet serves that region alone"
    )
    latitude_deg: Latitude | None = Field(None, description="North; the region's where null")
    longitude_deg: Longitude | None = Field(None, description="East; the region's where null")
    jurisdiction: str = Field("", description="Where it stands, for data that must stay")
    pue: UsageEffectiveness = Field(1.0, description="Site power over hardware power")
    existing: bool = Field(True, description="Open already; otherwise opening is a decision")
    available_from: CalendarYear = Field(1990, description="First year it may serve")
    opening_cost_usd: Usd = Field(0.0, description="Overnight cost of opening")
    opening_life_years: Years = Field(20, description="Years over which opening is paid")
    fixed_cost_usd_per_year: UsdPerYear = Field(0.0, description="Yearly cost while open")
    it_limit_mw: Yearly[Megawatts] | None = Field(
        None, description="Space: highest sum of its hardware's loaded power, before PUE"
    )
    fixed_load_mw: Yearly[Megawatts] = Field(
        default_factory=lambda: every_year(0.0),
        description="Other load of the site while open (training), after PUE",
    )
    interconnection_cost_usd_per_mw: Yearly[UsdPerMw] | None = Field(
        None,
        description="Overnight cost of a MW of grid connection, which then limits the draw;"
        " null where the connection costs nothing and is no limit",
    )
    interconnection_life_years: Years = Field(
        20, description="Years over which a connection serves and is paid"
    )
    interconnection_step_mw: UnitMegawatts = Field(
        1.0, description="MW of connection that are built together"
    )
    interconnection_lead_years: LeadYears = Field(
        0, description="Years from the first year until a connection can be commissioned"
    )
    existing_interconnection_mw: Yearly[Megawatts] = Field(
        default_factory=lambda: every_year(0.0),
        description="Grid connection there without any build, while the site is open",
    )
    energy_adder_usd_per_mwh: UsdPerMwh = Field(
        0.0, description="Delivery, on top of the zone's energy price"
    )
    access_ms: Milliseconds | None = Field(
        None, description="Access latency; the network's value for its kind where null"
    )
    serving_cost_usd_per_mtok: UsdPerMtok = Field(
        0.0, description="Variable cost besides energy (transit, wear)"
    )
    redundant_units: Count = Field(
        0, description="Generator units that may be out while the load is still met (off-grid)"
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "offgrid" and self.zone is not None:
            raise ValueError("an offgrid site draws from no zone: leave zone empty")
        if self.kind != "offgrid" and self.zone is None:
            raise ValueError(f"a {self.kind} site draws from the grid: zone is required")
        if self.kind == "device" and self.region is None:
            raise ValueError("a device fleet belongs to a region: region is required")
        if self.kind == "device" and not self.existing:
            raise ValueError("a device fleet is owned by people: existing cannot be false")
        if self.interconnection_cost_usd_per_mw is not None and self.kind in ("device", "offgrid"):
            raise ValueError(
                f"interconnection_cost_usd_per_mw must be null: a {self.kind} site has no grid"
                " connection to build"
            )
        if self.interconnection_cost_usd_per_mw is None and any(
            self.existing_interconnection_mw.values()
        ):
            raise ValueError(
                "existing_interconnection_mw limits nothing where interconnection_cost_usd_per_mw"
                " is null: give the cost too (USD/MW)"
            )
        located = self.latitude_deg is not None and self.longitude_deg is not None
        if self.region is None and not located:
            raise ValueError("latitude_deg and longitude_deg are required without a region")
        return self


class Pool(Record):
    """Units of one hardware type at one site: what is there, and what may be built.

    A device fleet's units are given by year and are not built.
    """

    site: Identifier = Field(description="Id of the site")
    hardware: Identifier = Field(description="Id of the hardware")
    existing_units: Yearly[Units] = Field(
        default_factory=lambda: every_year(0.0),
        description="Units there without any build, by year",
    )
    duty_cycle: PositiveShare = Field(
        1.0, description="Share of the time that a unit can be had for this work"
    )
    max_utilisation: PositiveShare = Field(
        1.0, description="Highest load on a unit over its rate, to hold the SLO"
    )
    units_per_pod: PositiveCount = Field(1, description="Units that are built together")
    max_pods: Count = Field(0, description="Pods that may be built in all")
    max_pods_per_year: Count | None = Field(None, description="Pods that may be built a year")
    lead_years: LeadYears = Field(
        0, description="Years from the first year until a build can be commissioned"
    )

    @property
    def id(self) -> str:
        """Site and hardware."""
        return f"{self.site}/{self.hardware}"


class SiteUnits(Record):
    """Whole units of one type at one site: what is there, and what may be built."""

    site: Identifier = Field(description="Id of the site")
    existing_units: Count = Field(0, description="Units there already")
    max_units: Count = Field(0, description="Units that may be built in all")
    max_units_per_year: Count | None = Field(None, description="Units that may be built a year")
    lead_years: LeadYears = Field(
        0, description="Years from the first year until a unit can be commissioned"
    )


class SiteGenerator(SiteUnits):
    """Units of one generator type at one site."""

    generator: Identifier = Field(description="Id of the generator")
    fuel_price_usd_per_mmbtu: Yearly[UsdPerMmbtu] = Field(
        default_factory=lambda: every_year(0.0), description="Price of its fuel, delivered"
    )
    availability_profile: Identifier | None = Field(
        None, description="Profile of output as a share of nameplate; always 1 where null"
    )

    @property
    def id(self) -> str:
        """Site and generator."""
        return f"{self.site}/{self.generator}"


class SiteStorage(SiteUnits):
    """Units of one storage type at one site."""

    storage: Identifier = Field(description="Id of the storage")

    @property
    def id(self) -> str:
        """Site and storage."""
        return f"{self.site}/{self.storage}"


class Link(Record):
    """What is known of the network between a region and a site."""

    region: Identifier = Field(description="Id of the region")
    site: Identifier = Field(description="Id of the site")
    rtt_ms: Milliseconds | None = Field(
        None, description="Measured round trip, access included; the distance fit where null"
    )
    cost_usd_per_mtok: UsdPerMtok | None = Field(
        None, description="Cost of carrying the work; the network's where null"
    )
