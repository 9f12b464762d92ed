"""Tokens: who serves them, and which of those asked for are not served."""

import math

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.plan.prices import WORKLOAD_MTOK
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, NOTHING, decimals, number, percent, token_unit
from optimizer.report.tables.grid import long_run
from optimizer.report.years import headings, sentences, shown_years, years_note
from optimizer.schema.sites import SITE_KINDS

SHOWN = 1e-4
"""Share of a class's demand below which it is not listed as unserved."""


def served_gtok(plan: Plan) -> dict[tuple[str, int], float]:
    """Gtok of the answer served in a year, by kind of site and year; what is not there is 0."""
    table = plan.placement
    gtok = table[["kind", "year"]].assign(gtok=table["flow_gtok_per_h"] * _hours(table))
    sums = gtok.groupby(["kind", "year"], as_index=False).sum()
    return {(kind, year): amount for kind, year, amount in sums.itertuples(index=False)}


def tokens_by_kind(plan: Plan) -> DisplayTable:
    """Tokens of the answer served in a year, by kind of site, with shares."""
    years, served = shown_years(plan), served_gtok(plan)
    total = {year: sum(served.get((kind, year), 0.0) for kind in SITE_KINDS) for year in years}
    size, unit = token_unit(total.values())
    places = decimals(amount / size for amount in total.values())
    rows = []
    for kind in (
        kind for kind in SITE_KINDS if any(site.kind == kind for site in plan.instance.sites)
    ):
        cells = [_with_share(served.get((kind, y), 0.0), total[y], size, places) for y in years]
        rows.append((kind, *cells))
    rows.append(("all", *(_with_share(total[y], total[y], size, places) for y in years)))
    return DisplayTable(
        f"Tokens served by kind of site: {unit}/year and share",
        ("kind", *headings(years)),
        tuple(rows),
        note=years_note(plan, "placement.parquet"),
    )


def demand(plan: Plan) -> DisplayTable:
    """What was asked for at the reference price, and what became of it, in a year."""
    years = shown_years(plan)
    rows = _by_class(plan).groupby("year").sum(numeric_only=True).loc[list(years)]
    size, unit = token_unit(rows["asked"])
    lines = {
        "asked for at the reference price": rows["asked"],
        "of it not accepted: priced out": rows["priced_out"],
        "asked for on top at lower prices": rows["added"],
        "accepted": rows["accepted"],
        "accepted but shed": rows["shed"],
        "served": rows["accepted"] - rows["shed"],
    }
    places = decimals(rows["asked"] / size)
    return DisplayTable(
        f"Demand and what is not served: {unit}/year",
        ("", *headings(years)),
        tuple(
            (what, *(number(float(amount[year]) / size, places) for year in years))
            for what, amount in lines.items()
        ),
        note=sentences(
            "Priced out: serving it costs more than people would pay, or no site can.",
            years_note(plan, "demand.parquet"),
        ),
    )


def unserved(plan: Plan) -> DisplayTable | None:
    """Classes with demand priced out or shed, as shares of what they ask for."""
    years = shown_years(plan)
    table = _by_class(plan).set_index(["class", "year"])
    rows = []
    for group in plan.instance.classes:
        if group.id not in table.index.get_level_values(0):
            continue
        here = table.loc[group.id]
        for what, amount in (("priced out", "priced_out"), ("shed", "shed")):
            share = (here[amount] / here["asked"].where(here["asked"] > 0)).fillna(0.0)
            if (share > SHOWN).any():
                rows.append((group.id, what, *(percent(float(share[year])) for year in years)))
    if not rows:
        return None
    return DisplayTable(
        "Unserved by class: share of what is asked for at the reference price",
        ("class", "", *headings(years)),
        tuple(rows),
        words=(0, 1),
        note=years_note(plan, "demand.parquet"),
    )


def _by_class(plan: Plan) -> pd.DataFrame:
    """Gtok a year by class and year: asked for, accepted, shed, priced out, added."""
    table = plan.tables["demand"]
    hours = _hours(table)
    asked = table["reference_gtok_per_h"] * hours
    accepted = table["accepted_gtok_per_h"] * hours
    more = accepted - asked
    figures = table[["class", "year"]].assign(
        asked=asked,
        accepted=accepted,
        shed=table["shed_gtok_per_h"] * hours,
        priced_out=-more.clip(upper=0.0),
        added=more.clip(lower=0.0),
    )
    return figures.groupby(["class", "year"], as_index=False).sum()


def _hours(table: pd.DataFrame) -> "pd.Series[float]":
    """Hours of a year that each row stands for."""
    return table["length_h"] * table["days_per_year"]


def _with_share(amount: float, total: float, size: float, places: int) -> str:
    if amount / size < NOTHING:
        return "0"
    return f"{number(amount / size, places)} ({percent(amount / total, 0)})"


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


def put_off(plan: Plan) -> DisplayTable | None:
    """Share of accepted work that is done in a later step, and the most that waits at once."""
    table, years = plan.tables["demand"], shown_years(plan)
    hours = table["length_h"] * table["days_per_year"]
    asked, done = (
        table["accepted_gtok_per_h"],
        table["served_gtok_per_h"] + table["shed_gtok_per_h"],
    )
    by_class = (
        table[["class", "year"]]
        .assign(accepted=asked * hours, later=(asked - done).clip(lower=0.0) * hours)
        .groupby(["class", "year"])
        .sum()
    )
    share = (by_class["later"] / by_class["accepted"].where(by_class["accepted"] > 0)).fillna(0.0)
    slot = ["class", "year", "day", "start_h"]
    waiting = table.groupby(slot)["deferred_gtok"].sum().groupby(["class", "year"]).max()
    highest = share.groupby("class").max()
    shown = [g.id for g in plan.instance.classes if highest.get(g.id, 0.0) > SHOWN]
    if not shown:
        return None
    size, unit = token_unit([float(waiting[name].max()) for name in shown])
    places = decimals(float(waiting[name].max()) / size for name in shown)
    rows: list[tuple[str, ...]] = []
    for name in shown:
        rows.append((name, "share", *(percent(float(share[name, year])) for year in years)))
        most = (number(float(waiting[name, year]) / size, places) for year in years)
        rows.append((name, f"most at once, {unit}", *most))
    return DisplayTable(
        "Work put off to a later step of its day: share of what is accepted",
        ("class", "", *headings(years)),
        tuple(rows),
        words=(0, 1),
        note=sentences(
            "Where hours cost the same, other plans of the same worth put off less or more.",
            years_note(plan, "demand.parquet"),
        ),
    )
