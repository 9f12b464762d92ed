"""CPLEX's LP format, which people can read.

Its names allow no ``[``, ``/``, ``-`` or ``+``: ids are in round brackets, and ``_`` replaces each
illegal character.  A row with two different finite bounds becomes two rows.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.export.names import names
from optimizer.solvers.milp import Floats, Indices, Program

ILLEGAL = re.compile(r"[^A-Za-z0-9_.#]")


def lp_lines(program: Program) -> Iterator[str]:
    """Yield the lines of a file that maximises the program's welfare."""
    column = names(program.columns, "()", ILLEGAL)
    row = names(program.rows, "()", ILLEGAL)
    yield "Maximize"
    yield " welfare_kusd:"
    # A term in the objective, even of 0, declares the column.
    terms = _terms(column, np.arange(len(column)), program.objective)
    constant = [f"{program.constant:+.17g}"] if program.constant else []
    yield from _folded([*terms, *constant])
    yield "Subject To"
    matrix = program.matrix.tocsr()
    for i, name in enumerate(row):
        entries = slice(matrix.indptr[i], matrix.indptr[i + 1])
        places, values = matrix.indices[entries].astype(np.int64), matrix.data[entries]
        if not len(places):
            places, values = np.zeros(1, dtype=np.int64), np.zeros(1)
        for suffix, sign, side in _sides(float(program.row_lower[i]), float(program.row_upper[i])):
            yield f" {name}{suffix}:"
            yield from _folded([*_terms(column, places, values), sign, repr(side)])
    yield "Bounds"
    for name, low, high in zip(column, program.lower.tolist(), program.upper.tolist(), strict=True):
        yield _bounds(name, low, high)
    yield "Generals"
    yield from _folded([column[j] for j in np.flatnonzero(program.integer)])
    yield "End"


def _terms(column: list[str], places: Indices, values: Floats) -> list[str]:
    pairs = zip(places.tolist(), values.tolist(), strict=True)
    return [f"{value:+.17g} {column[place]}" for place, value in pairs]


def _folded(words: Sequence[str], width: int = 120) -> Iterator[str]:
    """Fold words into lines short enough for every reader."""
    line = ""
    for word in words:
        if line and len(line) + len(word) >= width:
            yield line
            line = ""
        line += f" {word}"
    if line:
        yield line


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
