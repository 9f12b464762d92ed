"""The mixed-integer linear program as arrays, with names for its columns and rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

ABOUT_ZERO_KUSD = 1e-3
"""System cost below which a gap is absolute: a dollar."""

Label = str | int
Key = tuple[Label, ...]


@dataclass(frozen=True, eq=False)
class Axis:
    """An axis of a block.

    Attributes
    ----------
    dimensions : tuple of str
        What identifies a member, such as ``("site", "hardware")``.
    ids : ndarray of object, shape (n, dimensions)
        Ids of each member, in that order; they refer to the instance's own strings.
    """

    dimensions: tuple[str, ...]
    ids: npt.NDArray[np.object_]

    @classmethod
    def of(cls, **ids: Sequence[Label] | Indices) -> Self:
        """Make an axis of one dimension or several, each given with an id for every member."""
        return cls(tuple(ids), np.stack([np.array(i, dtype=object) for i in ids.values()], axis=1))

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, members: Indices) -> Self:
        return type(self)(self.dimensions, self.ids[members])

    def __add__(self, other: Self) -> Self:
        """Pair the members of two axes of one length, first with first."""
        return type(self)(self.dimensions + other.dimensions, np.hstack([self.ids, other.ids]))


Axes = Sequence[Axis | int]
"""Axes of a block; an integer is the length of an axis whose members have only numbers, from 0."""


@dataclass(frozen=True)
class Block:
    """Consecutive columns, or rows, that share a name and are numbered by their axes."""

    name: str
    offset: int
    axes: Axes

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(axis if isinstance(axis, int) else len(axis) for axis in self.axes)

    @property
    def size(self) -> int:
        """Number of columns or rows."""
        return prod(self.shape)

    @property
    def index(self) -> Indices:
        """Their positions in the program, laid out in the block's shape."""
        return np.arange(self.offset, self.offset + self.size).reshape(self.shape)

    def of(self, vector: Floats) -> Floats:
        """Part of a vector over all columns (or rows) that is this block's, in its shape."""
        return vector[self.offset : self.offset + self.size].reshape(self.shape)

    def keys(self) -> Iterator[Key]:
        """Yield the ids of every member, in order."""
        along = zip(self.axes, self.shape, strict=True)
        parts = product(*([_key(axis, i) for i in range(length)] for axis, length in along))
        return (sum(part, ()) for part in parts)

    def key(self, position: int) -> Key:
        """Ids of the member at a position in the program."""
        return sum((_key(axis, place) for axis, place in self._places(position)), ())

    def ids(self, position: int) -> dict[str, Label]:
        """Ids of the member at a position in the program, by dimension."""
        ids: dict[str, Label] = {}
        for axis, place in self._places(position):
            if not isinstance(axis, int):
                ids |= zip(axis.dimensions, axis.ids[place], strict=True)
        return ids

    def member_name(self, position: int) -> str:
        """Name of the member at a position in the program, e.g. ``built[C,node,2026]``."""
        return f"{self.name}[{','.join(map(str, self.key(position)))}]"

    def _places(self, position: int) -> Iterator[tuple[Axis | int, int]]:
        """Yield each axis, and the member's place along it."""
        places = np.unravel_index(position - self.offset, self.shape)
        return zip(self.axes, map(int, places), strict=True)


@dataclass(frozen=True)
class Part:
    """One part of the objective: coefficients of some columns, and a constant."""

    columns: Indices
    coefficients: Floats
    constant: float = 0.0

    def value(self, x: Floats) -> float:
        """Value of the part at a point."""
        return float(self.coefficients @ x[self.columns]) + self.constant


