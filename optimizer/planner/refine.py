"""Solve worlds with tangents to the demand curve, refined around where their demand ends.

The program takes the value of demand at tangents, which lie above it.  Its bound therefore holds
for the curve, and its plan is worth what it is worth on the curve: the gap holds what the tangents
leave open.  They are refined around each world's relaxation, then around its builds, until that is
small; worlds that are compared share their tangents.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, Protocol, Self, TypeVar

import numpy as np

from optimizer.errors import SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.world_program import WorldProgram
from optimizer.solvers.backends.base import Outcome, Session, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats
from optimizer.solvers.search import solve_in

ROUNDS = 8
"""Most refinements around a world's builds, and most around its relaxation."""

ATTEMPTS = 6
"""Most searches for a plan within the gap, each with the tangents of the one before."""

EXCESS = 0.02
"""Share of the gap that tangents may leave open."""

SMALLEST_EXCESS, LARGEST_EXCESS = 1e-9, 1e-7
"""Share of the system cost that they may leave open at any gap, and at most."""

CLOSER = 0.25
"""Factor by which the closest points move closer from one refinement to the next."""

NEGLIGIBLE = 1e-8
"""Gap that solvers do not distinguish from 0."""

EXACT = 1e-6
"""Gap on the demand curve up to which a plan counts as optimal."""

CUT_SHORT = (StopReason.TIME_LIMIT, StopReason.INTERRUPTED)


class WorldFamily(Protocol):
    """Worlds that are solved with the same tangents."""

    @property
    def programs(self) -> dict[str, WorldProgram]:
        """The worlds by key, in the order in which they are solved."""
        ...

    def recut(self, points: Floats) -> Self:
        """Return the worlds with tangents at other points, shape (W, Y, J)."""
        ...

    def reference_gtok(self, points: dict[str, Floats]) -> Floats:
        """Tokens by year to which demand steps are compared, shape (Y,)."""
        ...

    def title(self, key: str) -> str:
        """Name of the stage in which a world is solved."""
        ...


@dataclass(frozen=True)
class SingleWorld:
    """One world: demand steps are compared to all that it serves."""

    world: WorldProgram
    stage: str = "solving"
    key: str = "plan"

    @property
    def programs(self) -> dict[str, WorldProgram]:
        """The world by its key."""
        return {self.key: self.world}

    def recut(self, points: Floats) -> Self:
        """Return the world with tangents at other points."""
        return replace(self, world=self.world.recut(points))

    def reference_gtok(self, points: dict[str, Floats]) -> Floats:
        """Tokens served by year."""
        served = self.world.layout.served.of(points[self.key])
        return np.asarray(np.einsum("wyk,k->y", served, self.world.case.horizon.hours_per_year))

    def title(self, key: str) -> str:
        """Name of the stage in which the world is solved."""
        return self.stage


Family = TypeVar("Family", bound=WorldFamily)


@dataclass(frozen=True)
class SolvedFamily(Generic[Family]):
    """Worlds, solved.

    Attributes
    ----------
    family : WorldFamily
        With the tangents that all ended with.
    outcomes : dict of str to Outcome
        An outcome without a point is the last one reached.  Objectives are of the program, whose
        tangents lie above the curve; bounds hold for the curve.
    sessions : dict of str to Session
        Warm, for worlds like them.
    step_share : float
        Tokens in the steps where a world ends, over the family's reference tokens.
    """

    family: Family
    outcomes: dict[str, Outcome]
    sessions: dict[str, Session]
    step_share: float


def solve_family(
    family: Family,
    context: SolveContext,
    first: Floats | None = None,
    sessions: dict[str, Session] | None = None,
) -> SolvedFamily[Family]:
    """Refine tangents around each world's relaxation, then solve every world to the gap.

    Parameters
    ----------
    family : WorldFamily
    context : SolveContext
    first : ndarray, shape (n,), optional
        Tried before anything else in every world; see `optimizer.solvers.search.solve_in`.
    sessions : dict of str to Session, optional
        Warm, for worlds like them; by default new ones.
    """
    sessions = _sessions(family, context) if sessions is None else sessions
    if _responds(family):
        context.stage("refining the demand curve around each world's price")
        family = _refined_around_relaxations(family, sessions, context)
    return solve_refined(family, sessions, context, first=first)


