"""Small programs as arrays, for tests of backends and solving methods."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from optimizer.solvers.milp import Block, Part, Program

INF = float("inf")


def program(
    objective: Sequence[float],
    matrix: Sequence[Sequence[float]] | np.ndarray,
    row_upper: Sequence[float],
    *,
    upper: Sequence[float],
    row_lower: Sequence[float] | None = None,
    integer: bool | Sequence[bool] = False,
    gate: bool | Sequence[bool] = False,
    constant: float = 0.0,
    cost: float = 100.0,
) -> Program:
    """Maximise over nonnegative columns; the system cost, for the gap, is constant."""
    n, m = len(objective), len(row_upper)
    part = Part(np.arange(n), np.array(objective, dtype=float), constant)
    return Program(
        objective=np.array(objective, dtype=float),
        constant=constant,
        matrix=sparse.csc_array(np.asarray(matrix, dtype=float).reshape(m, n)),
        row_lower=np.full(m, -INF) if row_lower is None else np.array(row_lower, dtype=float),
        row_upper=np.array(row_upper, dtype=float),
        lower=np.zeros(n),
        upper=np.array(upper, dtype=float),
        integer=np.broadcast_to(np.array(integer), n).copy(),
        gate=np.broadcast_to(np.array(gate), n).copy(),
        columns={"x": Block("x", 0, (n,))},
        rows={"r": Block("r", 0, (m,))},
        parts={"all": part},
        system_cost=Part(np.zeros(0, dtype=np.int64), np.zeros(0), cost),
    )


def knapsack(items: int, rows: int, seed: int = 0, *, integer: bool = True) -> Program:
    """Several knapsacks over the same items: hard to solve, easy to find a point for."""
    draw = np.random.default_rng(seed)
    matrix = draw.integers(1, 60, (rows, items)).astype(float)
    worth = draw.integers(5, 60, items).astype(float)
    return program(
        worth, matrix, matrix.sum(axis=1) // 2, upper=np.ones(items), integer=integer, cost=1000.0
    )
