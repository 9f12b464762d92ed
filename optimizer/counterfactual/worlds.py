"""The four worlds: one program under different bounds, or two with the same tangents of demand.

==================  =====  ================================================================
baseline            0      without the intervention: its sites closed, its arcs empty
with_intervention   1      with it
fixed_service       F      with it, serving exactly what the baseline serves, by workload
                           and slot
unconstrained_grid  inf    the baseline with every grid limit lifted
==================  =====  ================================================================

The symbols are the keys of results and the names of saved folders.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from optimizer.counterfactual.linear_measure import USED, tokens
from optimizer.counterfactual.scope import Scope
from optimizer.formulation.failover import GRID
from optimizer.formulation.layout import Layout
from optimizer.formulation.world_program import WorldProgram
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Program

BASELINE, WITH_INTERVENTION, FIXED_SERVICE, UNCONSTRAINED_GRID = "0", "1", "F", "inf"
COMPARED = (WITH_INTERVENTION, BASELINE)
"""The worlds between which displacement is measured."""

NAMES = {
    BASELINE: "baseline",
    WITH_INTERVENTION: "with intervention",
    FIXED_SERVICE: "fixed service",
    UNCONSTRAINED_GRID: "unconstrained grid",
}
"""Worlds by key, as people read them."""

MEANING = {
    BASELINE: "without the intervention",
    WITH_INTERVENTION: "",
    FIXED_SERVICE: "with it, serving the same tokens",
    UNCONSTRAINED_GRID: "baseline without grid limits",
}
"""What a name does not say."""

LIMITS = ("grid_limit", "accredited_peak", GRID)


def title(world: str) -> str:
    """Return the name of a world with its meaning, as a noun."""
    if world == WITH_INTERVENTION:
        return f"world {NAMES[world]}"
    return f"{NAMES[world]} ({MEANING[world]})"


def baseline(program: Program, case: Case, layout: Layout, scope: Scope) -> Program:
    """Return the baseline, from the program with the intervention.

    A workload that only the intervention reaches accepts no demand and pays no penalty, even if
    it must be served.
    """
    lower, upper = program.lower.copy(), program.upper.copy()
    closed = [
        layout.is_open.index[scope.site],
        layout.carriers[scope.arc[case.hubs.carriers]],
        layout.built.index[scope.site[case.pool.site]],
        layout.units_built.index[scope.site[case.generator.site]],
        layout.connection_built.index[scope.site[case.connection.site]],
        layout.takeover.index[scope.arc[case.failover.arc]],
        layout.storage_built.index[scope.site[case.storage.site]],
    ]
    for columns in closed:
        lower[columns] = upper[columns] = 0.0
    reached = reachable(case, ~scope.arc)
    nowhere = layout.accepted.index[~reached]
    lower[nowhere] = upper[nowhere] = 0.0
    return program.with_bounds(lower=lower, upper=upper)


def reachable(case: Case, arcs: np.ndarray) -> np.ndarray:
    """Whether one of the given arcs serves a workload in a year, shape (W, Y)."""
    workloads, years = case.demand.shed_cost.shape
    reached = np.zeros((workloads, years), dtype=bool)
    np.logical_or.at(reached, case.arcs.workload[arcs], case.arc.available[arcs])
    return reached


def fixed_service(program: Program, layout: Layout, baseline_x: Floats) -> Program:
    """Return the program with the intervention, serving what a point of the baseline serves."""
    lower, upper = program.lower.copy(), program.upper.copy()
    columns = layout.served.index.ravel()
    served = np.maximum(baseline_x[columns], 0.0)
    lower[columns] = upper[columns] = served
    # Demand that the baseline cannot reach is not accepted, even if it must be served.
    accepted = layout.accepted.index.ravel()
    lower[accepted] = np.minimum(lower[accepted], np.maximum(baseline_x[accepted], 0.0))
    return program.with_bounds(lower=lower, upper=upper)


def unconstrained_grid(program: Program) -> Program:
    """Return the program with constraint family 6 lifted: no zone limit, no accredited peak.

    A regulator's caps and other policies stay: they are not limits of the grid.
    """
    row_upper = program.row_upper.copy()
    for name in program.rows.keys() & set(LIMITS):
        row_upper[program.rows[name].index.ravel()] = np.inf
    return program.with_bounds(row_upper=row_upper)


@dataclass(frozen=True)
class AddingPair:
    """An intervention that adds sites or models: one program, whose bounds close the baseline."""

    with_intervention: WorldProgram
    scope: Scope

    @property
    def programs(self) -> dict[str, WorldProgram]:
        """Both worlds by key."""
        world = self.with_intervention
        closed = baseline(world.program, world.case, world.layout, self.scope)
        return {WITH_INTERVENTION: world, BASELINE: replace(world, program=closed)}

    def recut(self, points: Floats) -> Self:
        """Return both worlds with tangents at other points."""
        return replace(self, with_intervention=self.with_intervention.recut(points))

    def reference_gtok(self, points: dict[str, Floats]) -> Floats:
        """Tokens of the intervention, or the least that count as used if they are fewer."""
        world = self.with_intervention
        split = tokens(world.case, world.layout, self.scope)
        x = points[WITH_INTERVENTION]
        new = split.intervention.by_year(x)
        return np.maximum(new, USED * (new + split.rest.by_year(x)))

    def title(self, key: str) -> str:
        """Name of the stage in which a world is solved."""
        return title(key)


@dataclass(frozen=True)
class ChangingPair:
    """An intervention that changes figures: two programs with the same demand."""

    before: WorldProgram
    after: WorldProgram

    @property
    def programs(self) -> dict[str, WorldProgram]:
        """Both worlds by key."""
        return {WITH_INTERVENTION: self.after, BASELINE: self.before}

    def recut(self, points: Floats) -> Self:
        """Return both worlds with tangents at other points."""
        return replace(self, before=self.before.recut(points), after=self.after.recut(points))

    def reference_gtok(self, points: dict[str, Floats]) -> Floats:
        """Change of tokens served, or a thousandth of all if that is more."""
        after, before = (
            np.einsum(
                "wyk,k->y",
                world.layout.served.of(points[key]),
                world.case.horizon.hours_per_year,
            )
            for key, world in self.programs.items()
        )
        return np.asarray(np.maximum(np.abs(after - before), USED * after))

    def title(self, key: str) -> str:
        """Name of the stage in which a world is solved."""
        return title(key)
