"""Intervals of a comparison: at the builds of its worlds, and at others met within the gap."""

import itertools

import numpy as np

from optimizer.backends.base import Backend, Outcome, Session, SolveOptions
from optimizer.counterfactual import loads, worlds
from optimizer.counterfactual.compare import Comparison
from optimizer.counterfactual.interval import (
    Extremes,
    Interval,
    extremes,
    near_optimal,
    ratio_interval,
    with_welfare_rows,
)
from optimizer.errors import SolverError
from optimizer.program import Program

MOST_BUILDS = 3
"""Alternative builds of a world whose extremes are looked at."""

PATIENCE_S = 60.0
"""Seconds that one extreme may take; an interval not found leaves the verdict undetermined."""


def interval_at_builds(
    comparison: Comparison, backend: Backend, threads: int | None
) -> Interval | None:
    """Find the interval of energy displacement; None where an extreme is not found in time."""
    split = loads.energy(comparison.case, comparison.at, comparison.scope)
    watched = with_welfare_rows(comparison.programs[worlds.WITH])
    quick = SolveOptions(primal=True, time_limit_s=PATIENCE_S)
    spans = comparison.case.horizon.span_years
    try:
        low = np.full(len(spans), np.inf)
        high = -low
        for session, near, _ in _builds(comparison, watched, worlds.WITHOUT, backend, threads):
            rest = extremes(session, near, split.rest, quick)
            low, high = np.minimum(low, rest.low), np.maximum(high, rest.high)
        found = [
            ratio_interval(session, near, Extremes(low, high), split, spans, point.x, quick)
            for session, near, point in _builds(comparison, watched, worlds.WITH, backend, threads)
            if point.x is not None
        ]
    except SolverError:
        return None
    whole = found[0]
    for one in found[1:]:
        whole = whole.union(one)
    return whole


def _builds(
    comparison: Comparison, watched: Program, world: str, backend: Backend, threads: int | None
) -> list[tuple[Session, Program, Outcome]]:
    """Sessions at the optimum of a world's builds and of others met within its gap."""
    program, outcome = comparison.programs[world], comparison.outcomes[world]
    ready = []
    for other in itertools.islice(outcome.others, MOST_BUILDS):
        held = backend.open(threads)
        again = held.solve(program.fixed(other, program.integer), SolveOptions())
        if again.x is None or not again.solved:
            continue
        near = near_optimal(watched, program, again)
        at_optimum = backend.open(threads)
        at_optimum.solve(near, SolveOptions())
        ready.append((at_optimum, near, again))
    near = near_optimal(watched, program, outcome)
    # Cold, with presolve: from the world's own basis the dense welfare rows make it far slower.
    session = backend.open(threads)
    session.solve(near, SolveOptions())
    return [(session, near, outcome), *ready]
