"""Intervals of a comparison: at the builds of its worlds, and at others met within the gap."""

import itertools
from functools import partial, reduce

import numpy as np

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.interval import Extremes, Interval, extremes, ratio_interval
from optimizer.counterfactual.near_optimal import Near, near_optimum
from optimizer.counterfactual.scenarios import COMPARED, Comparison
from optimizer.solvers.backends.base import Backend, SolveOptions
from optimizer.solvers.side_by_side import side_by_side, tasks_at_once

MOST_BUILDS = 3
"""Alternative builds of a world whose extremes are looked at."""


def interval_at_builds(
    comparison: Comparison,
    backend: Backend,
    threads: int | None,
    gap: float,
    options: SolveOptions,
) -> tuple[Interval, dict[str, int]]:
    """Find the interval of energy displacement, and over how many builds of each world it is.

    Parameters
    ----------
    comparison : Comparison
    backend, threads
        Solver, and threads that it may have.
    gap : float
        Gap within which other builds count.
    options : SolveOptions
        How long one extreme may take, and whether to stop.

    Raises
    ------
    SolverError
        Where an extreme is not found, in time or at all.
    """
    split = linear_measure.energy(comparison.case, comparison.layout, comparison.scope)
    at_once = tasks_at_once(backend, threads)
    spans = comparison.case.horizon.span_years
    builds = (
        partial(_builds, comparison, world, backend, threads, gap, options) for world in COMPARED
    )
    found = dict(zip(COMPARED, side_by_side(*builds, at_once=at_once), strict=True))
    low = np.full(len(spans), np.inf)
    high = -low
    for near in found[worlds.WITHOUT]:
        rest = extremes(near, split.rest, options, at_once)
        low, high = np.minimum(low, rest.low), np.maximum(high, rest.high)
    ends = [
        ratio_interval(near, Extremes(low, high), split, spans, options, at_once)
        for near in found[worlds.WITH]
    ]
    whole = reduce(Interval.union, ends)
    return whole, {world: len(builds) for world, builds in found.items()}


def _builds(
    comparison: Comparison,
    world: str,
    backend: Backend,
    threads: int | None,
    gap: float,
    options: SolveOptions,
) -> list[Near]:
    """A world at its builds, and at others met within its gap."""
    program, outcome = comparison.programs[world], comparison.outcomes[world]
    points = [outcome]
    for other in itertools.islice(outcome.others, MOST_BUILDS):
        again = backend.open(threads).solve(program.fixed(other, program.integer), options)
        # The demand curve was cut again since they were met, so the gap is looked at again.
        if again.solved and again.x is not None and program.gap(again.x, outcome.bound) <= gap:
            points.append(again)
    return [near_optimum(program, point, backend, threads, options) for point in points]
