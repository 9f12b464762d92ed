"""A solve context hands out the time that is left, and runs tasks side by side."""

import os
import threading

import pytest

from optimizer.solvers import search
from optimizer.solvers.backends.base import StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Program
from optimizer.solvers.registry import backend_named
from tests.programs import INF, knapsack


def test_each_program_gets_the_time_that_is_left() -> None:
    assert SolveContext().options().time_limit_s == INF
    assert SolveContext(time_limit_s=-1.0).options().time_limit_s == 0.05
    assert 8 < SolveContext(time_limit_s=10.0).options().time_limit_s <= 10
    assert SolveContext(time_limit_s=10.0).options(at_most_s=2.0).time_limit_s == 2


def test_follow_up_programs_get_more_grace_and_report_no_progress() -> None:
    late = SolveContext(time_limit_s=1e-9, on_progress=print).follow_up().options()
    assert late.time_limit_s == 5
    assert late.on_progress is None


@pytest.mark.parametrize("threads", [1, 2, 9])
def test_results_keep_the_order_of_the_tasks(threads: int) -> None:
    programs = [knapsack(20, 5, seed) for seed in range(5)]

    def optimum(whole: Program) -> float:
        outcome = search.solve(whole, SolveContext(gap=0.0)).outcome
        assert outcome.reason is StopReason.OPTIMAL
        return outcome.objective

    tasks = [lambda whole=whole: optimum(whole) for whole in programs]  # type: ignore[misc]
    results = SolveContext(threads=threads).side_by_side(tasks)
    assert results == pytest.approx([optimum(whole) for whole in programs])


def test_sessions_run_in_parallel_if_the_backend_allows() -> None:
    assert SolveContext(threads=3).at_once == 3
    assert SolveContext().at_once == (os.cpu_count() or 1)
    assert SolveContext(backend_named("pulp"), threads=3).at_once == 1


def test_with_one_thread_tasks_run_one_after_another() -> None:
    names = SolveContext(threads=1).side_by_side([lambda: threading.current_thread().name] * 3)
    assert set(names) == {threading.current_thread().name}


def test_an_error_in_a_task_is_raised() -> None:
    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        SolveContext(threads=2).side_by_side([fail, lambda: 1])
