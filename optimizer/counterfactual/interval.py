"""The interval of energy displacement that the worlds' builds allow.

With every integer held, plans that cost almost nothing more may place work elsewhere.  The
interval is where displacement can lie among plans whose welfare is within 1e-6 of the system
cost of the best, a year at a time and as a whole.  Displacement is a ratio of two linear
functions, so its extremes are found by Dinkelbach's method: maximise numerator minus lambda
times denominator, set lambda to the ratio found, until it no longer moves.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from optimizer.counterfactual.linear_measure import LinearMeasure, Split
from optimizer.counterfactual.near_optimal import Near
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

STEPS = 12
"""Most steps of Dinkelbach's method; it converges faster than linearly."""

MOVED = 1e-7


@dataclass(frozen=True)
class Interval:
    """Extremes of displacement; NaN where the intervention carries nothing.

    Attributes
    ----------
    low, high : float
        Over the whole horizon.
    low_by_year, high_by_year : ndarray, shape (Y,)
    """

    low: float
    high: float
    low_by_year: Floats
    high_by_year: Floats

    def union(self, other: "Interval") -> "Interval":
        """Smallest interval that holds both."""
        return Interval(
            float(np.fmin(self.low, other.low)),
            float(np.fmax(self.high, other.high)),
            np.fmin(self.low_by_year, other.low_by_year),
            np.fmax(self.high_by_year, other.high_by_year),
        )


@dataclass(frozen=True)
class Extremes:
    """Lowest and highest load of the rest in world 0, by year, shape (Y,)."""

    low: Floats
    high: Floats


def extremes(near: Near, load: LinearMeasure, context: SolveContext) -> Extremes:
    """Find the lowest and highest load of a world near its optimum, by year.

    Each year has its own slack, so one objective finds every year's extreme.
    """
    ends = (
        partial(
            near.fork(context).furthest,
            load.objective(np.full(load.years, sign), len(near.point)),
            context,
        )
        for sign in (-1.0, 1.0)
    )
    return Extremes(*(load.by_year(x) for x in context.side_by_side(ends)))


def ratio_interval(
    near: Near,
    without: Extremes,
    split: Split,
    spans: Floats,
    context: SolveContext,
) -> Interval:
    """Find the extremes of (rest without - rest with) / intervention.

    Parameters
    ----------
    near : Near
        World 1 near its optimum.
    without : Extremes
        LinearMeasure of the rest in world 0.
    split : Split
        Energy of the intervention and of the rest.
    spans : ndarray, shape (Y,)
        Years that each period stands for.
    context : SolveContext
    """
    # Each end starts from the optimum: it is near both, and they are far from each other.
    ends = (
        partial(_end, near.fork(context), sign, rest_without, split, spans, context)
        for sign, rest_without in ((-1.0, without.low), (1.0, without.high))
    )
    (low, low_each), (high, high_each) = context.side_by_side(ends)
    return Interval(low, high, low_each, high_each)


def _end(
    near: Near,
    sign: float,
    rest_without: Floats,
    split: Split,
    spans: Floats,
    context: SolveContext,
) -> tuple[float, Floats]:
    """Lowest ratio where the sign is below 0, else the highest: as a whole, and by year."""
    ones = np.ones(split.rest.years)
    x = near.point
    each = _ratios(split, rest_without, ones, x)
    whole = float(_ratio(split, rest_without, spans, x))
    for _ in range(STEPS):
        x = _improve(near, split, sign, each, ones, context)
        better = _ratios(split, rest_without, ones, x)
        whole = _further(sign, whole, float(_ratio(split, rest_without, spans, x)))
        moved = np.nanmax(np.abs(better - each), initial=0.0)
        each = np.where(sign * better > sign * each, better, each)
        if moved <= MOVED:
            break
    return whole_end(near, sign, rest_without, split, spans, context, whole), each


def whole_end(
    near: Near,
    sign: float,
    rest_without: Floats,
    split: Split,
    spans: Floats,
    context: SolveContext,
    start: float | None = None,
) -> float:
    """Lowest ratio of the whole horizon where the sign is below 0, else the highest.

    Parameters
    ----------
    near, split, spans, context
        As in `ratio_interval`.
    sign : float
    rest_without : ndarray, shape (Y,)
        LinearMeasure of the rest in world 0.
    start : float, optional
        A ratio met; that of the optimum where left out.
    """
    whole = _ratio(split, rest_without, spans, near.point) if start is None else start
    for _ in range(STEPS):
        x = _improve(near, split, sign, np.full(len(spans), whole), spans, context)
        better = _further(sign, whole, _ratio(split, rest_without, spans, x))
        if abs(better - whole) <= MOVED:
            break
        whole = better
    return whole


def _improve(
    near: Near, split: Split, sign: float, ratio: Floats, weight: Floats, context: SolveContext
) -> Floats:
    """Point that pushes the ratio on from where it is."""
    size = len(near.point)
    pull = np.where(np.isfinite(ratio), ratio, 0.0)
    objective = -sign * (
        split.rest.objective(weight, size) + split.intervention.objective(weight * pull, size)
    )
    return near.furthest(objective, context)


def _ratios(split: Split, rest_without: Floats, weight: Floats, x: Floats) -> Floats:
    freed = weight * (rest_without - split.rest.by_year(x))
    new = weight * split.intervention.by_year(x)
    return np.divide(freed, new, out=np.full_like(freed, np.nan), where=new > 0)


def _ratio(split: Split, rest_without: Floats, weight: Floats, x: Floats) -> float:
    freed = float(weight @ (rest_without - split.rest.by_year(x)))
    new = float(weight @ split.intervention.by_year(x))
    return freed / new if new > 0 else float("nan")


def _further(sign: float, old: float, new: float) -> float:
    return new if sign * new > sign * old else old
