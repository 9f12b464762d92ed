"""Records of energy contracts."""

from typing import Self

from pydantic import Field, model_validator

from optimizer.schema.base import DisplayName, Identifier, OwnId, Record, Yearly, default
from optimizer.schema.quantities import CalendarYear, Megawatts, UsdPerMwh


class Contract(Record):
    """Energy up to a limit at a fixed price, for the sites of a zone or for one site.

    The price replaces the zone's price and supply blocks; delivery is still paid.  There is no
    take-or-pay obligation: energy that is not drawn is not paid for.
    """

    id: OwnId
    name: DisplayName = ""
    zone: Identifier | None = default(None, "Zone whose sites can all use it")
    site: Identifier | None = default(None, "The only site that can use it")
    limit_mw: Yearly[Megawatts] = Field(description="Highest draw on it in any hour")
    price_usd_per_mwh: Yearly[UsdPerMwh] = Field(description="Price, instead of the zone's")
    first_year: CalendarYear | None = default(None, "First year; if null, no start")
    last_year: CalendarYear | None = default(None, "Last year; if null, no end")

    @model_validator(mode="after")
    def _names_who_and_when(self) -> Self:
        if (self.zone is None) == (self.site is None):
            raise ValueError("give either zone or site: who can use the contract")
        if (
            self.first_year is not None
            and self.last_year is not None
            and self.last_year < self.first_year
        ):
            raise ValueError(
                f"last_year ({self.last_year}) must not be before first_year ({self.first_year})"
            )
        return self

    def holds_in(self, year: int) -> bool:
        """Whether a year is in its term."""
        begun = self.first_year is None or self.first_year <= year
        return begun and (self.last_year is None or year <= self.last_year)
