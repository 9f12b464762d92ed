"""Diving finds whole numbers where rounding everything at once does not."""

import numpy as np
import pytest

from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Program
from optimizer.solvers.search.dive import dive
from optimizer.solvers.search.whole import roundings
from tests.programs import INF, knapsack, program

HALVES = program(
    [0, 0, 1],
    [[1, 1, 0], [-1, 0, 1], [0, -1, 1]],
    [5, 0, 0],
    row_lower=[5, -INF, -INF],
    upper=[9, 9, 9],
    integer=(True, True, False),
)
"""x + y = 5 and the smaller of them is best: 2.5 each, and both up or both down is nothing."""


def dived(whole: Program, **options: object) -> tuple[float, object]:
    session = Highs().open(None)
    relaxed = session.solve(whole.relaxed(), SolveOptions())
    assert relaxed.x is not None
    context = SolveContext(**options)  # type: ignore[arg-type]
    return relaxed.objective, dive(session, whole, relaxed.x, whole.gate, context)


def test_each_rounding_sees_those_before_it() -> None:
    session = Highs().open(None)
    relaxed = session.solve(HALVES.relaxed(), SolveOptions())
    assert relaxed.x == pytest.approx([2.5, 2.5, 2.5])
    found = list(roundings(session, HALVES, relaxed.x, SolveContext()))
    assert [one.objective for one in found] == [2]
    assert sorted(found[0].x[:2]) == [2, 3]  # type: ignore[index]
    assert found[0].row_dual is not None


def test_down_where_up_leaves_nothing() -> None:
    _, found = dived(program([2], [[2]], [3], upper=[9], integer=True))
    assert found is not None
    assert found.x == pytest.approx([1])  # type: ignore[attr-defined]


def test_the_better_side_is_taken_where_up_costs_much() -> None:
    """Up from 1.9 to 2 costs 100 for the fee, down to 1 loses 0.9."""
    whole = program(
        [1, -100], [[1, -0.1]], [1.9], upper=[2, 1], integer=(True, False), row_lower=[-INF]
    )
    _, found = dived(whole, gap=1e-6)
    assert found.objective == pytest.approx(1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(12))
def test_a_dive_ends_at_whole_numbers_below_the_bound(seed: int) -> None:
    whole = knapsack(30, 8, seed)
    bound, found = dived(whole, gap=1e-3)
    assert found is not None
    x = found.x  # type: ignore[attr-defined]
    assert x == pytest.approx(np.round(x), abs=1e-9)
    assert (whole.matrix @ x <= whole.row_upper + 1e-6).all()
    assert whole.value(x) <= bound + 1e-6


def test_nothing_in_whole_numbers_ends_the_dive() -> None:
    assert dived(program([1], [[2]], [1], row_lower=[1], upper=[1], integer=True))[1] is None


def test_it_stops_when_asked() -> None:
    assert dived(knapsack(30, 8), should_stop=lambda: True)[1] is None
