"""Displacement after a change: of the relaxations of both worlds, or of both solved to the gap.

A relaxation keeps the openings of its world's plan.  Most changes move bounds of the program only,
so that each is solved in the same session, from the basis of the one before.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.changed_pair import changed_pair, sessions_for
from optimizer.counterfactual.flip_candidates import Candidate
from optimizer.counterfactual.measures import displacement_of
from optimizer.counterfactual.scenarios import SolvedScenarios, solve_close_pair
from optimizer.counterfactual.worlds import COMPARED, AddingPair
from optimizer.errors import InputError, SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.world_program import WorldProgram
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program

MARGIN = 0.2
"""How far tangents reach beyond the quantities between which they lie, as a share of the way."""

NO_PLAN = math.nan
"""Displacement if a world has no plan, the value is not allowed, or the search was stopped."""


@dataclass(frozen=True)
class Relaxations:
    """The relaxations of two worlds with the openings of their plans, and with tangents given.

    Attributes
    ----------
    scenarios : SolvedScenarios
    context : SolveContext
    points : ndarray, shape (W, Y, J)
        Where tangents touch the demand curve.
    sessions : dict of str to Session
        At their last basis.
    accepted : dict of str to ndarray, shape (W, Y)
        Demand accepted in each world without a change, multiples of D.
    offset : float
        Displacement of the plans less that of the relaxations, without a change.
    """

    scenarios: SolvedScenarios
    context: SolveContext
    points: Floats
    sessions: dict[str, Session]
    accepted: dict[str, Floats]
    offset: float

    @classmethod
    def of(cls, scenarios: SolvedScenarios, context: SolveContext) -> Self:
        """Solve the relaxations without a change, at the tangents with which the worlds ended.

        Raises
        ------
        SolverError
            If one is not solved.
        """
        held = _held(scenarios, _pair(scenarios))
        sessions = {key: scenarios.sessions[key].fork(held[key]) for key in held}
        points = scenarios.case.demand.points
        return cls(scenarios, context, points, sessions, {}, 0.0)._begun()

    def displaced(self, candidate: Candidate, relative: float) -> float | None:
        """Displacement after a change, shifted to be that of the plans without a change."""
        pair = self._changed(candidate, relative)
        value = NO_PLAN if pair is None else _displacement(pair, self._solved(pair), self.context)
        return None if value is None else value + self.offset

    def between(self, candidate: Candidate, relative: float) -> Self:
        """Return relaxations whose tangents lie between demand without a change and with it.

        Raises
        ------
        SolverError
            If one is not solved.
        """
        case, pair = self.scenarios.case, self._changed(candidate, relative)
        if pair is None or not (case.demand.curves.elasticity < 0).any():
            return self
        there = self._accepted(self._solved(pair))
        if there.keys() != self.accepted.keys():
            return self
        planned = {key: self.scenarios.point(key) for key in COMPARED}
        least = demand_grid.nearest_distance(case, _pair(self.scenarios).reference_gtok(planned))
        starts, ends = [], []
        for key, now in self.accepted.items():
            margin = np.maximum(MARGIN * np.abs(there[key] - now), least)
            starts.append(np.minimum(now, there[key]) - margin)
            ends.append(np.maximum(now, there[key]) + margin)
        return replace(self, points=demand_grid.points_between(case, starts, ends))._begun()

    def solved(self, candidate: Candidate, relative: float) -> float | None:
        """Displacement after a change, with both worlds solved to the gap."""
        pair = self._changed(candidate, relative)
        if pair is None:
            return NO_PLAN
        programs = {key: world.program for key, world in pair.programs.items()}
        sessions = sessions_for(self.scenarios, programs, self.sessions, self.context)
        again = solve_close_pair(pair, sessions, self.context)
        if not again.within(self.context.gap) or self.context.stopped:
            return NO_PLAN
        return displacement_of(again)

    def _begun(self) -> Self:
        """Return the relaxations, solved without a change."""
        pair = _pair(self.scenarios).recut(self.points)
        outcomes = self._solved(pair)
        if not all(outcome.solved for outcome in outcomes.values()):
            stopped = self.context.stopped
            raise SolverError("it was stopped first" if stopped else "a relaxation has no optimum")
        value = _displacement(pair, outcomes, self.context)
        planned = displacement_of(self.scenarios)
        offset = 0.0 if value is None or planned is None else planned - value
        return replace(self, accepted=self._accepted(outcomes), offset=offset)

    def _accepted(self, outcomes: Mapping[str, Outcome]) -> dict[str, Floats]:
        columns = self.scenarios.layout.accepted
        return {
            key: columns.of(outcome.x).sum(axis=2)
            for key, outcome in outcomes.items()
            if outcome.x is not None
        }

    def _changed(self, candidate: Candidate, relative: float) -> AddingPair | None:
        """Return both worlds after a change; None if a value would leave its allowed range."""
        try:
            instance = candidate.changed(self.scenarios.case.instance, relative)
        except InputError:
            return None
        return changed_pair(self.scenarios, instance, self.points)

    def _solved(self, pair: AddingPair) -> dict[str, Outcome]:
        held, options = _held(self.scenarios, pair), self.context.options()
        sessions = sessions_for(self.scenarios, held, self.sessions, self.context)
        tasks = (partial(sessions[key].solve, program, options) for key, program in held.items())
        return dict(zip(held, self.context.side_by_side(tasks), strict=True))


def _pair(scenarios: SolvedScenarios) -> AddingPair:
    return AddingPair(scenarios.worlds[worlds.WITH_INTERVENTION], scenarios.scope)


def _held(scenarios: SolvedScenarios, pair: AddingPair) -> dict[str, Program]:
    """Relaxations of two worlds, with the openings of each world's plan."""
    programs: dict[str, WorldProgram] = pair.programs
    return {
        key: world.program.fixed(scenarios.point(key), world.program.gate).relaxed()
        for key, world in programs.items()
    }


def _displacement(
    pair: AddingPair, outcomes: dict[str, Outcome], context: SolveContext
) -> float | None:
    """Displacement between two worlds; `NO_PLAN` if one has none, or the search was stopped."""
    scenarios = SolvedScenarios(pair.programs, outcomes, pair.scope, math.nan)
    return displacement_of(scenarios) if scenarios.complete and not context.stopped else NO_PLAN
