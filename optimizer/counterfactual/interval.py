"""Extremes of displacement, a ratio of two linear functions, on a near-optimal face.

Dinkelbach's method finds them: maximise numerator minus lambda times denominator, set lambda to
the resulting ratio, and repeat until it no longer changes.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from optimizer.counterfactual.linear_measure import LinearMeasure, Split
from optimizer.counterfactual.near_optimal import NearOptimalFace
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

STEPS = 12
"""Most steps of Dinkelbach's method; it converges faster than linearly."""

MOVED = 1e-7


@dataclass(frozen=True)
class Interval:
    """Extremes of displacement; NaN if the intervention carries nothing.

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
        """Return the smallest interval that contains both."""
        return Interval(
            float(np.fmin(self.low, other.low)),
            float(np.fmax(self.high, other.high)),
            np.fmin(self.low_by_year, other.low_by_year),
            np.fmax(self.high_by_year, other.high_by_year),
        )


@dataclass(frozen=True)
class Extremes:
    """Lowest and highest values of a measure by year, shape (Y,)."""

    low: Floats
    high: Floats


Ends = tuple[NearOptimalFace, NearOptimalFace]
"""A near-optimal face for lowest values, and for highest; see `NearOptimalFace.ends`."""


def extremes(
    ends: Ends,
    measure: LinearMeasure,
    context: SolveContext,
    weight: Floats | None = None,
) -> Extremes:
    """Find the lowest and highest values of a measure on a near-optimal face.

    Parameters
    ----------
    ends : Ends
    measure : LinearMeasure
    context : SolveContext
    weight : ndarray, shape (Y,), optional
        Weights of the years in the sum that is minimised and maximised.  With builds fixed the
        years are independent, so that any weights give the extremes of every year.
    """
    weight = np.ones(measure.years) if weight is None else weight
    tasks = (
        partial(face.maximize, measure.objective(sign * weight, len(face.point)), context)
        for sign, face in zip((-1.0, 1.0), ends, strict=True)
    )
    return Extremes(*map(measure.by_year, context.side_by_side(tasks)))


@dataclass(frozen=True)
class Ratio:
    """Displacement at a point with the intervention: (rest_without - rest) / intervention.

    Attributes
    ----------
    rest_without : ndarray, shape (Y,)
        The quantity of the rest in the baseline.
    split : Split
        The quantity, of the intervention and of the rest.
    spans : ndarray, shape (Y,)
        Weight of each year in the whole.
    """

    rest_without: Floats
    split: Split
    spans: Floats

    def by_year(self, x: Floats) -> Floats:
        """Displacement in each year, shape (Y,); NaN without the intervention."""
        freed = self.rest_without - self.split.rest.by_year(x)
        new = self.split.intervention.by_year(x)
        return np.divide(freed, new, out=np.full_like(freed, np.nan), where=new > 0)

    def whole(self, x: Floats) -> float:
        """Displacement over the whole horizon."""
        freed = float(self.spans @ (self.rest_without - self.split.rest.by_year(x)))
        new = float(self.spans @ self.split.intervention.by_year(x))
        return freed / new if new > 0 else math.nan

    def end(
        self, face: NearOptimalFace, sign: float, context: SolveContext
    ) -> tuple[float, Floats]:
        """Return the lowest ratio if the sign is negative, else the highest: whole, and by year."""
        x, ones = face.point, np.ones(len(self.spans))
        each, whole = self.by_year(x), self.whole(x)
        for _ in range(STEPS):
            x = self._improve(face, sign, each, ones, context)
            better = self.by_year(x)
            whole = _further(sign, whole, self.whole(x))
            moved = np.nanmax(np.abs(better - each), initial=0.0)
            each = np.where(sign * better > sign * each, better, each)
            if moved <= MOVED:
                break
        return self.whole_end(face, sign, context, whole), each

    def whole_end(
        self, face: NearOptimalFace, sign: float, context: SolveContext, start: float | None = None
    ) -> float:
        """Return the lowest ratio of the horizon if the sign is negative, else the highest.

        Parameters
        ----------
        face, sign, context
        start : float, optional
            A known ratio; that of the face's plan if omitted.
        """
        whole = self.whole(face.point) if start is None else start
        for _ in range(STEPS):
            ratio = np.full(len(self.spans), whole)
            x = self._improve(face, sign, ratio, self.spans, context)
            better = _further(sign, whole, self.whole(x))
            if abs(better - whole) <= MOVED:
                break
            whole = better
        return whole

    def _improve(
        self,
        face: NearOptimalFace,
        sign: float,
        ratio: Floats,
        weight: Floats,
        context: SolveContext,
    ) -> Floats:
        """Return the point that extends the ratio most from its present value."""
        size = len(face.point)
        multiplier = weight * np.where(np.isfinite(ratio), ratio, 0.0)
        objective = -sign * (
            self.split.rest.objective(weight, size)
            + self.split.intervention.objective(multiplier, size)
        )
        return face.maximize(objective, context)


def _further(sign: float, old: float, new: float) -> float:
    return new if sign * new > sign * old else old


def ratio_interval(
    ends: Ends, without: Extremes, split: Split, spans: Floats, context: SolveContext
) -> Interval:
    """Find the extremes of displacement on a face with the intervention.

    Parameters
    ----------
    ends : Ends
    without : Extremes
        The quantity of the rest in the baseline.
    split, spans
        As in `Ratio`.
    context : SolveContext
    """
    tasks = (
        partial(Ratio(rest, split, spans).end, face, sign, context)
        for sign, rest, face in zip((-1.0, 1.0), (without.low, without.high), ends, strict=True)
    )
    (low, low_by_year), (high, high_by_year) = context.side_by_side(tasks)
    return Interval(low, high, low_by_year, high_by_year)
