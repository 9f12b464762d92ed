"""Records of demand: regions, workload classes, workloads and hourly profiles."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from optimizer.schema.base import (
    DisplayName,
    Identifier,
    OwnId,
    Record,
    Yearly,
    every_year,
)
from optimizer.schema.quantities import (
    Elasticity,
    GtokPerHour,
    HoursOfDay,
    Latitude,
    Longitude,
    Milliseconds,
    Multiple,
    PositiveCount,
    PositiveMultiple,
    Score,
    Share,
    UsdPerMtok,
    UsdPerMtokMoreOrLess,
    UtcOffset,
)
from optimizer.schema.sites import EDGE_KINDS, SITE_KINDS, SiteKind
from optimizer.units import HOURS_PER_DAY, HOURS_PER_YEAR

AS_GOOD_AS_FREE = 1e-4
"""Share of the reference price below which a price asks for no more: a token counts as free."""

CYCLES = (HOURS_PER_DAY, 7 * HOURS_PER_DAY, HOURS_PER_YEAR)


def hours_fault(hours: int) -> str:
    """Why a profile cannot have so many hours; empty where it can."""
    if hours in CYCLES:
        return ""
    return f"{hours} hours; a profile has 24 (a day), 168 (a week) or 8760 (a year)"


class Region(Record):
    """A place where demand arises."""

    id: OwnId
    name: DisplayName = ""
    latitude_deg: Latitude = Field(description="North; distances to sites are taken from here")
    longitude_deg: Longitude = Field(description="East; west of Greenwich is below 0")
    utc_offset_h: UtcOffset = Field(0.0, description="Its clock, for profiles in local time")
    jurisdiction: str = Field("", description="Where its data must stay, if it must")


class WorkloadClass(Record):
    """A class of requests: what an answer must be like, and what people pay for it.

    Demand in a year is a curve of the price: ``D * (price / reference)**elasticity``, cut at
    the choke price above and at `max_demand_multiple` times D.
    """

    id: OwnId
    name: DisplayName = ""
    slo_ms: Milliseconds = Field(description="Longest round trip plus time to first token")
    quality_floor: Score = Field(0.0, description="Lowest quality of a model that may serve")
    site_kinds: tuple[SiteKind, ...] = Field(
        SITE_KINDS,
        min_length=1,
        description="Kinds of site that may serve",
    )
    residency: Literal["any", "jurisdiction", "region"] = Field(
        "any", description="Whether answers must be computed in the jurisdiction or the region"
    )
    single_site: bool = Field(
        False, description="Each workload is served whole by one site in a year, never split"
    )
    profile: Identifier | None = Field(
        None, description="Profile of the demand, scaled to a mean of one; flat where null"
    )
    demand_multiplier: Yearly[Multiple] = Field(
        default_factory=lambda: every_year(1.0),
        description="Demand at the reference price by year, as a multiple of the workloads'",
    )
    tokens_per_query: Yearly[PositiveMultiple] = Field(
        default_factory=lambda: every_year(1.0),
        description="Tokens of a query by year, over those that demand and prices are stated for",
    )
    tokens_per_query_enters: Literal["raw_tokens", "demand"] = Field(
        "raw_tokens",
        description="Whether more tokens are thought (raw) or read (demand), at the same value",
    )
    reference_price_usd_per_mtok: Yearly[UsdPerMtok] = Field(
        default_factory=lambda: every_year(0.0),
        description="Price at which demand is the workload's demand",
    )
    markup_kind: Literal["multiplicative", "additive"] = Field(
        "multiplicative",
        description="Whether people pay the cost of serving them times markup, or plus"
        " markup_usd_per_mtok: what they feel of a change of cost",
    )
    markup: PositiveMultiple = Field(
        1.0, description="Price people pay over the cost of serving them, where multiplicative"
    )
    markup_usd_per_mtok: Yearly[UsdPerMtokMoreOrLess] = Field(
        default_factory=lambda: every_year(0.0),
        description="Price people pay less the cost of serving them, where additive",
    )
    elasticity: Elasticity = Field(0.0, description="Percent of demand for a percent of price")
    choke_price_usd_per_mtok: UsdPerMtok = Field(
        0.0, description="Price at which nothing more is asked for"
    )
    max_demand_multiple: PositiveMultiple = Field(
        3.0,
        description="Where the curve ends, as a multiple of demand at the reference price; a price"
        " of a ten-thousandth of the reference price ends it too",
    )
    demand_steps: PositiveCount = Field(12, description="Steps that the curve is cut into")
    shed_penalty_usd_per_mtok: UsdPerMtok = Field(
        0.0, description="On top of the choke price, for demand accepted and not served"
    )
    must_serve: bool = Field(
        False, description="All demand at the reference price is accepted and served"
    )
    flexible_share: Share = Field(
        0.0, description="Share of its demand that may wait, within the day that asks for it"
    )
    defer_within_h: HoursOfDay | None = Field(
        None, description="Hours within which what waits must be done, whole, less than a day"
    )
    min_edge_share: Yearly[Share] | None = Field(
        None, description="Lowest share of its served tokens of a year on device and edge sites"
    )
    survives_site_outage: bool = Field(
        False,
        description="With any one site out, idle capacity elsewhere could carry its work (N-1)",
    )

    @property
    def end_multiple(self) -> float:
        """Where the curve ends, multiples of demand at the reference price; 1 if inelastic."""
        if self.must_serve or self.elasticity == 0:
            return 1.0
        return float(min(self.max_demand_multiple, AS_GOOD_AS_FREE**self.elasticity))

    @model_validator(mode="after")
    def _edge_may_serve(self) -> Self:
        wanted = max((self.min_edge_share or {0: 0.0}).values())
        if wanted > 0 and not set(EDGE_KINDS).intersection(self.site_kinds):
            raise ValueError(
                f"min_edge_share ({wanted:g}) needs device or edge among site_kinds, or be 0"
            )
        return self

    @model_validator(mode="after")
    def _markup_is_of_its_kind(self) -> Self:
        added = max(self.markup_usd_per_mtok.values(), key=abs)
        if self.markup_kind == "multiplicative" and added != 0:
            raise ValueError(
                f"markup_usd_per_mtok ({added:g}) is for markup_kind additive; give markup where it"
                " is multiplicative"
            )
        if self.markup_kind == "additive" and self.markup != 1:
            raise ValueError(
                f"markup ({self.markup:g}) is for markup_kind multiplicative; give"
                " markup_usd_per_mtok where it is additive, and leave markup at 1"
            )
        highest = max(self.markup_usd_per_mtok.values())
        if 0 < highest >= self.choke_price_usd_per_mtok:
            raise ValueError(
                f"markup_usd_per_mtok ({highest:g}) must be below choke_price_usd_per_mtok"
                f" ({self.choke_price_usd_per_mtok:g}), or nobody buys at any cost"
            )
        return self

    @model_validator(mode="after")
    def _what_waits_has_a_deadline(self) -> Self:
        if self.flexible_share > 0 and self.defer_within_h is None:
            raise ValueError(
                f"flexible_share ({self.flexible_share:g}) needs defer_within_h, from 1 to 23 h,"
                " or be 0"
            )
        return self

    @model_validator(mode="after")
    def _prices_make_a_curve(self) -> Self:
        lowest = max(self.reference_price_usd_per_mtok.values())
        if not self.must_serve and self.choke_price_usd_per_mtok <= 0:
            raise ValueError("choke_price_usd_per_mtok must be above 0 unless must_serve is true")
        if self.elasticity < 0 and not self.must_serve:
            if min(self.reference_price_usd_per_mtok.values()) <= 0:
                raise ValueError(
                    "reference_price_usd_per_mtok must be above 0 where elasticity is below 0"
                )
            if self.choke_price_usd_per_mtok <= lowest:
                raise ValueError(
                    f"choke_price_usd_per_mtok ({self.choke_price_usd_per_mtok:g}) must be above"
                    f" reference_price_usd_per_mtok ({lowest:g})"
                )
            if self.max_demand_multiple < 1:
                raise ValueError("max_demand_multiple must be at least 1 where elasticity < 0")
        return self


class Workload(Record):
    """A class of requests from one region."""

    region: Identifier = Field(description="Id of the region that asks")
    workload_class: Identifier = Field(alias="class", description="Id of the workload class")
    demand_gtok_per_h: Yearly[GtokPerHour] = Field(
        description="Mean demand over the year, tokens of the answer, at the reference price"
    )

    model_config = ConfigDict(**{**Record.model_config, "populate_by_name": True})

    @property
    def id(self) -> str:
        """Region and class: what names a workload in tables and messages."""
        return f"{self.region}/{self.workload_class}"


class Profile(Record):
    """An hourly shape: a day, a week from Monday 00:00, or a year from 1 January 00:00."""

    id: OwnId
    clock: Literal["instance", "local"] = Field(
        "instance", description="Whether hours are the instance's clock or the region's"
    )
    values: tuple[Annotated[float, Field(ge=0)], ...] = Field(
        description="24, 168 or 8760 values of at least 0"
    )

    @field_validator("values")
    @classmethod
    def _whole_cycle(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if fault := hours_fault(len(values)):
            raise ValueError(fault)
        if max(values) <= 0:
            raise ValueError("every value is 0")
        return values
