"""Free MPS, the format that every solver reads.

MPS has no word for maximising that all readers know (CBC passes over ``OBJSENSE``), so the
negative of welfare is minimised.  Its constant stands, sign turned once more, as the right-hand
side of the objective.
"""

import re
from collections.abc import Iterator

import numpy as np

from optimizer.export.names import Keys, names
from optimizer.solvers.milp import Program

OBJECTIVE = "minus_welfare_kusd"
BLANK = re.compile(r"\s")


def mps_lines(program: Program, columns: Keys, rows: Keys) -> Iterator[str]:
    """Yield the lines of a file.

    Parameters
    ----------
    program : Program
    columns, rows : mapping of str to list of tuple
        Keys of the members of each block.
    """
    column, row = names(columns, "[]", BLANK), names(rows, "[]", BLANK)
    lower, upper = program.row_lower, program.row_upper
    yield "NAME optimizer FREE"
    yield "ROWS"
    yield f" N {OBJECTIVE}"
    for name, low, high in zip(row, lower.tolist(), upper.tolist(), strict=True):
        yield f" {_kind(low, high)} {name}"
    yield "COLUMNS"
    yield from _columns(program, column, row)
    yield "RHS"
    if program.constant:
        yield f" RHS {OBJECTIVE} {program.constant!r}"
    for name, low, high in zip(row, lower.tolist(), upper.tolist(), strict=True):
        side = high if np.isfinite(high) else low
        if np.isfinite(side) and side != 0:
            yield f" RHS {name} {side!r}"
    yield "RANGES"
    for name, low, high in zip(row, lower.tolist(), upper.tolist(), strict=True):
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
    matrix, whole = program.matrix, False
    for j, name in enumerate(column):
        if program.integer[j] != whole:
            whole = not whole
            yield f" MARKER 'MARKER' '{'INTORG' if whole else 'INTEND'}'"
        # A column without entries is there by its entry in the objective.
        yield f" {name} {OBJECTIVE} {-float(program.objective[j])!r}"
        part = slice(matrix.indptr[j], matrix.indptr[j + 1])
        for i, value in zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True):
            yield f" {name} {row[i]} {value!r}"
    if whole:
        yield " MARKER 'MARKER' 'INTEND'"


def _bounds(name: str, low: float, high: float) -> Iterator[str]:
    """Both bounds in full: readers differ in what an integer column has without them."""
    if low == high:
        yield f" FX BND {name} {low!r}"
        return
    if low == -np.inf and high == np.inf:
        yield f" FR BND {name}"
        return
    yield f" MI BND {name}" if low == -np.inf else f" LO BND {name} {low!r}"
    yield f" PL BND {name}" if high == np.inf else f" UP BND {name} {high!r}"
