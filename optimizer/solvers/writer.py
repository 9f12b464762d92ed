"""The writer: constraint families add columns, rows, entries and prices; it makes the program."""

import numpy as np
from scipy import sparse

from optimizer.solvers.milp import (
    Axes,
    Block,
    Bools,
    Floats,
    Indices,
    Part,
    Program,
)

Values = float | Floats


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
        axes: Axes,
        lower: Values = 0.0,
        upper: Values = np.inf,
        *,
        integer: bool = False,
        gate: bool = False,
    ) -> Block:
        """Add a block of columns with bounds that broadcast to its axes; a gate is integer."""
        block = self._add(self.columns, name, axes)
        self._lower.append(_spread(lower, block))
        self._upper.append(_spread(upper, block))
        self._integer.append(np.full(block.size, integer or gate))
        self._gate.append(np.full(block.size, gate))
        return block

    def add_rows(
        self,
        name: str,
        axes: Axes,
        lower: Values,
        upper: Values,
        *,
        implied: bool = False,
    ) -> Block:
        """Add a block of rows with bounds that broadcast to its axes; see `Program.implied`."""
        block = self._add(self.rows, name, axes)
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
    def _add(blocks: dict[str, Block], name: str, axes: Axes) -> Block:
        if name in blocks:
            raise ValueError(f"block {name} already exists")
        last = next(reversed(blocks.values()), None)
        offset = 0 if last is None else last.offset + last.size
        blocks[name] = Block(name, offset, tuple(axes))
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