def solve_refined(
    family: Family,
    sessions: dict[str, Session],
    context: SolveContext,
    *,
    start: Floats | None = None,
    first: Floats | None = None,
) -> SolvedFamily[Family]:
    """Solve every world to the gap on the demand curve, in sessions that may be warm."""
    outcomes: dict[str, Outcome] = {}
    met: list[Floats] = []
    search = replace(context, gap=(1 - EXCESS) * context.gap)
    for attempt in range(ATTEMPTS):
        for key, world in family.programs.items():
            before = outcomes.get(key)
            if before is not None and _is_within_gap(world, before, context):
                continue
            context.stage(family.title(key))
            tried = first if before is None else before.x
            found = solve_in(sessions[key], world.program, search, start, tried)
            outcomes[key] = found if before is None else _better(world, before, found)
            if outcomes[key].x is None:
                return SolvedFamily(family, outcomes, sessions, math.inf)
            if found.x is not None:
                met.append(world.layout.accepted.of(found.x).sum(axis=2))
        if not _responds(family):
            break
        # A plan that was worth less on the curve than in the program gets a tangent of its own.
        family, outcomes = _settle(family, sessions, outcomes, context, met, anew=attempt > 0)
        worlds = family.programs.items()
        if context.stopped or all(_is_within_gap(w, outcomes[key], context) for key, w in worlds):
            break
    if _responds(family):
        worlds = family.programs.items()
        outcomes = {key: _ended(world, outcomes[key], context) for key, world in worlds}
    return SolvedFamily(family, outcomes, sessions, _share(family, outcomes))


def _ended(world: WorldProgram, outcome: Outcome, context: SolveContext) -> Outcome:
    """Return an outcome with a reason that its gap on the demand curve supports."""
    reason, gap = outcome.reason, world.gap(outcome.point, outcome.bound)
    if reason not in (StopReason.OPTIMAL, StopReason.GAP_REACHED) or gap <= EXACT:
        return outcome
    if gap <= context.gap:
        return replace(outcome, reason=StopReason.GAP_REACHED)
    if not context.stopped:
        return replace(outcome, reason=StopReason.SEARCH_LIMIT)
    late = StopReason.TIME_LIMIT if context.expired else StopReason.INTERRUPTED
    return replace(outcome, reason=late)


def _sessions(family: WorldFamily, context: SolveContext) -> dict[str, Session]:
    """Open a session for each world: a fork of the first's if both share a matrix."""
    (first, world), *others = family.programs.items()
    sessions = {first: context.open()}
    if others:
        sessions[first].solve(world.program.relaxed(), context.options())
    for key, other in others:
        shared = other.program.matrix is world.program.matrix
        sessions[key] = sessions[first].fork(other.program.relaxed()) if shared else context.open()
    return sessions


def _responds(family: WorldFamily) -> bool:
    """Whether any demand responds to price."""
    return any((w.case.demand.curves.elasticity < 0).any() for w in family.programs.values())


def _is_within_gap(world: WorldProgram, outcome: Outcome, context: SolveContext) -> bool:
    return world.gap(outcome.point, outcome.bound) <= max(context.gap, NEGLIGIBLE)


def _better(world: WorldProgram, before: Outcome, found: Outcome) -> Outcome:
    """Return the better of two outcomes on the curve, with the tighter bound of both."""
    bound = min(before.bound, found.bound)
    if found.x is None or world.welfare_kusd(found.x) < world.welfare_kusd(before.point):
        return replace(before, bound=bound, reason=found.reason)
    return replace(found, bound=bound, others=(*before.others, *found.others))


def _refined_around_relaxations(
    family: Family, sessions: dict[str, Session], context: SolveContext
) -> Family:
    """Refine around each world's relaxation until tangents leave little of the gap open."""
    for closer in range(ROUNDS):
        options = context.options()
        relaxed = _of_each(
            {
                key: partial(sessions[key].solve, world.program.relaxed(), options)
                for key, world in family.programs.items()
            },
            context,
        )
        if any(outcome.row_dual is None for outcome in relaxed.values()):
            return family
        if closer and _excess_share(family, relaxed) <= max(EXCESS * context.gap, LARGEST_EXCESS):
            return family
        family = _refined(family, relaxed, CLOSER**closer)
    return family


