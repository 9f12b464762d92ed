"""The program in one piece: relaxation, rounding, diving, then branch and bound.

The relaxation gives the bound.  Pods and turbines are small compared with the number built, so
rounding them and solving again for all continuous columns is usually within the gap.  If not,
integers are rounded a few at a time (diving); if that is not within the gap either, branch and
bound starts from the best point found.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, Progress, Session, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import ABOUT_ZERO_KUSD, Floats, Program
from optimizer.solvers.search.dive import WHOLE, dive

OPENS_FROM = (0.5, 0.1, WHOLE)
"""Values from which an opening is rounded up, tried in order until there is a point."""
ROUNDINGS = (np.round, np.ceil, np.floor)
TIGHT_SHARE = 0.5
"""Fraction of the time after which a loose relaxation replaces a tight one."""


def solve_whole(
    session: Session,
    program: Program,
    context: SolveContext,
    start: Floats | None = None,
    first: Floats | None = None,
) -> Outcome:
    """Solve a program in one piece; see `optimizer.solvers.search.solve_in`."""
    options = context.options()
    share = TIGHT_SHARE if program.implied else 1.0
    some = replace(options, time_limit_s=share * options.time_limit_s)
    relaxation = session.solve(program.relaxed(), some)
    if relaxation.reason is StopReason.TIME_LIMIT and program.implied and not context.expired:
        # A plan with a looser bound is better than an unfinished tight relaxation.
        program, session = program.loosened(), context.open()
        relaxation = session.solve(program.relaxed(), context.options())
    if relaxation.reason is not StopReason.OPTIMAL or relaxation.x is None:
        return _without_point(relaxation, context)
    if not program.integer.any():
        return replace(relaxation, seconds=context.seconds)
    bound = relaxation.objective
    best = None if first is None else _held_at(session, program, first, context)
    if best is None or program.gap(best.point, bound) > context.gap:
        best = _better(best, _round(session, program, relaxation, context))
    if start is not None:
        best = _better(best, _held_at(session, program, start, context))
    if best is not None and program.gap(best.point, bound) <= context.gap:
        return _finished(best, bound, StopReason.GAP_REACHED, program, context)
    branched = context.open().solve(program, context.options(), None if best is None else best.x)
    bound = min(bound, branched.bound)
    met = branched.others if best is None else (*best.others, *branched.others)
    if branched.x is not None and (best is None or branched.objective > best.objective):
        best = _polish(session, program, branched, context)
    if best is None:
        return _without_point(replace(branched, bound=bound), context)
    return _finished(replace(best, others=met), bound, branched.reason, program, context)


def _held_at(
    session: Session, program: Program, point: Floats, context: SolveContext
) -> Outcome | None:
    """Return the best point with the integers of a point, possibly of another program."""
    # Bounds may differ between the two programs, in either direction.
    allowed = np.clip(point, program.lower, program.upper)
    held = session.solve(program.fixed(allowed, program.integer), context.options())
    return held if held.solved else None


def _better(first: Outcome | None, second: Outcome | None) -> Outcome | None:
    """Return the better of two outcomes, the first if equal, with the other points of both."""
    if first is None or second is None:
        return first or second
    best = second if second.objective > first.objective else first
    return replace(best, others=(*first.others, *second.others))


def roundings(
    session: Session, program: Program, relaxed: Floats, context: SolveContext
) -> Iterator[Outcome]:
    """Yield integer points near a point of the relaxation.

    Openings are rounded first, with a lower threshold if there is no feasible point, and the rest
    is solved for.  Then builds are rounded all at once (to nearest, up, down), and then a few at a
    time.  Finally openings are rounded a few at a time as well.
    """
    for least in OPENS_FROM:
        openings = np.where(program.gate, np.ceil(relaxed - least), relaxed)
        whole = program.fixed(openings, program.gate)
        opened = session.solve(whole.relaxed(), context.options())
        if opened.x is not None and opened.solved:
            yield from _with_openings(session, program, opened.x, context)
            break
    if np.abs(relaxed - np.round(relaxed))[program.gate].max(initial=0.0) > WHOLE:
        nothing = np.zeros(len(relaxed), dtype=bool)
        dived = dive(session, program, relaxed, nothing, context)
        if dived is not None:
            yield dived


def _with_openings(
    session: Session, program: Program, opened: Floats, context: SolveContext
) -> Iterator[Outcome]:
    """Yield integer points with the openings of a point."""
    for rounding in ROUNDINGS:
        guess = opened.copy()
        values = guess[program.integer]
        is_whole = np.abs(values - np.round(values)) <= WHOLE
        guess[program.integer] = np.where(is_whole, np.round(values), rounding(values))
        rounded = session.solve(program.fixed(guess, program.integer), context.options())
        if rounded.x is not None and rounded.solved:
            yield rounded
    dived = dive(session, program, opened, program.gate & program.integer, context)
    if dived is not None:
        yield dived


def _round(
    session: Session,
    program: Program,
    relaxation: Outcome,
    context: SolveContext,
) -> Outcome | None:
    """Return the best rounding; stop at the first within the gap."""
    best: Outcome | None = None
    met: list[Floats] = []
    for rounded in roundings(session, program, relaxation.point, context):
        met.append(rounded.point)
        if best is not None and rounded.objective <= best.objective:
            continue
        best, bound = rounded, relaxation.objective
        gap = program.gap(best.point, bound)
        if context.on_progress is not None:
            context.on_progress(Progress(context.seconds, best.objective, bound, gap))
        if gap <= context.gap:
            break
    return None if best is None else replace(best, others=tuple(met))


def _polish(
    session: Session, program: Program, branched: Outcome, context: SolveContext
) -> Outcome:
    """Solve again with every integer fixed at a whole number: exact, and with duals.

    A point that is feasible only within tolerances may have no exact counterpart: then it stays as
    branch and bound returned it.
    """
    unstoppable = replace(context.follow_up(), should_stop=None).options()
    polished = session.solve(program.fixed(branched.point, program.integer), unstoppable)
    return polished if polished.x is not None and polished.solved else branched


def _finished(
    best: Outcome,
    bound: float,
    reason: StopReason,
    program: Program,
    context: SolveContext,
) -> Outcome:
    size = max(program.system_cost.value(best.point), abs(bound), ABOUT_ZERO_KUSD)
    if best.objective - bound > WHOLE * size:
        raise SolverError("the best point found is above the proven bound")
    bound = max(bound, best.objective)
    exact = program.gap(best.point, bound) <= WHOLE
    built = np.round(best.point[program.integer])
    others = tuple(
        other
        for other in best.others
        if not np.array_equal(np.round(other[program.integer]), built)
        and program.gap(other, bound) <= max(context.gap, program.gap(best.point, bound))
    )
    if exact and reason is StopReason.GAP_REACHED:
        reason = StopReason.OPTIMAL
    return replace(best, reason=reason, bound=bound, others=others, seconds=context.seconds)


def _without_point(outcome: Outcome, context: SolveContext) -> Outcome:
    return replace(
        outcome,
        x=None,
        objective=math.nan,
        row_dual=None,
        column_dual=None,
        seconds=context.seconds,
    )
