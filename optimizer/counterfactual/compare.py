"""Solve the worlds of a comparison: one program, built once, each world from its last basis."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from optimizer.backends.base import Backend, Outcome, Session, SolveOptions, StopReason
from optimizer.counterfactual import refine, worlds
from optimizer.counterfactual.loads import tokens
from optimizer.counterfactual.scope import Scope
from optimizer.errors import SolverError
from optimizer.formulation.compose import compose
from optimizer.formulation.demand_curve import recut
from optimizer.formulation.layout import Layout
from optimizer.parameters.case import Case
from optimizer.program import Floats, Program
from optimizer.scales import check_scales
from optimizer.solving.clock import Clock
from optimizer.solving.monolithic import solve_in
from optimizer.solving.side_by_side import side_by_side, tasks_at_once

ROUNDS = 8
"""Most times that the demand curve is cut around solved worlds."""

COMPARED = (worlds.WITH, worlds.WITHOUT)

CUT_SHORT = (StopReason.TIME_LIMIT, StopReason.INTERRUPTED)

USED = 1e-3
"""Share of tokens below which an intervention counts as not used."""


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
    seconds : float
    """

    case: Case
    at: Layout
    scope: Scope
    programs: dict[str, Program]
    outcomes: dict[str, Outcome]
    step_share: float
    seconds: float

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
    backend: Backend,
    threads: int | None,
    options: SolveOptions,
    on_stage: Callable[[str], None],
) -> Comparison:
    """Cut the demand curve finely enough, and solve every world to the gap.

    A world without a point ends the comparison: the ones after it are left out.
    """
    clock = Clock(options.time_limit_s)
    case = refine.fine_case(case, len(COMPARED))
    program, at = compose(case)
    check_scales(case, program)
    programs = _programs(program, case, at, scope)
    first, at_once = backend.open(threads), tasks_at_once(backend, threads)

    def solve(session: Session, world: str, start: Floats | None = None) -> Outcome:
        on_stage(f"world {world}: {worlds.MEANING[world]}")
        return solve_in(session, programs[world], backend, threads, options, clock, start)

    on_stage("cutting the demand curve around each world's price")
    found = {worlds.WITH: first.solve(program.relaxed(), clock.share(options))}
    second = first.fork(programs[worlds.WITHOUT].relaxed())
    found[worlds.WITHOUT] = second.solve(programs[worlds.WITHOUT].relaxed(), clock.share(options))
    sessions = {worlds.WITH: first, worlds.WITHOUT: second}
    if all(one.row_dual is not None for one in found.values()):
        case, program = _cut(case, program, programs, at, scope, found)
        programs = _programs(program, case, at, scope)
    outcomes: dict[str, Outcome] = {}
    for world in COMPARED:
        outcomes[world] = solve(sessions[world], world)
        if outcomes[world].x is None:
            return Comparison(case, at, scope, programs, outcomes, math.inf, clock.seconds)
    on_stage("cutting again around the worlds' builds")
    case, program, outcomes = _settle(
        case, program, at, scope, sessions, outcomes, at_once, options, clock
    )
    programs = _programs(program, case, at, scope)
    outcomes = _of_each(
        {
            world: partial(
                bounded, programs[world], outcomes[world], sessions[world], options, clock
            )
            for world in COMPARED
        },
        at_once,
    )
    for world in COMPARED:
        if programs[world].gap(_x(outcomes[world]), outcomes[world].bound) > options.gap:
            again = solve(sessions[world], world)
            if again.x is not None:
                outcomes[world] = again
    programs[worlds.FROZEN] = worlds.frozen(program, at, _x(outcomes[worlds.WITHOUT]))
    programs[worlds.UNLIMITED] = worlds.unlimited(programs[worlds.WITHOUT])
    # World 0's builds are allowed in both: neither may come out worse than it.
    alone = _x(outcomes[worlds.WITHOUT])
    outcomes[worlds.FROZEN] = solve(first, worlds.FROZEN, alone)
    outcomes[worlds.UNLIMITED] = solve(second, worlds.UNLIMITED, alone)
    share = _share(case, at, scope, outcomes)
    return Comparison(case, at, scope, programs, outcomes, share, clock.seconds)


