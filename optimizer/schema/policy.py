"""Records of policy: what rules the whole instance, and caps on the load of a zone."""

from typing import Self

from pydantic import Field, model_validator

from optimizer.schema.base import DisplayName, Identifier, OwnId, Record, Yearly
from optimizer.schema.quantities import (
    Megawatts,
    PositiveCount,
    Share,
    TonnesPerYear,
    UsdPerTonne,
    UsdPerYear,
)
from optimizer.schema.sites import SiteKind


class Policy(Record):
    """What rules the whole instance."""

    co2_price_usd_per_t: UsdPerTonne = Field(0.0, description="Price of a tonne of CO2")
    co2_cap_t_per_year: Yearly[TonnesPerYear] | None = Field(
        None, description="Highest emissions of a year, of what is drawn and of own generation"
    )
    capital_budget_usd_per_year: Yearly[UsdPerYear] | None = Field(
        None,
        description="Highest overnight cost of what is commissioned; a period has that of each"
        " year that it stands for",
    )
    min_edge_share: Yearly[Share] | None = Field(
        None, description="Lowest share of a year's served tokens on device and edge sites"
    )
    max_open_sites: PositiveCount | None = Field(
        None, description="Candidate sites that may be open at a time"
    )


class ZoneCap(Record):
    """A regulator's cap on the modelled load of a zone, apart from what its grid can carry."""

    id: OwnId
    name: DisplayName = ""
    zone: Identifier = Field(description="Zone whose modelled load is capped")
    site_kinds: tuple[SiteKind, ...] = Field(
        ("device", "edge", "cloud"), min_length=1, description="Kinds of site whose draw counts"
    )
    cap_mw: Yearly[Megawatts] | None = Field(
        None, description="Highest draw in every hour; null where the cap is lifted"
    )

    @model_validator(mode="after")
    def _kinds_draw(self) -> Self:
        if "offgrid" in self.site_kinds:
            raise ValueError("site_kinds: an offgrid site draws from no zone; leave it out")
        return self
