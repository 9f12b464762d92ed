"""What a plan decides, as values of the columns of another program.

Records are matched by id and years by number, never by position, and amounts in units and MW, never
in pods or steps: the instance may have changed since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

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
from optimizer.plan.plan import Plan
from optimizer.problem.parameters.case import Case
from optimizer.schema.references import near_miss
from optimizer.solvers.milp import Block, Bools, Floats, Program

ROUNDING = 1e-6
"""Distance from a whole number of pods or steps that is rounding."""

Fault = tuple[str, str]
"""What cannot be fixed as in the plan, and why."""


@dataclass(frozen=True)
class _Columns:
    """Columns (N, Y) of the builds of a kind."""

    block: Block
    keys: Mapping[tuple[str, str], int]  # position by site and type
    step: Floats  # (N,) units, or MW, of one
    most: Floats  # (N,) in all years together
    unit: str  # what one is called


class Decisions:
    """What a plan decides in years up to one, as values of columns.

    In those years, a column that the plan does not mention is 0: nothing is built there.
    """

    def __init__(
        self, case: Case, layout: Layout, program: Program, plan: Plan, until: int
    ) -> None:
        self.case, self.plan = case, plan
        self.upper = program.upper
        self.value: Floats = np.zeros(len(program.upper))
        self.known: Bools = np.zeros(len(program.upper), dtype=bool)
        self.years = {year: y for y, year in enumerate(case.horizon.years) if year <= until}
        self.builds = [build for build in builds_of(plan) if build.year <= until]
        self.placements: list[dict[str, Any]] = []
        self.faults: list[Fault] = [
            *self._built(_columns(case, layout)),
            *self._opened(layout),
            *self._placed(layout),
        ]

    def source(self) -> dict[str, Any]:
        """Return what identifies the plan."""
        return {"instance": self.plan.instance.name, "digest": self.plan.run.digest}

    def record(self) -> dict[str, Any]:
        """Return what is decided, as plain values."""
        builds = [
            {"path": build.path, "what": build.kind, "year": build.year, "amount": build.amount}
            for build in self.builds
        ]
        return {**self.source(), "builds": builds, "placements": self.placements}

    def _built(self, kinds: Mapping[str, _Columns]) -> Iterator[Fault]:
        for columns in kinds.values():
            self.known[columns.block.index[:, list(self.years.values())]] = True
        for build in self.builds:
            if build.kind in kinds and (message := self._build(build, kinds[build.kind])):
                unit = "MW of grid connection" if build.kind == CONNECTION else "units"
                amount = f"the plan builds {build.amount:,g} {unit}"
                yield f"{build.path} in {build.year}", f"{amount}; {message}"
        for kind, columns in kinds.items():
            total = self.value[columns.block.index].sum(axis=1)
            for (site, type_), n in columns.keys.items():
                if total[n] > columns.most[n] + ROUNDING:
                    amount, most = (f"{x[n] * columns.step[n]:,g}" for x in (total, columns.most))
                    yield (
                        Build(kind, site, type_, 0, 0.0, None).path,
                        f"the plan builds {amount} in the fixed years; at most {most} may be built",
                    )

    def _build(self, build: Build, columns: _Columns) -> str:
        """Enter a build; return why it cannot be, empty if it can."""
        key = build.site, build.type
        if key not in columns.keys:
            types = [type_ for site, type_ in columns.keys if site == build.site]
            sites = {site for site, _ in columns.keys}
            hint = near_miss(build.type, types) if types else near_miss(build.site, sites)
            return f"this instance cannot build them there{hint}"
        if build.year not in self.years:
            years = ", ".join(map(str, self.case.horizon.years))
            return f"not a year of this instance ({years}): enter earlier builds as existing"
        n = columns.keys[key]
        steps = build.amount / columns.step[n]
        if abs(steps - round(steps)) > ROUNDING:
            return f"not a whole number of {columns.unit} of {columns.step[n]:,g}"
        column = columns.block.index[n, self.years[build.year]]
        most = self.upper[column]
        if steps > most + ROUNDING:
            if most <= 0:
                return "none may be commissioned in that year (lead time, or available_from)"
            return f"at most {most * columns.step[n]:,g} may be commissioned in that year"
        self.value[column] = round(steps)
        return ""

    def _opened(self, layout: Layout) -> Iterator[Fault]:
        """Enter openings: a site is open from the first year in which the plan has it open."""
        table = self.plan.tables["sites"]
        first = table[table["open"]].groupby("site")["year"].min().to_dict()
        sites = self.case.instance.sites
        names = [site.id for site in sites]
        for build in self.builds:
            if build.kind == OPENING and build.site not in names:
                hint = near_miss(build.site, names)
                yield (
                    f"{build.path} in {build.year}",
                    f"the plan opens a site not in this instance{hint}",
                )
        for s in np.flatnonzero(self.case.site.candidate):
            for year, y in self.years.items():
                column = layout.is_open.index[s, y]
                self.known[column] = True
                if year < first.get(sites[s].id, np.inf):
                    continue
                if self.upper[column] < 1:
                    yield (
                        f"sites.{sites[s].id} in {year}",
                        f"the plan has it open; available from {sites[s].available_from} here",
                    )
                    break
                self.value[column] = 1.0

    def _placed(self, layout: Layout) -> Iterator[Fault]:
        """Enter the sites of workloads that are single-site in both instances."""
        case, instance = self.case, self.case.instance
        single = {group.id for group in self.plan.instance.classes if group.single_site}
        single &= {group.id for group in instance.classes if group.single_site}
        table = self.plan.placement
        key = ["region", "class", "year"]
        flow = table[table["class"].isin(single)].groupby([*key, "site"])["flow_gtok_per_h"].sum()
        ranked = flow.sort_values(ascending=False).reset_index()
        table = ranked.drop_duplicates(key)  # flow at other sites is numerical noise
        sites = [site.id for site in instance.sites]
        pairs: dict[str, dict[str, int]] = {}
        for v, (w, s) in enumerate(zip(case.single.workload, case.single.site, strict=True)):
            pairs.setdefault(instance.workloads[w].id, {})[sites[s]] = v
        for (region, group), rows in table.groupby(["region", "class"], sort=False):
            workload = f"{region}/{group}"
            by_year = dict(zip(rows["year"], rows["site"], strict=True))
            for year, y in self.years.items():
                latest = max((earlier for earlier in by_year if earlier <= year), default=None)
                site = by_year.get(latest)
                if site is None or workload not in pairs:
                    continue
                if site not in pairs[workload]:
                    where = f"workloads.{workload} in {year}"
                    yield where, f"the plan serves it at {site}, which cannot serve it here"
                    break
                self.known[layout.placed.index[list(pairs[workload].values()), y]] = True
                self.value[layout.placed.index[pairs[workload][site], y]] = 1.0
                self.placements.append({"workload": workload, "site": site, "year": year})


def _columns(case: Case, layout: Layout) -> dict[str, _Columns]:
    instance, pool = case.instance, case.pool
    pools = [(row.site, row.hardware) for row in instance.pools]
    generators = [(row.site, row.generator) for row in instance.site_generators]
    storage = [(row.site, row.storage) for row in instance.site_storage]
    connections = [(instance.sites[s].id, "") for s in case.connection.site]
    unlimited = np.full(len(connections), np.inf)
    ones = [np.ones(len(keys)) for keys in (generators, storage)]
    kinds = (
        (HARDWARE, layout.built, pools, pool.units_per_pod, pool.max_pods, "pods"),
        (GENERATOR, layout.units_built, generators, ones[0], case.generator.max_units, "units"),
        (STORAGE, layout.storage_built, storage, ones[1], case.storage.max_units, "units"),
        (
            CONNECTION,
            layout.connection_built,
            connections,
            case.connection.step_mw,
            unlimited,
            "steps",
        ),
    )
    return {
        kind: _Columns(block, {key: n for n, key in enumerate(keys)}, step, most, unit)
        for kind, block, keys, step, most, unit in kinds
    }
