"""The proved interval: where energy displacement can lie among all plans as good as those found.

Every plan of a world whose welfare is at least the incumbent's, the optimum among them, lies in
the relaxation cut at that welfare.  The extremes of displacement there hold for all of them.
They are wide: load moves with the root of the gap.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from optimizer.counterfactual import linear_measure
from optimizer.counterfactual.interval import whole_end
from optimizer.counterfactual.linear_measure import Split
from optimizer.counterfactual.near_optimal import ROW_SCALE, Near, Piece
from optimizer.counterfactual.scenario_pair import USED
from optimizer.counterfactual.scenarios import COMPARED, Comparison
from optimizer.errors import SolverError
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats


@dataclass(frozen=True)
class Proof:
    """Extremes of energy displacement over all plans as good; infinite where it may go unused.

    Attributes
    ----------
    low, high : float
        Over the whole horizon.
    """

    low: float
    high: float


def proved_interval(comparison: Comparison, context: SolveContext) -> Proof:
    """Find the extremes of energy displacement over the relaxations of both worlds.

    Parameters
    ----------
    comparison : Comparison
        With a point of both worlds.
    context : SolveContext

    Raises
    ------
    SolverError
        Where an extreme is not found, in time or at all.
    """
    split = linear_measure.energy(comparison.case, comparison.layout, comparison.scope)
    spans = comparison.case.horizon.span_years
    context = context.follow_up()
    without, with_it = context.side_by_side(
        partial(_relaxed, comparison, world, context) for world in COMPARED[::-1]
    )
    rest = split.rest
    ends = context.side_by_side(
        partial(_extreme, without, sign * rest.objective(spans, len(without.point)), context)
        for sign in (-1.0, 1.0)
    )
    low, high = (float(spans @ rest.by_year(x)) for x in ends)
    if _may_go_unused(with_it, split, spans, context):
        return Proof(-math.inf, math.inf)
    found = context.side_by_side(
        partial(
            whole_end,
            with_it.fork(context),
            sign,
            np.full(len(spans), total / float(spans.sum())),
            split,
            spans,
            context,
        )
        for sign, total in ((-1.0, low), (1.0, high))
    )
    return Proof(*found)


def _extreme(near: Near, objective: Floats, context: SolveContext) -> Floats:
    return near.fork(context).furthest(objective, context)


def _may_go_unused(near: Near, split: Split, spans: Floats, context: SolveContext) -> bool:
    """Whether a plan as good hardly uses the intervention: then no ratio bounds displacement."""
    new = split.intervention
    x = _extreme(near, -new.objective(spans, len(near.point)), context)
    least, found = float(spans @ new.by_year(x)), float(spans @ new.by_year(near.point))
    return least <= USED * max(found, float(spans @ split.rest.by_year(x)))


def _relaxed(
    comparison: Comparison,
    world: str,
    context: SolveContext,
) -> Near:
    """Relaxation of a world with welfare at least the incumbent's, in one piece."""
    program, point = comparison.programs[world].relaxed(), comparison.point(world)
    row = sparse.csr_array(ROW_SCALE * program.objective[None, :])
    least = ROW_SCALE * float(program.objective @ point)
    cut = program.with_rows("welfare", row, np.array([least]), np.array([np.inf]))
    session = context.open()
    solved = session.solve(cut, context.options())
    if solved.x is None or not solved.solved:
        raise SolverError(f"the relaxation of world {world} was not solved: {solved.message}")
    columns = np.arange(len(point))
    return Near(point, (Piece(columns, cut, session, session, solved.seconds),))
