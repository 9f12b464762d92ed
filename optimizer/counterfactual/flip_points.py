"""Displacement after a change: of both worlds solved to the gap, or of their relaxations.

Both begin at the last basis of the worlds without the change.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.flip_candidates import Candidate
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.scope import find_scope
from optimizer.counterfactual.worlds import COMPARED, AddingPair
from optimizer.errors import InputError, SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.world_program import WorldProgram, world_program
from optimizer.planner.refine import NEGLIGIBLE, SolvedFamily, solve_family, solve_refined
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

BEYOND = 2.0
"""Multiple of a change up to which tangents are placed."""

MARGIN = 3.0
"""Least distance to which they reach, in multiples of the closest that a target allows."""

NO_PLAN = math.nan
"""Displacement where a world has no plan, or the value is not allowed."""

Displaced = Callable[[Candidate, float], float | None]
"""Displacement after a relative change of a candidate; None if the intervention is not used."""


def displacement_of(scenarios: SolvedScenarios) -> float | None:
    """Energy displacement between solved worlds; None if the intervention is not used."""
    energy = scenarios.split(linear_measure.energy)
    return measures.series(scenarios, energy).whole.displacement


def solved(
    scenarios: SolvedScenarios, context: SolveContext, near: "Relaxations | None" = None
) -> Displaced:
    """Return a function that solves both worlds to the gap.

    It raises SolverError if it is stopped.

    Parameters
    ----------
    scenarios : SolvedScenarios
    context : SolveContext
    near : Relaxations, optional
        Of changes like those to come, where the search begins.
    """

    def displaced(candidate: Candidate, relative: float) -> float | None:
        points = scenarios.case.demand.points if near is None else near.points
        pair = _changed(scenarios, candidate, relative, points)
        if pair is None:
            return NO_PLAN
        warm = scenarios.sessions if near is None else near.sessions
        sessions = _forks(scenarios, warm, pair.programs, context)
        if near is None:
            family = solve_family(pair, context, sessions=sessions)
        else:  # its tangents are already close
            family = solve_refined(pair, sessions, context)
        displacement = _displacement(pair, family.outcomes, context)
        return displacement if _is_within_gap(family, context) else NO_PLAN

    return displaced


@dataclass(frozen=True)
class Relaxations:
    """The relaxations of two worlds with the openings of their plans, and with tangents given.

    Attributes
    ----------
    scenarios : SolvedScenarios
    context : SolveContext
    points : ndarray, shape (W, Y, J)
        Where tangents touch the demand curve.
    outcomes : dict of str to Outcome
        Without a change.
    sessions : dict of str to Session
        At their last basis.
    """

    scenarios: SolvedScenarios
    context: SolveContext
    points: Floats
    outcomes: dict[str, Outcome]
    sessions: dict[str, Session]

    @classmethod
    def of(
        cls,
        scenarios: SolvedScenarios,
        context: SolveContext,
        points: Floats,
        sessions: Mapping[str, Session],
    ) -> Self:
        """Solve the relaxations without a change, in sessions at the last basis of others.

        Raises
        ------
        SolverError
            If one is not solved.
        """
        pair = AddingPair(scenarios.worlds[worlds.WITH_INTERVENTION], scenarios.scope)
        family = _held(scenarios, pair.recut(points))
        forks = _forks(scenarios, sessions, family, context)
        outcomes = _solve(family, forks, context)
        if not all(outcome.solved for outcome in outcomes.values()):
            raise SolverError("a relaxation has no optimum")
        return cls(scenarios, context, points, outcomes, forks)

    def displaced(self, candidate: Candidate, relative: float) -> float | None:
        """Displacement after a change, shifted to be that of the plans without a change.

        Raises
        ------
        SolverError
            If it is stopped.
        """
        pair = _changed(self.scenarios, candidate, relative, self.points)
        if pair is None:
            return NO_PLAN
        value = _displacement(pair, self._solved(pair), self.context)
        here = AddingPair(self.scenarios.worlds[worlds.WITH_INTERVENTION], self.scenarios.scope)
        now = _displacement(here, self.outcomes, self.context)
        at_plans = displacement_of(self.scenarios)
        if value is None or now is None or at_plans is None:
            return value
        return value + at_plans - now

    def towards(self, candidate: Candidate, relative: float) -> Self:
        """Return relaxations whose tangents are close to where demand ends up to twice a change.

        Raises
        ------
        SolverError
            If one is not solved.
        """
        pair = _changed(self.scenarios, candidate, relative, self.points)
        outcomes = self.outcomes if pair is None else self._solved(pair)
        layout, case = self.scenarios.layout, self.scenarios.case
        reference = AddingPair(
            self.scenarios.worlds[worlds.WITH_INTERVENTION], self.scenarios.scope
        ).reference_gtok({key: outcome.point for key, outcome in self.outcomes.items()})
        least = MARGIN * demand_grid.nearest_distance(case, reference)
        starts, ends = [], []
        for key, outcome in self.outcomes.items():
            now = layout.accepted.of(outcome.point).sum(axis=2)
            there = outcomes[key]
            moved = np.zeros_like(now)
            if there.x is not None:
                moved = layout.accepted.of(there.x).sum(axis=2) - now
            margin = np.maximum(0.2 * np.abs(moved), least)
            starts.append(np.minimum(now, now + BEYOND * moved) - margin)
            ends.append(np.maximum(now, now + BEYOND * moved) + margin)
        points = demand_grid.points_between(case, starts, ends)
        return self.of(self.scenarios, self.context, points, self.sessions)

    def _solved(self, pair: AddingPair) -> dict[str, Outcome]:
        family = _held(self.scenarios, pair)
        forks = _forks(self.scenarios, self.sessions, family, self.context)
        return _solve(family, forks, self.context)


def relaxed(scenarios: SolvedScenarios, context: SolveContext) -> Relaxations:
    """Return the relaxations with the tangents with which the worlds ended."""
    return Relaxations.of(scenarios, context, scenarios.case.demand.points, scenarios.sessions)


def _held(scenarios: SolvedScenarios, pair: AddingPair) -> dict[str, WorldProgram]:
    """Relaxations of two worlds, with the openings of each world's plan."""
    held = {}
    for key, world in pair.programs.items():
        program = world.program.fixed(scenarios.point(key), world.program.gate).relaxed()
        held[key] = replace(world, program=program)
    return held


