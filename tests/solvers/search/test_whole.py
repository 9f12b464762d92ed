import math
from dataclasses import replace

import numpy as np
import pytest

from optimizer.errors import SolverError
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers import search
from optimizer.solvers.backends.base import Outcome, Progress, SolveOptions, StopReason
from optimizer.solvers.backends.highs import Highs, HighsSession
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.search import whole as search_whole
from optimizer.solvers.writer import Writer
from tests.composed import composed
from tests.factory import every_kind, one_site
from tests.programs import INF, knapsack, program

ODD = program([1, 1], [[2, 2]], [1], row_lower=[1], upper=[1, 1], integer=True)
"""Feasible in fractions, infeasible in integers."""

CORNER = program(
    [1, 1], [[1, -1], [7, 7]], [1, 10.5], row_lower=[1, 10.5], upper=[9, 9], integer=(False, True)
)
"""y integer, x = y + 1 and x + y = 1.5: infeasible."""


def solved(whole: Program, **options: object) -> Outcome:
    return search.solve(whole, SolveContext(**options)).outcome  # type: ignore[arg-type]


def test_a_linear_program_needs_one_solve() -> None:
    whole = knapsack(20, 5, integer=False)
    result = solved(whole)
    assert result.reason is StopReason.OPTIMAL
    assert result.bound == result.objective
    assert result.row_dual is not None


@pytest.mark.parametrize("seed", range(8))
def test_it_finds_the_optimum(seed: int) -> None:
    whole = knapsack(14, 4, seed)
    result = solved(whole, gap=0.0)
    grid = np.array(np.meshgrid(*[[0, 1]] * 14)).reshape(14, -1)
    fits = (whole.matrix @ grid <= whole.row_upper[:, None]).all(axis=0)
    assert result.objective == pytest.approx((whole.objective @ grid[:, fits]).max())
    assert result.reason is StopReason.OPTIMAL
    assert result.bound == pytest.approx(result.objective, abs=1e-3)


@pytest.mark.parametrize("gap", [1e-1, 1e-2, 1e-3, 1e-5])
def test_the_gap_is_met_and_the_bound_is_proven(gap: float) -> None:
    best, exact, _ = composed(every_kind())
    result = solved(best, gap=gap)
    assert result.solved
    assert result.x is not None
    assert result.objective <= exact.objective * (1 + 1e-9)
    assert result.bound >= exact.objective * (1 - 1e-9)
    assert best.gap(result.x, result.bound) <= gap
    whole = result.x[best.integer]
    assert whole == pytest.approx(np.round(whole), abs=1e-9)


def test_a_rounding_is_never_above_the_bound() -> None:
    whole, _ = compose(compile_case(every_kind()))
    session = Highs().open(None)
    relaxation = session.solve(whole.relaxed(), SolveOptions())
    rounded = search_whole._round(session, whole, relaxation, SolveContext(gap=0.0))
    assert rounded is not None
    assert rounded.x is not None
    assert rounded.objective <= relaxation.objective + 1e-6
    assert whole.value(rounded.x) == pytest.approx(rounded.objective)
    values = np.array(whole.matrix @ rounded.x)
    assert (values <= whole.row_upper + 1e-6).all()
    assert (values >= whole.row_lower - 1e-6).all()


def test_branch_and_bound_follows_infeasible_roundings() -> None:
    # 3a + 5b = 11 has a = 2, b = 1 alone; the relaxation is at a = 11/3, b = 0.
    whole = program([3, 1], [[3, 5]], [11], row_lower=[11], upper=[9, 9], integer=True, cost=1.0)
    session = Highs().open(None)
    relaxation = session.solve(whole.relaxed(), SolveOptions())
    assert relaxation.x == pytest.approx([11 / 3, 0])
    assert search_whole._round(session, whole, relaxation, SolveContext()) is None
    result = solved(whole, gap=0.0)
    assert result.x == pytest.approx([2, 1])
    assert result.reason is StopReason.OPTIMAL


@pytest.mark.parametrize("whole", [ODD, CORNER])
def test_infeasible_in_integers(whole: Program) -> None:
    result = solved(whole)
    assert result.reason is StopReason.INFEASIBLE
    assert result.x is None
    assert math.isnan(result.objective)


def test_infeasible_relaxation() -> None:
    whole = program([1], [[1]], [3], row_lower=[2], upper=[1], integer=True)
    assert solved(whole).reason is StopReason.INFEASIBLE


