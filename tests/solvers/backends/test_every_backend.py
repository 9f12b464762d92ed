"""Behaviour that every backend shares."""

import itertools
import json
import math
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

from optimizer.errors import InputError, SolverError
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers.backends.base import Backend, Progress, Session, SolveOptions, StopReason
from optimizer.solvers.interrupts import stop_on_interrupt
from optimizer.solvers.registry import BACKENDS, backend_named
from tests.factory import built_site, every_kind, one_site
from tests.programs import INF, knapsack, program

OPTIONS = SolveOptions()
SLOW = knapsack(150, 60)
"""No backend solves this within the time of a test."""


def test_a_backend_is_chosen_by_name() -> None:
    for name in BACKENDS:
        assert backend_named(name).name == name
    with pytest.raises(InputError, match="must be highs, pulp, pyomo, scip or gurobi"):
        backend_named("glpk")


def test_a_linear_program(session: Session) -> None:
    # max 3x + 2y + 7, x + y <= 4, x <= 3: x = 3, y = 1.
    result = session.solve(program([3, 2], [[1, 1]], [4], upper=[3, INF], constant=7), OPTIONS)
    assert result.reason is StopReason.OPTIMAL
    assert result.solved
    assert result.x == pytest.approx([3, 1])
    assert result.objective == result.bound == pytest.approx(18)
    assert result.row_dual == pytest.approx([2])
    assert result.column_dual == pytest.approx([1, 0])


def test_duals_of_equations_and_of_rows_from_below(session: Session) -> None:
    # max -2x - 3y, x + y >= 4, x - y = 1: x = 2.5, y = 1.5; both duals by hand.
    wanted = program(
        [-2, -3], [[1, 1], [1, -1]], [INF, 1], row_lower=[4, 1], upper=[INF, INF], constant=1
    )
    result = session.solve(wanted, OPTIONS)
    assert result.objective == pytest.approx(1 - 5 - 4.5)
    assert result.row_dual == pytest.approx([-2.5, 0.5])
    assert result.column_dual == pytest.approx([0, 0])


@pytest.mark.parametrize(("worth", "dual"), [(1, 1), (-1, -1)])
def test_duals_of_a_row_with_two_bounds(session: Session, worth: float, dual: float) -> None:
    wanted = program([worth], [[1]], [6], row_lower=[2], upper=[INF])
    result = session.solve(wanted, OPTIONS)
    assert result.objective == pytest.approx(6 if worth > 0 else -2)
    assert result.row_dual == pytest.approx([dual])


def test_an_integer_program_has_no_duals(session: Session) -> None:
    result = session.solve(
        program([3, 2], [[2, 2]], [3], upper=[9, 9], integer=True, constant=7),
        SolveOptions(gap=0.0),
    )
    assert result.reason is StopReason.OPTIMAL
    assert result.objective == pytest.approx(10)
    assert 10 - 1e-6 <= result.bound <= 10 + 1e-4
    assert result.row_dual is None
    assert result.column_dual is None


def test_a_program_without_rows(session: Session) -> None:
    result = session.solve(program([1, -1], np.zeros((0, 2)), [], upper=[3, 3]), OPTIONS)
    assert result.objective == pytest.approx(3)


def test_a_program_without_objective(session: Session) -> None:
    result = session.solve(program([0, 0], [[1, 1]], [4], row_lower=[4], upper=[3, 3]), OPTIONS)
    assert result.objective == 0
    assert result.x is not None
    assert result.x.sum() == pytest.approx(4)


def test_unused_columns_are_within_their_bounds(session: Session) -> None:
    loose = program([1, 0, 0], [[1, 0, 0], [0, 0, 0]], [2, 5], upper=[3, 3, 3])
    loose = loose.with_bounds(lower=np.array([0.0, 2.0, -INF]), upper=np.array([3.0, 3.0, -1.0]))
    result = session.solve(loose, OPTIONS)
    assert result.x is not None
    assert result.x[0] == pytest.approx(2)
    assert 2 <= result.x[1] <= 3
    assert result.x[2] <= -1
    assert result.row_dual == pytest.approx([1, 0])


