"""On-site generation and storage: load, installed capacity, and energy of a year."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import power_unit
from optimizer.report.years import shown_years, year_table
from optimizer.units import MWH_PER_GWH

MOST_SITES = 6
"""Sites shown, those of highest load."""

NO_LOAD_MW = 1e-6
"""Load below which a site has none to power."""

Rows = dict[str, Mapping[Any, float]]


def onsite_power(plan: Plan) -> DisplayTable | None:
    """Load, generation and storage of the sites with their own power that have a load."""
    instance, power = plan.instance, plan.power
    owners = {row.site for row in (*instance.site_generators, *instance.site_storage)}
    highest = power[power["site"].isin(owners)].groupby("site")["power_mw"].max()
    loaded = highest[highest > NO_LOAD_MW].sort_values(ascending=False).index
    if loaded.empty:
        return None
    kept = [site.id for site in instance.sites if site.id in set(loaded[:MOST_SITES])]
    years, hidden = shown_years(plan), len(loaded) - len(kept)
    rows = [(site, what, by_year) for site in kept for what, by_year in _rows(plan, site).items()]
    unit = power_unit(value for *_, by_year in rows for value in by_year.values())
    cells = (
        (site, what, *(unit.text(by_year.get(year, 0.0)) for year in years))
        for site, what, by_year in rows
    )
    note = f"{hidden} sites with less load are in power.parquet." if hidden else ""
    source = "power.parquet, generators.parquet and storage.parquet"
    return year_table(plan, "On-site generation and storage", ["site", "what"], cells, note, source)


def _rows(plan: Plan, site: str) -> Rows:
    """Figures of a site by year, MW and GWh; those that are always 0 are left out."""
    power, units, output, storage = (
        plan.tables[name][plan.tables[name]["site"] == site]
        for name in ("power", "generators", "generation", "storage")
    )
    installed = storage.drop_duplicates(["year", "storage"])
    unit_mw = {stored.id: stored.unit_mw for stored in plan.instance.storage}
    rows: Rows = {
        "peak load, MW": power.groupby("year")["power_mw"].max().to_dict(),
        "from the grid, GWh": _gwh(power, "draw_mw"),
    }
    for generator in units["generator"].unique():
        by_year = units[units["generator"] == generator].set_index("year")
        rows[f"{generator}: installed capacity, MW"] = by_year["nameplate_mw"].to_dict()
        generated = output[output["generator"] == generator]
        rows[f"{generator}: generation, GWh"] = _gwh(generated, "generation_mw")
    for kind in installed["storage"].unique():
        by_year = installed[installed["storage"] == kind].set_index("year")
        rows[f"{kind}: installed capacity, MW"] = (by_year["units"] * unit_mw[kind]).to_dict()
        moved = storage[storage["storage"] == kind]
        rows[f"{kind}: discharge, GWh"] = _gwh(moved, "discharge_mw")
    return {what: row for what, row in rows.items() if max(row.values(), default=0.0) > 0}


def _gwh(table: pd.DataFrame, column: str) -> Mapping[Any, float]:
    """Energy of a year, GWh, from megawatts by slot."""
    mwh = table[column] * table["length_h"] * table["days_per_year"]
    return (mwh.groupby(table["year"]).sum() / MWH_PER_GWH).to_dict()
