"""Intervals of displacement: at these builds, and across all plans within the gap.

With every integer fixed, plans of almost the same cost may place work elsewhere.  The interval
at these builds covers the plans whose welfare is within 1e-6 of the system cost of the best, year
by year and over the horizon.  The proven interval relaxes the integers and requires at least the
incumbent's welfare: it holds for every plan at least as good, the optimum included, and is wide,
since load moves with the square root of the gap.

Displacement is a ratio of two linear functions.  Dinkelbach's method finds its extremes: maximise
numerator minus lambda times denominator, set lambda to the resulting ratio, and repeat until it
no longer changes.
"""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.linear_measure import USED, LinearMeasure, Quantity, Split
from optimizer.counterfactual.near_optimal import NearOptimalFace, fixed_builds_face, relaxed_face
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.worlds import COMPARED
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

MOST_BUILDS = 3
"""Alternative builds of a world that the interval covers at most."""

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


def extremes(
    face: NearOptimalFace,
    measure: LinearMeasure,
    context: SolveContext,
    weight: Floats | None = None,
) -> Extremes:
    """Find the lowest and highest values of a measure on a near-optimal face.

    Parameters
    ----------
    face : NearOptimalFace
    measure : LinearMeasure
    context : SolveContext
    weight : ndarray, shape (Y,), optional
        Weights of the years in the sum that is minimised and maximised.  With builds fixed the
        years are independent, so that any weights give the extremes of every year.
    """
    weight = np.ones(measure.years) if weight is None else weight
    ends = (
        partial(
            face.fork(context).maximize,
            measure.objective(sign * weight, len(face.point)),
            context,
        )
        for sign in (-1.0, 1.0)
    )
    return Extremes(*map(measure.by_year, context.side_by_side(ends)))


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
    face: NearOptimalFace, without: Extremes, split: Split, spans: Floats, context: SolveContext
) -> Interval:
    """Find the extremes of displacement on a face with the intervention.

    Parameters
    ----------
    face : NearOptimalFace
    without : Extremes
        The quantity of the rest in the baseline.
    split, spans
        As in `Ratio`.
    context : SolveContext
    """
    # Each end starts from the optimum: it is close to both, and they are far from each other.
    ends = (
        partial(Ratio(rest, split, spans).end, face.fork(context), sign, context)
        for sign, rest in ((-1.0, without.low), (1.0, without.high))
    )
    (low, low_by_year), (high, high_by_year) = context.side_by_side(ends)
    return Interval(low, high, low_by_year, high_by_year)


def intervals_at_builds(
    scenarios: SolvedScenarios, quantities: Mapping[str, Quantity], context: SolveContext
) -> tuple[dict[str, Interval], dict[str, int]]:
    """Find the interval of each displacement, and how many builds of each world they cover.

    Parameters
    ----------
    scenarios : SolvedScenarios
    quantities : mapping of str to Quantity
        By name; those that are the same object are measured once.
    context : SolveContext
        With the gap within which alternative builds count.

    Raises
    ------
    SolverError
        If an extreme is not found, in time or at all.
    """
    tasks = (partial(_faces, scenarios, world, context) for world in COMPARED)
    faces = dict(zip(COMPARED, context.side_by_side(tasks), strict=True))
    context = context.follow_up()
    builds = {world: len(each) for world, each in faces.items()}
    found: dict[int, Interval] = {}
    for quantity in quantities.values():
        if id(quantity) not in found:
            found[id(quantity)] = _over_builds(faces, quantity, context)
    return {name: found[id(quantity)] for name, quantity in quantities.items()}, builds


def _over_builds(
    faces: Mapping[str, list[NearOptimalFace]], quantity: Quantity, context: SolveContext
) -> Interval:
    """Unite the intervals of a displacement over the builds of both worlds."""
    split = quantity.split
    rest = [extremes(face, split.rest, context) for face in faces[worlds.BASELINE]]
    without = Extremes(
        np.min([each.low for each in rest], axis=0), np.max([each.high for each in rest], axis=0)
    )
    intervals = [
        ratio_interval(face, without, split, quantity.weight, context)
        for face in faces[worlds.WITH_INTERVENTION]
    ]
    return reduce(Interval.union, intervals)


def _faces(scenarios: SolvedScenarios, world: str, context: SolveContext) -> list[NearOptimalFace]:
    """Faces of a world at its own builds, and at alternative builds within the gap."""
    solved, outcome = scenarios.worlds[world], scenarios.outcomes[world]
    program = solved.program
    follow_up, outcomes = context.follow_up(), [outcome]
    for other in itertools.islice(outcome.others, MOST_BUILDS):
        again = context.open().solve(program.fixed(other, program.integer), follow_up.options())
        # The demand curve has been refined since they were found, so the gap is checked again.
        known = again.x if again.solved else None
        if known is not None and solved.gap(known, outcome.bound) <= context.gap:
            outcomes.append(again)
    return [fixed_builds_face(solved, each, follow_up) for each in outcomes]


def proven_intervals(
    scenarios: SolvedScenarios, quantities: Mapping[str, Quantity], context: SolveContext
) -> dict[str, tuple[float, float]]:
    """Find the extremes of each displacement over the relaxations of both worlds.

    They hold for every plan at least as good; infinite if one hardly uses the intervention.

    Parameters
    ----------
    scenarios, quantities, context
        As in `intervals_at_builds`.

    Raises
    ------
    SolverError
        If an extreme is not found, in time or at all.
    """
    context = context.follow_up()
    baseline, face = context.side_by_side(
        partial(relaxed_face, scenarios.worlds[world], scenarios.point(world), context)
        for world in (worlds.BASELINE, worlds.WITH_INTERVENTION)
    )
    found: dict[int, tuple[float, float]] = {}
    for quantity in quantities.values():
        if id(quantity) not in found:
            found[id(quantity)] = _over_relaxations(baseline, face, quantity, context)
    return {name: found[id(quantity)] for name, quantity in quantities.items()}


def _over_relaxations(
    baseline: NearOptimalFace, face: NearOptimalFace, quantity: Quantity, context: SolveContext
) -> tuple[float, float]:
    """Extremes of a displacement over two relaxed faces."""
    split, spans = quantity.split, quantity.weight
    rest = extremes(baseline, split.rest, context, spans)
    if _may_go_unused(face, split, spans, context):
        return -math.inf, math.inf

    def end(sign: float, rest_without: Floats) -> Callable[[], float]:
        mean = np.full(len(spans), float(spans @ rest_without) / float(spans.sum()))
        return partial(Ratio(mean, split, spans).whole_end, face.fork(context), sign, context)

    low, high = context.side_by_side([end(-1.0, rest.low), end(1.0, rest.high)])
    return low, high


def _may_go_unused(
    face: NearOptimalFace, split: Split, spans: Floats, context: SolveContext
) -> bool:
    """Whether a plan within the gap hardly uses the intervention: then no ratio bounds D."""
    new = split.intervention
    x = face.fork(context).maximize(-new.objective(spans, len(face.point)), context)
    least, planned = float(spans @ new.by_year(x)), float(spans @ new.by_year(face.point))
    return least <= USED * max(planned, float(spans @ split.rest.by_year(x)))
