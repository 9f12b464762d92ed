"""Policies and contracts that are set: what they count, their limit, and what it is worth."""

from collections.abc import Mapping, Sequence

import pandas as pd

from optimizer.plan import Plan
from optimizer.prices import BUDGET, CAP_MW_YEAR, CO2_T, CONTRACT_MW_YEAR, EDGE_MTOK
from optimizer.report.grid import long_run
from optimizer.report.numbers import NONE, decimals, number
from optimizer.report.table import Table
from optimizer.report.years import headings, sentences, shown_years, years_note
from optimizer.units import USD_PER_MUSD

WORDS = {
    "co2_t": ("CO2, t a year", CO2_T, "$/t"),
    "overnight_usd": ("capital commissioned, million $", BUDGET, "$ a $"),
    "cap_mw": ("zone cap, MW at its highest", CAP_MW_YEAR, "$/MW-year"),
    "edge_gtok": ("tokens at the edge, Gtok (at least)", EDGE_MTOK, "$/Mtok less"),
    "contract": ("contract, MW at its highest", CONTRACT_MW_YEAR, "$/MW-year"),
}
"""What each measure counts, the price of its limit, and the unit of that."""

FULL = 1e-6
"""Share of a limit within which it is reached."""


def policies(plan: Plan) -> Table | None:
    """Every policy that is set and every contract; nothing where there is none."""
    counted = pd.concat([plan.tables["policy"], _contracts(plan)], ignore_index=True)
    limited = counted.dropna(subset="limit")
    if limited.empty:
        return None
    years = shown_years(plan)
    rows: list[tuple[str, ...]] = []
    for (measure, where), here in limited.groupby(["measure", "where"], sort=False):
        words, price, unit = WORDS[str(measure)]
        by_year = here.set_index("year")
        size = USD_PER_MUSD if measure == "overnight_usd" else 1.0
        amounts, limits = (
            {int(str(year)): float(amount) / size for year, amount in by_year[column].items()}
            for column in ("value", "limit")
        )
        rows.append((words, str(where), *_against(amounts, limits, years)))
        worth = long_run(plan, price).get(str(where))
        if worth is not None:
            places = min(decimals(worth.values(), 4), 2)
            cells = (number(worth[year], places) for year in years)
            rows.append((f"  worth of one more, {unit}", str(where), *cells))
    return Table(
        "Policies and contracts: counted / limit",
        ("policy", "of", *headings(years)),
        tuple(rows),
        words=(0, 1),
        note=sentences(
            "* at its limit.",
            "Worth: long-run price, not discounted; of an edge share that of asking for less.",
            years_note(plan, "policy.parquet"),
        ),
    )


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


def _against(
    amounts: Mapping[int, float], limits: Mapping[int, float], years: Sequence[int]
) -> list[str]:
    places = decimals([*amounts.values(), *limits.values()])
    cells = []
    for year in years:
        amount, limit = amounts.get(year), limits.get(year)
        if amount is None or limit is None:
            cells.append(NONE)
            continue
        reached = abs(amount - limit) <= FULL * max(abs(limit), 1.0)
        mark = " *" if reached and limit > 0 else "  "
        cells.append(f"{number(amount, places)} / {number(limit, places)}{mark}")
    return cells