@dataclass(frozen=True)
class Program:
    """Maximise ``objective @ x + constant`` under row and column bounds.

    Attributes
    ----------
    objective : ndarray, shape (n,)
    constant : float
    matrix : csc_array, shape (m, n)
    row_lower, row_upper : ndarray, shape (m,)
    lower, upper : ndarray, shape (n,)
    integer : ndarray of bool, shape (n,)
    gate : ndarray of bool, shape (n,)
        Integers that open or assign, rather than count: long-run prices hold them.
    columns, rows : mapping of str to Block
        What the columns and rows are, in order.
    parts : mapping of str to Part
        The objective by part; costs are negative.
    system_cost : Part
        What the gap is measured against: costs, positive, without penalties.
    implied : tuple of str
        Blocks of rows that follow from the others once integers are whole: they tighten the
        relaxation, and decide nothing.
    """

    objective: Floats
    constant: float
    matrix: sparse.csc_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    gate: Bools
    columns: Mapping[str, Block]
    rows: Mapping[str, Block]
    parts: Mapping[str, Part]
    system_cost: Part
    implied: tuple[str, ...] = ()

    @property
    def size(self) -> dict[str, int]:
        """Columns, rows, entries, and integers that are not fixed."""
        rows, columns = self.matrix.shape
        return {
            "columns": columns,
            "rows": rows,
            "entries": int(self.matrix.nnz),
            "integers": int((self.integer & (self.lower < self.upper)).sum()),
        }

    def value(self, x: Floats) -> float:
        """Objective at a point, k$."""
        return float(self.objective @ x) + self.constant

    def gap(self, x: Floats, bound: float) -> float:
        """Distance of a point from a proven bound, over the system cost at the point.

        Absolute, in k$, where that cost is below a dollar.  Never below 0: a bound under the
        objective by less than the solver's tolerance is no better than exact.
        """
        cost = self.system_cost.value(x)
        distance = max(bound - self.value(x), 0.0)
        return distance / cost if cost > ABOUT_ZERO_KUSD else distance

    def with_bounds(
        self,
        *,
        lower: Floats | None = None,
        upper: Floats | None = None,
        row_lower: Floats | None = None,
        row_upper: Floats | None = None,
    ) -> Self:
        """Return the same program under other bounds; the matrix is shared, not copied."""
        return replace(
            self,
            lower=self.lower if lower is None else lower,
            upper=self.upper if upper is None else upper,
            row_lower=self.row_lower if row_lower is None else row_lower,
            row_upper=self.row_upper if row_upper is None else row_upper,
        )

    def with_rows(self, name: str, matrix: sparse.csr_array, lower: Floats, upper: Floats) -> Self:
        """Return the program with a block of rows added."""
        block = Block(name, self.matrix.shape[0], (matrix.shape[0],))
        whole = sparse.vstack([self.matrix, matrix], format="csc")
        whole.eliminate_zeros()
        return replace(
            self,
            matrix=whole,
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
            rows={**self.rows, name: block},
        )

    def with_objective(self, objective: Floats) -> Self:
        """Return the same program with another objective and no constant or parts."""
        return replace(self, objective=objective, constant=0.0, parts={})

    def relaxed(self) -> Self:
        """Return the linear relaxation."""
        return replace(self, integer=np.zeros(len(self.integer), dtype=bool))

    def loosened(self) -> Self:
        """Return the program without its implied rows: equally correct, but less tight."""
        lower, upper = self.row_lower.copy(), self.row_upper.copy()
        for name in self.implied:
            rows = self.rows[name].index.ravel()
            lower[rows], upper[rows] = -np.inf, np.inf
        return replace(self, row_lower=lower, row_upper=upper, implied=())

    def fixed(self, x: Floats, which: Bools) -> Self:
        """Return the program with some columns fixed where `x` has them, none integer there.

        Integer columns are fixed at the nearest whole number.
        """
        value = np.where(self.integer, np.round(x), x)
        return replace(
            self,
            lower=np.where(which, value, self.lower),
            upper=np.where(which, value, self.upper),
            integer=self.integer & ~which,
        )

    def name_of_column(self, position: int) -> str:
        """Name of a column with its ids, e.g. ``flow[E/chat,C,m-node,2026,3]``."""
        return block_at(self.columns, position).member_name(position)

    def name_of_row(self, position: int) -> str:
        """Name of a row with its ids."""
        return block_at(self.rows, position).member_name(position)


def block_at(blocks: Mapping[str, Block], position: int) -> Block:
    """Block that holds a position in the program.

    Raises
    ------
    IndexError
        If no block holds it.
    """
    for block in blocks.values():
        if block.offset <= position < block.offset + block.size:
            return block
    raise IndexError(position)


def _key(axis: Axis | int, place: int) -> Key:
    return (place,) if isinstance(axis, int) else tuple(axis.ids[place])
