"""Policies and contracts that are set: what they count, their limit, and what it is worth."""

from collections.abc import Callable, Iterable

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.plan.prices import BUDGET, CAP_MW_YEAR, CO2_T, CONTRACT_MW_YEAR, EDGE_MTOK
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, money_unit, number, token_unit
from optimizer.report.tables.grid import long_run
from optimizer.report.years import headings, sentences, shown_years, years_note
from optimizer.units import T_PER_KT

Unit = Callable[[Iterable[float]], tuple[float, str]]
"""Finds what to divide some amounts by, and the unit that they then have."""

FULL = 1e-6
"""Share of a limit within which it is reached."""


def _tonnes(amounts: Iterable[float]) -> tuple[float, str]:
    many = max(amounts, default=0.0) >= T_PER_KT * 100
    return (T_PER_KT, "kt") if many else (1.0, "t")


def _megawatts(amounts: Iterable[float]) -> tuple[float, str]:
    return 1.0, "MW"


MEASURES: dict[str, tuple[str, Unit, str, str, str]] = {
    "co2_t": ("CO2 a year", _tonnes, "at most", CO2_T, "$/t"),
    "overnight_usd": ("outlay", money_unit, "at most", BUDGET, "$ a $"),
    "cap_mw": ("capped draw", _megawatts, "at most", CAP_MW_YEAR, "$/MW-year"),
    "edge_gtok": ("edge tokens", token_unit, "at least", EDGE_MTOK, "$/Mtok less"),
    "contract": ("contract drawn", _megawatts, "at most", CONTRACT_MW_YEAR, "$/MW-year"),
}
"""Of each measure: what it counts, in which unit, which way its limit lies, the price of the
limit, and the unit of that."""


def policies(plan: Plan) -> DisplayTable | None:
    """Every policy that is set and every contract; nothing where there is none."""
    counted = pd.concat([plan.tables["policy"], _contracts(plan)], ignore_index=True)
    limited = counted.dropna(subset="limit")
    if limited.empty:
        return None
    years = shown_years(plan)
    rows: list[tuple[str, ...]] = []
    for (measure, name), here in limited.groupby(["measure", "where"], sort=False):
        words, unit_of, way, price, price_unit = MEASURES[str(measure)]
        where, by_year = str(name), here.set_index("year").loc[list(years)]
        amounts, limits = (by_year[column].astype(float) for column in ("value", "limit"))
        size, unit = unit_of([*amounts, *limits])
        amounts, limits = amounts / size, limits / size
        places = decimals([*amounts, *limits])
        cells = [
            f"{number(amount, places)}{' *' if _reached(amount, limit) else '  '}"
            for amount, limit in zip(amounts, limits, strict=True)
        ]
        rows.append((where, f"{words}, {unit}", *cells))
        rows.append((where, f"  {way}", *(f"{number(limit, places)}  " for limit in limits)))
        worth = long_run(plan, price).get(where)
        if worth is not None:
            places = min(decimals(worth.values(), 4), 2)
            told = (f"{number(worth[year], places)}  " for year in years)
            rows.append((where, f"  worth, {price_unit}", *told))
    return DisplayTable(
        "Policies and contracts",
        ("of", "what", *headings(years)),
        tuple(rows),
        words=(0, 1),
        note=sentences(
            "* at its limit.",
            "Worth: of one more, long-run, not discounted; of an edge share, of demanding less.",
            years_note(plan, "policy.parquet"),
        ),
    )


def _reached(amount: float, limit: float) -> bool:
    return limit > 0 and abs(amount - limit) <= FULL * limit


def _contracts(plan: Plan) -> pd.DataFrame:
    """Highest draw on each contract by year, as the policy table has it."""
    table = plan.tables["contracts"]
    if table.empty:
        return pd.DataFrame()
    highest = table.groupby(["contract", "year"], sort=False)[["draw_mw", "limit_mw"]].max()
    return (
        highest.reset_index()
        .rename(columns={"contract": "where", "draw_mw": "value", "limit_mw": "limit"})
        .assign(measure="contract")
    )
