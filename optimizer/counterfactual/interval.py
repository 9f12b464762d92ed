"""The interval of energy displacement that the worlds' builds allow.

With every integer held, plans that cost almost nothing more may place work elsewhere.  The
interval is where displacement can lie among plans whose welfare is within 1e-6 of the system
cost of the best, a year at a time and as a whole.  Displacement is a ratio of two linear
functions, so its extremes are found by Dinkelbach's method: maximise numerator minus lambda
times denominator, set lambda to the ratio found, until it no longer moves.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.backends.base import Outcome, Session, SolveOptions
from optimizer.counterfactual.loads import Load, Split
from optimizer.errors import SolverError
from optimizer.program import Floats, Program

SLACK = 1e-6
"""Welfare that may be given up, as a share of the system cost."""

STEPS = 12
"""Most steps of Dinkelbach's method; it converges faster than linearly."""

MOVED = 1e-7

ROW_SCALE = 1e-3
"""Welfare rows are in M$, nearer in size to the other rows."""


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


def with_welfare_rows(program: Program) -> Program:
    """Return the program with a row for each year's welfare, unbounded as yet."""
    years = year_of_columns(program)
    count = int(years.max()) + 1
    rows = sparse.csr_array(
        (program.objective * ROW_SCALE, (years, np.arange(len(years)))), shape=(count, len(years))
    )
    return program.with_rows("welfare", rows, np.full(count, -np.inf), np.full(count, np.inf))


def near_optimal(watched: Program, program: Program, outcome: Outcome) -> Program:
    """Return a world with its integers held, and no year's welfare far below the outcome's.

    Parameters
    ----------
    watched : Program
        The worlds' program with welfare rows, whose matrix the result shares.
    program, outcome
        The world, and its point.
    """
    if outcome.x is None:
        raise ValueError("the world has no point")
    rows = watched.rows["welfare"].index
    cost = max(program.system_cost.value(outcome.x), 1.0)
    slack = ROW_SCALE * SLACK * cost / len(rows)
    row_lower = watched.row_lower.copy()
    row_upper = watched.row_upper.copy()
    row_lower[: len(program.row_lower)] = program.row_lower
    row_upper[: len(program.row_upper)] = program.row_upper
    row_lower[rows] = (watched.matrix @ outcome.x)[rows] - slack
    held = program.fixed(outcome.x, program.integer)
    return watched.with_bounds(
        lower=held.lower, upper=held.upper, row_lower=row_lower, row_upper=row_upper
    ).relaxed()


def year_of_columns(program: Program) -> np.ndarray:
    """Period of every column: the second axis of its block."""
    years = [
        np.broadcast_to(
            np.arange(block.shape[1]).reshape((1, -1) + (1,) * (len(block.shape) - 2)), block.shape
        ).ravel()
        for block in program.columns.values()
    ]
    return np.concatenate(years)


def extremes(at_optimum: Session, near: Program, load: Load, options: SolveOptions) -> Extremes:
    """Find the lowest and highest load by year.

    With integers held no constraint spans years, and each year has its own slack, so one
    linear program finds every year's extreme.
    """
    size = len(near.lower)
    found = []
    for sign in (-1.0, 1.0):
        session = at_optimum.fork(near)
        objective = load.objective(np.full(load.years, sign), size)
        found.append(load.by_year(_optimum(session, near.with_objective(objective), options)))
    return Extremes(*found)


def ratio_interval(
    at_optimum: Session,
    near: Program,
    without: Extremes,
    split: Split,
    spans: Floats,
    start: Floats,
    options: SolveOptions,
) -> Interval:
    """Find the extremes of (rest without - rest with) / intervention.

    Parameters
    ----------
    at_optimum, near
        World 1 near its optimum, and a session that has just solved it for welfare.
    without : Extremes
        Load of the rest in world 0.
    split : Split
        Energy of the intervention and of the rest.
    spans : ndarray, shape (Y,)
        Years that each period stands for.
    start : ndarray, shape (n,)
        Point of world 1 to start from.
    options : SolveOptions
    """
    years = split.rest.years
    bounds = []
    for sign, rest_without in ((-1.0, without.low), (1.0, without.high)):
        # Each end starts from the optimum: it is near both, and they are far from each other.
        session = at_optimum.fork(near)
        each = _ratios(split, rest_without, np.ones(years), start)
        whole = float(_ratio(split, rest_without, spans, start))
        x = start
        for _ in range(STEPS):
            x = _improve(session, near, split, sign, each, np.ones(years), options)
            better = _ratios(split, rest_without, np.ones(years), x)
            whole = _further(sign, whole, float(_ratio(split, rest_without, spans, x)))
            moved = np.nanmax(np.abs(better - each), initial=0.0)
            each = np.where(sign * better > sign * each, better, each)
            if moved <= MOVED:
                break
        for _ in range(STEPS):
            x = _improve(session, near, split, sign, np.full(years, whole), spans, options)
            better_whole = _further(sign, whole, float(_ratio(split, rest_without, spans, x)))
            if abs(better_whole - whole) <= MOVED:
                break
            whole = better_whole
        bounds.append((whole, each))
    (low, low_each), (high, high_each) = bounds
    return Interval(low, high, low_each, high_each)


def _improve(
    session: Session,
    near: Program,
    split: Split,
    sign: float,
    ratio: Floats,
    weight: Floats,
    options: SolveOptions,
) -> Floats:
    """Point that pushes the ratio on from where it is."""
    size = len(near.lower)
    pull = np.where(np.isfinite(ratio), ratio, 0.0)
    objective = -sign * (
        split.rest.objective(weight, size) + split.intervention.objective(weight * pull, size)
    )
    return _optimum(session, near.with_objective(objective), options)


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


def _optimum(session: Session, program: Program, options: SolveOptions) -> Floats:
    """Point where the objective is highest; the objective is scaled to the tolerances first."""
    largest = float(np.abs(program.objective).max())
    program = program.with_objective(program.objective / max(largest, 1e-12))
    outcome = session.solve(program, options)
    if outcome.x is None or not outcome.solved:
        raise SolverError(f"an extreme of displacement was not found: {outcome.message}")
    return outcome.x
