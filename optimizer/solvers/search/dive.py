"""Diving: from fractions to whole numbers, a few at a time."""

import numpy as np

from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Bools, Floats, Indices, Program

WHOLE = 1e-6
"""Distance from a whole number within which the solver's value counts as whole."""

SHARE = 0.25
"""Share of the fractions that is settled before what is left is solved again."""

MUCH = 0.1
"""Share of the gap that a step up may cost before a step down is tried."""

STEPS = 50
"""Most steps of a dive: one that takes longer is no shorter than branch and bound."""


def dive(
    session: Session,
    program: Program,
    start: Floats,
    settled: Bools,
    context: SolveContext,
) -> Outcome | None:
    """Settle the fractions that are nearest to the next whole number, solve the rest, go on.

    Rounding everything at once fails where roundings lean on each other: what is served is
    given, or pods fill a site to its limit.  Here each rounding sees those before it.  Up comes
    first, since a pod more than needed costs its annuity, and one too few may leave no point.

    Parameters
    ----------
    session : Session
        Holds the program's relaxation, or its like.
    program : Program
    start : ndarray, shape (n,)
        Point of the relaxation.
    settled : ndarray of bool, shape (n,)
        Integers that stay where the point has them.

    Returns
    -------
    Outcome or None
        Optimal for its integers, with duals; None where the dive ends without a point.
    """
    x, reached, share = start, program.value(start), SHARE
    for _ in range(STEPS):
        fractions = np.flatnonzero(_fractions(program, x, settled))
        if not len(fractions):
            whole = session.solve(program.fixed(x, program.integer), context.options())
            return whole if whole.x is not None and whole.solved else None
        if context.stopped:
            return None
        order = fractions[np.argsort(np.ceil(x[fractions]) - x[fractions], kind="stable")]
        chosen = order[: max(1, int(share * len(order)))]
        best = _step(session, program, x, reached, settled, chosen, context)
        if best is not None and best.x is not None:
            settled = settled.copy()
            settled[chosen] = True
            x, reached = best.x, best.objective
        elif len(chosen) > 1:
            share /= 2
        else:
            return None
    return None


def _step(
    session: Session,
    program: Program,
    x: Floats,
    reached: float,
    settled: Bools,
    chosen: Indices,
    context: SolveContext,
) -> Outcome | None:
    """Solve with some fractions up, and down where that leaves no point or costs much."""
    held = settled.copy()
    held[chosen] = True
    best: Outcome | None = None
    for whole in (np.ceil, np.floor):
        guess = x.copy()
        guess[chosen] = whole(x[chosen])
        found = session.solve(program.fixed(guess, held).relaxed(), context.options())
        if found.x is None or not found.solved:
            continue
        if best is None or found.objective > best.objective:
            best = found
        allowed = MUCH * context.gap * program.system_cost.value(found.x)
        if reached - found.objective <= allowed:
            break
    return best


def _fractions(program: Program, x: Floats, settled: Bools) -> Bools:
    return program.integer & ~settled & (np.abs(x - np.round(x)) > WHOLE)
