"""Records of policy: for the whole instance, and caps on the load of a zone."""

from typing import Self

from pydantic import Field, model_validator

from optimizer.schema import quantities as unit
from optimizer.schema.base import DisplayName, Identifier, OwnId, Record, Yearly, default
from optimizer.schema.sites import SiteKind


class Policy(Record):
    """Limits and prices for the whole instance."""

    co2_price_usd_per_t: unit.UsdPerTonne = default(0.0, "Carbon price")
    co2_cap_t_per_year: Yearly[unit.TonnesPerYear] | None = default(
        None, "Highest annual emissions, from grid electricity and on-site generation"
    )
    capital_budget_usd_per_year: Yearly[unit.UsdPerYear] | None = default(
        None,
        "Highest overnight cost of all that is commissioned in a year; a period has the sum of"
        " its years",
    )
    min_edge_share: Yearly[unit.Share] | None = default(
        None, "Lowest share of the tokens served in a year at device and edge sites"
    )
    max_open_sites: unit.PositiveCount | None = default(
        None, "Candidate sites that may be open at the same time"
    )


class ZoneCap(Record):
    """A regulatory cap on the modelled load of a zone, independent of its grid limit."""

    id: OwnId
    name: DisplayName = ""
    zone: Identifier = Field(description="Zone whose modelled load is capped")
    site_kinds: tuple[SiteKind, ...] = Field(
        ("device", "edge", "cloud"), min_length=1, description="Kinds of site whose load counts"
    )
    cap_mw: Yearly[unit.Megawatts] | None = default(
        None, "Highest load in every hour; if null, no cap"
    )

    @model_validator(mode="after")
    def _kinds_draw(self) -> Self:
        if "offgrid" in self.site_kinds:
            raise ValueError("site_kinds: an offgrid site draws from no zone; remove it")
        return self
