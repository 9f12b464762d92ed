"""One program, one path: relaxation, rounding, diving, and branch and bound for what is left.

The relaxation gives the bound.  Pods and turbines are small beside what is built of them, so
rounding it and solving again for everything continuous is mostly within the gap at once.  Where
it is not, whole numbers are settled a few at a time; where that is not within the gap either,
the best point found starts branch and bound.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import (
    Backend,
    Outcome,
    Progress,
    Session,
    SolveOptions,
    StopReason,
)
from optimizer.solvers.clock import Clock
from optimizer.solvers.milp import ABOUT_ZERO_KUSD, Floats, Program
from optimizer.solvers.search.dive import WHOLE, dive

OPENS_FROM = (0.5, 0.1, WHOLE)
"""Shares from which an opening of the relaxation is rounded up, tried until there is a point."""
ROUNDINGS = (np.round, np.ceil, np.floor)
TIGHT_SHARE = 0.5
"""Share of the time after which a tight relaxation gives way to a loose one."""
LAST_S = 5.0
"""Seconds that making a point exact may take after the limit has passed."""


@dataclass(frozen=True)
class Solved:
    """A solved program and the session that holds it, warm, for prices and other worlds."""

    program: Program
    outcome: Outcome
    session: Session
    clock: Clock


def solve_monolithic(
    program: Program,
    backend: Backend,
    threads: int | None,
    options: SolveOptions,
    first: Floats | None = None,
) -> Solved:
    """Solve a program to a proven gap.

    Parameters
    ----------
    program, backend, threads, options
    first : ndarray, shape (n,), optional
        As in `solve_in`.

    Returns
    -------
    Solved
        The outcome's point has whole integers and is optimal for them; its duals are those of
        the linear program in which every integer is fixed there.
    """
    clock = Clock(options.time_limit_s)
    session = backend.open(threads)
    outcome = solve_in(session, program, backend, threads, options, clock, first=first)
    return Solved(program, outcome, session, clock)


def solve_in(
    session: Session,
    program: Program,
    backend: Backend,
    threads: int | None,
    options: SolveOptions,
    clock: Clock,
    start: Floats | None = None,
    first: Floats | None = None,
) -> Outcome:
    """Solve a program in a session that may hold its relaxation, or its like, already.

    Parameters
    ----------
    session, program, backend, threads, options, clock
        As in `solve_monolithic`; the time limit is the clock's.
    start : ndarray, shape (n,), optional
        Point whose integers, brought within the bounds, are tried too.
    first : ndarray, shape (n,), optional
        The same, but tried before anything is rounded: the search ends there if it is within the
        gap.
    """
    relaxation = session.solve(program.relaxed(), _some_of_the_time(program, options, clock))
    if relaxation.reason is StopReason.TIME_LIMIT and program.implied and not clock.expired:
        # A looser bound and a plan are more than the tight relaxation unfinished.
        program, session = program.loosened(), backend.open(threads)
        relaxation = session.solve(program.relaxed(), clock.share(options))
    if relaxation.reason is not StopReason.OPTIMAL or relaxation.x is None:
        return _without_point(relaxation, clock)
    if not program.integer.any():
        return replace(relaxation, seconds=clock.seconds)
    bound = relaxation.objective
    best = None if first is None else _held_at(session, program, first, options, clock)
    if best is None or program.gap(_point(best), bound) > options.gap:
        best = _better(best, _round(session, program, relaxation, options, clock))
    if start is not None:
        best = _better(best, _held_at(session, program, start, options, clock))
    if best is not None and program.gap(_point(best), bound) <= options.gap:
        return _finished(best, bound, StopReason.GAP_REACHED, program, clock, options.gap)
    branched = backend.open(threads).solve(
        program, clock.share(options), None if best is None else best.x
    )
    bound = min(bound, branched.bound)
    met = branched.others if best is None else (*best.others, *branched.others)
    if branched.x is not None and (best is None or branched.objective > best.objective):
        best = _polish(session, program, branched, clock, options)
    if best is None:
        return _without_point(replace(branched, bound=bound), clock)
    return _finished(replace(best, others=met), bound, branched.reason, program, clock, options.gap)


def _held_at(
    session: Session, program: Program, point: Floats, options: SolveOptions, clock: Clock
) -> Outcome | None:
    """Return the best for the integers of a point, which may be another program's."""
    # What the point's own program shuts may be open here, and the other way round.
    allowed = np.clip(point, program.lower, program.upper)
    held = session.solve(program.fixed(allowed, program.integer), clock.share(options))
    return held if held.solved else None


