"""Solve the worlds of an intervention, each from the last basis of one like it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from optimizer.counterfactual import demand_grid, worlds
from optimizer.counterfactual.linear_measure import Split
from optimizer.counterfactual.scope import Scope
from optimizer.counterfactual.worlds import COMPARED, AddingPair, WorldPair, world_program
from optimizer.errors import SolverError
from optimizer.formulation.layout import Layout
from optimizer.formulation.numerics import check_scales
from optimizer.problem.parameters.case import Case
from optimizer.solvers.backends.base import Outcome, Session, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.search import solve_in

ROUNDS = 8
"""Most refinements of the demand curve around solved worlds."""

CUT_SHORT = (StopReason.TIME_LIMIT, StopReason.INTERRUPTED)


@dataclass(frozen=True)
class SolvedScenarios:
    """Solved worlds of one case.

    Attributes
    ----------
    case, layout, scope
        The instance as arrays with the steps that all worlds share, the positions of the
        variables, and what is new.
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

    @property
    def spans(self) -> Floats:
        """Years that each period represents, shape (Y,)."""
        return self.case.horizon.span_years

    def split(self, quantity: Callable[[Case, Layout, Scope], Split]) -> Split:
        """Return a quantity of `linear_measure`, of the intervention and of the rest."""
        return quantity(self.case, self.layout, self.scope)


def solve_scenarios(case: Case, scope: Scope, context: SolveContext) -> SolvedScenarios:
    """Refine the demand curve, and solve every world to the gap.

    The worlds after one without a point are left out.
    """
    pair = _solve_adding(case, scope, context)
    solved = _scenarios(pair)
    if not solved.complete:
        return solved
    # Both allow the baseline's builds: neither may come out worse than the baseline.
    x, programs = solved.point(worlds.BASELINE), solved.programs
    fixed = worlds.fixed_service(programs[worlds.WITH_INTERVENTION], solved.layout, x)
    programs[worlds.FIXED_SERVICE] = fixed
    programs[worlds.UNCONSTRAINED_GRID] = worlds.unconstrained_grid(programs[worlds.BASELINE])
    for world, like in (
        (worlds.FIXED_SERVICE, worlds.WITH_INTERVENTION),
        (worlds.UNCONSTRAINED_GRID, worlds.BASELINE),
    ):
        context.stage(worlds.title(world))
        solved.outcomes[world] = solve_in(pair.sessions[like], programs[world], context, x)
    return solved


def solve_compared(case: Case, scope: Scope, context: SolveContext) -> SolvedScenarios:
    """Solve only the two worlds between which displacement is measured."""
    return _scenarios(_solve_adding(case, scope, context.quiet()))


Pair = TypeVar("Pair", bound=WorldPair)


@dataclass(frozen=True)
class SolvedPair(Generic[Pair]):
    """The two compared worlds, solved.

    Attributes
    ----------
    pair : WorldPair
        With the steps that both ended with.
    outcomes : dict of str to Outcome
        An outcome without a point is the last one reached.
    sessions : dict of str to Session
        Warm, for worlds like them.
    step_share : float
        Tokens in the steps where a world ends, over the pair's reference tokens.
    """

    pair: Pair
    outcomes: dict[str, Outcome]
    sessions: dict[str, Session]
    step_share: float


def _solve_adding(case: Case, scope: Scope, context: SolveContext) -> SolvedPair[AddingPair]:
    fine = demand_grid.fine_case(case, len(COMPARED))
    return solve_pair(AddingPair(world_program(fine), scope), context)


def _scenarios(solved: SolvedPair[AddingPair]) -> SolvedScenarios:
    world = solved.pair.with_intervention
    programs = {key: each.program for key, each in solved.pair.programs.items()}
    return SolvedScenarios(
        world.case,
        world.layout,
        solved.pair.scope,
        programs,
        dict(solved.outcomes),
        solved.step_share,
    )