def _settle(
    case: Case,
    program: Program,
    at: Layout,
    scope: Scope,
    sessions: dict[str, Session],
    outcomes: dict[str, Outcome],
    at_once: int,
    options: SolveOptions,
    clock: Clock,
) -> tuple[Case, Program, dict[str, Outcome]]:
    """Cut around each world's builds, solving only what is continuous, until steps are small.

    With builds held, quantities move little from cut to cut, and the steps close in on them.
    """
    best = dict(outcomes)
    for _ in range(ROUNDS):
        if _share(case, at, scope, best) <= refine.TARGET or clock.expired:
            break
        if any(one.row_dual is None for one in best.values()):
            break
        finer, cut = _cut(case, program, _programs(program, case, at, scope), at, scope, best)
        held = {
            world: one.fixed(_x(outcomes[world]), program.integer)
            for world, one in _programs(cut, finer, at, scope).items()
        }
        quick = replace(clock.share(options), primal=True)
        again = _of_each({w: partial(sessions[w].solve, held[w], quick) for w in held}, at_once)
        if any(one.reason in CUT_SHORT for one in again.values()):
            break
        if any(one.x is None or one.row_dual is None for one in again.values()):
            raise SolverError("a world has no optimum at its own builds")
        case, program = finer, cut
        best = {
            world: replace(one, reason=outcomes[world].reason, others=outcomes[world].others)
            for world, one in again.items()
        }
    return case, program, best


def _of_each(tasks: Mapping[str, Callable[[], Outcome]], at_once: int) -> dict[str, Outcome]:
    """Solve something for each of several worlds, side by side."""
    return dict(zip(tasks, side_by_side(*tasks.values(), at_once=at_once), strict=True))


def bounded(
    program: Program, outcome: Outcome, session: Session, options: SolveOptions, clock: Clock
) -> Outcome:
    """Return the outcome with a bound proven for the program's own steps."""
    relaxation = session.solve(program.relaxed(), clock.share(options))
    if relaxation.reason is not StopReason.OPTIMAL:
        return replace(outcome, bound=math.inf)
    return replace(outcome, bound=max(relaxation.objective, outcome.objective))


def _programs(program: Program, case: Case, at: Layout, scope: Scope) -> dict[str, Program]:
    return {
        worlds.WITH: program,
        worlds.WITHOUT: worlds.without(program, case, at, scope),
    }


def _cut(
    case: Case,
    program: Program,
    programs: dict[str, Program],
    at: Layout,
    scope: Scope,
    found: dict[str, Outcome],
) -> tuple[Case, Program]:
    """Cut the curve around where the worlds end, each step measured against the new tokens."""
    centres = [
        refine.quantities(case, programs[world], at, _x(found[world]), _dual(found[world]))
        for world in COMPARED
    ]
    case = refine.cut_around(case, centres, _measure(case, at, scope, found))
    return case, recut(program, case, at)


def _measure(case: Case, at: Layout, scope: Scope, found: dict[str, Outcome]) -> Floats:
    """Tokens of the intervention by year, or what would just count as used if they are fewer."""
    split = tokens(case, at, scope)
    x = _x(found[worlds.WITH])
    new = split.intervention.by_year(x)
    return np.maximum(new, USED * (new + split.rest.by_year(x)))


def _share(case: Case, at: Layout, scope: Scope, outcomes: dict[str, Outcome]) -> float:
    measured = _measure(case, at, scope, outcomes)
    return max(
        float(
            refine.ending_share(
                case, at.accepted.of(_x(outcomes[world])).sum(axis=2), measured
            ).max()
        )
        for world in COMPARED
    )


def _x(outcome: Outcome) -> Floats:
    if outcome.x is None:
        raise ValueError("the world has no point")
    return outcome.x


def _dual(outcome: Outcome) -> Floats:
    if outcome.row_dual is None:
        raise ValueError("the world has no duals")
    return outcome.row_dual
