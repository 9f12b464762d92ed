"""Specific to Gurobi: its licence, and its own handling of Ctrl-C."""

import os
import signal
import threading

import gurobipy
import pytest

from optimizer.errors import SolverError
from optimizer.solvers.backends import gurobi
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.interrupts import stop_on_interrupt
from tests.programs import knapsack


def test_a_program_too_large_for_the_licence_is_refused_with_its_size() -> None:
    message = (
        "limited to programs of 2,000 columns and 2,000 rows; this one has 2,001 columns and 5"
    )
    with pytest.raises(SolverError, match=message):
        gurobi.Gurobi().open(None).solve(knapsack(2001, 5), SolveOptions())


def test_a_licence_that_cannot_be_used_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise gurobipy.GurobiError(10009, "License expired")

    monkeypatch.setattr(gurobipy, "Env", refuse)
    with pytest.raises(SolverError, match="Gurobi does not start: License expired"):
        gurobi.Gurobi().open(None)


def test_any_other_failure_is_reported_in_gurobis_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SolverError, match=r"Gurobi does not start: .*Threads"):
        gurobi.Gurobi().open(5000)
    monkeypatch.setattr(gurobi, "DUAL", 99)
    with pytest.raises(SolverError, match=r"Gurobi failed: .*Method"):
        gurobi.Gurobi().open(None).solve(knapsack(8, 2, integer=False), SolveOptions())


def test_a_ctrl_c_that_gurobi_handles_itself_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gurobi, "_watch", lambda _: lambda model, where: None)
    with stop_on_interrupt() as should_stop:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        options = SolveOptions(gap=0.0, time_limit_s=30, should_stop=should_stop)
        gurobi.Gurobi().open(None).solve(knapsack(150, 60), options)
        assert should_stop()
