"""Displacement after a change: of both worlds solved to the gap, or of their relaxations.

Both begin at the last basis of the worlds without the change.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.flip import ELASTICITY
from optimizer.counterfactual.flip_candidates import Candidate
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.scope import find_scope
from optimizer.counterfactual.worlds import COMPARED, AddingPair
from optimizer.errors import InputError, SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.world_program import WorldProgram, world_program
from optimizer.planner.refine import refined, solve_family, step_share
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

ROUNDS = 2
"""Most refinements of the demand curve around relaxations."""

NO_PLAN = math.nan
"""Displacement where a world has no plan, or the value is not allowed."""

Displaced = Callable[[Candidate, float], float | None]
"""Displacement after a relative change of a candidate; None if the intervention is not used."""


def displacement_of(scenarios: SolvedScenarios) -> float | None:
    """Energy displacement between solved worlds; None if the intervention is not used."""
    energy = scenarios.split(linear_measure.energy)
    return measures.series(scenarios, energy).whole.displacement


def solved(scenarios: SolvedScenarios, context: SolveContext) -> Displaced:
    """Return a function that solves both worlds to the gap.

    It raises SolverError if it is stopped.
    """

    def displaced(candidate: Candidate, relative: float) -> float | None:
        pair = _changed(scenarios, candidate, relative)
        if pair is None:
            return NO_PLAN
        sessions = _forks(scenarios, scenarios.sessions, pair.programs, context)
        family = solve_family(pair, context, sessions=sessions)
        return _displacement(pair, family.outcomes, context)

    return displaced


def relaxed(scenarios: SolvedScenarios, context: SolveContext) -> Displaced:
    """Return a function that solves the relaxations with the openings of each world's plan.

    Its displacement is moved so that without a change it is that of the plans.  It raises
    SolverError if it is stopped.

    Raises
    ------
    SolverError
        If a relaxation without a change is not solved.
    """
    points = {key: scenarios.point(key) for key in COMPARED}
    here = AddingPair(scenarios.worlds[worlds.WITH_INTERVENTION], scenarios.scope)
    sessions = _forks(scenarios, scenarios.sessions, _Relaxed(here, points).programs, context)

    def solve(pair: AddingPair, sessions: dict[str, Session]) -> float | None:
        family = _Relaxed(pair, points)
        outcomes = _solve(family, sessions, context)
        for _ in range(ROUNDS):
            if any(outcome.row_dual is None for outcome in outcomes.values()):
                break
            if step_share(family, outcomes) <= demand_grid.TARGET:
                break
            family = refined(family, outcomes, closer=1.0)
            outcomes = _solve(family, sessions, context)
        return _displacement(pair, outcomes, context)

    now, at_plans = solve(here, sessions), displacement_of(scenarios)
    if now is not None and math.isnan(now):
        raise SolverError("a relaxation has no optimum")
    offset = 0.0 if now is None or at_plans is None else at_plans - now

    def displaced(candidate: Candidate, relative: float) -> float | None:
        pair = _changed(scenarios, candidate, relative)
        if pair is None:
            return NO_PLAN
        programs = _Relaxed(pair, points).programs
        value = solve(pair, _forks(scenarios, sessions, programs, context))
        return None if value is None else value + offset

    return displaced


def _solve(
    family: "_Relaxed", sessions: Mapping[str, Session], context: SolveContext
) -> dict[str, Outcome]:
    return {
        key: sessions[key].solve(world.program, context.options())
        for key, world in family.programs.items()
    }


@dataclass(frozen=True)
class _Relaxed:
    """The relaxations of two worlds, with the openings of given points."""

    pair: AddingPair
    points: Mapping[str, Floats]

    @property
    def programs(self) -> dict[str, WorldProgram]:
        """Both worlds by key."""
        return {
            key: replace(
                world, program=world.program.fixed(self.points[key], world.program.gate).relaxed()
            )
            for key, world in self.pair.programs.items()
        }

    def recut(self, points: Floats) -> Self:
        """Return both worlds with tangents at other points."""
        return replace(self, pair=self.pair.recut(points))

    def reference_gtok(self, points: dict[str, Floats]) -> Floats:
        """Tokens to which demand steps are compared, shape (Y,)."""
        return self.pair.reference_gtok(points)

    def title(self, key: str) -> str:
        """Name of the stage in which a world is solved."""
        return self.pair.title(key)


def _changed(
    scenarios: SolvedScenarios, candidate: Candidate, relative: float
) -> AddingPair | None:
    """Return both worlds after a change; None if a value would leave its allowed range."""
    try:
        instance = candidate.changed(scenarios.case.instance, relative)
    except InputError:
        return None
    intervention = scenarios.scope.intervention
    case = compile_case(instance, intervention_models=frozenset(intervention.models))
    fine = demand_grid.fine_case(case, len(COMPARED))
    pair = AddingPair(world_program(fine), find_scope(case, intervention))
    # Points close to where demand ended serve as well, unless the curve is another.
    return pair if candidate.kind == ELASTICITY else pair.recut(scenarios.case.demand.points)


def _forks(
    scenarios: SolvedScenarios,
    sessions: Mapping[str, Session],
    programs: Mapping[str, WorldProgram],
    context: SolveContext,
) -> dict[str, Session]:
    """Open a session for each world, at the last basis of one of the same shape."""
    shapes = {key: program.matrix.shape for key, program in scenarios.programs.items()}
    return {
        key: sessions[key].fork(world.program.relaxed())
        if world.program.matrix.shape == shapes[key]
        else context.open()
        for key, world in programs.items()
    }


def _displacement(
    pair: AddingPair, outcomes: dict[str, Outcome], context: SolveContext
) -> float | None:
    """Displacement between two worlds; `NO_PLAN` if one has none.

    Raises
    ------
    SolverError
        If one has no plan because the search was stopped.
    """
    scenarios = SolvedScenarios(pair.programs, outcomes, pair.scope, math.nan)
    if scenarios.complete:
        return displacement_of(scenarios)
    if context.stopped:
        raise SolverError("stopped first")
    return NO_PLAN
