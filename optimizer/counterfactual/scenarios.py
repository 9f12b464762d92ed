"""Solve the worlds of an intervention, each from the last basis of one like it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from optimizer.counterfactual import worlds
from optimizer.counterfactual.linear_measure import Split
from optimizer.counterfactual.scope import Scope
from optimizer.counterfactual.worlds import COMPARED, AddingPair
from optimizer.formulation import demand_grid
from optimizer.formulation.layout import Layout
from optimizer.formulation.numerics import check_scales
from optimizer.formulation.world_program import WorldProgram, world_program
from optimizer.planner.refine import (
    NEGLIGIBLE,
    SingleWorld,
    SolvedFamily,
    WorldFamily,
    solve_family,
    solve_refined,
)
from optimizer.problem.parameters.case import Case
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program


@dataclass(frozen=True)
class SolvedScenarios:
    """Solved worlds of one case.

    Attributes
    ----------
    worlds : dict of str to WorldProgram
        The programs by world, with the tangents that each ended with; those that are compared
        share theirs.  A world that was not reached is missing.
    outcomes : dict of str to Outcome
    scope : Scope
        What is new.
    step_share : float
        Tokens in the steps where a world ends over the intervention's tokens, the largest of
        worlds and years.
    sessions : dict of str to Session
        Warm, for worlds like those that are compared.
    """

    worlds: dict[str, WorldProgram]
    outcomes: dict[str, Outcome]
    scope: Scope
    step_share: float
    sessions: dict[str, Session] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The instance as arrays, with the tangents of the compared worlds."""
        return self.worlds[worlds.WITH_INTERVENTION].case

    @property
    def layout(self) -> Layout:
        """Positions of the variables, the same in every world."""
        return self.worlds[worlds.WITH_INTERVENTION].layout

    @property
    def programs(self) -> dict[str, Program]:
        """The program of each world."""
        return {key: world.program for key, world in self.worlds.items()}

    def point(self, world: str) -> Floats:
        """Point of a solved world."""
        return self.outcomes[world].point

    def has(self, world: str) -> bool:
        """Whether a world has a point."""
        return world in self.outcomes and self.outcomes[world].x is not None

    @property
    def complete(self) -> bool:
        """Whether both worlds that are compared have a point."""
        return all(map(self.has, COMPARED))

    def within(self, gap: float) -> bool:
        """Whether both worlds that are compared are solved to a gap on the demand curve."""
        return self.complete and all(
            self.worlds[key].gap(self.point(key), self.outcomes[key].bound) <= max(gap, NEGLIGIBLE)
            for key in COMPARED
        )

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
    x, added = solved.point(worlds.BASELINE), solved.worlds[worlds.WITH_INTERVENTION]
    fixed = replace(added, program=worlds.fixed_service(added.program, added.layout, x))
    without = solved.worlds[worlds.BASELINE]
    free = replace(without, program=worlds.unconstrained_grid(without.program))
    for world, like, program in (
        (worlds.FIXED_SERVICE, worlds.WITH_INTERVENTION, fixed),
        (worlds.UNCONSTRAINED_GRID, worlds.BASELINE, free),
    ):
        alone = SingleWorld(program, worlds.title(world), world)
        refined = solve_refined(alone, {world: pair.sessions[like]}, context, start=x)
        solved.worlds[world] = refined.family.world
        solved.outcomes.update(refined.outcomes)
    return solved


def solve_compared(case: Case, scope: Scope, context: SolveContext) -> SolvedScenarios:
    """Solve only the two worlds between which displacement is measured."""
    return _scenarios(_solve_adding(case, scope, context.quiet()))


def solve_adding_pair(pair: AddingPair, context: SolveContext) -> SolvedScenarios:
    """Solve a pair of worlds that is given as programs, and refine its demand curve."""
    return _scenarios(solve_pair(pair, context))


def solve_close_pair(
    pair: AddingPair, sessions: dict[str, Session], context: SolveContext
) -> SolvedScenarios:
    """Solve a pair of worlds from the last basis, and near the tangents, of others like them."""
    return _scenarios(solve_family(pair, context, sessions=sessions))


def _solve_adding(case: Case, scope: Scope, context: SolveContext) -> SolvedFamily[AddingPair]:
    fine = demand_grid.fine_case(case, len(COMPARED))
    return solve_pair(AddingPair(world_program(fine), scope), context)


def _scenarios(solved: SolvedFamily[AddingPair]) -> SolvedScenarios:
    pair = solved.family
    return SolvedScenarios(
        pair.programs, dict(solved.outcomes), pair.scope, solved.step_share, solved.sessions
    )


Pair = TypeVar("Pair", bound=WorldFamily)


def solve_pair(pair: Pair, context: SolveContext) -> SolvedFamily[Pair]:
    """Solve two worlds to the gap, with the demand curve refined around where both end."""
    for world in {id(world.case): world for world in pair.programs.values()}.values():
        check_scales(world.case, world.program)
    return solve_family(pair, context)
