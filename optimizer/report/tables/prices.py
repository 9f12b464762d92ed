"""Prices as reports read them: of one more unit, in the long run."""

import math

from optimizer.plan.plan import Plan
from optimizer.plan.prices import LONG_RUN
from optimizer.report.numbers import NONE, number

ONE_DUAL = (
    "These prices are of an earlier version: where a limit binds in several years, another solver"
    " may split them differently between the years."
)
NEGLIGIBLE = 1e-4
"""Share of the price of all years up to which prices of single years count as none."""


class Price(dict[int, float]):
    """What one more unit of a limit is worth by year, and what one less costs.

    Attributes
    ----------
    left : dict of int to float
        Cost of one unit less by year; no number if no plan can do with less.
    all_years : float
        Present value of one more unit in every year; no number in plans of earlier versions.
    """

    def __init__(self) -> None:
        super().__init__()
        self.left: dict[int, float] = {}
        self.all_years = math.nan

    @property
    def one_dual(self) -> bool:
        """Whether an earlier version made the price, from one dual of possibly many."""
        return math.isnan(self.all_years) and any(map(math.isfinite, self.values()))

    @property
    def highest(self) -> float:
        """Highest price of a year or of all years."""
        known = [price for price in (*self.values(), self.all_years) if math.isfinite(price)]
        return max(map(abs, known), default=0.0)

    @property
    def only_together(self) -> bool:
        """Whether only more in several years at once is worth something."""
        years = max(map(abs, self.values()), default=0.0)
        return self.all_years > 0 and years <= NEGLIGIBLE * self.all_years

    def all_years_cell(self, places: int) -> str:
        """Present value of one more unit in every year."""
        return NONE if math.isnan(self.all_years) else number(self.all_years, places)


def long_run(plan: Plan, measure: str) -> dict[str, Price]:
    """Long-run prices of a measure by place; empty if there are none."""
    prices, by_place = plan.prices, dict[str, Price]()
    if prices.empty:
        return by_place
    chosen = prices[(prices["run"] == LONG_RUN) & (prices["measure"] == measure)]
    columns = chosen[["where", "year", "value", "left", "all_years"]]
    for place, year, value, left, all_years in columns.itertuples(index=False, name=None):
        price = by_place.setdefault(place, Price())
        price[year], price.left[year] = value, left
        if math.isfinite(all_years):
            price.all_years = all_years
    return by_place


def only_together(prices: dict[str, Price]) -> str:
    """Name the limits of which more in a single year is worth nothing; empty if there are none."""
    names = [name for name, price in prices.items() if price.only_together]
    if not names:
        return ""
    several = "s" if len(names) == 1 else ""
    return (
        f"{', '.join(names)} bind{several} in several years: more in one year alone is worth"
        " nothing, more in all of them is."
    )