def _better(one: Outcome | None, other: Outcome | None) -> Outcome | None:
    """Return the better of two outcomes, the first where they tie, with what either has met."""
    if one is None or other is None:
        return one or other
    best = other if other.objective > one.objective else one
    return replace(best, others=(*one.others, *other.others))


def _some_of_the_time(program: Program, options: SolveOptions, clock: Clock) -> SolveOptions:
    """Return the options with what time the relaxation may take, some of it where it is tight."""
    left = clock.share(options)
    share = TIGHT_SHARE if program.implied else 1.0
    return replace(left, time_limit_s=share * left.time_limit_s)


def roundings(
    session: Session, program: Program, relaxed: Floats, options: SolveOptions, clock: Clock
) -> Iterator[Outcome]:
    """Yield points with whole integers near a point of the relaxation.

    Openings are rounded first, more of them up where the nearest leave no point, and the rest
    solved for; then what is built is rounded to the nearest, up, and down, all of it at once, and
    then a few at a time.  Last, openings are settled a few at a time too.
    """
    for least in OPENS_FROM:
        openings = np.where(program.gate, np.ceil(relaxed - least), relaxed)
        whole = program.fixed(openings, program.gate)
        opened = session.solve(whole.relaxed(), clock.share(options))
        if opened.x is not None and opened.solved:
            yield from _with_openings(session, program, opened.x, options, clock)
            break
    if np.abs(relaxed - np.round(relaxed))[program.gate].max(initial=0.0) > WHOLE:
        nothing = np.zeros(len(relaxed), dtype=bool)
        dived = dive(session, program, relaxed, nothing, options, clock)
        if dived is not None:
            yield dived


def _with_openings(
    session: Session, program: Program, opened: Floats, options: SolveOptions, clock: Clock
) -> Iterator[Outcome]:
    """Yield points at the openings of a point."""
    for how in ROUNDINGS:
        guess = opened.copy()
        values = guess[program.integer]
        near = np.abs(values - np.round(values)) <= WHOLE
        guess[program.integer] = np.where(near, np.round(values), how(values))
        found = session.solve(program.fixed(guess, program.integer), clock.share(options))
        if found.x is not None and found.solved:
            yield found
    dived = dive(session, program, opened, program.gate & program.integer, options, clock)
    if dived is not None:
        yield dived


def _round(
    session: Session,
    program: Program,
    relaxation: Outcome,
    options: SolveOptions,
    clock: Clock,
) -> Outcome | None:
    """Return the best rounding, the first that is within the gap."""
    best: Outcome | None = None
    met: list[Floats] = []
    for found in roundings(session, program, _point(relaxation), options, clock):
        met.append(_point(found))
        if best is not None and found.objective <= best.objective:
            continue
        best = found
        gap = program.gap(_point(found), relaxation.objective)
        if options.on_progress is not None:
            options.on_progress(Progress(clock.seconds, found.objective, relaxation.objective, gap))
        if gap <= options.gap:
            break
    return None if best is None else replace(best, others=tuple(met))


def _polish(
    session: Session, program: Program, found: Outcome, clock: Clock, options: SolveOptions
) -> Outcome:
    """Solve again with every integer fixed at a whole number: exact, and with duals.

    Where whole numbers are infeasible, as they can be for a point that was within tolerance
    only, the point stays as branch and bound left it.
    """
    at_least = replace(clock.share(options, LAST_S), should_stop=None)
    polished = session.solve(program.fixed(_point(found), program.integer), at_least)
    return polished if polished.x is not None and polished.solved else found


def _finished(
    best: Outcome,
    bound: float,
    reason: StopReason,
    program: Program,
    clock: Clock,
    gap: float,
) -> Outcome:
    size = max(program.system_cost.value(_point(best)), abs(bound), ABOUT_ZERO_KUSD)
    if best.objective - bound > WHOLE * size:
        raise SolverError("the best point found is above the bound that was proven")
    bound = max(bound, best.objective)
    exact = program.gap(_point(best), bound) <= WHOLE
    built = np.round(_point(best)[program.integer])
    others = tuple(
        other
        for other in best.others
        if not np.array_equal(np.round(other[program.integer]), built)
        and program.gap(other, bound) <= max(gap, program.gap(_point(best), bound))
    )
    if exact and reason is StopReason.GAP_REACHED:
        reason = StopReason.OPTIMAL
    return replace(best, reason=reason, bound=bound, others=others, seconds=clock.seconds)


def _without_point(outcome: Outcome, clock: Clock) -> Outcome:
    return replace(
        outcome,
        x=None,
        objective=math.nan,
        row_dual=None,
        column_dual=None,
        seconds=clock.seconds,
    )


def _point(outcome: Outcome) -> Floats:
    if outcome.x is None:
        raise ValueError("the outcome has no point")
    return outcome.x
