"""Records of supply: sites, their equipment, and links to regions."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from optimizer.schema import quantities as unit
from optimizer.schema.base import DisplayName, Identifier, OwnId, Record, Yearly, by_year, default

SiteKind = Literal["device", "edge", "cloud", "offgrid"]

SITE_KINDS: tuple[SiteKind, ...] = get_args(SiteKind)

EDGE_KINDS: tuple[SiteKind, ...] = ("device", "edge")
"""Kinds of site that count as edge: people's own devices and edge sites."""


class Site(Record):
    """A place that can serve: a device fleet, an edge site, a cloud region, an off-grid campus."""

    id: OwnId
    name: DisplayName = ""
    kind: SiteKind = Field(
        description="device: owned by users; edge, cloud: on the grid; offgrid: with its own power"
    )
    zone: Identifier | None = default(None, "Zone it draws from; null if off-grid")
    region: Identifier | None = default(
        None, "Region where it is; a device fleet serves only that region"
    )
    latitude_deg: unit.Latitude | None = default(None, "North; if null, the region's")
    longitude_deg: unit.Longitude | None = default(None, "East; if null, the region's")
    jurisdiction: str = default("", "Jurisdiction, for data residency")
    pue: unit.UsageEffectiveness = default(1.0, "Site power per hardware power")
    existing: bool = default(True, "Already open; if false, opening it is a decision")
    available_from: unit.CalendarYear = default(1990, "First year in which it can serve")
    opening_cost_usd: unit.Usd = default(0.0, "Overnight cost of opening")
    opening_life_years: unit.Years = default(20, "Years over which opening is annualised")
    fixed_cost_usd_per_year: unit.UsdPerYear = default(0.0, "Annual cost while open")
    it_limit_mw: Yearly[unit.Megawatts] | None = default(
        None, "IT space: highest total loaded_w of its hardware, before PUE"
    )
    fixed_load_mw: Yearly[unit.Megawatts] = by_year(
        0.0, "Other load while open (such as training), after PUE"
    )
    interconnection_cost_usd_per_mw: Yearly[unit.UsdPerMw] | None = default(
        None,
        "Overnight cost of grid connection, which then limits the draw; if null, the connection"
        " is free and unlimited",
    )
    interconnection_life_years: unit.Years = default(
        20, "Life of a connection, over which it is annualised"
    )
    interconnection_step_mw: unit.UnitMegawatts = default(
        1.0, "Smallest connection that can be built"
    )
    interconnection_lead_years: unit.LeadYears = default(
        0, "Years from the first year until a connection can be commissioned"
    )
    existing_interconnection_mw: Yearly[unit.Megawatts] = by_year(
        0.0, "Existing grid connection, while the site is open"
    )
    energy_adder_usd_per_mwh: unit.UsdPerMwh = default(
        0.0, "Delivery charge, added to the zone's energy price"
    )
    access_ms: unit.Milliseconds | None = default(
        None, "Access latency; if null, the network's value for its kind"
    )
    serving_cost_usd_per_mtok: unit.UsdPerMtok = default(
        0.0, "Variable cost other than energy (transit, wear)"
    )
    redundant_units: unit.Count = default(
        0, "Generator units that may be out while the load is still met (off-grid only)"
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
            raise ValueError("a device fleet is owned by its users: existing cannot be false")
        if self.interconnection_cost_usd_per_mw is not None and self.kind in ("device", "offgrid"):
            raise ValueError(
                f"interconnection_cost_usd_per_mw must be null: a {self.kind} site has no grid"
                " connection to build"
            )
        if self.interconnection_cost_usd_per_mw is None and any(
            self.existing_interconnection_mw.values()
        ):
            raise ValueError(
                "existing_interconnection_mw has no effect if interconnection_cost_usd_per_mw is"
                " null: give the cost too (USD/MW)"
            )
        located = self.latitude_deg is not None and self.longitude_deg is not None
        if self.region is None and not located:
            raise ValueError("latitude_deg and longitude_deg are required without a region")
        return self


class Pool(Record):
    """Units of one hardware type at one site, existing and to be built.

    The units of a device fleet are given by year and cannot be built.
    """

    site: Identifier = Field(description="Id of the site")
    hardware: Identifier = Field(description="Id of the hardware")
    existing_units: Yearly[unit.Units] = by_year(0.0, "Existing units, by year")
    duty_cycle: unit.PositiveShare = default(
        1.0, "Share of time in which a unit is available for this work"
    )
    max_utilisation: unit.PositiveShare = default(
        1.0, "Highest utilisation of a unit that still meets the SLO"
    )
    units_per_pod: unit.PositiveCount = default(1, "Units in a pod, the smallest build")
    max_pods: unit.Count = default(0, "Maximum pods built in total")
    max_pods_per_year: unit.Count | None = default(None, "Maximum pods built per year")
    lead_years: unit.LeadYears = default(
        0, "Years from the first year until a build can be commissioned"
    )

    @property
    def id(self) -> str:
        """Site and hardware."""
        return f"{self.site}/{self.hardware}"


class SiteUnits(Record):
    """Whole units of one type at one site, existing and to be built."""

    site: Identifier = Field(description="Id of the site")
    existing_units: unit.Count = default(0, "Existing units")
    max_units: unit.Count = default(0, "Maximum units built in total")
    max_units_per_year: unit.Count | None = default(None, "Maximum units built per year")
    lead_years: unit.LeadYears = default(
        0, "Years from the first year until a unit can be commissioned"
    )


class SiteGenerator(SiteUnits):
    """Units of one generator type at one site."""

    generator: Identifier = Field(description="Id of the generator")
    fuel_price_usd_per_mmbtu: Yearly[unit.UsdPerMmbtu] = by_year(0.0, "Delivered fuel price")
    availability_profile: Identifier | None = default(
        None, "Profile of output as a share of nameplate capacity; if null, always 1"
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
    """Network data between a region and a site."""

    region: Identifier = Field(description="Id of the region")
    site: Identifier = Field(description="Id of the site")
    rtt_ms: unit.Milliseconds | None = default(
        None, "Measured round trip, including access; if null, estimated from distance"
    )
    cost_usd_per_mtok: unit.UsdPerMtok | None = default(
        None, "Cost of transport; if null, the network's"
    )
