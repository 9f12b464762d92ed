"""What is built where and when: sites opened, hardware in pods, generators, storage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.plan import Plan
from optimizer.report.numbers import decimals, number
from optimizer.report.table import Table
from optimizer.report.years import headings, sentences, shown_years, years_note
from optimizer.units import W_PER_MW

MOST_ROWS = 24
"""Rows beyond which sites of a kind are put together, those of least MW first."""


@dataclass(frozen=True)
class Build:
    """Something commissioned: where, at what kind of site, how many by year, MW in all.

    `group` is ``site``, ``hardware``, ``generator`` or ``storage``.
    """

    group: str
    site: str
    kind: str
    what: str
    by_year: dict[int, float]
    mw: float | None

    def mw_in(self, year: int) -> float:
        """MW commissioned in a year."""
        return (self.mw or 0.0) * self.by_year.get(year, 0.0) / sum(self.by_year.values())


def builds(plan: Plan) -> Table:
    """Sites opened; hardware, generators and storage commissioned, by year."""
    title = "Built: units commissioned by year"
    found = every_build(plan)
    if not found:
        return Table(title, note="Nothing is built and no site is opened.")
    where = "capacity.parquet, generators.parquet, storage.parquet and sites.parquet"
    note = ""
    if len(found) > MOST_ROWS:
        found = _together(found)
        note = f"Site by site in {where}."
    years = shown_years(plan)
    places = decimals([build.mw for build in found if build.mw is not None])
    return Table(
        title,
        ("site", "what", *headings(years), "MW in all"),
        tuple(
            (
                build.site,
                build.what,
                *(number(build.by_year.get(year, 0.0), 0) for year in years),
                "" if build.mw is None else number(build.mw, places),
            )
            for build in found
        ),
        words=(0, 1),
        note=sentences(
            "MW in all: hardware at full load before PUE, generators and storage at nameplate.",
            note,
            years_note(plan, where),
        ),
    )


def every_build(plan: Plan) -> list[Build]:
    """All that is commissioned, in the order of the sites."""
    found = [*_openings(plan), *_hardware(plan), *_generators(plan), *_storage(plan)]
    order = {site.id: position for position, site in enumerate(plan.instance.sites)}
    return sorted(found, key=lambda build: order[build.site])


def _openings(plan: Plan) -> list[Build]:
    table = plan.tables["sites"].sort_values("year", kind="stable")
    opened = table[table["open"] & table["candidate"]].drop_duplicates("site")
    return [
        Build("site", site, kind, "site opens", {year: 1.0}, None)
        for site, kind, year in _tuples(opened, ["site", "kind", "year"])
    ]


def _hardware(plan: Plan) -> list[Build]:
    loaded = {hardware.id: hardware.loaded_w for hardware in plan.instance.hardware}
    pod = {(pool.site, pool.hardware): pool.units_per_pod for pool in plan.instance.pools}

    def what(site: str, hardware: str) -> str:
        size = pod[site, hardware]
        return f"{hardware} (pods of {size:,})" if size > 1 else hardware

    return _commissioned(
        "hardware",
        plan,
        plan.tables["capacity"].rename(columns={"hardware": "type", "units_built": "built"}),
        what,
        lambda hardware: loaded[hardware] / W_PER_MW,
    )


def _generators(plan: Plan) -> list[Build]:
    size = {generator.id: generator.unit_mw for generator in plan.instance.generators}
    return _commissioned(
        "generator",
        plan,
        plan.tables["generators"].rename(columns={"generator": "type", "units_built": "built"}),
        lambda _, generator: generator,
        lambda generator: size[generator],
    )


def _storage(plan: Plan) -> list[Build]:
    types = {one.id: one for one in plan.instance.storage}
    built = plan.tables["storage"].drop_duplicates(["site", "storage", "year"])
    return _commissioned(
        "storage",
        plan,
        built.rename(columns={"storage": "type", "units_built": "built"}),
        lambda _, one: f"{one} ({types[one].unit_mwh:g} MWh each)",
        lambda one: types[one].unit_mw,
    )


def _commissioned(
    group: str,
    plan: Plan,
    table: pd.DataFrame,
    what: Callable[[str, str], str],
    unit_mw: Callable[[str], float],
) -> list[Build]:
    kinds = {site.id: site.kind for site in plan.instance.sites}
    found: dict[tuple[str, str], dict[int, float]] = {}
    built = table[table["built"] > 0]
    for site, kind, year, units in _tuples(built, ["site", "type", "year", "built"]):
        found.setdefault((site, kind), {})[year] = units
    return [
        Build(
            group,
            site,
            kinds[site],
            what(site, kind),
            by_year,
            sum(by_year.values()) * unit_mw(kind),
        )
        for (site, kind), by_year in found.items()
    ]


def _together(found: Sequence[Build]) -> list[Build]:
    """Put sites of a kind together that build the same, until the rows are few enough."""
    groups: dict[tuple[str, str], list[Build]] = {}
    for build in found:
        groups.setdefault((build.kind, build.what), []).append(build)
    rows = len(found)
    for key in sorted(groups, key=lambda key: _mean_mw(groups[key])):
        if rows > MOST_ROWS and len(groups[key]) > 1:
            rows -= len(groups[key]) - 1
            groups[key] = [_sum(groups[key])]
    return [build for members in groups.values() for build in members]


def _mean_mw(members: Sequence[Build]) -> float:
    return sum(build.mw or 0.0 for build in members) / len(members)


def _sum(members: Sequence[Build]) -> Build:
    first = members[0]
    by_year: dict[int, float] = {}
    for build in members:
        for year, units in build.by_year.items():
            by_year[year] = by_year.get(year, 0.0) + units
    mw = None if first.mw is None else sum(build.mw or 0.0 for build in members)
    name = f"{len(members)} {first.kind} sites"
    return Build(first.group, name, first.kind, first.what, by_year, mw)


def _tuples(table: pd.DataFrame, columns: list[str]) -> list[tuple]:  # type: ignore[type-arg]
    return list(table[columns].itertuples(index=False, name=None))
