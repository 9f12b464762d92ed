"""What holds of every backend."""

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
"""No backend closes it in the time that a test takes."""


def test_a_backend_is_chosen_by_name() -> None:
    for name in BACKENDS:
        assert backend_named(name).name == name
    with pytest.raises(InputError, match="must be highs, pulp, pyomo, scip or gurobi"):
        backend_named("glpk")


def test_a_linear_program(session: Session) -> None:
    # max 3x + 2y + 7, x + y <= 4, x <= 3: x = 3, y = 1.
    found = session.solve(program([3, 2], [[1, 1]], [4], upper=[3, INF], constant=7), OPTIONS)
    assert found.reason is StopReason.OPTIMAL
    assert found.solved
    assert found.x == pytest.approx([3, 1])
    assert found.objective == found.bound == pytest.approx(18)
    assert found.row_dual == pytest.approx([2])
    assert found.column_dual == pytest.approx([1, 0])


def test_duals_of_equations_and_of_rows_from_below(session: Session) -> None:
    # max -2x - 3y, x + y >= 4, x - y = 1: x = 2.5, y = 1.5; both duals by hand.
    wanted = program(
        [-2, -3], [[1, 1], [1, -1]], [INF, 1], row_lower=[4, 1], upper=[INF, INF], constant=1
    )
    found = session.solve(wanted, OPTIONS)
    assert found.objective == pytest.approx(1 - 5 - 4.5)
    assert found.row_dual == pytest.approx([-2.5, 0.5])
    assert found.column_dual == pytest.approx([0, 0])


@pytest.mark.parametrize(("worth", "dual"), [(1, 1), (-1, -1)])
def test_duals_of_a_row_with_two_bounds(session: Session, worth: float, dual: float) -> None:
    wanted = program([worth], [[1]], [6], row_lower=[2], upper=[INF])
    found = session.solve(wanted, OPTIONS)
    assert found.objective == pytest.approx(6 if worth > 0 else -2)
    assert found.row_dual == pytest.approx([dual])


def test_an_integer_program_has_no_duals(session: Session) -> None:
    found = session.solve(
        program([3, 2], [[2, 2]], [3], upper=[9, 9], integer=True, constant=7),
        SolveOptions(gap=0.0),
    )
    assert found.reason is StopReason.OPTIMAL
    assert found.objective == pytest.approx(10)
    assert 10 - 1e-6 <= found.bound <= 10 + 1e-4
    assert found.row_dual is None
    assert found.column_dual is None


def test_a_program_without_rows(session: Session) -> None:
    found = session.solve(program([1, -1], np.zeros((0, 2)), [], upper=[3, 3]), OPTIONS)
    assert found.objective == pytest.approx(3)


def test_a_program_without_worth(session: Session) -> None:
    found = session.solve(program([0, 0], [[1, 1]], [4], row_lower=[4], upper=[3, 3]), OPTIONS)
    assert found.objective == 0
    assert found.x is not None
    assert found.x.sum() == pytest.approx(4)


def test_columns_that_nothing_holds_stand_within_their_bounds(session: Session) -> None:
    loose = program([1, 0, 0], [[1, 0, 0], [0, 0, 0]], [2, 5], upper=[3, 3, 3])
    loose = loose.with_bounds(lower=np.array([0.0, 2.0, -INF]), upper=np.array([3.0, 3.0, -1.0]))
    found = session.solve(loose, OPTIONS)
    assert found.x is not None
    assert found.x[0] == pytest.approx(2)
    assert 2 <= found.x[1] <= 3
    assert found.x[2] <= -1
    assert found.row_dual == pytest.approx([1, 0])


@pytest.mark.parametrize("integer", [False, True])
def test_a_row_without_entries_that_does_not_hold(session: Session, integer: bool) -> None:
    never = program([1, 1], [[0, 0], [1, 1]], [-1, 9], upper=[1, 1], integer=integer)
    assert session.solve(never, OPTIONS).reason is StopReason.INFEASIBLE


@pytest.mark.parametrize("integer", [False, True])
def test_infeasible(session: Session, integer: bool) -> None:
    wanted = program([1, 1], [[2, 2]], [INF], row_lower=[5], upper=[1, 1], integer=integer)
    found = session.solve(wanted, OPTIONS)
    assert found.reason is StopReason.INFEASIBLE
    assert not found.solved
    assert found.x is None
    assert math.isnan(found.objective)
    assert found.bound == INF


