"""Gurobi, given the program as arrays."""

import math
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import gurobipy
import numpy as np
from gurobipy import GRB
from scipy import sparse

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.backends.gap_loop import RunSession
from optimizer.solvers.milp import Floats, Program

REASONS = {
    GRB.OPTIMAL: (StopReason.OPTIMAL, "optimal"),
    GRB.INFEASIBLE: (StopReason.INFEASIBLE, "infeasible"),
    GRB.UNBOUNDED: (StopReason.UNBOUNDED, "unbounded"),
    GRB.TIME_LIMIT: (StopReason.TIME_LIMIT, "time limit"),
    GRB.INTERRUPTED: (StopReason.INTERRUPTED, "interrupted"),
}
"""Anything else is `StopReason.FAILED`."""

TOO_LARGE_FOR_LICENCE = 10010
SIZE_LIMIT = (
    "the licence that comes with gurobipy is limited to programs of 2,000 columns and 2,000 rows;"
    " this one has {columns:,} columns and {rows:,} rows: install a full Gurobi licence, or use"
    " another backend"
)
PRIMAL, DUAL = 0, 1
"""Values of Gurobi's parameter Method."""


class Gurobi:
    """The Gurobi backend."""

    name = "gurobi"
    parallel = False

    def open(self, threads: int | None) -> RunSession:
        """Start a session; every program becomes a new model."""
        try:
            environment = gurobipy.Env(empty=True)
            # Before it starts, or it prints its licence on stdout.
            environment.setParam("OutputFlag", 0)
            environment.start()
            if threads is not None:
                environment.setParam("Threads", threads)
        except gurobipy.GurobiError as error:
            raise SolverError(f"Gurobi does not start: {error}") from None
        return RunSession(partial(_run, environment))


def _run(
    environment: gurobipy.Env,
    program: Program,
    allowed: float,
    options: SolveOptions,
    start: Floats | None,
) -> Outcome:
    try:
        return _solve(environment, program, allowed, options, start)
    except gurobipy.GurobiError as error:
        message = f"Gurobi failed: {error}"
        if error.errno == TOO_LARGE_FOR_LICENCE:
            rows, columns = program.matrix.shape
            message = SIZE_LIMIT.format(rows=rows, columns=columns)
        raise SolverError(message) from None


def _solve(
    environment: gurobipy.Env,
    program: Program,
    allowed: float,
    options: SolveOptions,
    start: Floats | None,
) -> Outcome:
    is_mip = bool(program.integer.any())
    model = gurobipy.Model(env=environment)
    wanted: dict[str, Any] = {"MIPGap": 0.0, "MIPGapAbs": allowed, "IntFeasTol": 1e-9}
    wanted |= {"Method": PRIMAL if options.primal else DUAL} if not is_mip else {}
    wanted |= {"TimeLimit": options.time_limit_s} if math.isfinite(options.time_limit_s) else {}
    for name, value in wanted.items():
        model.setParam(name, value)
    columns: Any = model.addMVar(
        len(program.lower),
        lb=program.lower,
        ub=program.upper,
        obj=program.objective,
        vtype=np.where(program.integer, GRB.INTEGER, GRB.CONTINUOUS),
    )
    model.ModelSense = GRB.MAXIMIZE
    model.ObjCon = program.constant
    rows, sense, sides = _one_sided(program)
    constraints = model.addMConstr(sparse.csr_array(program.matrix)[rows], columns, sense, sides)
    if is_mip and start is not None:
        columns.Start = start
    model.optimize(_watch(options.should_stop))
    if model.Status == GRB.INF_OR_UNBD:
        model.setParam("DualReductions", 0)
        model.optimize(_watch(options.should_stop))
    if model.Status == GRB.INTERRUPTED and not _asked(options.should_stop):
        # Gurobi intercepted a Ctrl-C: raise it again for the handler of this process.
        signal.raise_signal(signal.SIGINT)
    reason, message = REASONS.get(
        model.Status, (StopReason.FAILED, f"Gurobi status {model.Status}")
    )
    if is_mip:
        bound = model.ObjBound if abs(model.ObjBound) < GRB.INFINITY else math.inf
        if not model.SolCount:
            return Outcome(reason, bound=bound, message=message)
        return Outcome(reason, columns.X, model.ObjVal, bound, message=message)
    if reason is not StopReason.OPTIMAL:
        return Outcome(reason, message=message)
    row_dual = np.zeros(len(program.row_lower))
    np.add.at(row_dual, rows, constraints.Pi)
    return Outcome(
        reason, columns.X, model.ObjVal, model.ObjVal, row_dual, columns.RC, message=message
    )


def _one_sided(program: Program) -> tuple[Any, Any, Floats]:
    """Return the row, the sense and the side of each constraint: two for a row with a range."""
    lower, upper = program.row_lower, program.row_upper
    equal = np.flatnonzero(lower == upper)
    below = np.flatnonzero(np.isfinite(upper) & (lower != upper))
    above = np.flatnonzero(np.isfinite(lower) & (lower != upper))
    sizes = [len(equal), len(below), len(above)]
    sense = np.repeat([GRB.EQUAL, GRB.LESS_EQUAL, GRB.GREATER_EQUAL], sizes)
    rows = np.concatenate([equal, below, above])
    return rows, sense, np.concatenate([upper[equal], upper[below], lower[above]])


def _asked(should_stop: Callable[[], bool] | None) -> bool:
    return should_stop is not None and should_stop()


def _watch(should_stop: Callable[[], bool] | None) -> Callable[[Any, int], None]:
    """Return a callback that stops Gurobi when asked to."""
    is_main = threading.current_thread() is threading.main_thread()
    handlers = [signal.getsignal(signal.SIGINT) or signal.default_int_handler] * is_main

    def called(model: Any, _: int) -> None:
        if handlers:
            # While it runs, Gurobi puts a handler of its own in the place of Python's.
            signal.signal(signal.SIGINT, handlers.pop())
        if _asked(should_stop):
            model.terminate()

    return called
