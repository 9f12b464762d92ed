"""Diving finds integers if rounding everything at once does not."""

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
"""x + y = 5, maximise the smaller: 2.5 each; rounding both up or both down is infeasible."""


def dived(whole: Program, **options: object) -> tuple[float, object]:
    session = Highs().open(None)
    relaxed = session.solve(whole.relaxed(), SolveOptions())
    assert relaxed.x is not None
    context = SolveContext(**options)  # type: ignore[arg-type]
    return relaxed.objective, dive(session, whole, relaxed.x, whole.gate, context)


def test_each_rounding_accounts_for_those_before_it() -> None:
    session = Highs().open(None)
    relaxed = session.solve(HALVES.relaxed(), SolveOptions())
    assert relaxed.x == pytest.approx([2.5, 2.5, 2.5])
    points = list(roundings(session, HALVES, relaxed.x, SolveContext()))
    assert [point.objective for point in points] == [2]
    assert sorted(points[0].x[:2]) == [2, 3]  # type: ignore[index]
    assert points[0].row_dual is not None


def test_rounds_down_if_rounding_up_is_infeasible() -> None:
    _, outcome = dived(program([2], [[2]], [3], upper=[9], integer=True))
    assert outcome is not None
    assert outcome.x == pytest.approx([1])  # type: ignore[attr-defined]


def test_takes_the_better_side_if_rounding_up_is_costly() -> None:
    """Up from 1.9 to 2 costs 100 for the fee, down to 1 loses 0.9."""
    whole = program(
        [1, -100], [[1, -0.1]], [1.9], upper=[2, 1], integer=(True, False), row_lower=[-INF]
    )
    _, outcome = dived(whole, gap=1e-6)
    assert outcome.objective == pytest.approx(1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(12))
def test_a_dive_ends_at_integers_below_the_bound(seed: int) -> None:
    whole = knapsack(30, 8, seed)
    bound, outcome = dived(whole, gap=1e-3)
    assert outcome is not None
    x = outcome.x  # type: ignore[attr-defined]
    assert x == pytest.approx(np.round(x), abs=1e-9)
    assert (whole.matrix @ x <= whole.row_upper + 1e-6).all()
    assert whole.value(x) <= bound + 1e-6


def test_an_infeasible_integer_program_ends_the_dive() -> None:
    assert dived(program([1], [[2]], [1], row_lower=[1], upper=[1], integer=True))[1] is None


def test_stops_when_asked() -> None:
    assert dived(knapsack(30, 8), should_stop=lambda: True)[1] is None
