"""Pyomo, which passes the program to HiGHS through its own interface."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from pyomo.contrib.solver.common.results import Results, TerminationCondition
from pyomo.contrib.solver.solvers.highs import Highs as PyomoHighs

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.backends.gap_loop import RunSession, nearest_to_zero
from optimizer.solvers.backends.highs_run import DUAL, PRIMAL, share_threads
from optimizer.solvers.backends.pyomo_model import build_model
from optimizer.solvers.milp import Floats, Program

Ended = TerminationCondition

REASONS = {
    Ended.convergenceCriteriaSatisfied: StopReason.OPTIMAL,
    Ended.maxTimeLimit: StopReason.TIME_LIMIT,
    Ended.provenInfeasible: StopReason.INFEASIBLE,
    Ended.unbounded: StopReason.UNBOUNDED,
    Ended.infeasibleOrUnbounded: StopReason.UNBOUNDED,
}
"""Any other condition is `StopReason.FAILED`."""

LOOK_EVERY_S = 0.02

LOGGER = logging.getLogger("pyomo.contrib.solver.solvers.highs")


class Pyomo:
    """The Pyomo backend."""

    name = "pyomo"
    parallel = False

    def open(self, threads: int | None) -> RunSession:
        """Start a session; every program becomes a new model."""
        return RunSession(partial(_run, threads))


def _run(
    threads: int | None,
    program: Program,
    allowed: float,
    options: SolveOptions,
    start: Floats | None,
) -> Outcome:
    """Run HiGHS; the starting point is not used, since Pyomo's interface accepts none."""
    share_threads(threads)
    deadline = time.perf_counter() + options.time_limit_s
    is_mip = bool(program.integer.any())
    rows, columns = program.matrix.shape
    model = build_model(program, [("x", range(columns))], [("row", range(rows))])
    left = max(deadline - time.perf_counter(), 0.0)
    wanted: dict[str, Any] = {"mip_rel_gap": 0.0, "mip_abs_gap": allowed}
    wanted |= {"simplex_strategy": PRIMAL if options.primal and not is_mip else DUAL}
    wanted |= {} if threads is None else {"threads": threads}
    wanted |= {"time_limit": left} if math.isfinite(left) else {}
    solver = PyomoHighs()
    with _stopping(solver, options.should_stop) as asked, _no_warning():
        results = solver.solve(
            model,
            load_solutions=False,
            raise_exception_on_nonoptimal_result=False,
            solver_options=wanted,
        )
    _check_accepted(solver, wanted)
    reason = REASONS.get(results.termination_condition, StopReason.FAILED)
    if asked.is_set() and reason is StopReason.FAILED:
        reason = StopReason.INTERRUPTED
    return _answer(program, model, results, reason, is_mip)


def _answer(
    program: Program, model: Any, results: Results, reason: StopReason, is_mip: bool
) -> Outcome:
    message = results.termination_condition.name
    bound = results.objective_bound
    known = is_mip and bound is not None and math.isfinite(bound)
    proven = float(bound) if known and reason not in _NO_BOUND else math.inf
    loader = results.solution_loader
    if results.incumbent_objective is None:
        return Outcome(reason, bound=proven, message=message)
    x = nearest_to_zero(program)
    values = loader.get_vars()
    _fill(x, model.x, values)
    objective = float(results.incumbent_objective)
    if is_mip or reason is not StopReason.OPTIMAL:
        return Outcome(reason, x, objective, proven, message=message)
    row_dual, column_dual = np.zeros(len(program.row_lower)), program.objective.copy()
    _fill(row_dual, model.row, loader.get_duals())
    _fill(column_dual, model.x, loader.get_reduced_costs())
    return Outcome(reason, x, objective, objective, row_dual, column_dual, message=message)


_NO_BOUND = (StopReason.INFEASIBLE, StopReason.UNBOUNDED, StopReason.FAILED)


def _fill(vector: Floats, component: Any, values: Any) -> None:
    """Copy the values of a component's members into a vector; other entries stay."""
    for place, member in component.items():
        if member in values:
            vector[place] = values[member]


def _check_accepted(solver: Any, wanted: dict[str, Any]) -> None:
    """Raise SolverError if HiGHS refused an option, which Pyomo does not check."""
    for option, value in wanted.items():
        _, accepted = solver._solver_model.getOptionValue(option)
        if accepted != value:
            raise SolverError(f"HiGHS refused option {option} = {value} through Pyomo")


@contextmanager
def _stopping(solver: Any, should_stop: Callable[[], bool] | None) -> Iterator[threading.Event]:
    """Stop HiGHS when asked to; yield an event that is set once it was asked."""
    asked, over = threading.Event(), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            highs = solver._solver_model
            if highs is not None and (asked.is_set() or (should_stop and should_stop())):
                asked.set()
                highs.cancelSolve()

    looking = threading.Thread(target=look, daemon=True)
    if should_stop is not None:
        looking.start()
    try:
        yield asked
    finally:
        over.set()
        if should_stop is not None:
            looking.join()


@contextmanager
def _no_warning() -> Iterator[None]:
    """Keep Pyomo from logging that it does not know the status of an interrupted HiGHS."""
    was, LOGGER.disabled = LOGGER.disabled, True
    try:
        yield
    finally:
        LOGGER.disabled = was
