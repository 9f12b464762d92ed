"""What is built, at which site and in which year: openings, hardware, generators, storage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer.plan.builds import CONNECTION, HARDWARE, OPENING, STORAGE, Build, builds_of
from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import number, power_unit
from optimizer.report.years import sentences, shown_years, years_note

MOST_ROWS = 24
"""Rows beyond which sites of a kind are grouped, those of least MW first."""


@dataclass(frozen=True)
class Row:
    """Something commissioned: the site and its kind, units by year, MW in total.

    `group` is its kind of build, as in `optimizer.plan.builds`.
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


def builds(plan: Plan) -> DisplayTable:
    """Sites opened; hardware, generators and storage commissioned, by year."""
    title = "Built: units commissioned by year"
    rows = every_build(plan)
    if not rows:
        return DisplayTable(title, note="Nothing is built and no site is opened.")
    files = "capacity.parquet, generators.parquet, storage.parquet and sites.parquet"
    note = ""
    if len(rows) > MOST_ROWS:
        rows, note = _grouped(rows), f"Site by site in {files}."
    years = shown_years(plan)
    unit = power_unit(row.mw for row in rows if row.mw is not None)
    return DisplayTable(
        title,
        ("site", "what", *map(str, years), "total MW"),
        tuple(
            (
                row.site,
                row.what,
                *(number(row.by_year.get(year, 0.0), 0) for year in years),
                "" if row.mw is None else unit.text(row.mw),
            )
            for row in rows
        ),
        words=(0, 1),
        note=sentences(
            "Total MW: hardware at full load before PUE, generators and storage at nameplate.",
            note,
            years_note(plan, files),
        ),
    )


def every_build(plan: Plan) -> list[Row]:
    """Everything built, site by site in the order of the instance."""
    kinds = {site.id: site.kind for site in plan.instance.sites}
    order = {site: position for position, site in enumerate(kinds)}
    by_row: dict[tuple[str, str, str], list[Build]] = {}
    for build in builds_of(plan):
        if build.kind != CONNECTION:  # listed under policies, with the load drawn through it
            by_row.setdefault((build.kind, build.site, _what(plan, build)), []).append(build)
    rows = []
    for (group, site, what), members in by_row.items():
        by_year = {build.year: build.amount for build in members}
        known = [build.mw for build in members if build.mw is not None]
        rows.append(Row(group, site, kinds[site], what, by_year, sum(known) if known else None))
    return sorted(rows, key=lambda row: order[row.site])


def _what(plan: Plan, build: Build) -> str:
    """What is built, with the size of a pod or unit if that is not one."""
    if build.kind == OPENING:
        return "site opens"
    if build.kind == HARDWARE:
        pods = {(pool.site, pool.hardware): pool.units_per_pod for pool in plan.instance.pools}
        size = pods[build.site, build.type]
        return f"{build.type} (pods of {size:,})" if size > 1 else build.type
    if build.kind == STORAGE:
        size_mwh = {storage.id: storage.unit_mwh for storage in plan.instance.storage}
        return f"{build.type} ({size_mwh[build.type]:g} MWh each)"
    return build.type


def _grouped(rows: Sequence[Row]) -> list[Row]:
    """Group sites of a kind that build the same, until the rows are few enough."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.kind, row.what), []).append(row)
    count = len(rows)
    for key in sorted(groups, key=lambda key: _mean_mw(groups[key])):
        if count > MOST_ROWS and len(groups[key]) > 1:
            count -= len(groups[key]) - 1
            groups[key] = [_sum(groups[key])]
    return [row for members in groups.values() for row in members]


def _mean_mw(rows: Sequence[Row]) -> float:
    return sum(row.mw or 0.0 for row in rows) / len(rows)


def _sum(rows: Sequence[Row]) -> Row:
    by_year: dict[int, float] = {}
    for row in rows:
        for year, units in row.by_year.items():
            by_year[year] = by_year.get(year, 0.0) + units
    mw = None if rows[0].mw is None else sum(row.mw or 0.0 for row in rows)
    return replace(rows[0], site=f"{len(rows)} {rows[0].kind} sites", by_year=by_year, mw=mw)
