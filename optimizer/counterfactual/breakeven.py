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
from optimizer.counterfactual.rebound import UNDEFINED, at_plans, grid_return, kind_of
from optimizer.counterfactual.scenarios import solve_compared
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.counterfactual.verdict import BANDS, NOT_USED, band
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
NEAREST = 0.1
"""Least distance of a false position from the ends of a bracket, as a share of its width."""


@dataclass(frozen=True)
class Point:
    """The result at a value.

    Attributes
    ----------
    value : float
    displacement : float or None
        Of energy, at the plans found; None if the intervention is not used or changes figures,
        or a world has no plan.
    words : str
        Its band, ``not used``, the effect of a change of figures (``partial rebound``,
        ``backfire``, ...), or why a world has no plan (``infeasible``, ``time_limit``, ...).
    rebound : float or None
        Of a step in efficiency only.
    """

    value: float
    displacement: float | None
    words: str
    rebound: float | None = None


@dataclass(frozen=True)
class Flip:
    """Two values between which the verdict flips."""

    low: float
    high: float
    before: str
    after: str


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
    flips : tuple of Flip
        In increasing order of value; empty if the verdict does not change.
    complete : bool
        Whether every flip is within the tolerance.
    seconds : float
    """

    instance: str
    intervention: str
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    flips: tuple[Flip, ...]
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
        search = _Search(evaluate, within, context)
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


@dataclass(frozen=True)
class _Search:
    evaluate: Callable[[float], Point]
    within: float
    context: SolveContext

    def flips(self, left: Point, right: Point) -> Sequence[Flip]:
        """Bracket every flip between two points: a third verdict between them makes two."""
        halve = False
        while left.words != right.words:
            width = right.value - left.value
            if width <= self.within or self.context.stopped:
                return (Flip(left.value, right.value, left.words, right.words),)
            share = 0.5 if halve else _crossing(left, right)
            middle = self.evaluate(left.value + share * width)
            if middle.words == left.words:
                left = middle
            elif middle.words == right.words:
                right = middle
            else:
                return (*self.flips(left, middle), *self.flips(middle, right))
            # If false position keeps moving one end only, the other would never move.
            halve = right.value - left.value > width / 2
        return ()


def _crossing(left: Point, right: Point) -> float:
    """Share of the way at which a line between two displacements crosses the end of a band."""
    if left.displacement is None or right.displacement is None:
        return 0.5
    first, last = band(left.displacement), band(right.displacement)
    if abs(last - first) != 1:
        return 0.5
    boundary = BANDS[min(first, last)][0]
    share = (boundary - left.displacement) / (right.displacement - left.displacement)
    return min(max(share, NEAREST), 1 - NEAREST)


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
    displacement = energy.whole.displacement
    words = NOT_USED if displacement is None else BANDS[band(displacement)][1]
    return Point(value, displacement, words)


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
