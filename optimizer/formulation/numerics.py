"""Numbers that a solver would drop, misread or not tell from nothing, and the fields behind them.

Solvers work in floating point, to an absolute tolerance of 1e-7 or so.  What they leave out
they leave out without a word, so it is looked for before they are asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.errors import InputError, Problem
from optimizer.formulation.coordinates import Axes, Label, column_axes, ids_of, keys, row_axes
from optimizer.formulation.provenance import ENTRIES, LIMITS, WORTH, fields
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Block, Floats, Indices, Program

DROPPED, TOO_LARGE = 1e-9, 1e15
"""Sizes of a matrix coefficient at or beyond which HiGHS drops or refuses it."""

INFINITE = 1e20
"""Size from which HiGHS reads a bound, or a coefficient of the objective, as infinite."""

SMALL, LARGE = 1e-6, 1e7
"""Sizes of a matrix coefficient outside which tolerances of 1e-7 lose their meaning."""

LARGE_BOUND = 1e9
"""Size of a bound whose last digit is no smaller than the tolerance."""

SMALL_WORTH, LARGE_WORTH = 1e-6, 1e12
"""Coefficients of the objective, k$, too near the dual tolerance, or with no cents left."""

VAGUE = "that a solver's tolerance of 1e-7 may matter"

Ids = dict[str, Label]


@dataclass(frozen=True)
class _Found:
    """The worst of the numbers of one kind."""

    where: str
    value: float
    why: str
    fields: tuple[str, ...]
    fatal: bool

    def __str__(self) -> str:
        cause = f": look at {' or '.join(self.fields)}" if self.fields else ""
        return f"{self.where} is {self.value:g}, {self.why}{cause}"


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
        Where a solver would drop, refuse or misread a number; names the field behind it.
    """
    named = _Named(case, program)
    found = [*_entries(named), *_worth(named), *_bounds(named)]
    problems = [
        Problem(
            case.instance.name,
            None,
            " or ".join(one.fields),
            None,
            f"makes {one.where} {one.value:g}, {one.why}",
        )
        for one in found
        if one.fatal
    ]
    if problems:
        raise InputError(problems)
    return tuple(str(one) for one in found)


class _Named:
    """A program, with names and ids of its columns and rows."""

    def __init__(self, case: Case, program: Program) -> None:
        self.case = case
        self.program = program
        self._axes = (column_axes(case), row_axes(case))

    def column(self, position: int) -> tuple[str, str, Ids]:
        """Block, name and ids of a column."""
        return _called(self.program.columns, self._axes[0], position)

    def row(self, position: int) -> tuple[str, str, Ids]:
        """Block, name and ids of a row."""
        return _called(self.program.rows, self._axes[1], position)

    def fields(self, templates: Iterable[str], ids: Ids) -> tuple[str, ...]:
        """Addresses of the fields behind a number; none where the tables do not know it."""
        return fields(tuple(templates), self.case, ids)


def _called(
    blocks: Mapping[str, Block], axes: Mapping[str, Axes], position: int
) -> tuple[str, str, Ids]:
    block = next(b for b in blocks.values() if b.offset <= position < b.offset + b.size)
    of = axes.get(block.name)
    key = keys(block, of)[position - block.offset]
    ids = {} if of is None else ids_of(of, key)
    return block.name, f"{block.name}[{','.join(map(str, key))}]", ids


def _entries(named: _Named) -> Iterator[_Found]:
    """Matrix coefficients; of a column that is fixed a large or small one is only a number."""
    program = named.program
    matrix = program.matrix.tocoo()
    row, column = (places.astype(np.int64) for places in matrix.coords)
    size = np.abs(matrix.data)
    free = (program.lower < program.upper)[column]
    kinds = (
        (~np.isfinite(size), "which is no number", True),
        (size <= DROPPED, "which solvers take for 0", True),
        (np.isfinite(size) & (size >= TOO_LARGE), "which solvers refuse", True),
        ((size > DROPPED) & (size < SMALL) & free, f"so small (below {SMALL:g}) {VAGUE}", False),
        ((size > LARGE) & (size < TOO_LARGE) & free, f"so large (above {LARGE:g}) {VAGUE}", False),
    )
    for wrong, why, fatal in kinds:
        for worst in _worst_of_each(
            np.flatnonzero(wrong),
            size,
            _block_of(program.rows, row),
            _block_of(program.columns, column),
        ):
            rows, of_row, row_ids = named.row(int(row[worst]))
            columns, of_column, column_ids = named.column(int(column[worst]))
            templates = ENTRIES.get((rows, columns), ())
            known = named.fields(templates, {**row_ids, **column_ids})
            where = f"the coefficient of {of_column} in {of_row}"
            yield _Found(where, float(matrix.data[worst]), why, known, fatal)


def _worth(named: _Named) -> Iterator[_Found]:
    """Coefficients of the objective, part by part."""
    program = named.program
    for name, part in program.parts.items():
        size = np.abs(part.coefficients)
        free = (program.lower < program.upper)[part.columns]
        large, small = size > LARGE_WORTH, (size > 0) & (size < SMALL_WORTH)
        kinds = (
            (~(size < INFINITE), "which is no number to a solver", True),
            (large & (size < INFINITE) & free, "so large that cents are lost in it", False),
            (small & free, "so small that solvers may not tell it from 0", False),
        )
        blocks = _block_of(program.columns, part.columns)
        for wrong, why, fatal in kinds:
            for worst in _worst_of_each(np.flatnonzero(wrong), size, blocks):
                columns, of_column, ids = named.column(int(part.columns[worst]))
                known = named.fields(WORTH.get((name, columns), ()), ids)
                where = f"the {name} of {of_column} in the objective (k$)"
                yield _Found(where, float(part.coefficients[worst]), why, known, fatal)


def _bounds(named: _Named) -> Iterator[_Found]:
    """Bounds of columns and of rows; an infinite one is none."""
    program = named.program
    for blocks, called, sides in (
        (program.columns, named.column, (program.lower, program.upper)),
        (program.rows, named.row, (program.row_lower, program.row_upper)),
    ):
        for side in sides:
            size = np.where(np.isinf(side), 0.0, np.abs(side))
            kinds = (
                (~(size < INFINITE), "which solvers take for no bound at all", True),
                ((size > LARGE_BOUND) & (size < INFINITE), f"so large {VAGUE}", False),
            )
            at = _block_of(blocks, np.arange(len(side)))
            for wrong, why, fatal in kinds:
                for worst in _worst_of_each(np.flatnonzero(wrong), size, at):
                    block, name, ids = called(int(worst))
                    known = named.fields(LIMITS.get(block, ()), ids)
                    yield _Found(f"the bound of {name}", float(side[worst]), why, known, fatal)


def _worst_of_each(wrong: Indices, size: Floats, *blocks: Indices) -> Iterator[int]:
    """Of the wrong numbers of each block, or pair of blocks, the furthest from 1."""
    worst: dict[tuple[int, ...], int] = {}
    with np.errstate(divide="ignore"):
        distance = np.abs(np.log10(size[wrong]))
    for place in wrong[np.argsort(-np.nan_to_num(distance, nan=np.inf))].tolist():
        worst.setdefault(tuple(int(block[place]) for block in blocks), place)
    return iter(worst.values())


def _block_of(blocks: Mapping[str, Block], positions: Indices) -> Indices:
    """Which block each position is in, by its number; an empty block has no position."""
    ends = np.array([block.offset + block.size for block in blocks.values()])
    return np.searchsorted(ends, positions, side="right")
