"""Find numbers that a solver would drop, misread or confuse with zero, and their fields.

Solvers work in floating point, to an absolute tolerance of about 1e-7.  They drop such numbers
without a message, so the program is checked before it is solved.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.errors import InputError, Problem
from optimizer.formulation.provenance import ENTRIES, LIMITS, WORTH, fields
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Block, Floats, Indices, Program, block_at

DROPPED, TOO_LARGE = 1e-9, 1e15
"""Sizes of a matrix coefficient at or beyond which HiGHS drops or refuses it."""

INFINITE = 1e20
"""Size from which HiGHS reads a bound, or a coefficient of the objective, as infinite."""

SMALL, LARGE = 1e-6, 1e7
"""Sizes of a matrix coefficient outside which tolerances of 1e-7 lose their meaning."""

LARGE_BOUND = 1e9
"""Size of a bound whose last digit is no smaller than the tolerance."""

SMALL_WORTH, LARGE_WORTH = 1e-6, 1e12
"""Coefficients of the objective, k$, close to the dual tolerance, or too large to hold cents."""

VAGUE = "that a solver's tolerance of 1e-7 may matter"


@dataclass(frozen=True)
class _Finding:
    """The worst of the numbers of one kind."""

    number: str
    value: float
    why: str
    fields: str
    fatal: bool

    def __str__(self) -> str:
        cause = f": look at {self.fields}" if self.fields else ""
        return f"{self.number} is {self.value:g}, {self.why}{cause}"


def check_scales(case: Case, program: Program) -> tuple[str, ...]:
    """Return warnings about the size of a program's numbers, one for each kind of number.

    Parameters
    ----------
    case : Case
    program : Program
        Composed of the case.

    Raises
    ------
    InputError
        If a solver would drop, refuse or misread a number; names the fields behind it.
    """
    findings = [*_entries(case, program), *_worth(case, program), *_bounds(case, program)]
    problems = [
        Problem(
            case.instance.name,
            None,
            finding.fields,
            None,
            f"makes {finding.number} {finding.value:g}, {finding.why}",
        )
        for finding in findings
        if finding.fatal
    ]
    if problems:
        raise InputError(problems)
    return tuple(map(str, findings))


def _entries(case: Case, program: Program) -> Iterator[_Finding]:
    """Matrix coefficients; the size of a fixed column's coefficient only matters if extreme."""
    matrix = program.matrix.tocoo()
    row, column = (positions.astype(np.int64) for positions in matrix.coords)
    size = np.abs(matrix.data)
    free = (program.lower < program.upper)[column]
    kinds = (
        (~np.isfinite(size), "which is not a number", True),
        (size <= DROPPED, "which solvers read as 0", True),
        (np.isfinite(size) & (size >= TOO_LARGE), "which solvers refuse", True),
        ((size > DROPPED) & (size < SMALL) & free, f"so small (below {SMALL:g}) {VAGUE}", False),
        ((size > LARGE) & (size < TOO_LARGE) & free, f"so large (above {LARGE:g}) {VAGUE}", False),
    )
    blocks = _block_of(program.rows, row), _block_of(program.columns, column)
    for wrong, why, fatal in kinds:
        for worst in _worst_of_each(np.flatnonzero(wrong), size, *blocks):
            i, j = int(row[worst]), int(column[worst])
            in_row, in_column = block_at(program.rows, i), block_at(program.columns, j)
            column_name = _column_name(case, in_column, j)
            number = f"the coefficient of {column_name} in {in_row.member_name(i)}"
            template = ENTRIES.get((in_row.name, in_column.name), "")
            known = fields(template, case, {**in_row.ids(i), **in_column.ids(j)})
            yield _Finding(number, float(matrix.data[worst]), why, known, fatal)


def _worth(case: Case, program: Program) -> Iterator[_Finding]:
    """Coefficients of the objective, part by part."""
    for name, part in program.parts.items():
        size = np.abs(part.coefficients)
        free = (program.lower < program.upper)[part.columns]
        large, small = size > LARGE_WORTH, (size > 0) & (size < SMALL_WORTH)
        kinds = (
            (~(size < INFINITE), "which a solver cannot read as a number", True),
            (large & (size < INFINITE) & free, "so large that it cannot resolve cents", False),
            (small & free, "so small that solvers may not distinguish it from 0", False),
        )
        blocks = _block_of(program.columns, part.columns)
        for wrong, why, fatal in kinds:
            for worst in _worst_of_each(np.flatnonzero(wrong), size, blocks):
                j = int(part.columns[worst])
                block = block_at(program.columns, j)
                known = fields(WORTH.get((name, block.name), ""), case, block.ids(j))
                number = f"the {name} of {_column_name(case, block, j)} in the objective (k$)"
                yield _Finding(number, float(part.coefficients[worst]), why, known, fatal)


def _column_name(case: Case, block: Block, position: int) -> str:
    """Name of a column; that of an arc for an outlet of a hub, which has the arc's numbers."""
    if block.name != "from_hub":
        return block.member_name(position)
    hub, *of_arc = block.key(position)
    first = case.hubs.inlet_workload[case.hubs.inlet_hub == case.hubs.ids.index(str(hub))][0]
    workload = case.instance.workloads[first].id
    return f"flow[{','.join(map(str, (workload, *of_arc)))}]"


def _bounds(case: Case, program: Program) -> Iterator[_Finding]:
    """Bounds of columns and rows; an infinite one is no bound."""
    for blocks, sides in (
        (program.columns, (program.lower, program.upper)),
        (program.rows, (program.row_lower, program.row_upper)),
    ):
        for side in sides:
            size = np.where(np.isinf(side), 0.0, np.abs(side))
            kinds = (
                (~(size < INFINITE), "which solvers read as no bound at all", True),
                ((size > LARGE_BOUND) & (size < INFINITE), f"so large {VAGUE}", False),
            )
            numbers = _block_of(blocks, np.arange(len(side)))
            for wrong, why, fatal in kinds:
                for worst in _worst_of_each(np.flatnonzero(wrong), size, numbers):
                    block = block_at(blocks, worst)
                    known = fields(LIMITS.get(block.name, ""), case, block.ids(worst))
                    number = f"the bound of {block.member_name(worst)}"
                    yield _Finding(number, float(side[worst]), why, known, fatal)


def _worst_of_each(wrong: Indices, size: Floats, *blocks: Indices) -> Iterator[int]:
    """Yield the number furthest from 1 among the wrong ones of each block or pair of blocks."""
    worst: dict[tuple[int, ...], int] = {}
    with np.errstate(divide="ignore"):
        distance = np.abs(np.log10(size[wrong]))
    for place in wrong[np.argsort(-np.nan_to_num(distance, nan=np.inf))].tolist():
        worst.setdefault(tuple(int(block[place]) for block in blocks), place)
    return iter(worst.values())


def _block_of(blocks: Mapping[str, Block], positions: Indices) -> Indices:
    """Number of the block that holds each position; an empty block holds none."""
    ends = np.array([block.offset + block.size for block in blocks.values()])
    return np.searchsorted(ends, positions, side="right")
