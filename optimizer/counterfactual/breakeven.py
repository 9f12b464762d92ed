"""Breakeven: the value of a parameter at which the verdict flips.

The range is sampled first, so that a verdict that flips twice is not missed between two ends
that agree (one that flips twice between two neighbouring samples is).  Then every two neighbours
that disagree are brought together: by false position where displacement is known on both sides,
by halves where it jumps.
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
from optimizer.counterfactual.rebound import UNDEFINED, grid_return, kind_of, rebound_of
from optimizer.counterfactual.scenarios import compare_two
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.counterfactual.verdict import BANDS, NOT_USED, band
from optimizer.errors import InputError, Problem
from optimizer.io.atomic import write_json
from optimizer.load import with_overrides
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.solvers.backends.base import Backend, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.interrupts import stop_on_interrupt
from optimizer.solvers.options import make_context

BREAKEVEN_FORMAT = 1
ANSWER, POINTS = "breakeven.json", "points.parquet"
NEAREST = 0.1
"""Share of a bracket that false position keeps from its ends."""


@dataclass(frozen=True)
class Point:
    """What comes out at a value.

    Attributes
    ----------
    value : float
    displacement : float or None
        Of energy, at the plans found; None where the intervention is not used, changes figures,
        or a world has no plan.
    words : str
        Its band, ``not used``, what a change of figures does (``partial rebound``, ``backfire``,
        ...), or why a world has no plan (``infeasible``, ``time_limit``, ...).
    rebound : float or None
        Of a step in efficiency.
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
    """Where a verdict flips, in a range of one parameter.

    Attributes
    ----------
    instance, intervention : str
    paths : tuple of str
        What was set to each value.
    points : tuple of Point
        By rising value.
    flips : tuple of Flip
        By rising value; empty where the verdict stays.
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
        """What JSON output holds."""
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
    """Find where in a range of a parameter the verdict on an intervention flips.

    The verdict at a value is that of the plans found, without its interval.

    Parameters
    ----------
    instance : Instance
    paths : str or sequence of str
        What is varied, as ``--set`` takes it (``classes.*.elasticity`` for every class); several
        are set to the same value.
    low, high : float
        The range.
    intervention : str
        As in `optimizer.counterfactual.displacement`.
    samples : int
        Values looked at first, the ends among them.
    tolerance : float, optional
        Widest bracket of a flip; a hundredth of the range where left out.
    gap, time_limit_s, backend, method, threads
        As in `optimizer.counterfactual.displacement`; the time limit is of all values.
    on_point : callable, optional
        Called with each point as it is found.

    Returns
    -------
    Breakeven

    Raises
    ------
    InputError
        Where an option, a path, or a value in the range is not allowed.
    """
    context = make_context(gap, time_limit_s, backend, method, threads)
    within = abs(high - low) / 100 if tolerance is None else tolerance
    _check_range(low, high, samples, within)
    asked = (paths,) if isinstance(paths, str) else tuple(paths)
    points: dict[float, Point] = {}
    for end in (low, high):
        _at(instance, asked, end)
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)

        def look(value: float) -> Point:
            if value not in points:
                one = _at(instance, asked, value)
                points[value] = _point(one, intervention, value, context)
                if on_point is not None:
                    on_point(points[value])
            return points[value]

        def stopped() -> bool:
            return context.stopped

        values = [float(value) for value in np.linspace(low, high, samples)]
        for value in values:
            if not stopped():
                look(value)
        known = [points[value] for value in values if value in points]
        flips, complete = [], len(known) == len(values)
        for one, other in itertools.pairwise(known):
            found = list(_flips(look, one, other, within, stopped))
            complete = complete and all(flip.high - flip.low <= within for flip in found)
            flips += found
    return Breakeven(
        instance.name,
        intervention,
        asked,
        tuple(points[value] for value in sorted(points)),
        tuple(flips),
        complete,
        context.seconds,
    )


def _flips(
    look: Callable[[float], Point],
    one: Point,
    other: Point,
    within: float,
    stopped: Callable[[], bool],
) -> Sequence[Flip]:
    """Every flip between two points, each bracketed: a third verdict between them makes two."""
    halve = False
    while one.words != other.words:
        width = other.value - one.value
        if width <= within or stopped():
            return (Flip(one.value, other.value, one.words, other.words),)
        share = 0.5 if halve else _crossing(one, other)
        middle = look(one.value + share * width)
        if middle.words == one.words:
            one = middle
        elif middle.words == other.words:
            other = middle
        else:
            return (
                *_flips(look, one, middle, within, stopped),
                *_flips(look, middle, other, within, stopped),
            )
        # Where false position moves one end only, the other would never come in.
        halve = other.value - one.value > width / 2
    return ()


def _crossing(one: Point, other: Point) -> float:
    """Share of the way at which a line between two displacements crosses the end of a band."""
    if one.displacement is None or other.displacement is None:
        return 0.5
    first, last = band(one.displacement), band(other.displacement)
    if abs(last - first) != 1:
        return 0.5
    boundary = BANDS[min(first, last)][0]
    share = (boundary - one.displacement) / (other.displacement - one.displacement)
    return min(max(share, NEAREST), 1 - NEAREST)


def _at(instance: Instance, paths: Sequence[str], value: float) -> Instance:
    return with_overrides(instance, [f"{path}={value!r}" for path in paths])


def _point(
    instance: Instance,
    intervention: str,
    value: float,
    context: SolveContext,
) -> Point:
    found = find_intervention(instance, intervention)
    if not found.adds:
        return _change(instance, found, value, context)
    instance, _ = without_mandates(instance, found)
    case = compile_case(instance, intervention_models=frozenset(found.models))
    scope = find_scope(case, found)
    compared = compare_two(case, scope, context)
    if not compared.complete:
        ended = next(one for one in compared.outcomes.values() if one.x is None)
        return Point(value, None, ended.reason.value)
    energy = linear_measure.energy(compared.case, compared.layout, scope)
    displacement = measures.series(compared, energy).whole.displacement
    words = NOT_USED if displacement is None else BANDS[band(displacement)][1]
    return Point(value, displacement, words)


def _change(
    instance: Instance,
    intervention: Intervention,
    value: float,
    context: SolveContext,
) -> Point:
    """What a step in efficiency, or more grid, does at a value."""
    solved, _ = solve_change(instance, intervention, context, lambda _: None)
    ended = [one.outcome for one in solved.values() if one.outcome.x is None]
    if ended or not is_complete(solved, intervention):
        return Point(value, None, ended[0].reason.value if ended else StopReason.TIME_LIMIT.value)
    if intervention.efficiency is None:
        return Point(value, None, grid_return(solved, intervention).words)
    found = rebound_of(solved)
    return Point(value, None, UNDEFINED if found is None else kind_of(found), found)


def _check_range(low: float, high: float, samples: int, within: float) -> None:
    wrong = (
        (not (math.isfinite(low) and math.isfinite(high)), "low", f"{low:g}", "must be finite"),
        (not low < high, "low", f"{low:g}", f"must be below high ({high:g})"),
        (not samples >= 2, "samples", f"{samples}", "must be at least 2"),
        (not within > 0, "tolerance", f"{within:g}", "must be above 0"),
    )
    problems = [
        Problem("options", None, name, value, message) for bad, name, value, message in wrong if bad
    ]
    if problems:
        raise InputError(problems[:1] if problems[0].message == "must be finite" else problems)
