"""Derivatives of small linear programs whose two sides are known."""

import numpy as np
import pytest

from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Program
from optimizer.solvers.one_sided import Move, Slope, one_sided
from optimizer.solvers.registry import backend_named
from tests.programs import INF, program


def row(index: int, by: float = 1.0) -> Move:
    return Move(np.array([index]), np.array([by]))


def column(index: int) -> Move:
    return Move(columns=np.array([index]), column_by=np.ones(1))


def slopes(
    of: Program, *families: list[Move], held: list[bool] | None = None, backend: str = "highs"
) -> list[tuple[list[Slope], Slope]]:
    context = SolveContext(backend=backend_named(backend), gap=0.0)
    n = len(of.lower)
    which = np.array([False] * n if held is None else held)
    return one_sided(context.open(), of, np.ones(n), which, families, context)


@pytest.mark.parametrize("backend", ["highs", "pulp", "pyomo"])
def test_two_limits_of_one_thing_are_worth_something_only_together(backend: str) -> None:
    twice = program([3], [[1], [1]], [2, 2], upper=[INF])
    ((own, together),) = slopes(twice, [row(0), row(1)], backend=backend)
    assert own == [Slope(0, 3), Slope(0, 3)]
    assert together == Slope(3, 3)


def test_a_kink_where_the_best_use_of_a_limit_ends() -> None:
    # The first unit is worth 5 and fills its column at the limit; the next is worth 2.
    kinked = program([5, 2], [[1, 1]], [4], upper=[4, 9])
    assert slopes(kinked, [row(0)]) == [([Slope(2, 5)], Slope(2, 5))]


def test_limits_without_a_kink_are_settled_together() -> None:
    free = program([5, 2, 1], np.eye(3), [4, 3, 9], upper=[9, 9, 5])
    ((own, together),) = slopes(free, [row(0), row(1), row(2), column(2)])
    assert own == [Slope(5, 5), Slope(2, 2), Slope(0, 0), Slope(1, 1)]
    assert together == Slope(8, 8)


def test_a_limit_that_cannot_be_lower_has_an_infinite_left_side() -> None:
    at_zero = program([5], [[1]], [0], upper=[INF])
    assert slopes(at_zero, [row(0)])[0][0] == [Slope(5, np.inf)]


def test_a_limit_of_what_is_held_is_worth_nothing_and_cannot_be_lower() -> None:
    held = program([5, 1], [[1, 0], [0, 1]], [1, 1], upper=[1, 9])
    (own, _), *_ = slopes(held, [row(0), column(0), row(1)], held=[True, False])
    assert own == [Slope(0, np.inf), Slope(0, np.inf), Slope(1, 1)]


def test_the_size_of_a_move_scales_its_derivative() -> None:
    free = program([5], [[1]], [4], upper=[9])
    assert slopes(free, [row(0, 1e-6)])[0][0][0] == pytest.approx((5e-6, 5e-6))
    assert slopes(free, [row(0, 1e6)])[0][0][0] == pytest.approx((5e6, 5e6))


def test_an_equality_moves_both_ways() -> None:
    # A must be met: one more costs 3, one less saves 2.
    met = program([-2, -3], [[1, 1]], [4], row_lower=[4], upper=[4, 9])
    assert slopes(met, [row(0, -1.0)]) == [([Slope(2, 3)], Slope(2, 3))]


@pytest.mark.parametrize("seed", range(20))
def test_derivatives_of_degenerate_programs_match_difference_quotients(seed: int) -> None:
    draw = np.random.default_rng(seed)
    matrix = draw.integers(0, 3, (6, 5)).astype(float)
    at = draw.integers(0, 3, 5).astype(float)  # all rows meet in one point
    made = program(draw.integers(1, 9, 5).tolist(), matrix, (matrix @ at).tolist(), upper=[4.0] * 5)
    moves = [row(i) for i in range(6)] + [column(j) for j in range(5)]
    ((own, together),) = slopes(made, moves)

    def optimum(move: Move, by: float) -> float:
        rows, columns = made.row_upper.copy(), made.upper.copy()
        np.add.at(rows, move.rows, by * move.row_by)
        np.add.at(columns, move.columns, by * move.column_by)
        if (rows < 0).any():
            return -np.inf
        moved = made.with_bounds(row_upper=rows, upper=columns)
        context = SolveContext()
        return context.open().solve(moved, context.options()).objective

    base, step = optimum(Move(), 0.0), 1e-5
    for move, slope in [*zip(moves, own, strict=True), (Move.together(moves), together)]:
        right = (optimum(move, step) - base) / step
        left = (base - optimum(move, -step)) / step
        assert slope == pytest.approx((right, left), abs=1e-3)
