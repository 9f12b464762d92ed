"""Coefficients that solvers drop or misread, and the check of a point that a solver returns."""

import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.milp import Floats, Program

DROPPED = 1e-9
"""HiGHS drops matrix coefficients of this size or smaller, with only a warning."""

SAME = 1e-6
"""Relative difference within which two objectives, or the sides of a row, count as equal."""


def refuse_unfit(program: Program) -> None:
    """Raise SolverError if a coefficient is not finite or is too small for solvers to keep."""
    matrix = program.matrix
    size = np.abs(matrix.data)
    bad = np.flatnonzero(~np.isfinite(size) | (size <= DROPPED))
    if len(bad):
        column = int(np.searchsorted(matrix.indptr, bad[0], side="right")) - 1
        row = program.name_of_row(int(matrix.indices[bad[0]]))
        raise SolverError(
            f"coefficient {matrix.data[bad[0]]:g} of {program.name_of_column(column)} in {row}"
            f" is outside the range that solvers keep (finite, larger than {DROPPED:g});"
            f" {len(bad)} in total"
        )
    if not np.isfinite(program.objective).all():
        raise SolverError("an objective coefficient is not a finite number")


def same_objective(first: float, second: float) -> bool:
    """Whether two objectives are equal within `SAME`, relative above 1 k$."""
    return abs(first - second) <= SAME * max(abs(first), abs(second), 1.0)


def infeasibility(program: Program, x: Floats) -> str | None:
    """Return why a point is infeasible, or None if it is feasible.

    Rows and bounds must hold within `SAME` of their largest term, integrality within `SAME`.

    Parameters
    ----------
    program : Program
    x : ndarray, shape (n,)
    """
    if not np.isfinite(x).all():
        return f"{program.name_of_column(int(np.argmin(np.isfinite(x))))} is not a number"
    over = np.maximum(program.lower - x, x - program.upper)
    worst = int(np.argmax(over / np.maximum(np.abs(x), 1.0)))
    if over[worst] > SAME * max(abs(x[worst]), 1.0):
        return f"{program.name_of_column(worst)} is {over[worst]:g} outside its bounds"
    part = np.abs(x - np.round(x)) * program.integer
    if part.max(initial=0.0) > SAME:
        return f"{program.name_of_column(int(np.argmax(part)))} is not whole"
    if not len(program.row_lower):
        return None
    activity = program.matrix @ x
    terms = program.matrix.copy()
    terms.data = np.abs(terms.data * np.repeat(x, np.diff(terms.indptr)))
    scale = np.maximum(terms.max(axis=1).toarray().ravel(), 1.0)
    over = np.maximum(program.row_lower - activity, activity - program.row_upper) / scale
    worst = int(np.argmax(over))
    return f"{program.name_of_row(worst)} does not hold" if over[worst] > SAME else None
