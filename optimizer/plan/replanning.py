"""Re-planning: what a plan decided, found by ids among the columns of another program.

The instance may have changed since.  Records are matched by their ids and years by their number,
never by position, and amounts in units and MW, never in pods or steps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.errors import InputError, Problem
from optimizer.formulation.layout import Layout
from optimizer.plan.builds import (
    CONNECTION,
    GENERATOR,
    HARDWARE,
    OPENING,
    STORAGE,
    Build,
    builds_of,
)
from optimizer.plan.plan import HELD, STARTED, Plan
from optimizer.problem.parameters.case import Case
from optimizer.schema.references import near_miss
from optimizer.solvers.milp import Block, Bools, Floats, Program

WHOLE = 1e-6
"""Distance from a whole number of pods or steps that is rounding."""

Fault = tuple[str, str]
"""What cannot be as the plan has it, and why."""


@dataclass(frozen=True)
class Replanning:
    """A program in which some decisions are held, and a point to start from.

    Attributes
    ----------
    program : Program
    start : ndarray, shape (n,), or None
        Point whose integers are those of a plan.
    record : mapping
        What was held and started from, for `optimizer.plan.plan.Run.options`.
    warnings : tuple of str
    """

    program: Program
    start: Floats | None
    record: dict[str, Any]
    warnings: tuple[str, ...]


def replan(
    case: Case,
    layout: Layout,
    program: Program,
    fix_builds_from: Plan | None,
    until: int | None,
    start_from: Plan | None,
) -> Replanning:
    """Hold what one plan builds up to a year, and start from another.

    Raises
    ------
    InputError
        With everything that the plan to hold builds and this instance cannot.
    """
    _check(fix_builds_from, until, start_from)
    record: dict[str, Any] = {}
    warnings: list[str] = []
    start = None
    if fix_builds_from is not None:
        last = case.horizon.years[-1] if until is None else until
        decided = _Decisions(case, layout, program, fix_builds_from, last)
        if decided.faults:
            raise InputError(
                [
                    Problem("options", None, "fix_builds_from", where, message)
                    for where, message in decided.faults
                ]
            )
        record[HELD] = {"until": last, **decided.record()}
        program = program.with_bounds(
            lower=np.where(decided.known, decided.value, program.lower),
            upper=np.where(decided.known, decided.value, program.upper),
        )
    if start_from is not None:
        decided = _Decisions(case, layout, program, start_from, case.horizon.years[-1])
        start = decided.value
        _charging(case, layout, start_from, start)
        record[STARTED] = decided.source()
        warnings += [
            f"the start is without {where}: {message}" for where, message in decided.faults
        ]
    return Replanning(program, start, record, tuple(warnings))


def _check(fix_builds_from: Plan | None, until: int | None, start_from: Plan | None) -> None:
    problems = [
        Problem("options", None, name, plan.status, "ended without a plan, so it builds nothing")
        for name, plan in (("fix_builds_from", fix_builds_from), ("start_from", start_from))
        if plan is not None and not plan.has_point
    ]
    if until is not None and fix_builds_from is None:
        message = "holds nothing without fix_builds_from, the plan whose builds are to be held"
        problems.append(Problem("options", None, "until", str(until), message))
    if problems:
        raise InputError(problems)


@dataclass(frozen=True)
class _Columns:
    """Columns (N, Y) that take builds of a kind."""

    block: Block
    at: dict[tuple[str, str], int]  # position by site and type
    step: Floats  # (N,) units, or MW, of one
    most: Floats  # (N,) in all years
    step_is: str


class _Decisions:
    """What a plan decides in years up to one, as values of columns.

    In those years a column that the plan says nothing of is 0: it builds nothing there.
    """

    def __init__(
        self, case: Case, layout: Layout, program: Program, plan: Plan, until: int
    ) -> None:
        self.case, self.plan, self.until = case, plan, until
        self.upper = program.upper
        self.value: Floats = np.zeros(len(program.upper))
        self.known: Bools = np.zeros(len(program.upper), dtype=bool)
        self.years = {year: y for y, year in enumerate(case.horizon.years) if year <= self.until}
        self.builds = [one for one in builds_of(plan) if one.year <= until]
        self.placements: list[dict[str, Any]] = []
        self.faults: list[Fault] = [
            *self._built(_columns(case, layout)),
            *self._opened(layout),
            *self._placed(layout),
        ]

    def source(self) -> dict[str, Any]:
        """Which plan it is."""
        return {"instance": self.plan.instance.name, "digest": self.plan.run.digest}

    def record(self) -> dict[str, Any]:
        """What is decided, in plain words and numbers."""
        builds = [
            {"path": one.path, "what": one.kind, "year": one.year, "amount": one.amount}
            for one in self.builds
        ]
        return {**self.source(), "builds": builds, "placements": self.placements}

    def _built(self, columns: dict[str, _Columns]) -> Iterator[Fault]:
        held = list(self.years.values())
        for of in columns.values():
            self.known[of.block.index[:, held]] = True
        for build in self.builds:
            if build.kind in columns:
                message = self._build(build, columns[build.kind])
                if message:
                    yield f"{build.path} in {build.year}", f"{_amount(build)}, {message}"
        for kind, of in columns.items():
            total = self.value[of.block.index].sum(axis=1)
            for (site, type_), n in of.at.items():
                if total[n] > of.most[n] + WHOLE:
                    path = Build(kind, site, type_, 0, 0.0, None).path
                    most = f"{of.most[n] * of.step[n]:,g}"
                    yield (
                        path,
                        f"the plan builds {total[n] * of.step[n]:,g} in all years held, and here"
                        f" at most {most} may be built",
                    )

    def _build(self, build: Build, of: _Columns) -> str:
        """Enter a build; why it cannot be, where it cannot."""
        key = build.site, build.type
        if key not in of.at:
            there = [type_ for site, type_ in of.at if site == build.site]
            sites = {site for site, _ in of.at}
            hint = near_miss(build.type, there) if there else near_miss(build.site, sites)
            return f"which this instance cannot build there{hint}"
        if build.year not in self.years:
            years = ", ".join(map(str, self.case.horizon.years))
            return (
                f"a year that this instance does not have ({years}): if it stands there already,"
                " give it as existing"
            )
        n = of.at[key]
        steps = build.amount / of.step[n]
        if abs(steps - round(steps)) > WHOLE:
            return f"which is not in whole {of.step_is} of {of.step[n]:,g}"
        column = of.block.index[n, self.years[build.year]]
        most = self.upper[column]
        if steps > most + WHOLE:
            if most <= 0:
                return "where none may be commissioned then (lead time, or available_from)"
            return f"where at most {most * of.step[n]:,g} may be commissioned in that year"
        self.value[column] = round(steps)
        return ""

    def _opened(self, layout: Layout) -> Iterator[Fault]:
        """Openings: a site is open from the first year in which the plan has it open."""
        table = self.plan.tables["sites"]
        first = table[table["open"]].groupby("site")["year"].min().to_dict()
        sites = self.case.instance.sites
        names = [site.id for site in sites]
        for build in self.builds:
            if build.kind == OPENING and build.site not in names:
                hint = near_miss(build.site, names)
                yield f"{build.path} in {build.year}", f"opens, and is not in this instance{hint}"
        for s in np.flatnonzero(self.case.site.candidate):
            for year, y in self.years.items():
                column = layout.is_open.index[s, y]
                self.known[column] = True
                if year < first.get(sites[s].id, np.inf):
                    continue
                if self.upper[column] < 1:
                    yield (
                        f"sites.{sites[s].id} in {year}",
                        f"is open, and here available from {sites[s].available_from}",
                    )
                    break
                self.value[column] = 1.0

    def _placed(self, layout: Layout) -> Iterator[Fault]:
        """Sites of single-site workloads, which must stay whole in both instances."""
        case, instance = self.case, self.case.instance
        whole = {one.id for one in self.plan.instance.classes if one.single_site}
        whole &= {one.id for one in instance.classes if one.single_site}
        table = self.plan.placement
        named = ["region", "class", "year"]
        flow = table[table["class"].isin(whole)].groupby([*named, "site"])["flow_gtok_per_h"].sum()
        most = flow.sort_values(ascending=False).reset_index()
        table = most.drop_duplicates(named)  # what else there is is the solver's dust
        sites = [site.id for site in instance.sites]
        pairs: dict[str, dict[str, int]] = {}
        for v, (w, s) in enumerate(zip(case.single.workload, case.single.site, strict=True)):
            pairs.setdefault(instance.workloads[w].id, {})[sites[s]] = v
        for (region, group), rows in table.groupby(["region", "class"], sort=False):
            workload = f"{region}/{group}"
            by_year = dict(zip(rows["year"], rows["site"], strict=True))
            for year, y in self.years.items():
                site = by_year.get(max((one for one in by_year if one <= year), default=None))
                if site is None or workload not in pairs:
                    continue
                if site not in pairs[workload]:
                    where = f"workloads.{workload} in {year}"
                    yield where, f"sits at {site}, which cannot serve it here"
                    break
                self.known[layout.placed.index[list(pairs[workload].values()), y]] = True
                self.value[layout.placed.index[pairs[workload][site], y]] = 1.0
                self.placements.append({"workload": workload, "site": site, "year": year})


def _amount(build: Build) -> str:
    if build.kind == CONNECTION:
        return f"the plan builds {build.amount:,g} MW of grid connection"
    return f"the plan builds {build.amount:,g} units"


def _columns(case: Case, layout: Layout) -> dict[str, _Columns]:
    instance = case.instance
    pools = {(row.site, row.hardware): n for n, row in enumerate(instance.pools)}
    generators = {(row.site, row.generator): n for n, row in enumerate(instance.site_generators)}
    storage = {(row.site, row.storage): n for n, row in enumerate(instance.site_storage)}
    connections = {(instance.sites[s].id, ""): n for n, s in enumerate(case.connection.site)}
    ones = np.ones
    return {
        HARDWARE: _Columns(
            layout.built, pools, case.pool.units_per_pod, case.pool.max_pods, "pods"
        ),
        GENERATOR: _Columns(
            layout.units_built, generators, ones(len(generators)), case.generator.max_units, "units"
        ),
        STORAGE: _Columns(
            layout.storage_built, storage, ones(len(storage)), case.storage.max_units, "units"
        ),
        CONNECTION: _Columns(
            layout.connection_built,
            connections,
            case.connection.step_mw,
            np.full(len(connections), np.inf),
            "steps",
        ),
    }


def _charging(case: Case, layout: Layout, plan: Plan, start: Floats) -> None:
    """Let storage charge in the slots in which the plan charges it, where there are such here."""
    table = plan.tables["storage"]
    if table.empty or not layout.charging.size:
        return
    horizon, rows = case.horizon, case.instance.site_storage
    unit = {(row.site, row.storage): v for v, row in enumerate(rows)}
    year = {year: y for y, year in enumerate(horizon.years)}
    days = horizon.day_of_year[horizon.day]
    slot = {key: k for k, key in enumerate(zip(days, horizon.start_h, strict=True))}
    busy = table[table["charge_mw"] > 0]
    for site, one, when, day, hour in zip(
        *(busy[name] for name in ("site", "storage", "year", "day", "start_h")), strict=True
    ):
        v, y, k = unit.get((site, one)), year.get(when), slot.get((day, hour))
        if v is not None and y is not None and k is not None:
            start[layout.charging.index[v, y, k]] = 1.0
