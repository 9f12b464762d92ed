"""Breakeven: the value of a parameter at which the verdict flips.

The range is sampled first, so that a verdict that flips twice is detected although both ends
agree, unless it flips twice between neighbouring samples.  Each pair of neighbours that disagree
is then bracketed: by false position if displacement is known on both sides, by bisection if the
verdict jumps.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from optimizer.counterfactual import linear_measure, measures
from optimizer.counterfactual.apply_intervention import without_mandates
from optimizer.counterfactual.before_after import is_complete, solve_change
from optimizer.counterfactual.bracketing import Bracket, Bracketing, Point, judged
from optimizer.counterfactual.rebound import UNDEFINED, at_plans, grid_return, kind_of
from optimizer.counterfactual.scenarios import solve_compared
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.errors import InputError, Problem
from optimizer.io.atomic import write_json
from optimizer.load import with_overrides
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.solvers.backends.base import Backend, StopReason
from optimizer.solvers.context import SolveContext, make_context
from optimizer.solvers.interrupts import stop_on_interrupt

BREAKEVEN_FORMAT = 1
ANSWER, POINTS = "breakeven.json", "points.parquet"


@dataclass(frozen=True)
class Breakeven:
    """The flips of a verdict in a range of one parameter.

    Attributes
    ----------
    instance, intervention : str
    paths : tuple of str
        Paths that were set to each value.
    points : tuple of Point
        In increasing order of value.
    flips : tuple of Bracket
        In increasing order of value; empty if the verdict does not change.
    complete : bool
        Whether every flip is within the tolerance.
    seconds : float
    """

    instance: str
    intervention: str
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    flips: tuple[Bracket, ...]
    complete: bool
    seconds: float

    def summary(self) -> dict[str, Any]:
        """Return what JSON output holds."""
        return {"format": BREAKEVEN_FORMAT, **asdict(self)}

    def save(self, folder: str | Path) -> None:
        """Write ``breakeven.json``, and its points as ``points.parquet``, to a folder."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ANSWER).unlink(missing_ok=True)
        table = pd.DataFrame([asdict(point) for point in self.points])
        table.to_parquet(folder / POINTS, index=False)
        write_json(folder / ANSWER, self.summary())


def breakeven(
    instance: Instance,
    paths: str | Sequence[str],
    low: float,
    high: float,
    *,
    intervention: str = "edge",
    samples: int = 5,
    tolerance: float | None = None,
    gap: float = 1e-4,
    time_limit_s: float = math.inf,
    backend: str | Backend = "highs",
    method: str = "auto",
    threads: int | None = None,
    on_point: Callable[[Point], None] | None = None,
) -> Breakeven:
    """Find where in a parameter's range the verdict on an intervention flips.

    The verdict at each value is that of the plans found, without an interval.

    Parameters
    ----------
    instance : Instance
    paths : str or sequence of str
        What to vary, as in ``--set`` (``classes.*.elasticity`` for every class); several paths
        are set to the same value.
    low, high : float
        The range.
    intervention : str
        As in `optimizer.counterfactual.displacement`.
    samples : int
        Number of values sampled first, including the ends.
    tolerance : float, optional
        Widest bracket of a flip; by default a hundredth of the range.
    gap, time_limit_s, backend, method, threads
        As in `optimizer.counterfactual.displacement`; the time limit applies to all values.
    on_point : callable, optional
        Called with each point as soon as it is known.

    Returns
    -------
    Breakeven

    Raises
    ------
    InputError
        If an option, a path, or a value in the range is not allowed.
    """
    context = make_context(gap, time_limit_s, backend, method, threads)
    within = abs(high - low) / 100 if tolerance is None else tolerance
    _check_range(low, high, samples, within)
    varied = (paths,) if isinstance(paths, str) else tuple(paths)
    points: dict[float, Point] = {}
    for end in (low, high):
        _with_value(instance, varied, end)
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)

        def evaluate(value: float) -> Point:
            if value not in points:
                changed = _with_value(instance, varied, value)
                points[value] = _point(changed, intervention, value, context)
                if on_point is not None:
                    on_point(points[value])
            return points[value]

        values = [float(value) for value in np.linspace(low, high, samples)]
        for value in values:
            if not context.stopped:
                evaluate(value)
        known = [points[value] for value in values if value in points]
        search = Bracketing(
            evaluate,
            lambda left, right: right.value - left.value <= within,
            lambda: context.stopped,
        )
        flips = [flip for pair in itertools.pairwise(known) for flip in search.flips(*pair)]
    return Breakeven(
        instance.name,
        intervention,
        varied,
        tuple(points[value] for value in sorted(points)),
        tuple(flips),
        len(known) == len(values) and all(flip.high - flip.low <= within for flip in flips),
        context.seconds,
    )


def _with_value(instance: Instance, paths: Sequence[str], value: float) -> Instance:
    return with_overrides(instance, [f"{path}={value!r}" for path in paths])


def _point(instance: Instance, name: str, value: float, context: SolveContext) -> Point:
    intervention = find_intervention(instance, name)
    if not intervention.adds:
        return _change(instance, intervention, value, context)
    instance, _ = without_mandates(instance, intervention)
    case = compile_case(instance, intervention_models=frozenset(intervention.models))
    scenarios = solve_compared(case, find_scope(case, intervention), context)
    if not scenarios.complete:
        failed = next(outcome for outcome in scenarios.outcomes.values() if outcome.x is None)
        return Point(value, None, failed.reason.value)
    energy = measures.series(scenarios, scenarios.split(linear_measure.energy))
    return judged(value, energy.whole.displacement)


def _change(
    instance: Instance, intervention: Intervention, value: float, context: SolveContext
) -> Point:
    """Return the effect of a step in efficiency, or of more grid, at a value."""
    solved, _ = solve_change(instance, intervention, context)
    failed = [world.outcome for world in solved.values() if world.outcome.x is None]
    if failed or not is_complete(solved, intervention):
        return Point(value, None, failed[0].reason.value if failed else StopReason.TIME_LIMIT.value)
    if intervention.efficiency is None:
        return Point(value, None, grid_return(solved, intervention).words)
    taken_back = at_plans(solved).rebound
    words = UNDEFINED if taken_back is None else kind_of(taken_back)
    return Point(value, None, words, taken_back)


def _check_range(low: float, high: float, samples: int, within: float) -> None:
    checks = (
        (not (math.isfinite(low) and math.isfinite(high)), "low", f"{low:g}", "must be finite"),
        (not low < high, "low", f"{low:g}", f"must be below high ({high:g})"),
        (not samples >= 2, "samples", f"{samples}", "must be at least 2"),
        (not within > 0, "tolerance", f"{within:g}", "must be above 0"),
    )
    problems = [
        Problem("options", None, name, value, message)
        for bad, name, value, message in checks
        if bad
    ]
    if problems:
        raise InputError(problems[:1] if problems[0].message == "must be finite" else problems)
