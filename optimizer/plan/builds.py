"""What a plan builds and opens: how much of what, where and when."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.units import W_PER_MW

OPENING, HARDWARE, GENERATOR, STORAGE, CONNECTION = (
    "opening",
    "hardware",
    "generator",
    "storage",
    "grid connection",
)
RECORDS = {HARDWARE: "pools", GENERATOR: "site_generators", STORAGE: "site_storage"}
"""Table of the instance whose records say what may be built; of the others, sites."""


@dataclass(frozen=True)
class Build:
    """Something commissioned in a year.

    Attributes
    ----------
    kind : str
        `OPENING`, `HARDWARE`, `GENERATOR`, `STORAGE` or `CONNECTION`.
    site : str
    type : str
        Id of the hardware, generator or storage; empty where there is none.
    year : int
    amount : float
        Units; of a grid connection MW, and 1 of an opening.
    mw : float or None
        Hardware at full load before PUE, generators and storage at nameplate; None of an opening.
    """

    kind: str
    site: str
    type: str
    year: int
    amount: float
    mw: float | None

    @property
    def path(self) -> str:
        """Record of the instance that it is of, as ``--set`` takes it."""
        key = f"{self.site}/{self.type}" if self.type else self.site
        return f"{RECORDS.get(self.kind, 'sites')}.{key}"


def builds_of(plan: Plan) -> Iterator[Build]:
    """Yield what a plan opens and builds, table by table in the order of their rows."""
    yield from _openings(plan.tables["sites"])
    instance = plan.instance
    watts = {one.id: one.loaded_w for one in instance.hardware}
    turbine = {one.id: one.unit_mw for one in instance.generators}
    battery = {one.id: one.unit_mw for one in instance.storage}
    tables = plan.tables
    yield from _units(tables["capacity"], HARDWARE, lambda one: watts[one] / W_PER_MW)
    yield from _units(tables["generators"], GENERATOR, lambda one: turbine[one])
    yield from _units(tables["storage"], STORAGE, lambda one: battery[one])
    connections = tables["connections"]
    if not connections.empty:
        built = connections[connections["built_mw"] > 0]
        for site, year, mw in _tuples(built, "site", "year", "built_mw"):
            yield Build(CONNECTION, site, "", int(year), float(mw), float(mw))


def _openings(sites: pd.DataFrame) -> Iterator[Build]:
    if sites.empty:
        return
    table = sites.sort_values("year", kind="stable")
    opened = table[table["open"] & table["candidate"]].drop_duplicates("site")
    for site, year in _tuples(opened, "site", "year"):
        yield Build(OPENING, site, "", int(year), 1.0, None)


def _units(table: pd.DataFrame, kind: str, unit_mw: Callable[[str], float]) -> Iterator[Build]:
    if table.empty:
        return
    # A year of storage has a row a slot, which say the same of its builds.
    built = table[table["units_built"] > 0].drop_duplicates(["site", kind, "year"])
    for site, one, year, units in _tuples(built, "site", kind, "year", "units_built"):
        yield Build(kind, site, one, int(year), float(units), float(units) * unit_mw(one))


def _tuples(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))
