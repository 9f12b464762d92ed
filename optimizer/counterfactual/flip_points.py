"""Displacement after a change: of both worlds solved to the gap, or of their relaxations."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from optimizer.counterfactual import demand_grid, linear_measure, measures
from optimizer.counterfactual.flip import ELASTICITY
from optimizer.counterfactual.flip_candidates import Candidate
from optimizer.counterfactual.scenarios import SolvedScenarios, settle, solve_compared
from optimizer.counterfactual.scope import find_scope
from optimizer.counterfactual.worlds import COMPARED, AddingPair, WorldProgram, world_program
from optimizer.errors import InputError, SolverError
from optimizer.problem.parameters.case import Case, compile_case
from optimizer.solvers.backends.base import Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

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

    def evaluate(candidate: Candidate, relative: float) -> float | None:
        case = _changed(scenarios, candidate, relative)
        if case is None:
            return NO_PLAN
        again = solve_compared(case, find_scope(case, scenarios.scope.intervention), context)
        if again.complete:
            return displacement_of(again)
        return _without_plan(context)

    return evaluate


def relaxed(scenarios: SolvedScenarios, context: SolveContext) -> Displaced:
    """Return a function that solves the relaxations with the openings of each world's plan.

    Its displacement is moved so that it is that of the plans without a change.

    Raises
    ------
    SolverError
        If a relaxation without a change is not solved.
    """
    openings = {key: scenarios.point(key) for key in COMPARED}
    sessions = {key: context.open() for key in COMPARED}

    def displacement(pair: _Relaxed, sessions: Mapping[str, Session]) -> float | None:
        outcomes = {
            key: sessions[key].solve(world.program, context.options())
            for key, world in pair.programs.items()
        }
        if not all(outcome.solved for outcome in outcomes.values()):
            return _without_plan(context)
        pair, outcomes = settle(pair, dict(sessions), outcomes, context)
        world = pair.pair.with_intervention
        programs = {key: each.program for key, each in pair.programs.items()}
        scope = pair.pair.scope
        return displacement_of(
            SolvedScenarios(world.case, world.layout, scope, programs, outcomes, math.nan)
        )

    here = _Relaxed(_pair(scenarios, scenarios.case, fine=False), openings)
    now, at_plans = displacement(here, sessions), displacement_of(scenarios)
    if now is not None and math.isnan(now):
        raise SolverError("a relaxation has no optimum")
    offset = 0.0 if now is None or at_plans is None else at_plans - now

    def evaluate(candidate: Candidate, relative: float) -> float | None:
        case = _changed(scenarios, candidate, relative)
        if case is None:
            return NO_PLAN
        adding = _pair(scenarios, case, fine=True)
        if candidate.kind != ELASTICITY:
            adding = adding.recut(scenarios.case.demand.edges)
        pair = _Relaxed(adding, openings)
        forks = {key: sessions[key].fork(world.program) for key, world in pair.programs.items()}
        value = displacement(pair, forks)
        return None if value is None else value + offset

    return evaluate


@dataclass(frozen=True)
class _Relaxed:
    """The relaxations of two worlds, with the openings of given points."""

    pair: AddingPair
    openings: Mapping[str, Floats]

    @property
    def programs(self) -> dict[str, WorldProgram]:
        """Both worlds by key."""
        return {
            key: replace(
                world,
                program=world.program.fixed(self.openings[key], world.program.gate).relaxed(),
            )
            for key, world in self.pair.programs.items()
        }

    def recut(self, edges: Floats) -> Self:
        """Return both worlds with the demand curve cut at edges."""
        return replace(self, pair=self.pair.recut(edges))

    def reference_gtok(self, points: dict[str, Floats]) -> Floats:
        """Tokens to which demand steps are compared, shape (Y,)."""
        return self.pair.reference_gtok(points)


def _pair(scenarios: SolvedScenarios, case: Case, *, fine: bool) -> AddingPair:
    if fine:
        case = demand_grid.fine_case(case, len(COMPARED))
    return AddingPair(world_program(case), find_scope(case, scenarios.scope.intervention))


def _changed(scenarios: SolvedScenarios, candidate: Candidate, relative: float) -> Case | None:
    """Return the case after a change; None if a value would leave its allowed range."""
    try:
        instance = candidate.changed(scenarios.case.instance, relative)
    except InputError:
        return None
    models = frozenset(scenarios.scope.intervention.models)
    return compile_case(instance, intervention_models=models)


def _without_plan(context: SolveContext) -> float:
    if context.stopped:
        raise SolverError("stopped first")
    return NO_PLAN
