"""What a plan builds and opens: how much of what, where and when."""

from collections.abc import Iterator, Mapping
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
"""Table of the instance whose records say what may be built; ``sites`` for the other kinds."""


@dataclass(frozen=True)
class Build:
    """Something commissioned in a year.

    Attributes
    ----------
    kind : str
        `OPENING`, `HARDWARE`, `GENERATOR`, `STORAGE` or `CONNECTION`.
    site : str
    type : str
        Id of the hardware, generator or storage; empty for an opening or a connection.
    year : int
    amount : float
        Units; MW of a grid connection; 1 for an opening.
    mw : float or None
        Hardware at full load before PUE, generators and storage at nameplate; None for an opening.
    """

    kind: str
    site: str
    type: str
    year: int
    amount: float
    mw: float | None

    @property
    def path(self) -> str:
        """Path of its record in the instance, as ``--set`` takes it."""
        key = f"{self.site}/{self.type}" if self.type else self.site
        return f"{RECORDS.get(self.kind, 'sites')}.{key}"


def builds_of(plan: Plan) -> Iterator[Build]:
    """Yield what a plan opens and builds, table by table in the order of their rows."""
    instance, tables = plan.instance, plan.tables
    yield from _openings(tables["sites"])
    loaded_mw = {hardware.id: hardware.loaded_w / W_PER_MW for hardware in instance.hardware}
    for kind, table, unit_mw in (
        (HARDWARE, "capacity", loaded_mw),
        (GENERATOR, "generators", {turbine.id: turbine.unit_mw for turbine in instance.generators}),
        (STORAGE, "storage", {battery.id: battery.unit_mw for battery in instance.storage}),
    ):
        yield from _units(tables[table], kind, unit_mw)
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


def _units(table: pd.DataFrame, kind: str, unit_mw: Mapping[str, float]) -> Iterator[Build]:
    if table.empty:
        return
    # Storage has a row for each slot, and all slots of a year have the same builds.
    built = table[table["units_built"] > 0].drop_duplicates(["site", kind, "year"])
    for site, type_, year, units in _tuples(built, "site", kind, "year", "units_built"):
        yield Build(kind, site, type_, int(year), float(units), float(units) * unit_mw[type_])


def _tuples(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))