def _solve(
    family: Mapping[str, WorldProgram], sessions: Mapping[str, Session], context: SolveContext
) -> dict[str, Outcome]:
    return {
        key: sessions[key].solve(world.program, context.options()) for key, world in family.items()
    }


def _changed(
    scenarios: SolvedScenarios, candidate: Candidate, relative: float, points: Floats
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
    # Points close to where demand ended serve as well.
    curves = case.demand.curves
    low = np.minimum(curves.core, curves.most)[:, :, None]
    return pair.recut(np.clip(points, low, curves.most[:, :, None]))


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


def _is_within_gap(family: SolvedFamily[AddingPair], context: SolveContext) -> bool:
    """Whether every world is solved to the gap."""
    return all(
        outcome.x is not None
        and family.family.programs[key].gap(outcome.x, outcome.bound)
        <= max(context.gap, NEGLIGIBLE)
        for key, outcome in family.outcomes.items()
    )


def _displacement(
    pair: AddingPair, outcomes: dict[str, Outcome], context: SolveContext
) -> float | None:
    """Displacement between two worlds; `NO_PLAN` if one has none.

    Raises
    ------
    SolverError
        If the search was stopped: the worlds may not be solved to the gap.
    """
    if context.stopped:
        raise SolverError("it was stopped first")
    scenarios = SolvedScenarios(pair.programs, outcomes, pair.scope, math.nan)
    return displacement_of(scenarios) if scenarios.complete else NO_PLAN
