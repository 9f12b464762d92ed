"""Work put off within its day, by class: how much, and how much waits at once."""

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, number, percent, token_unit
from optimizer.report.tables.tokens import SHOWN
from optimizer.report.years import headings, sentences, shown_years, years_note


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
