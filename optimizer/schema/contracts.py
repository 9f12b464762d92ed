"""Records of energy contracts: megawatts at a price of their own."""

from typing import Self

from pydantic import Field, model_validator

from optimizer.schema.base import DisplayName, Identifier, OwnId, Record, Yearly
from optimizer.schema.quantities import CalendarYear, Megawatts, UsdPerMwh


class Contract(Record):
    """Energy up to a limit at a fixed price, for the sites of a zone or for one site.

    It takes the place of the zone's price and of its rising blocks; delivery is paid as ever.
    It is a right and no duty: what is not drawn is not paid.
    """

    id: OwnId
    name: DisplayName = ""
    zone: Identifier | None = Field(None, description="Zone all of whose sites may draw on it")
    site: Identifier | None = Field(None, description="The one site that may draw on it")
    limit_mw: Yearly[Megawatts] = Field(description="Highest draw on it in any hour")
    price_usd_per_mwh: Yearly[UsdPerMwh] = Field(description="Price in place of the zone's")
    first_year: CalendarYear | None = Field(None, description="First year; from ever where null")
    last_year: CalendarYear | None = Field(None, description="Last year; for ever where null")

    @model_validator(mode="after")
    def _names_who_and_when(self) -> Self:
        if (self.zone is None) == (self.site is None):
            raise ValueError("give one of zone and site: who may draw on the contract")
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
        """Whether a year lies in its term."""
        begun = self.first_year is None or self.first_year <= year
        return begun and (self.last_year is None or year <= self.last_year)