def _settle(
    family: Family,
    sessions: dict[str, Session],
    outcomes: dict[str, Outcome],
    context: SolveContext,
    met: Sequence[Floats],
    anew: bool,
) -> tuple[Family, dict[str, Outcome]]:
    """Refine around each world's builds, solving only the continuous part, until steps are small.

    With builds fixed, quantities move little between refinements, and the tangents close in on
    them.  `met` are the quantities of all plans met, each with a tangent of its own; `anew`
    refines at least once.
    """
    context.stage("refining the demand curve around the builds")
    best = dict(outcomes)
    enough = float(np.clip(EXCESS * context.gap, SMALLEST_EXCESS, LARGEST_EXCESS))
    for closer in range(ROUNDS):
        fine = _share(family, best) <= demand_grid.TARGET and _excess_share(family, best) <= enough
        if fine and not (anew and closer == 0):
            break
        if context.expired or any(outcome.row_dual is None for outcome in best.values()):
            break
        finer = _refined(family, best, CLOSER**closer, met)
        # After the search, the new tangents leave the last basis far from primal feasible.
        options = context.options(primal=closer > 0)
        again = _of_each(
            {
                key: partial(
                    sessions[key].solve,
                    world.program.fixed(outcomes[key].point, world.program.integer),
                    options,
                )
                for key, world in finer.programs.items()
            },
            context,
        )
        if any(outcome.reason in CUT_SHORT for outcome in again.values()):
            break
        if any(outcome.x is None or outcome.row_dual is None for outcome in again.values()):
            raise SolverError("a world has no optimum at its own builds")
        family = finer
        best = {
            key: replace(
                outcomes[key],
                x=outcome.x,
                objective=outcome.objective,
                row_dual=outcome.row_dual,
                column_dual=outcome.column_dual,
            )
            for key, outcome in again.items()
        }
    return family, best


def _of_each(
    tasks: Mapping[str, Callable[[], Outcome]], context: SolveContext
) -> dict[str, Outcome]:
    """Run one task per world, side by side."""
    return dict(zip(tasks, context.side_by_side(tasks.values()), strict=True))


def _refined(
    family: Family, outcomes: dict[str, Outcome], closer: float, met: Sequence[Floats] = ()
) -> Family:
    """Move tangents to where the worlds end, the closest at a share of the target's distance."""
    worlds = family.programs
    centres = []
    for key, world in worlds.items():
        dual = outcomes[key].row_dual
        if dual is None:
            raise ValueError("the world has no duals")
        centres.append(demand_grid.quantities(world, outcomes[key].point, dual))
    case = next(iter(worlds.values())).case
    nearest = demand_grid.nearest_distance(case, family.reference_gtok(_points(outcomes)))
    nearest = np.maximum(closer * nearest, demand_grid.NARROWEST)
    return family.recut(demand_grid.points_around(case, centres, nearest, met))


def _excess_share(family: WorldFamily, outcomes: dict[str, Outcome]) -> float:
    """Largest share of a world's system cost by which its objective exceeds its welfare."""
    return max(
        world.program.gap(outcomes[key].point, world.program.value(outcomes[key].point) + excess)
        for key, world in family.programs.items()
        for excess in [world.excess_kusd(outcomes[key].point)]
    )


def _share(family: WorldFamily, outcomes: dict[str, Outcome]) -> float:
    """Tokens in the steps where a world ends over the reference, largest of worlds and years."""
    reference = family.reference_gtok(_points(outcomes))
    shares = []
    for key, world in family.programs.items():
        accepted = world.layout.accepted.of(outcomes[key].point).sum(axis=2)
        shares.append(float(demand_grid.ending_share(world.case, accepted, reference).max()))
    return max(shares)


def _points(outcomes: dict[str, Outcome]) -> dict[str, Floats]:
    return {key: outcome.point for key, outcome in outcomes.items()}