def test_infeasible_in_whole_numbers_only(session: Session) -> None:
    odd = program([1, 1], [[2, 2]], [1], row_lower=[1], upper=[1, 1], integer=True)
    found = session.solve(odd, OPTIONS)
    assert found.reason is StopReason.INFEASIBLE
    assert found.bound == INF
    assert session.solve(odd.relaxed(), OPTIONS).reason is StopReason.OPTIMAL


@pytest.mark.parametrize("integer", [False, True])
def test_unbounded(session: Session, integer: bool) -> None:
    free = program([1, 1], [[1, -1]], [1], upper=[INF, INF], integer=integer)
    found = session.solve(free, OPTIONS)
    assert found.reason is StopReason.UNBOUNDED
    assert found.bound == INF
    assert not found.solved


@pytest.mark.parametrize("limit_s", [1e-6, 0.03])
@pytest.mark.parametrize("integer", [False, True])
def test_no_number_at_a_time_limit_without_a_point(
    session: Session, integer: bool, limit_s: float
) -> None:
    large = knapsack(500, 400, integer=integer)
    found = session.solve(large, SolveOptions(gap=0.0, time_limit_s=limit_s))
    if limit_s > 1e-6 and found.solved:
        return  # a quick machine
    assert found.reason is StopReason.TIME_LIMIT
    assert found.row_dual is None
    if found.x is None:
        assert math.isnan(found.objective)
    else:
        assert (large.matrix @ found.x <= large.row_upper + 1e-6).all()
        assert found.bound >= found.objective


def test_threads_change_between_sessions(backend: Backend) -> None:
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
        "    found = session.solve(knapsack(8, 2), SolveOptions())\n"
        "print(json.dumps({'objective': found.objective}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["objective"] > 0
    assert done.stderr == ""


