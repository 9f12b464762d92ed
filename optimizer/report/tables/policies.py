"""Policies and contracts in force: what they count, their limit, and its shadow price."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.plan.prices import BUDGET, CAP_MW_YEAR, CO2_T, CONTRACT_MW_YEAR, EDGE_MTOK
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import (
    Unit,
    decimals,
    mass_unit,
    money_unit,
    number,
    power_unit,
    token_unit,
)
from optimizer.report.tables.prices import long_run, only_together
from optimizer.report.years import shown_years, year_table

REACHED = 1e-6
"""Share of a limit within which it is reached."""


class Measure(NamedTuple):
    """What a policy counts, its unit, the direction of its limit, and the limit's price."""

    words: str
    unit_of: Callable[[Iterable[float]], Unit]
    direction: str
    price: str
    price_unit: str


MEASURES = {
    "co2_t": Measure("CO2 a year", mass_unit, "at most", CO2_T, "$/t"),
    "overnight_usd": Measure("outlay", money_unit, "at most", BUDGET, "$ per $"),
    "cap_mw": Measure("capped load", power_unit, "at most", CAP_MW_YEAR, "$/MW-year"),
    "edge_gtok": Measure("edge tokens", token_unit, "at least", EDGE_MTOK, "$/Mtok"),
    "contract": Measure("contract load", power_unit, "at most", CONTRACT_MW_YEAR, "$/MW-year"),
}


def policies(plan: Plan) -> DisplayTable | None:
    """Every policy with a limit and every contract; None if there are none."""
    counted = pd.concat([plan.tables["policy"], _contracts(plan)], ignore_index=True)
    limited = counted.dropna(subset="limit")
    if limited.empty:
        return None
    years = shown_years(plan)
    rows: list[tuple[str, ...]] = []
    shared: list[str] = []
    binding = False
    for (kind, place), group in limited.groupby(["measure", "where"], sort=False):
        measure, by_year = MEASURES[str(kind)], group.set_index("year").loc[list(years)]
        amounts, limits = (by_year[column].astype(float).tolist() for column in ("value", "limit"))
        unit = measure.unit_of([*amounts, *limits])
        reached = list(map(_reached, amounts, limits))
        binding |= any(reached)
        cells = [
            unit.text(amount) + (" *" if full else "  ")
            for amount, full in zip(amounts, reached, strict=True)
        ]
        rows.append((str(place), f"{measure.words}, {unit.name}", *cells))
        rows.append((str(place), f"  {measure.direction}", *(f"{unit.text(v)}  " for v in limits)))
        prices = long_run(plan, measure.price).get(str(place))
        if prices is not None:
            places = min(decimals(prices.values(), 4), 2)
            cells = [f"{number(prices[year], places)}  " for year in years]
            rows.append((str(place), f"  price, {measure.price_unit}", *cells))
            shared.append(only_together({str(place): prices}))
    note = (
        "Price: long-run shadow price of one more unit of the limit, not discounted; of an edge"
        " share, of requiring less."
    )
    notes = ("* binding." if binding else "", note, *shared, "policy.parquet")
    return year_table(plan, "Policies and contracts", ["of", "what"], rows, *notes)


def _reached(amount: float, limit: float) -> bool:
    return limit > 0 and abs(amount - limit) <= REACHED * limit


def _contracts(plan: Plan) -> pd.DataFrame:
    """Peak load on each contract by year, in the shape of the policy table."""
    table = plan.tables["contracts"]
    if table.empty:
        return pd.DataFrame()
    highest = table.groupby(["contract", "year"], sort=False)[["draw_mw", "limit_mw"]].max()
    names = {"contract": "where", "draw_mw": "value", "limit_mw": "limit"}
    return highest.reset_index().rename(columns=names).assign(measure="contract")