def solve_pair(pair: Pair, context: SolveContext) -> SolvedPair[Pair]:
    """Refine the demand curve around where two worlds end, and solve both to the gap."""
    first, second = (pair.programs[world].program for world in COMPARED)
    for world in {id(world.case): world for world in pair.programs.values()}.values():
        check_scales(world.case, world.program)
    opened = context.open()

    def solve(key: str) -> Outcome:
        context.stage(worlds.title(key))
        return solve_in(sessions[key], pair.programs[key].program, context)

    context.stage("refining the demand curve around each world's price")
    relaxed = {COMPARED[0]: opened.solve(first.relaxed(), context.options())}
    shared = first.matrix is second.matrix
    other = opened.fork(second.relaxed()) if shared else context.open()
    relaxed[COMPARED[1]] = other.solve(second.relaxed(), context.options())
    sessions = dict(zip(COMPARED, (opened, other), strict=True))
    if all(outcome.row_dual is not None for outcome in relaxed.values()):
        pair = _refined(pair, relaxed)
    outcomes: dict[str, Outcome] = {}
    for key in COMPARED:
        outcomes[key] = solve(key)
        if outcomes[key].x is None:
            return SolvedPair(pair, outcomes, sessions, math.inf)
    context.stage("refining it again around the worlds' builds")
    pair, outcomes = _settle(pair, sessions, outcomes, context)
    outcomes = _of_each(
        {
            key: partial(bounded, world.program, outcomes[key], sessions[key], context)
            for key, world in pair.programs.items()
        },
        context,
    )
    for key, world in pair.programs.items():
        if world.program.gap(_x(outcomes[key]), outcomes[key].bound) > context.gap:
            again = solve(key)
            if again.x is not None:
                outcomes[key] = again
    return SolvedPair(pair, outcomes, sessions, _share(pair, outcomes))


def _settle(
    pair: Pair, sessions: dict[str, Session], outcomes: dict[str, Outcome], context: SolveContext
) -> tuple[Pair, dict[str, Outcome]]:
    """Refine around each world's builds, solving only the continuous part, until steps are small.

    With builds fixed, quantities move little between refinements, and the steps close in on them.
    """
    best = dict(outcomes)
    for _ in range(ROUNDS):
        if _share(pair, best) <= demand_grid.TARGET or context.expired:
            break
        if any(outcome.row_dual is None for outcome in best.values()):
            break
        finer = _refined(pair, best)
        fixed = {
            key: world.program.fixed(_x(outcomes[key]), world.program.integer)
            for key, world in finer.programs.items()
        }
        quick = context.options(primal=True)
        again = _of_each({w: partial(sessions[w].solve, fixed[w], quick) for w in fixed}, context)
        if any(outcome.reason in CUT_SHORT for outcome in again.values()):
            break
        if any(outcome.x is None or outcome.row_dual is None for outcome in again.values()):
            raise SolverError("a world has no optimum at its own builds")
        pair = finer
        best = {
            key: replace(outcome, reason=outcomes[key].reason, others=outcomes[key].others)
            for key, outcome in again.items()
        }
    return pair, best


def _of_each(
    tasks: Mapping[str, Callable[[], Outcome]], context: SolveContext
) -> dict[str, Outcome]:
    """Run one task per world, side by side."""
    return dict(zip(tasks, context.side_by_side(tasks.values()), strict=True))


def bounded(program: Program, outcome: Outcome, session: Session, context: SolveContext) -> Outcome:
    """Return the outcome with a bound proven for the program's own steps."""
    relaxation = session.solve(program.relaxed(), context.options())
    if relaxation.reason is not StopReason.OPTIMAL:
        return replace(outcome, bound=math.inf)
    return replace(outcome, bound=max(relaxation.objective, outcome.objective))


def _refined(pair: Pair, outcomes: dict[str, Outcome]) -> Pair:
    """Cut the curve around where the worlds end."""
    centres = []
    for key, world in pair.programs.items():
        dual = outcomes[key].row_dual
        if dual is None:
            raise ValueError("the world has no duals")
        x = _x(outcomes[key])
        centres.append(demand_grid.quantities(world.case, world.program, world.layout, x, dual))
    case = pair.programs[worlds.WITH_INTERVENTION].case
    reference = pair.reference_gtok(_points(outcomes))
    return pair.recut(demand_grid.edges_around(case, centres, reference))


def _share(pair: WorldPair, outcomes: dict[str, Outcome]) -> float:
    """Tokens in the steps where a world ends over the reference, largest of worlds and years."""
    reference = pair.reference_gtok(_points(outcomes))
    shares = []
    for key, world in pair.programs.items():
        accepted = world.layout.accepted.of(_x(outcomes[key])).sum(axis=2)
        shares.append(float(demand_grid.ending_share(world.case, accepted, reference).max()))
    return max(shares)


def _points(outcomes: dict[str, Outcome]) -> dict[str, Floats]:
    return {key: _x(outcome) for key, outcome in outcomes.items()}


def _x(outcome: Outcome) -> Floats:
    if outcome.x is None:
        raise ValueError("the world has no point")
    return outcome.x