@pytest.mark.parametrize("integer", [False, True])
def test_an_empty_row_that_cannot_hold_is_infeasible(session: Session, integer: bool) -> None:
    never = program([1, 1], [[0, 0], [1, 1]], [-1, 9], upper=[1, 1], integer=integer)
    assert session.solve(never, OPTIONS).reason is StopReason.INFEASIBLE


@pytest.mark.parametrize("integer", [False, True])
def test_infeasible(session: Session, integer: bool) -> None:
    wanted = program([1, 1], [[2, 2]], [INF], row_lower=[5], upper=[1, 1], integer=integer)
    result = session.solve(wanted, OPTIONS)
    assert result.reason is StopReason.INFEASIBLE
    assert not result.solved
    assert result.x is None
    assert math.isnan(result.objective)
    assert result.bound == INF


def test_infeasible_only_in_integers(session: Session) -> None:
    odd = program([1, 1], [[2, 2]], [1], row_lower=[1], upper=[1, 1], integer=True)
    result = session.solve(odd, OPTIONS)
    assert result.reason is StopReason.INFEASIBLE
    assert result.bound == INF
    assert session.solve(odd.relaxed(), OPTIONS).reason is StopReason.OPTIMAL


@pytest.mark.parametrize("integer", [False, True])
def test_unbounded(session: Session, integer: bool) -> None:
    free = program([1, 1], [[1, -1]], [1], upper=[INF, INF], integer=integer)
    result = session.solve(free, OPTIONS)
    assert result.reason is StopReason.UNBOUNDED
    assert result.bound == INF
    assert not result.solved


@pytest.mark.thin(3)
@pytest.mark.parametrize("limit_s", [1e-6, 0.03])
@pytest.mark.parametrize("integer", [False, True])
def test_a_time_limit_without_a_point_has_no_objective(
    session: Session, integer: bool, limit_s: float
) -> None:
    large = knapsack(500, 400, integer=integer)
    result = session.solve(large, SolveOptions(gap=0.0, time_limit_s=limit_s))
    if limit_s > 1e-6 and result.solved:
        return  # a quick machine
    assert result.reason is StopReason.TIME_LIMIT
    assert result.row_dual is None
    if result.x is None:
        assert math.isnan(result.objective)
    else:
        assert (large.matrix @ result.x <= large.row_upper + 1e-6).all()
        assert result.bound >= result.objective


def test_sessions_may_use_different_numbers_of_threads(backend: Backend) -> None:
    for threads in (None, 2, 1, 2, None):
        assert backend.open(threads).solve(knapsack(8, 2), OPTIONS).solved


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e-12])
def test_a_coefficient_that_would_be_dropped_is_refused(session: Session, value: float) -> None:
    with pytest.raises(SolverError, match=r"of x\[1\] in r\[0\] is outside"):
        session.solve(program([1, 1], [[1, value]], [1], upper=[1, 1]), OPTIONS)


