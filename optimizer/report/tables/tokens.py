"""Tokens: who serves them, what is not served or deferred, and what one more costs."""

import math

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.plan.prices import WORKLOAD_MTOK
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, NOTHING, Unit, percent, token_unit
from optimizer.report.tables.prices import long_run
from optimizer.report.years import shown_years, year_table

KINDS = ("device", "edge", "cloud", "offgrid")
SHOWN = 1e-4
"""Share of a class's demand below which it is not listed as unserved or deferred."""

PRICE_FIGURES = 3


def served_gtok(plan: Plan) -> pd.DataFrame:
    """Gtok of the answer served in a year: kinds of site with load down, shown years across."""
    table = plan.placement
    gtok = table[["kind", "year"]].assign(gtok=table["flow_gtok_per_h"] * _hours(table))
    sums = gtok.pivot_table("gtok", "kind", "year", "sum", fill_value=0.0)
    carrying = [kind for kind in KINDS if kind in sums.index]
    return sums.reindex(carrying, columns=shown_years(plan), fill_value=0.0)


def served_text(amount: float, total: float, unit: Unit) -> str:
    """Tokens with their share of a total."""
    if amount / unit.size < NOTHING:
        return "0"
    return f"{unit.text(amount)} ({percent(amount / total, 0)})"


def tokens_by_kind(plan: Plan) -> DisplayTable:
    """Tokens of the answer served in a year, by kind of site, with shares."""
    years, served = shown_years(plan), served_gtok(plan)
    total = served.sum()
    unit = token_unit(total)
    kinds = {site.kind for site in plan.instance.sites}
    rows = served.reindex([kind for kind in KINDS if kind in kinds], fill_value=0.0)
    rows.loc["all"] = total
    cells = (
        (str(kind), *(served_text(row[year], total[year], unit) for year in years))
        for kind, row in rows.iterrows()
    )
    title = f"Tokens served by kind of site: {unit.name}/year and share"
    return year_table(plan, title, ["kind"], cells, "placement.parquet")


def demand(plan: Plan) -> DisplayTable:
    """Demand at the reference price, and how much of it is accepted and served in a year."""
    years = shown_years(plan)
    gtok = _by_class(plan).groupby("year").sum(numeric_only=True).loc[list(years)]
    unit = token_unit(gtok["asked"])
    lines = {
        "reference demand": gtok["asked"],
        "of it not accepted": gtok["refused"],
        "price-induced demand": gtok["induced"],
        "accepted": gtok["accepted"],
        "accepted but shed": gtok["shed"],
        "served": gtok["accepted"] - gtok["shed"],
    }
    cells = (
        (what, *(unit.text(float(amount[year])) for year in years))
        for what, amount in lines.items()
    )
    note = (
        "Not accepted: it would cost more to serve than users would pay, or no site can serve it."
    )
    title = f"Demand and how much of it is served: {unit.name}/year"
    return year_table(plan, title, [""], cells, note, "demand.parquet")


def unserved(plan: Plan) -> DisplayTable | None:
    """Classes with demand not accepted or shed, as shares of their reference demand."""
    years = shown_years(plan)
    table = _by_class(plan).set_index(["class", "year"])
    rows = []
    for group in plan.instance.classes:
        if group.id not in table.index.get_level_values(0):
            continue
        gtok = table.loc[group.id]
        for what, column in (("not accepted", "refused"), ("shed", "shed")):
            share = (gtok[column] / gtok["asked"].where(gtok["asked"] > 0)).fillna(0.0)
            if (share > SHOWN).any():
                rows.append((group.id, what, *(percent(float(share[year])) for year in years)))
    if not rows:
        return None
    title = "Unserved demand by class: share of reference demand"
    return year_table(plan, title, ["class", ""], rows, "demand.parquet")


def _by_class(plan: Plan) -> pd.DataFrame:
    """Gtok a year by class and year: asked for, accepted, shed, refused, induced by price."""
    table = plan.tables["demand"]
    hours = _hours(table)
    asked = table["reference_gtok_per_h"] * hours
    accepted = table["accepted_gtok_per_h"] * hours
    increase = accepted - asked
    figures = table[["class", "year"]].assign(
        asked=asked,
        accepted=accepted,
        shed=table["shed_gtok_per_h"] * hours,
        refused=-increase.clip(upper=0.0),
        induced=increase.clip(lower=0.0),
    )
    return figures.groupby(["class", "year"], as_index=False).sum()


def _hours(table: pd.DataFrame) -> "pd.Series[float]":
    """Hours of a year that each row represents."""
    return table["length_h"] * table["days_per_year"]


def token_price(plan: Plan) -> DisplayTable | None:
    """Long-run cost of a class's tokens over its regions; None if the plan has no prices."""
    prices, years = long_run(plan, WORKLOAD_MTOK), shown_years(plan)
    rows = []
    for group in plan.instance.classes:
        of_class = [
            prices[workload.id]
            for workload in plan.instance.workloads
            if workload.workload_class == group.id and workload.id in prices
        ]
        if of_class:
            cells = (
                _price_range([side[year] for price in of_class for side in (price, price.left)])
                for year in years
            )
            rows.append((group.id, *cells))
    if not rows:
        return None
    title = "Long-run marginal cost of serving tokens: $/Mtok"
    note = (
        "From what one Mtok less saves to what one more costs, over the class's regions; not"
        " discounted."
    )
    return year_table(plan, title, ["class"], rows, note, "prices.parquet")


def _price_range(prices: list[float]) -> str:
    known = [price for price in prices if math.isfinite(price)]
    if not known:
        return NONE
    ends = (f"{price + 0.0:.{PRICE_FIGURES}g}" for price in (min(known), max(known)))
    return " to ".join(dict.fromkeys(ends))


def deferral(plan: Plan) -> DisplayTable | None:
    """Share of accepted work done in a later step, and the largest backlog; None if none is."""
    table, years = plan.tables["demand"], shown_years(plan)
    hours, asked = _hours(table), table["accepted_gtok_per_h"]
    done = table["served_gtok_per_h"] + table["shed_gtok_per_h"]
    keys = ["class", "year"]
    by_class = (
        table[keys]
        .assign(accepted=asked * hours, later=(asked - done).clip(lower=0.0) * hours)
        .groupby(keys)
        .sum()
    )
    share = (by_class["later"] / by_class["accepted"].where(by_class["accepted"] > 0)).fillna(0.0)
    backlog = table.groupby([*keys, "day", "start_h"])["deferred_gtok"].sum().groupby(keys).max()
    highest = share.groupby("class").max()
    shown = [g.id for g in plan.instance.classes if highest.get(g.id, 0.0) > SHOWN]
    if not shown:
        return None
    unit = token_unit(float(backlog[name].max()) for name in shown)
    rows: list[tuple[str, ...]] = []
    for name in shown:
        rows.append((name, "share", *(percent(float(share[name, year])) for year in years)))
        amounts = (unit.text(float(backlog[name, year])) for year in years)
        rows.append((name, f"largest backlog, {unit.name}", *amounts))
    title = "Work deferred to a later step of its day: share of accepted demand"
    note = "If hours cost the same, other plans of equal welfare may defer less or more."
    return year_table(plan, title, ["class", ""], rows, note, "demand.parquet")
