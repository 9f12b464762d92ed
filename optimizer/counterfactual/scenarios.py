"""Solve the worlds of a comparison, each from its last basis."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from optimizer.counterfactual import demand_grid, worlds
from optimizer.counterfactual.scenario_pair import Added, Pair, setting
from optimizer.counterfactual.scope import Scope
from optimizer.errors import SolverError
from optimizer.formulation.layout import Layout
from optimizer.formulation.numerics import check_scales
from optimizer.problem.parameters.case import Case
from optimizer.solvers.backends.base import Outcome, Session, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.search import solve_in

ROUNDS = 8
"""Most times that the demand curve is cut around solved worlds."""

COMPARED = (worlds.WITH, worlds.WITHOUT)

CUT_SHORT = (StopReason.TIME_LIMIT, StopReason.INTERRUPTED)


@dataclass(frozen=True)
class Comparison:
    """Solved worlds of one case.

    Attributes
    ----------
    case, at, scope
        The instance in arrays with the steps all worlds share, where variables stand, and what
        is new.
    programs, outcomes : dict
        By world; a world that was not reached is missing.
    step_share : float
        Tokens in the steps where a world ends over the intervention's tokens, the largest of
        worlds and years.
    """

    case: Case
    layout: Layout
    scope: Scope
    programs: dict[str, Program]
    outcomes: dict[str, Outcome]
    step_share: float

    def point(self, world: str) -> Floats:
        """Point of a solved world."""
        return _x(self.outcomes[world])

    def has(self, world: str) -> bool:
        """Whether a world has a point."""
        return world in self.outcomes and self.outcomes[world].x is not None

    @property
    def complete(self) -> bool:
        """Whether both worlds that are compared have a point."""
        return all(map(self.has, COMPARED))


def compare(
    case: Case,
    scope: Scope,
    context: SolveContext,
    on_stage: Callable[[str], None],
) -> Comparison:
    """Cut the demand curve finely enough, and solve every world to the gap.

    A world without a point ends the comparison: the ones after it are left out.
    """
    pair = Added(setting(demand_grid.fine_case(case, len(COMPARED))), scope)
    two = solve_pair(pair, context, on_stage)
    known = _compared(two)
    if not known.complete:
        return known
    # World 0's builds are allowed in both: neither may come out worse than it.
    alone, programs, outcomes = known.point(worlds.WITHOUT), known.programs, known.outcomes
    programs[worlds.FROZEN] = worlds.frozen(programs[worlds.WITH], known.layout, alone)
    programs[worlds.UNLIMITED] = worlds.unlimited(programs[worlds.WITHOUT])
    for world, like in ((worlds.FROZEN, worlds.WITH), (worlds.UNLIMITED, worlds.WITHOUT)):
        on_stage(of_world(world))
        session, program = two.sessions[like], programs[world]
        outcomes[world] = solve_in(session, program, context, alone)
    return known


def compare_two(case: Case, scope: Scope, context: SolveContext) -> Comparison:
    """Solve the two worlds that displacement is between, and no other."""
    pair = Added(setting(demand_grid.fine_case(case, len(COMPARED))), scope)
    return _compared(solve_pair(pair, context, lambda _: None))


def _compared(two: "Two[Added]") -> Comparison:
    one = two.pair.with_it
    programs = {world: known.program for world, known in two.pair.settings.items()}
    outcomes, share = dict(two.outcomes), two.step_share
    return Comparison(one.case, one.layout, two.pair.scope, programs, outcomes, share)


P = TypeVar("P", bound=Pair)


@dataclass(frozen=True)
class Two(Generic[P]):
    """Worlds 0 and 1, solved.

    Attributes
    ----------
    pair : Pair
        With the steps that both ended with.
    outcomes : dict of str to Outcome
        One without a point is the last that was reached.
    sessions : dict of str to Session
        Warm, for worlds like them.
    step_share : float
        Tokens in the steps where a world ends over those measured against.
    """

    pair: P
    outcomes: dict[str, Outcome]
    sessions: dict[str, Session]
    step_share: float


def solve_pair(
    pair: P,
    context: SolveContext,
    on_stage: Callable[[str], None],
) -> Two[P]:
    """Cut the demand curve around where two worlds end, and solve both to the gap."""
    first, second = (pair.settings[world].program for world in COMPARED)
    for one in {id(one.case): one for one in pair.settings.values()}.values():
        check_scales(one.case, one.program)
    opened = context.open()

    def solve(session: Session, world: str) -> Outcome:
        on_stage(of_world(world))
        program = pair.settings[world].program
        return solve_in(session, program, context)

    on_stage("cutting the demand curve around each world's price")
    found = {worlds.WITH: opened.solve(first.relaxed(), context.options())}
    shared = first.matrix is second.matrix
    other = opened.fork(second.relaxed()) if shared else context.open()
    found[worlds.WITHOUT] = other.solve(second.relaxed(), context.options())
    sessions = {worlds.WITH: opened, worlds.WITHOUT: other}
    if all(one.row_dual is not None for one in found.values()):
        pair = _finer(pair, found)
    outcomes: dict[str, Outcome] = {}
    for world in COMPARED:
        outcomes[world] = solve(sessions[world], world)
        if outcomes[world].x is None:
            return Two(pair, outcomes, sessions, math.inf)
    on_stage("cutting again around the worlds' builds")
    pair, outcomes = _settle(pair, sessions, outcomes, context)
    outcomes = _of_each(
        {
            world: partial(bounded, one.program, outcomes[world], sessions[world], context)
            for world, one in pair.settings.items()
        },
        context,
    )
    for world, one in pair.settings.items():
        if one.program.gap(_x(outcomes[world]), outcomes[world].bound) > context.gap:
            again = solve(sessions[world], world)
            if again.x is not None:
                outcomes[world] = again
    return Two(pair, outcomes, sessions, _share(pair, outcomes))


def of_world(world: str) -> str:
    """Name a world to whoever follows."""
    return f"world {world}: {worlds.MEANING[world]}"


def _settle(
    pair: P,
    sessions: dict[str, Session],
    outcomes: dict[str, Outcome],
    context: SolveContext,
) -> tuple[P, dict[str, Outcome]]:
    """Cut around each world's builds, solving only what is continuous, until steps are small.

    With builds held, quantities move little from cut to cut, and the steps close in on them.
    """
    best = dict(outcomes)
    for _ in range(ROUNDS):
        if _share(pair, best) <= demand_grid.TARGET or context.expired:
            break
        if any(one.row_dual is None for one in best.values()):
            break
        finer = _finer(pair, best)
        held = {
            world: one.program.fixed(_x(outcomes[world]), one.program.integer)
            for world, one in finer.settings.items()
        }
        quick = context.options(primal=True)
        again = _of_each({w: partial(sessions[w].solve, held[w], quick) for w in held}, context)
        if any(one.reason in CUT_SHORT for one in again.values()):
            break
        if any(one.x is None or one.row_dual is None for one in again.values()):
            raise SolverError("a world has no optimum at its own builds")
        pair = finer
        best = {
            world: replace(one, reason=outcomes[world].reason, others=outcomes[world].others)
            for world, one in again.items()
        }
    return pair, best


def _of_each(
    tasks: Mapping[str, Callable[[], Outcome]], context: SolveContext
) -> dict[str, Outcome]:
    """Solve something for each of several worlds, side by side."""
    return dict(zip(tasks, context.side_by_side(tasks.values()), strict=True))


def bounded(program: Program, outcome: Outcome, session: Session, context: SolveContext) -> Outcome:
    """Return the outcome with a bound proven for the program's own steps."""
    relaxation = session.solve(program.relaxed(), context.options())
    if relaxation.reason is not StopReason.OPTIMAL:
        return replace(outcome, bound=math.inf)
    return replace(outcome, bound=max(relaxation.objective, outcome.objective))


def _finer(pair: P, found: dict[str, Outcome]) -> P:
    """Cut the curve around where the worlds end."""
    centres = [
        demand_grid.quantities(
            one.case, one.program, one.layout, _x(found[world]), _dual(found[world])
        )
        for world, one in pair.settings.items()
    ]
    case = pair.settings[worlds.WITH].case
    return pair.recut(demand_grid.edges_around(case, centres, pair.measured(_points(found))))


def _share(pair: Pair, outcomes: dict[str, Outcome]) -> float:
    measured = pair.measured(_points(outcomes))
    return max(
        float(
            demand_grid.ending_share(
                one.case, one.layout.accepted.of(_x(outcomes[world])).sum(axis=2), measured
            ).max()
        )
        for world, one in pair.settings.items()
    )


def _points(outcomes: dict[str, Outcome]) -> dict[str, Floats]:
    return {world: _x(one) for world, one in outcomes.items()}


def _x(outcome: Outcome) -> Floats:
    if outcome.x is None:
        raise ValueError("the world has no point")
    return outcome.x


def _dual(outcome: Outcome) -> Floats:
    if outcome.row_dual is None:
        raise ValueError("the world has no duals")
    return outcome.row_dual
