"""What is built where and when: sites opened, hardware in pods, generators, storage."""

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.plan.builds import CONNECTION, HARDWARE, OPENING, STORAGE, Build, builds_of
from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, number
from optimizer.report.years import headings, sentences, shown_years, years_note

MOST_ROWS = 24
"""Rows beyond which sites of a kind are put together, those of least MW first."""


@dataclass(frozen=True)
class Row:
    """Something commissioned: where, at what kind of site, how many by year, MW in all.

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
    found = every_build(plan)
    if not found:
        return DisplayTable(title, note="Nothing is built and no site is opened.")
    where = "capacity.parquet, generators.parquet, storage.parquet and sites.parquet"
    note = ""
    if len(found) > MOST_ROWS:
        found = _together(found)
        note = f"Site by site in {where}."
    years = shown_years(plan)
    places = decimals([build.mw for build in found if build.mw is not None])
    return DisplayTable(
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


def every_build(plan: Plan) -> list[Row]:
    """Rows of what is built, one site after the other."""
    kinds = {site.id: site.kind for site in plan.instance.sites}
    order = {site: position for position, site in enumerate(kinds)}
    found: dict[tuple[str, str, str], list[Build]] = {}
    for build in builds_of(plan):
        if build.kind != CONNECTION:  # beside policies, with what is drawn through it
            found.setdefault((build.kind, build.site, _what(plan, build)), []).append(build)
    rows = []
    for (group, site, what), members in found.items():
        by_year = {build.year: build.amount for build in members}
        known = [build.mw for build in members if build.mw is not None]
        rows.append(Row(group, site, kinds[site], what, by_year, sum(known) if known else None))
    return sorted(rows, key=lambda row: order[row.site])


def _what(plan: Plan, build: Build) -> str:
    """What is built, with the size in which it comes where that is not one."""
    if build.kind == OPENING:
        return "site opens"
    if build.kind == HARDWARE:
        pods = {(pool.site, pool.hardware): pool.units_per_pod for pool in plan.instance.pools}
        size = pods[build.site, build.type]
        return f"{build.type} (pods of {size:,})" if size > 1 else build.type
    if build.kind == STORAGE:
        (stored,) = (one for one in plan.instance.storage if one.id == build.type)
        return f"{build.type} ({stored.unit_mwh:g} MWh each)"
    return build.type


def _together(found: Sequence[Row]) -> list[Row]:
    """Put sites of a kind together that build the same, until the rows are few enough."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for build in found:
        groups.setdefault((build.kind, build.what), []).append(build)
    rows = len(found)
    for key in sorted(groups, key=lambda key: _mean_mw(groups[key])):
        if rows > MOST_ROWS and len(groups[key]) > 1:
            rows -= len(groups[key]) - 1
            groups[key] = [_sum(groups[key])]
    return [build for members in groups.values() for build in members]


def _mean_mw(members: Sequence[Row]) -> float:
    return sum(build.mw or 0.0 for build in members) / len(members)


def _sum(members: Sequence[Row]) -> Row:
    first = members[0]
    by_year: dict[int, float] = {}
    for build in members:
        for year, units in build.by_year.items():
            by_year[year] = by_year.get(year, 0.0) + units
    mw = None if first.mw is None else sum(build.mw or 0.0 for build in members)
    name = f"{len(members)} {first.kind} sites"
    return Row(first.group, name, first.kind, first.what, by_year, mw)
