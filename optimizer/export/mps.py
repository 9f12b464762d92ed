"""Free MPS, the format that every solver reads.

MPS has no keyword for maximising that all readers accept (CBC ignores ``OBJSENSE``), so the
negative of welfare is minimised.  Its constant, with the sign turned once more, is the right-hand
side of the objective.
"""

import re
from collections.abc import Iterator

import numpy as np

from optimizer.export.names import names
from optimizer.solvers.milp import Program

OBJECTIVE = "minus_welfare_kusd"
BLANK = re.compile(r"\s")


def mps_lines(program: Program) -> Iterator[str]:
    """Yield the lines of a file that minimises the negative of the program's welfare."""
    column, row = names(program.columns, "[]", BLANK), names(program.rows, "[]", BLANK)
    sides = list(zip(row, program.row_lower.tolist(), program.row_upper.tolist(), strict=True))
    yield "NAME optimizer FREE"
    yield "ROWS"
    yield f" N {OBJECTIVE}"
    for name, low, high in sides:
        yield f" {_kind(low, high)} {name}"
    yield "COLUMNS"
    yield from _columns(program, column, row)
    yield "RHS"
    if program.constant:
        yield f" RHS {OBJECTIVE} {program.constant!r}"
    for name, low, high in sides:
        side = high if np.isfinite(high) else low
        if np.isfinite(side) and side != 0:
            yield f" RHS {name} {side!r}"
    yield "RANGES"
    for name, low, high in sides:
        if low != high and np.isfinite(low) and np.isfinite(high):
            yield f" RNG {name} {high - low!r}"
    yield "BOUNDS"
    for name, low, high in zip(column, program.lower.tolist(), program.upper.tolist(), strict=True):
        yield from _bounds(name, low, high)
    yield "ENDATA"


def _kind(low: float, high: float) -> str:
    if low == high:
        return "E"
    if np.isfinite(high):
        return "L"
    return "G" if np.isfinite(low) else "N"


def _columns(program: Program, column: list[str], row: list[str]) -> Iterator[str]:
    matrix, integer = program.matrix, False
    for j, name in enumerate(column):
        if program.integer[j] != integer:
            integer = not integer
            yield f" MARKER 'MARKER' '{'INTORG' if integer else 'INTEND'}'"
        # An entry in the objective, even of 0, declares the column.
        yield f" {name} {OBJECTIVE} {-float(program.objective[j])!r}"
        entries = slice(matrix.indptr[j], matrix.indptr[j + 1])
        pairs = zip(matrix.indices[entries].tolist(), matrix.data[entries].tolist(), strict=True)
        for i, value in pairs:
            yield f" {name} {row[i]} {value!r}"
    if integer:
        yield " MARKER 'MARKER' 'INTEND'"


def _bounds(name: str, low: float, high: float) -> Iterator[str]:
    """Yield both bounds in full: readers differ in their defaults for integer columns."""
    if low == high:
        yield f" FX BND {name} {low!r}"
        return
    if low == -np.inf and high == np.inf:
        yield f" FR BND {name}"
        return
    yield f" MI BND {name}" if low == -np.inf else f" LO BND {name} {low!r}"
    yield f" PL BND {name}" if high == np.inf else f" UP BND {name} {high!r}"
