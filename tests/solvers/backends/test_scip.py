"""Specific to SCIP: untyped errors, and warm starts that fail."""

import pytest

from optimizer.errors import SolverError
from optimizer.solvers.backends import scip
from optimizer.solvers.backends.base import SolveOptions, StopReason
from tests.programs import knapsack


class FailsOnce(scip.LP):
    """SoPlex that fails in its second solve."""

    solves = 0

    def solve(self, dual: bool = True) -> float:
        FailsOnce.solves += 1
        if FailsOnce.solves == 2:
            raise Exception("error in LP solver")
        return float(super().solve(dual))


def test_a_failed_warm_start_is_repeated_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scip, "LP", FailsOnce)
    session, linear = scip.Scip().open(None), knapsack(20, 5, integer=False)
    first = session.solve(linear, SolveOptions())
    again = session.solve(linear, SolveOptions())
    assert again.reason is StopReason.OPTIMAL
    assert again.objective == pytest.approx(first.objective)
    assert FailsOnce.solves == 3


def test_a_failure_of_scip_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fails(scip.Model):
        def optimizeNogil(self) -> None:  # noqa: N802
            raise Exception("no memory")

    monkeypatch.setattr(scip, "Model", Fails)
    with pytest.raises(SolverError, match="SCIP failed: no memory"):
        scip.Scip().open(None).solve(knapsack(8, 2), SolveOptions())
