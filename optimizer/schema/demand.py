"""Records of demand: regions, workload classes, workloads and hourly profiles."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from optimizer.schema import quantities as unit
from optimizer.schema.base import DisplayName, Identifier, OwnId, Record, Yearly, by_year, default
from optimizer.schema.sites import EDGE_KINDS, SITE_KINDS, SiteKind
from optimizer.units import HOURS_PER_DAY, HOURS_PER_YEAR

AS_GOOD_AS_FREE = 1e-4
"""Share of the reference price below which demand grows no further: a token counts as free."""

WIDE = 100.0
"""Multiples of demand, or times by which the price may fall, before a curve ends by default.

The later of the two counts: a price a hundred times lower is more than any step in efficiency of
this package's studies, but spare hardware sells for the price of energy, which may be lower still.
"""

MOST_MULTIPLE = 10_000.0
"""Largest end of a curve, as a multiple of demand at the reference price."""

CYCLES = (HOURS_PER_DAY, 7 * HOURS_PER_DAY, HOURS_PER_YEAR)


def hours_fault(hours: int) -> str:
    """Return why a profile cannot have this number of hours; empty if it can."""
    if hours in CYCLES:
        return ""
    return f"has {hours} hours; a profile has 24 (a day), 168 (a week) or 8760 (a year)"


class Region(Record):
    """A place where demand arises."""

    id: OwnId
    name: DisplayName = ""
    latitude_deg: unit.Latitude = Field(description="North positive; distances to sites start here")
    longitude_deg: unit.Longitude = Field(description="East positive")
    utc_offset_h: unit.UtcOffset = default(0.0, "Its clock, for profiles in local time")
    jurisdiction: str = default("", "Jurisdiction, for data residency")


class WorkloadClass(Record):
    """A class of requests: what an answer must satisfy, and what users pay for it.

    Demand in a year depends on price: ``D * (price / reference)**elasticity``, up to the choke
    price and up to `max_demand_multiple` times D (if null, 100 times D, or to a hundredth of the
    reference price if that is more).
    """

    id: OwnId
    name: DisplayName = ""
    slo_ms: unit.Milliseconds = Field(description="Longest round trip plus time to first token")
    quality_floor: unit.Score = default(0.0, "Lowest quality of a model that may serve it")
    site_kinds: tuple[SiteKind, ...] = Field(
        SITE_KINDS,
        min_length=1,
        description="Kinds of site that may serve it",
    )
    residency: Literal["any", "jurisdiction", "region"] = default(
        "any", "Whether it must be served in the region or in its jurisdiction"
    )
    single_site: bool = default(False, "Each workload is served by a single site in each year")
    profile: Identifier | None = default(
        None, "Profile of demand, scaled to a mean of one; if null, flat"
    )
    demand_multiplier: Yearly[unit.Multiple] = by_year(
        1.0, "Demand at the reference price by year, as a multiple of that of the workloads"
    )
    tokens_per_query: Yearly[unit.PositiveMultiple] = by_year(
        1.0, "Tokens per query by year, relative to those that demand and prices assume"
    )
    tokens_per_query_enters: Literal["raw_tokens", "demand"] = default(
        "raw_tokens", "Whether extra tokens are reasoning or answer (demand); value per query stays"
    )
    reference_price_usd_per_mtok: Yearly[unit.UsdPerMtok] = by_year(
        0.0, "Price at which demand equals that of the workload"
    )
    markup_kind: Literal["multiplicative", "additive"] = default(
        "multiplicative",
        "Whether users pay the cost of serving times markup, or plus markup_usd_per_mtok: how"
        " much of a cost change they see",
    )
    markup: unit.PositiveMultiple = default(
        1.0, "Price divided by the cost of serving, if multiplicative"
    )
    markup_usd_per_mtok: Yearly[unit.UsdPerMtokMoreOrLess] = by_year(
        0.0, "Price minus the cost of serving, if additive"
    )
    elasticity: unit.Elasticity = default(0.0, "Percent of demand per percent of price")
    choke_price_usd_per_mtok: unit.UsdPerMtok = default(0.0, "Price above which there is no demand")
    max_demand_multiple: unit.PositiveMultiple | None = default(
        None,
        "End of the curve, as a multiple of demand at the reference price; if null, 100, or where"
        " the price is a hundredth of the reference if that is more; it also ends at a"
        " ten-thousandth of that price",
    )
    demand_steps: unit.PositiveCount = default(
        12, "Tangents to the demand curve with which the search begins; it adds others as needed"
    )
    shed_penalty_usd_per_mtok: unit.UsdPerMtok = default(
        0.0, "Added to the choke price for demand that is accepted but not served"
    )
    must_serve: bool = default(
        False, "All demand at the reference price must be accepted and served"
    )
    flexible_share: unit.Share = default(
        0.0, "Share of its demand that may be deferred within the day"
    )
    defer_within_h: unit.HoursOfDay | None = default(
        None, "Hours within which deferred work must be served, less than a day"
    )
    min_edge_share: Yearly[unit.Share] | None = default(
        None, "Lowest share of its tokens served in a year at device and edge sites"
    )
    survives_site_outage: bool = default(
        False, "If any one site fails, idle capacity elsewhere can take over its work (N-1)"
    )

    @property
    def end_multiple(self) -> float:
        """End of the demand curve, multiple of demand at the reference price; 1 if inelastic."""
        if self.must_serve or self.elasticity == 0:
            return 1.0
        given = self.max_demand_multiple
        end = max(WIDE, WIDE**-self.elasticity) if given is None else given
        return float(min(end, AS_GOOD_AS_FREE**self.elasticity, MOST_MULTIPLE))

    @model_validator(mode="after")
    def _edge_may_serve(self) -> Self:
        wanted = max((self.min_edge_share or {0: 0.0}).values())
        if wanted > 0 and not set(EDGE_KINDS).intersection(self.site_kinds):
            raise ValueError(
                f"min_edge_share ({wanted:g}) must be 0 unless site_kinds has device or edge"
            )
        return self

    @model_validator(mode="after")
    def _markup_is_of_its_kind(self) -> Self:
        added = max(self.markup_usd_per_mtok.values(), key=abs)
        if self.markup_kind == "multiplicative" and added != 0:
            raise ValueError(
                f"markup_usd_per_mtok ({added:g}) applies to markup_kind additive; with"
                " multiplicative, give markup"
            )
        if self.markup_kind == "additive" and self.markup != 1:
            raise ValueError(
                f"markup ({self.markup:g}) applies to markup_kind multiplicative; with additive,"
                " give markup_usd_per_mtok and leave markup at 1"
            )
        highest = max(self.markup_usd_per_mtok.values())
        if 0 < highest >= self.choke_price_usd_per_mtok:
            raise ValueError(
                f"markup_usd_per_mtok ({highest:g}) must be below choke_price_usd_per_mtok"
                f" ({self.choke_price_usd_per_mtok:g}), or there is no demand at any cost"
            )
        return self

    @model_validator(mode="after")
    def _what_waits_has_a_deadline(self) -> Self:
        if self.flexible_share > 0 and self.defer_within_h is None:
            raise ValueError(
                f"flexible_share ({self.flexible_share:g}) needs defer_within_h, from 1 to 23 h;"
                " otherwise set it to 0"
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
                    "reference_price_usd_per_mtok must be above 0 if elasticity is below 0"
                )
            if self.choke_price_usd_per_mtok <= lowest:
                raise ValueError(
                    f"choke_price_usd_per_mtok ({self.choke_price_usd_per_mtok:g}) must be above"
                    f" reference_price_usd_per_mtok ({lowest:g})"
                )
            if self.max_demand_multiple is not None and self.max_demand_multiple < 1:
                raise ValueError("max_demand_multiple must be at least 1 if elasticity is below 0")
        return self


class Workload(Record):
    """A class of requests from one region."""

    region: Identifier = Field(description="Id of the region where it arises")
    workload_class: Identifier = Field(alias="class", description="Id of the workload class")
    demand_gtok_per_h: Yearly[unit.GtokPerHour] = Field(
        description="Mean demand over the year at the reference price, in tokens of the answer"
    )

    model_config = ConfigDict(**{**Record.model_config, "populate_by_name": True})

    @property
    def id(self) -> str:
        """Region and class, which name a workload in tables and messages."""
        return f"{self.region}/{self.workload_class}"


class Profile(Record):
    """An hourly profile: a day, a week from Monday 00:00, or a year from 1 January 00:00."""

    id: OwnId
    clock: Literal["instance", "local"] = default(
        "instance", "Whether hours are on the clock of the instance or of the region"
    )
    values: tuple[float, ...] = Field(
        description="24, 168 or 8760 values, of at least 0 unless they are prices"
    )

    @field_validator("values")
    @classmethod
    def _whole_cycle(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if fault := hours_fault(len(values)):
            raise ValueError(fault)
        if not any(values):
            raise ValueError("every value is 0")
        return values
