"""Own power at sites: load, generators, what each gives in a year, and what storage moves."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, number
from optimizer.report.years import headings, sentences, shown_years, years_note
from optimizer.units import MWH_PER_GWH

MOST_SITES = 6
"""Sites shown, those of highest load."""

NOTHING_MW = 1e-6
"""Load below which a site has none to power."""

Rows = dict[str, Mapping[Any, float]]


def own_power(plan: Plan) -> DisplayTable | None:
    """Load and own power of sites with generators or storage that have a load."""
    instance, power = plan.instance, plan.power
    owners = {row.site for row in (*instance.site_generators, *instance.site_storage)}
    highest = power[power["site"].isin(owners)].groupby("site")["power_mw"].max()
    loaded = highest[highest > NOTHING_MW].sort_values(ascending=False).index
    if loaded.empty:
        return None
    kept = [site.id for site in instance.sites if site.id in set(loaded[:MOST_SITES])]
    years, hidden = shown_years(plan), len(loaded) - len(kept)
    lines = [(site, what, by_year) for site in kept for what, by_year in _rows(plan, site).items()]
    places = decimals([value for *_, by_year in lines for value in by_year.values()])
    return DisplayTable(
        "Own power: sites with generators or storage",
        ("site", "what", *headings(years)),
        tuple(
            (site, what, *(number(by_year.get(year, 0.0), places) for year in years))
            for site, what, by_year in lines
        ),
        words=(0, 1),
        note=sentences(
            f"{hidden} sites with less load are in power.parquet." if hidden else "",
            years_note(plan, "power.parquet, generators.parquet and storage.parquet"),
        ),
    )


def _rows(plan: Plan, site: str) -> Rows:
    """Figures of a site by year; those that are always 0 are left out."""
    power, units, output, storage = (
        _of_site(plan.tables[name], site)
        for name in ("power", "generators", "generation", "storage")
    )
    stands = storage.drop_duplicates(["year", "storage"])
    size = {one.id: one.unit_mw for one in plan.instance.storage}
    rows: Rows = {
        "highest load, MW": power.groupby("year")["power_mw"].max().to_dict(),
        "from the grid, GWh": _gwh(power, "draw_mw"),
    }
    for generator in units["generator"].unique():
        here = units[units["generator"] == generator].set_index("year")
        rows[f"{generator}, MW there"] = here["nameplate_mw"].to_dict()
        made = output[output["generator"] == generator]
        rows[f"{generator}, GWh"] = _gwh(made, "generation_mw")
    for kind in stands["storage"].unique():
        here = stands[stands["storage"] == kind].set_index("year")
        rows[f"{kind}, MW there"] = (here["units"] * size[kind]).to_dict()
        moved = storage[storage["storage"] == kind]
        rows[f"{kind}, GWh discharged"] = _gwh(moved, "discharge_mw")
    return {what: row for what, row in rows.items() if max(row.values(), default=0.0) > 0}


def _of_site(table: pd.DataFrame, site: str) -> pd.DataFrame:
    return table[table["site"] == site]


def _gwh(table: pd.DataFrame, column: str) -> Mapping[Any, float]:
    """Energy of a year, GWh, of megawatts by slot."""
    mwh = table[column] * table["length_h"] * table["days_per_year"]
    return (mwh.groupby(table["year"]).sum() / MWH_PER_GWH).to_dict()
