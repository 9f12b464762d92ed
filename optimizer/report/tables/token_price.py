"""What one more million tokens costs to serve, by class."""

import math

from optimizer.plan.plan import Plan
from optimizer.plan.prices import WORKLOAD_MTOK
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE
from optimizer.report.tables.grid import long_run
from optimizer.report.years import headings, sentences, shown_years, years_note

FIGURES = 3


def token_price(plan: Plan) -> DisplayTable | None:
    """Long-run price of a class's tokens, over its regions; nothing where there are no prices."""
    prices, years = long_run(plan, WORKLOAD_MTOK), shown_years(plan)
    rows = []
    for group in plan.instance.classes:
        here = [
            prices[one.id]
            for one in plan.instance.workloads
            if one.workload_class == group.id and one.id in prices
        ]
        if here:
            rows.append((group.id, *(_range([price[year] for price in here]) for year in years)))
    if not rows:
        return None
    return DisplayTable(
        "Long-run price of serving one more Mtok: $/Mtok",
        ("class", *headings(years)),
        tuple(rows),
        note=sentences(
            "From the lowest to the highest over the class's regions; not discounted.",
            years_note(plan, "prices.parquet"),
        ),
    )


def _range(prices: list[float]) -> str:
    known = [price for price in prices if math.isfinite(price)]
    if not known:
        return NONE
    low, high = (f"{price + 0.0:.{FIGURES}g}" for price in (min(known), max(known)))
    return low if low == high else f"{low} to {high}"
