"""Intervals of a comparison: at the builds of its worlds, and at others met within the gap."""

import itertools
from functools import partial, reduce

import numpy as np

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.interval import Extremes, Interval, extremes, ratio_interval
from optimizer.counterfactual.near_optimal import Near, near_optimum
from optimizer.counterfactual.scenarios import COMPARED, Comparison
from optimizer.solvers.context import SolveContext

MOST_BUILDS = 3
"""Alternative builds of a world whose extremes are looked at."""


def interval_at_builds(
    comparison: Comparison, context: SolveContext
) -> tuple[Interval, dict[str, int]]:
    """Find the interval of energy displacement, and over how many builds of each world it is.

    Parameters
    ----------
    comparison : Comparison
    context : SolveContext
        With the gap within which other builds count.

    Raises
    ------
    SolverError
        Where an extreme is not found, in time or at all.
    """
    split = linear_measure.energy(comparison.case, comparison.layout, comparison.scope)
    spans, follow_up = comparison.case.horizon.span_years, context.follow_up()
    builds = (partial(_builds, comparison, world, context) for world in COMPARED)
    found = dict(zip(COMPARED, context.side_by_side(builds), strict=True))
    low = np.full(len(spans), np.inf)
    high = -low
    for near in found[worlds.WITHOUT]:
        rest = extremes(near, split.rest, follow_up)
        low, high = np.minimum(low, rest.low), np.maximum(high, rest.high)
    ends = [
        ratio_interval(near, Extremes(low, high), split, spans, follow_up)
        for near in found[worlds.WITH]
    ]
    whole = reduce(Interval.union, ends)
    return whole, {world: len(builds) for world, builds in found.items()}


def _builds(comparison: Comparison, world: str, context: SolveContext) -> list[Near]:
    """A world at its builds, and at others met within its gap."""
    program, outcome = comparison.programs[world], comparison.outcomes[world]
    follow_up, points = context.follow_up(), [outcome]
    for other in itertools.islice(outcome.others, MOST_BUILDS):
        again = context.open().solve(program.fixed(other, program.integer), follow_up.options())
        # The demand curve was cut again since they were met, so the gap is looked at again.
        if (
            again.solved
            and again.x is not None
            and program.gap(again.x, outcome.bound) <= context.gap
        ):
            points.append(again)
    return [near_optimum(program, point, follow_up) for point in points]
