"""CPLEX's LP format, which people can read.

Its names take no ``[``, ``/``, ``-`` or ``+``: ids stand in round brackets, and a ``_`` for what
is not allowed.  A row with two different bounds is two rows.
"""

import re
from collections.abc import Iterator

import numpy as np

from optimizer.export.names import Keys, folded, names
from optimizer.solvers.milp import Floats, Indices, Program

ILLEGAL = re.compile(r"[^A-Za-z0-9_.#]")


def lp_lines(program: Program, columns: Keys, rows: Keys) -> Iterator[str]:
    """Yield the lines of a file.

    Parameters
    ----------
    program : Program
    columns, rows : mapping of str to list of tuple
        Keys of the members of each block.
    """
    column, row = names(columns, "()", ILLEGAL), names(rows, "()", ILLEGAL)
    yield "Maximize"
    yield " welfare_kusd:"
    # A column is there by its term in the objective, whatever that is.
    terms = _terms(column, np.arange(len(column)), program.objective)
    constant = [f"{program.constant:+.17g}"] if program.constant else []
    yield from folded([*terms, *constant])
    yield "Subject To"
    matrix = program.matrix.tocsr()
    for i, name in enumerate(row):
        part = slice(matrix.indptr[i], matrix.indptr[i + 1])
        places, values = matrix.indices[part].astype(np.int64), matrix.data[part]
        if not len(places):
            places, values = np.zeros(1, dtype=np.int64), np.zeros(1)
        for suffix, sign, side in _sides(float(program.row_lower[i]), float(program.row_upper[i])):
            yield f" {name}{suffix}:"
            yield from folded([*_terms(column, places, values), sign, repr(side)])
    yield "Bounds"
    for name, low, high in zip(column, program.lower.tolist(), program.upper.tolist(), strict=True):
        yield _bounds(name, low, high)
    yield "Generals"
    yield from folded([column[j] for j in np.flatnonzero(program.integer)])
    yield "End"


def _terms(column: list[str], places: Indices, values: Floats) -> list[str]:
    pairs = zip(places.tolist(), values.tolist(), strict=True)
    return [f"{value:+.17g} {column[place]}" for place, value in pairs]


def _sides(low: float, high: float) -> list[tuple[str, str, float]]:
    if low == high:
        return [("", "=", low)]
    sides = [("_lo", ">=", low), ("_up", "<=", high)]
    finite = [side for side in sides if np.isfinite(side[2])]
    return finite if len(finite) == 2 else [("", sign, side) for _, sign, side in finite]


def _bounds(name: str, low: float, high: float) -> str:
    if low == high:
        return f" {name} = {low!r}"
    if low == -np.inf and high == np.inf:
        return f" {name} free"
    if high == np.inf:
        return f" {name} >= {low!r}"
    return f" {'-inf' if low == -np.inf else repr(low)} <= {name} <= {high!r}"