def test_nothing_is_printed(backend: Backend) -> None:
    script = (
        "import json\n"
        "from optimizer.solvers.registry import backend_named\n"
        "from optimizer.solvers.backends.base import SolveOptions\n"
        "from tests.programs import knapsack\n"
        "for _ in range(2):\n"
        f"    session = backend_named('{backend.name}').open(1)\n"
        "    result = session.solve(knapsack(8, 2), SolveOptions())\n"
        "print(json.dumps({'objective': result.objective}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["objective"] > 0
    assert done.stderr == ""


@pytest.mark.thin(3)
@pytest.mark.parametrize("primal", [False, True])
def test_duals_are_the_change_of_the_objective(session: Session, primal: bool) -> None:
    case = compile_case(every_kind())
    whole, _ = compose(case)
    linear = whole.relaxed()
    base = session.solve(linear, SolveOptions(primal=primal))
    assert base.row_dual is not None
    binding = np.flatnonzero(np.abs(base.row_dual) > 1e-3)
    step = 1e-5
    rows = binding[:: max(len(binding) // 12, 1)]
    compared = 0
    for row in rows:
        changes = []
        for sign in (1, -1):
            row_lower, row_upper = linear.row_lower.copy(), linear.row_upper.copy()
            row_lower[row] += sign * step
            row_upper[row] += sign * step
            moved = linear.with_bounds(row_lower=row_lower, row_upper=row_upper)
            result = session.solve(moved, OPTIONS)
            if result.reason is StopReason.FAILED:  # its point is outside its bounds: refused
                break
            changes.append((result.objective - base.objective) * sign / step)
        if len(changes) < 2:
            continue
        compared += 1
        tolerance = 1e-4 * max(map(abs, changes)) + 1e-2
        assert min(changes) - tolerance <= base.row_dual[row] <= max(changes) + tolerance
    assert compared >= len(rows) - 1


def test_duals_prove_the_optimum(session: Session) -> None:
    """The dual objective equals the primal: rows and columns at the bounds they price."""
    linear = compose(compile_case(every_kind()))[0].relaxed()
    result = session.solve(linear, OPTIONS)
    assert result.row_dual is not None
    assert result.column_dual is not None
    assert result.column_dual == pytest.approx(
        linear.objective - linear.matrix.T @ result.row_dual, abs=1e-5
    )
    dual = linear.constant
    for price, lower, upper in (
        (result.row_dual, linear.row_lower, linear.row_upper),
        (result.column_dual, linear.lower, linear.upper),
    ):
        priced = np.abs(price) > 1e-7
        dual += price[priced] @ np.where(price > 0, upper, lower)[priced]
    assert dual == pytest.approx(result.objective, rel=1e-7)


def test_a_changed_program_gives_the_same_result_as_in_a_new_session(
    backend: Backend,
) -> None:
    whole, _ = compose(compile_case(built_site({"zones.Z.limit_mw": 0.07})))
    session = backend.open(None)
    row_upper, upper = whole.row_upper.copy(), whole.upper.copy()
    limited = whole.rows["grid_limit"].index.ravel()
    built = whole.columns["built"].index.ravel()
    row_upper[limited] = 0.03
    upper[built] = 2
    for changed in (
        whole,
        whole.relaxed(),
        whole.with_bounds(row_upper=row_upper),
        whole.with_bounds(upper=upper),
        whole.with_bounds(upper=upper).relaxed(),
        whole.with_objective(whole.objective * 0.5),
        whole,
        compose(compile_case(one_site()))[0],
        whole,
    ):
        again, anew = session.solve(changed, OPTIONS), backend.open(None).solve(changed, OPTIONS)
        assert again.objective == pytest.approx(anew.objective, rel=1e-7)


def test_fixing_integers_gives_duals_at_the_integer_optimum(session: Session) -> None:
    whole, _ = compose(compile_case(every_kind()))
    best = session.solve(whole, OPTIONS)
    assert best.x is not None
    fixed = session.solve(whole.fixed(best.x, whole.integer), OPTIONS)
    assert fixed.objective == pytest.approx(best.objective, rel=1e-7)
    assert fixed.row_dual is not None


def test_the_result_is_no_worse_than_the_start(backend: Backend) -> None:
    whole = knapsack(60, 20)
    good = backend_named("highs").open(None).solve(whole, SolveOptions(gap=0.02))
    assert good.x is not None
    result = backend.open(None).solve(whole, SolveOptions(time_limit_s=0.02), good.x)
    assert result.objective >= good.objective - 1e-9


def test_an_infeasible_start_is_ignored(session: Session) -> None:
    whole = knapsack(20, 5)
    result = session.solve(whole, OPTIONS, np.ones(20))
    assert result.x is not None
    assert (whole.matrix @ result.x <= whole.row_upper + 1e-6).all()


@pytest.mark.parametrize("gap", [0.2, 0.02])
def test_stops_at_the_gap_relative_to_system_cost(session: Session, gap: float) -> None:
    # The distance is measured against a system cost of 1000, not against the objective.
    whole = knapsack(60, 20)
    result = session.solve(whole, SolveOptions(gap=gap))
    assert result.reason is StopReason.GAP_REACHED
    assert result.x is not None
    assert 0 < (result.bound - result.objective) / 1000 <= gap


def test_the_bound_is_never_below_the_optimum(session: Session) -> None:
    for seed in range(6):
        whole = knapsack(25, 6, seed=seed)
        best = backend_named("highs").open(None).solve(whole, SolveOptions(gap=0.0))
        for gap in (0.1, 0.01):
            assert session.solve(whole, SolveOptions(gap=gap)).bound >= best.objective - 1e-6


def test_a_start_counts_as_a_point_for_the_gap(session: Session) -> None:
    whole = knapsack(45, 10, seed=3)
    best = session.solve(whole, SolveOptions(gap=0.0))
    again = session.solve(whole, SolveOptions(gap=0.5), best.x)
    assert again.solved
    assert again.objective == pytest.approx(best.objective)


def test_stops_when_asked_and_keeps_its_point(session: Session) -> None:
    seen: list[int] = []

    def should_stop() -> bool:
        seen.append(1)
        return len(seen) > 40

    result = session.solve(SLOW, SolveOptions(gap=0.0, should_stop=should_stop))
    assert result.reason is StopReason.INTERRUPTED
    assert result.x is not None
    assert (SLOW.matrix @ result.x <= SLOW.row_upper + 1e-6).all()
    assert result.bound >= result.objective


def test_ctrl_c_stops_the_search_and_prints_nothing(
    session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    with stop_on_interrupt() as should_stop:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        options = SolveOptions(gap=0.0, time_limit_s=30, should_stop=should_stop)
        result = session.solve(SLOW, options)
    assert result.reason is StopReason.INTERRUPTED
    assert capfd.readouterr() == ("", "")


def test_a_linear_program_stops_when_asked(session: Session) -> None:
    whole = knapsack(400, 300, integer=False)
    for primal in (False, True):
        options = SolveOptions(primal=primal, should_stop=lambda: True)
        result = session.solve(whole, options)
        assert result.reason is StopReason.INTERRUPTED
        assert result.row_dual is None


def test_progress_is_reported(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solvers.backends.highs_run.PROGRESS_EVERY_S", 0.0)
    reports: list[Progress] = []
    whole = knapsack(60, 20)
    result = session.solve(whole, SolveOptions(gap=0.02, on_progress=reports.append))
    last = reports[-1]
    assert last.gap == pytest.approx((last.bound - last.objective) / 1000)
    assert last.objective <= result.objective
    assert all(a.seconds <= b.seconds for a, b in itertools.pairwise(reports))


@pytest.mark.parametrize("primal", [False, True])
def test_a_fork_is_independent_of_its_session(session: Session, primal: bool) -> None:
    whole = compose(compile_case(every_kind()))[0].relaxed()
    first = session.solve(whole, OPTIONS)
    fork = session.fork(whole)
    again = fork.solve(whole, SolveOptions(primal=primal))
    assert again.objective == pytest.approx(first.objective)
    other = whole.with_objective(whole.objective * 0.9)
    apart = fork.solve(other, SolveOptions(primal=primal))
    assert apart.objective == pytest.approx(0.9 * (first.objective - whole.constant))
    assert session.solve(whole, OPTIONS).objective == pytest.approx(first.objective)


def test_a_fork_of_an_empty_session_is_empty(session: Session) -> None:
    whole = knapsack(8, 2)
    assert session.fork(whole).solve(whole, OPTIONS).solved


def test_a_small_gap_is_proven_for_a_cheap_program(session: Session) -> None:
    """By default CBC stops a cent short of the optimum."""
    whole = [True, True]
    cheap = program([3e-3, 2e-3], [[2, 1.5]], [2.5], upper=[1, 1], integer=whole, cost=3.0)
    outcome = session.solve(cheap, SolveOptions(gap=1e-6))
    assert outcome.solved
    assert outcome.x is not None
    assert cheap.gap(outcome.x, outcome.bound) <= 1e-6
