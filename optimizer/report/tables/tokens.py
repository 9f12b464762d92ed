"""Tokens: who serves them, and which of those asked for are not served."""

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NOTHING, decimals, number, percent, token_unit
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