def test_duals_belong_to_the_program_with_fixed_integers() -> None:
    whole, _ = compose(compile_case(every_kind()))
    result = solved(whole, gap=1e-6)
    assert result.x is not None
    fixed = Highs().open(None).solve(whole.fixed(result.x, whole.integer), SolveOptions())
    assert fixed.objective == pytest.approx(result.objective, rel=1e-9)
    assert result.row_dual is not None
    assert result.row_dual.shape == whole.row_upper.shape


def test_an_interrupt_keeps_the_best_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solvers.backends.highs_run.PROGRESS_EVERY_S", 0.0)
    whole = knapsack(60, 20)
    reports: list[Progress] = []

    def should_stop() -> bool:
        return any(math.isfinite(progress.objective) for progress in reports)

    result = solved(whole, gap=0.0, on_progress=reports.append, should_stop=should_stop)
    assert result.reason is StopReason.INTERRUPTED
    assert result.objective >= max(p.objective for p in reports if math.isfinite(p.objective))
    assert result.bound >= result.objective
    assert result.x is not None
    assert (whole.matrix @ result.x <= whole.row_upper + 1e-6).all()


def test_an_interrupt_before_the_first_point_leaves_none() -> None:
    result = solved(knapsack(60, 20), gap=0.0, should_stop=lambda: True)
    assert result.reason is StopReason.INTERRUPTED
    assert result.x is None
    assert math.isnan(result.objective)


def test_a_time_limit_keeps_the_best_point() -> None:
    whole = knapsack(200, 60)
    result = solved(whole, gap=0.0, time_limit_s=1.0)
    assert result.reason is StopReason.TIME_LIMIT
    assert result.x is not None
    assert result.objective <= result.bound < INF
    assert result.seconds < 5


def test_only_openings_are_binary() -> None:
    edits = {"sites.C.existing": False, "pools.C/node.max_pods": 3}
    whole, layout = compose(compile_case(one_site(edits)))
    assert np.flatnonzero(whole.gate).tolist() == layout.is_open.index.tolist()[0]


class Impatient:
    """HiGHS that gives up on relaxations with implied rows."""

    name, parallel = "impatient", True

    def open(self, threads: int | None) -> "ImpatientSession":
        return ImpatientSession(threads)


class ImpatientSession(HighsSession):
    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        result = super().solve(program, options, start)
        if program.implied and not program.integer.any():
            return replace(result, reason=StopReason.TIME_LIMIT, x=None, row_dual=None)
        return result


def test_a_loose_relaxation_replaces_a_tight_one_that_takes_too_long() -> None:
    """Two of three sites for 10 units of work, each of 6: opening costs 5, 6 and 7."""
    writer = Writer()
    opened = writer.add_columns("open", (3,), 0.0, 1.0, gate=True).index
    work = writer.add_columns("work", (3,), 0.0, 10.0).index
    writer.add_objective("cost", opened, [-5.0, -6.0, -7.0])
    demand = writer.add_rows("demand", (1,), 10.0, 10.0).index
    writer.add_entries(demand, work, 1.0)
    capacity = writer.add_rows("capacity", (3,), -np.inf, 0.0).index
    writer.add_entries(capacity, work, 1.0)
    writer.add_entries(capacity, opened, -6.0)
    linking = writer.add_rows("linking", (1,), 2.0, np.inf, implied=True).index
    writer.add_entries(linking, opened, 1.0)
    whole = writer.program(("cost",))
    assert whole.implied == ("linking",)
    result = search.solve(whole, SolveContext(Impatient(), gap=0.0)).outcome
    assert result.reason is StopReason.OPTIMAL
    assert result.objective == pytest.approx(-11)
    assert result.bound == pytest.approx(-11)
    # The loose relaxation alone opens 10/6 of a site.
    assert whole.loosened().implied == ()
    loose = Highs().open(None).solve(whole.loosened().relaxed(), SolveOptions())
    assert loose.objective == pytest.approx(-5 - 6 * 4 / 6)


@pytest.mark.parametrize(("above", "is_fault"), [(1e-11, False), (1e-3, True)])
def test_a_point_may_exceed_a_zero_bound_only_by_numerical_noise(
    above: float, is_fault: bool
) -> None:
    """If the best plan does nothing, neither cost nor bound gives a scale."""
    whole = program([1], [[1]], [1], upper=[1], integer=True, cost=0.0)
    best = Outcome(StopReason.OPTIMAL, np.array([above]), above, 0.0, None, None, 0.0)
    if is_fault:
        with pytest.raises(SolverError, match="above the proven bound"):
            search_whole._finished(best, 0.0, StopReason.OPTIMAL, whole, SolveContext(gap=0.0))
    else:
        result = search_whole._finished(best, 0.0, StopReason.OPTIMAL, whole, SolveContext(gap=0.0))
        assert result.bound == result.objective
