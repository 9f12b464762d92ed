"""The mixed-integer linear program as arrays, and how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
Values = float | Floats

ABOUT_ZERO_KUSD = 1e-3
"""System cost below which a gap is absolute: a dollar."""


@dataclass(frozen=True)
class Block:
    """Consecutive columns, or rows, that share a name and are numbered by a shape."""

    name: str
    offset: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of columns or rows."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def index(self) -> Indices:
        """Their positions in the program, laid out in the block's shape."""
        return np.arange(self.offset, self.offset + self.size).reshape(self.shape)

    def of(self, vector: Floats) -> Floats:
        """Part of a vector over all columns (or rows) that is this block's, in its shape."""
        return vector[self.offset : self.offset + self.size].reshape(self.shape)


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
        """Return the program with the rows that are implied lifted: as right, less tight."""
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
        """Name of a column with its position in its block, e.g. ``flow[3,0,2]``."""
        return _name(self.columns, position)

    def name_of_row(self, position: int) -> str:
        """Name of a row with its position in its block."""
        return _name(self.rows, position)


def _name(blocks: Mapping[str, Block], position: int) -> str:
    for block in blocks.values():
        if block.offset <= position < block.offset + block.size:
            where = np.unravel_index(position - block.offset, block.shape)
            return f"{block.name}[{','.join(str(int(i)) for i in where)}]"
    raise IndexError(position)


class Writer:
    """Collects columns, rows, entries and objective parts, and makes the program of them."""

    def __init__(self) -> None:
        self.columns: dict[str, Block] = {}
        self.rows: dict[str, Block] = {}
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self._integer: list[Bools] = []
        self._gate: list[Bools] = []
        self._row_lower: list[Floats] = []
        self._row_upper: list[Floats] = []
        self._entries: list[tuple[Indices, Indices, Floats]] = []
        self._parts: dict[str, list[tuple[Indices, Floats]]] = {}
        self._constants: dict[str, float] = {}
        self._implied: list[str] = []

    def add_columns(
        self,
        name: str,
        shape: tuple[int, ...],
        lower: Values = 0.0,
        upper: Values = np.inf,
        *,
        integer: bool = False,
        gate: bool = False,
    ) -> Block:
        """Add a block of columns with bounds that broadcast to its shape; a gate is integer."""
        block = self._add(self.columns, name, shape)
        self._lower.append(_spread(lower, block))
        self._upper.append(_spread(upper, block))
        self._integer.append(np.full(block.size, integer or gate))
        self._gate.append(np.full(block.size, gate))
        return block

    def add_rows(
        self,
        name: str,
        shape: tuple[int, ...],
        lower: Values,
        upper: Values,
        *,
        implied: bool = False,
    ) -> Block:
        """Add a block of rows with bounds that broadcast to its shape; see `Program.implied`."""
        block = self._add(self.rows, name, shape)
        if implied and block.size:
            self._implied.append(name)
        self._row_lower.append(_spread(lower, block))
        self._row_upper.append(_spread(upper, block))
        return block

    def add_entries(self, rows: Indices, columns: Indices, coefficients: Values) -> None:
        """Add matrix entries; the three broadcast to one shape.  Entries at one place add up."""
        row, column, value = np.broadcast_arrays(rows, columns, coefficients)
        self._entries.append((row.ravel(), column.ravel(), value.ravel().astype(float)))

    def add_objective(self, part: str, columns: Indices, coefficients: Values) -> None:
        """Add coefficients to a part of the objective, which is maximised."""
        column, value = np.broadcast_arrays(columns, coefficients)
        entry = (column.ravel(), value.ravel().astype(float))
        self._parts.setdefault(part, []).append(entry)

    def add_constant(self, part: str, amount: float) -> None:
        """Add a constant to a part of the objective."""
        self._parts.setdefault(part, [])
        self._constants[part] = self._constants.get(part, 0.0) + amount

    def program(self, costs: tuple[str, ...]) -> Program:
        """Assemble the program; `costs` names the parts that make up the system cost."""
        count = sum(block.size for block in self.columns.values())
        height = sum(block.size for block in self.rows.values())
        empty = np.zeros(0, dtype=np.int64)
        entries = self._entries or [(empty, empty, empty.astype(float))]
        row, column, value = (np.concatenate(arrays) for arrays in zip(*entries, strict=True))
        matrix = sparse.coo_array((value, (row, column)), shape=(height, count)).tocsc()
        matrix.eliminate_zeros()
        parts = {}
        objective = np.zeros(count)
        for name, pieces in self._parts.items():
            columns = np.concatenate([piece[0] for piece in pieces] or [empty])
            weights = np.concatenate([piece[1] for piece in pieces] or [empty.astype(float)])
            parts[name] = Part(columns, weights, self._constants.get(name, 0.0))
            np.add.at(objective, columns, weights)
        return Program(
            objective=objective,
            constant=sum(self._constants.values()),
            matrix=matrix,
            row_lower=np.concatenate(self._row_lower),
            row_upper=np.concatenate(self._row_upper),
            lower=np.concatenate(self._lower),
            upper=np.concatenate(self._upper),
            integer=np.concatenate(self._integer),
            gate=np.concatenate(self._gate),
            columns=dict(self.columns),
            rows=dict(self.rows),
            parts=parts,
            system_cost=_negated([parts[name] for name in costs if name in parts]),
            implied=tuple(self._implied),
        )

    @staticmethod
    def _add(blocks: dict[str, Block], name: str, shape: tuple[int, ...]) -> Block:
        if name in blocks:
            raise ValueError(f"block {name} is there already")
        offset = sum(block.size for block in blocks.values())
        blocks[name] = Block(name, offset, shape)
        return blocks[name]


def _negated(parts: list[Part]) -> Part:
    empty = np.zeros(0, dtype=np.int64)
    return Part(
        np.concatenate([empty, *(part.columns for part in parts)]),
        -np.concatenate([empty.astype(float), *(part.coefficients for part in parts)]),
        -sum(part.constant for part in parts),
    )


def _spread(values: Values, block: Block) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=float), block.shape).ravel()