@pytest.mark.parametrize("primal", [False, True])
def test_duals_are_the_change_of_the_objective(session: Session, primal: bool) -> None:
    case = compile_case(every_kind())
    whole, _ = compose(case)
    linear = whole.relaxed()
    base = session.solve(linear, SolveOptions(primal=primal))
    assert base.row_dual is not None
    binding = np.flatnonzero(np.abs(base.row_dual) > 1e-3)
    step = 1e-5
    for row in binding[:: max(len(binding) // 12, 1)]:
        changes = []
        for sign in (1, -1):
            row_lower, row_upper = linear.row_lower.copy(), linear.row_upper.copy()
            row_lower[row] += sign * step
            row_upper[row] += sign * step
            moved = linear.with_bounds(row_lower=row_lower, row_upper=row_upper)
            found = session.solve(moved, OPTIONS)
            changes.append((found.objective - base.objective) * sign / step)
        tolerance = 1e-4 * max(map(abs, changes)) + 1e-2
        assert min(changes) - tolerance <= base.row_dual[row] <= max(changes) + tolerance


def test_duals_prove_the_optimum(session: Session) -> None:
    """The dual objective is the primal one: rows and columns at the bounds they price."""
    linear = compose(compile_case(every_kind()))[0].relaxed()
    found = session.solve(linear, OPTIONS)
    assert found.row_dual is not None
    assert found.column_dual is not None
    assert found.column_dual == pytest.approx(
        linear.objective - linear.matrix.T @ found.row_dual, abs=1e-5
    )
    dual = linear.constant
    for price, lower, upper in (
        (found.row_dual, linear.row_lower, linear.row_upper),
        (found.column_dual, linear.lower, linear.upper),
    ):
        priced = np.abs(price) > 1e-7
        dual += price[priced] @ np.where(price > 0, upper, lower)[priced]
    assert dual == pytest.approx(found.objective, rel=1e-7)


def test_changed_bounds_integrality_and_costs_give_what_a_new_session_gives(
    backend: Backend,
) -> None:
    whole, _ = compose(compile_case(built_site({"zones.Z.limit_mw": 0.07})))
    session = backend.open(None)
    row_upper, upper = whole.row_upper.copy(), whole.upper.copy()
    limited = whole.rows["grid_limit"].index.ravel()
    built = whole.columns["built"].index.ravel()
    row_upper[limited] = 0.03
    upper[built] = 2
    for one in (
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
        again, anew = session.solve(one, OPTIONS), backend.open(None).solve(one, OPTIONS)
        assert again.objective == pytest.approx(anew.objective, rel=1e-7)


def test_fixing_integers_gives_duals_at_the_integer_optimum(session: Session) -> None:
    whole, _ = compose(compile_case(every_kind()))
    best = session.solve(whole, OPTIONS)
    assert best.x is not None
    fixed = session.solve(whole.fixed(best.x, whole.integer), OPTIONS)
    assert fixed.objective == pytest.approx(best.objective, rel=1e-7)
    assert fixed.row_dual is not None


def test_a_start_is_kept(backend: Backend) -> None:
    whole = knapsack(60, 20)
    good = backend_named("highs").open(None).solve(whole, SolveOptions(gap=0.02))
    assert good.x is not None
    found = backend.open(None).solve(whole, SolveOptions(time_limit_s=0.02), good.x)
    assert found.objective >= good.objective - 1e-9


def test_a_start_that_is_not_feasible_is_no_point(session: Session) -> None:
    whole = knapsack(20, 5)
    found = session.solve(whole, OPTIONS, np.ones(20))
    assert found.x is not None
    assert (whole.matrix @ found.x <= whole.row_upper + 1e-6).all()


@pytest.mark.parametrize("gap", [0.2, 0.02])
def test_it_stops_at_the_gap_by_our_definition(session: Session, gap: float) -> None:
    # The distance is measured against a system cost of 1000, not against the objective.
    whole = knapsack(60, 20)
    found = session.solve(whole, SolveOptions(gap=gap))
    assert found.reason is StopReason.GAP_REACHED
    assert found.x is not None
    assert 0 < (found.bound - found.objective) / 1000 <= gap


def test_a_bound_is_never_under_the_optimum(session: Session) -> None:
    for seed in range(6):
        whole = knapsack(25, 6, seed=seed)
        best = backend_named("highs").open(None).solve(whole, SolveOptions(gap=0.0))
        for gap in (0.1, 0.01):
            assert session.solve(whole, SolveOptions(gap=gap)).bound >= best.objective - 1e-6


def test_the_gap_counts_a_start_as_a_point(session: Session) -> None:
    whole = knapsack(45, 10, seed=3)
    best = session.solve(whole, SolveOptions(gap=0.0))
    again = session.solve(whole, SolveOptions(gap=0.5), best.x)
    assert again.solved
    assert again.objective == pytest.approx(best.objective)


def test_it_stops_when_asked_and_keeps_its_point(session: Session) -> None:
    seen: list[int] = []

    def should_stop() -> bool:
        seen.append(1)
        return len(seen) > 40

    found = session.solve(SLOW, SolveOptions(gap=0.0, should_stop=should_stop))
    assert found.reason is StopReason.INTERRUPTED
    assert found.x is not None
    assert (SLOW.matrix @ found.x <= SLOW.row_upper + 1e-6).all()
    assert found.bound >= found.objective


def test_ctrl_c_stops_the_search_and_prints_nothing(
    session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    with stop_on_interrupt() as should_stop:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        options = SolveOptions(gap=0.0, time_limit_s=30, should_stop=should_stop)
        found = session.solve(SLOW, options)
    assert found.reason is StopReason.INTERRUPTED
    assert capfd.readouterr() == ("", "")


def test_a_linear_program_stops_when_asked(session: Session) -> None:
    whole = knapsack(400, 300, integer=False)
    for primal in (False, True):
        options = SolveOptions(primal=primal, should_stop=lambda: True)
        found = session.solve(whole, options)
        assert found.reason is StopReason.INTERRUPTED
        assert found.row_dual is None


def test_progress_is_told(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solvers.backends.highs_run.PROGRESS_EVERY_S", 0.0)
    told: list[Progress] = []
    whole = knapsack(60, 20)
    found = session.solve(whole, SolveOptions(gap=0.02, on_progress=told.append))
    last = told[-1]
    assert last.gap == pytest.approx((last.bound - last.objective) / 1000)
    assert last.objective <= found.objective
    assert all(a.seconds <= b.seconds for a, b in itertools.pairwise(told))


@pytest.mark.parametrize("primal", [False, True])
def test_a_fork_stands_apart(session: Session, primal: bool) -> None:
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


def test_a_small_gap_is_proven_of_a_cheap_program(session: Session) -> None:
    """CBC stops looking a cent short of the optimum unless told otherwise."""
    whole = [True, True]
    cheap = program([3e-3, 2e-3], [[2, 1.5]], [2.5], upper=[1, 1], integer=whole, cost=3.0)
    outcome = session.solve(cheap, SolveOptions(gap=1e-6))
    assert outcome.solved
    assert outcome.x is not None
    assert cheap.gap(outcome.x, outcome.bound) <= 1e-6
