"""Diving: round the fractions of a relaxation, a few at a time."""

import numpy as np

from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Bools, Floats, Indices, Program

WHOLE = 1e-6
"""Distance from a whole number within which a value counts as whole."""

SHARE = 0.25
"""Fraction of the fractional columns that is rounded before the rest is solved again."""

COSTLY = 0.1
"""Fraction of the gap that rounding up may cost before rounding down is tried."""

STEPS = 50
"""Maximum number of steps; a longer dive takes as long as branch and bound."""


def dive(
    session: Session,
    program: Program,
    start: Floats,
    settled: Bools,
    context: SolveContext,
) -> Outcome | None:
    """Round the fractions nearest to the next whole number, solve for the rest, and repeat.

    Rounding everything at once fails if roundings depend on each other, for example if demand must
    be served or pods fill a site to its limit.  Here each rounding accounts for those before it.
    Rounding up comes first: a pod too many costs its annuity, one too few may be infeasible.

    Parameters
    ----------
    session : Session
        Holds the program's relaxation, or one like it.
    program : Program
    start : ndarray, shape (n,)
        Point of the relaxation.
    settled : ndarray of bool, shape (n,)
        Integers that keep their values at the point.
    context : SolveContext

    Returns
    -------
    Outcome or None
        Optimal for its integers, with duals; None if the dive ends without a point.
    """
    x, share = start, SHARE
    for _ in range(STEPS):
        fractions = np.flatnonzero(_fractions(program, x, settled))
        if not len(fractions):
            whole = session.solve(program.fixed(x, program.integer), context.options())
            return whole if whole.x is not None and whole.solved else None
        if context.stopped:
            return None
        order = fractions[np.argsort(np.ceil(x[fractions]) - x[fractions], kind="stable")]
        chosen = order[: max(1, int(share * len(order)))]
        best = _step(session, program, x, settled, chosen, context)
        if best is not None and best.x is not None:
            settled = settled.copy()
            settled[chosen] = True
            x = best.x
        elif len(chosen) > 1:
            share /= 2
        else:
            return None
    return None


def _step(
    session: Session,
    program: Program,
    x: Floats,
    settled: Bools,
    chosen: Indices,
    context: SolveContext,
) -> Outcome | None:
    """Solve with some fractions rounded up, and down if that is infeasible or costly."""
    held = settled.copy()
    held[chosen] = True
    best: Outcome | None = None
    for whole in (np.ceil, np.floor):
        guess = x.copy()
        guess[chosen] = whole(x[chosen])
        outcome = session.solve(program.fixed(guess, held).relaxed(), context.options())
        if outcome.x is None or not outcome.solved:
            continue
        if best is None or outcome.objective > best.objective:
            best = outcome
        allowed = COSTLY * context.gap * program.system_cost.value(outcome.x)
        if program.value(x) - outcome.objective <= allowed:
            break
    return best


def _fractions(program: Program, x: Floats, settled: Bools) -> Bools:
    return program.integer & ~settled & (np.abs(x - np.round(x)) > WHOLE)
