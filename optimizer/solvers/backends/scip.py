"""SCIP for programs with integers, and its simplex solver SoPlex for linear programs.

SCIP turns rows with one column into bounds and loses their duals.  SoPlex keeps every row, so its
duals are exact, and it resumes from the basis of the last program.
"""

import itertools
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from pyscipopt import LP, ExprCons, Model, quicksum
from pyscipopt.scip import PY_SCIP_LPPARAM as PARAMETER

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.backends.gap_loop import RunSession
from optimizer.solvers.milp import Floats, Program

REASONS = {
    "optimal": StopReason.OPTIMAL,
    "gaplimit": StopReason.OPTIMAL,
    "infeasible": StopReason.INFEASIBLE,
    "unbounded": StopReason.UNBOUNDED,
    "timelimit": StopReason.TIME_LIMIT,
    "userinterrupt": StopReason.INTERRUPTED,
}
"""Any other status is `StopReason.FAILED`."""

LOOK_EVERY_S = 0.02
ITERATIONS = 500
"""Simplex iterations between two checks of the time limit and of whether to stop."""
TOLERANCE = 1e-9


class Scip:
    """The SCIP backend."""

    name = "scip"
    parallel = False

    def open(self, threads: int | None) -> RunSession:
        """Start a session; SCIP always uses one thread."""
        return RunSession(_Runs().run)


class _Runs:
    """Keeps the last linear program; a program with integers becomes a new model each time."""

    def __init__(self) -> None:
        self._linear: _Linear | None = None

    def run(
        self, program: Program, allowed: float, options: SolveOptions, start: Floats | None
    ) -> Outcome:
        """Run SoPlex on a linear program, and SCIP on any other."""
        if program.integer.any():
            return _branch(program, allowed, options, start)
        if self._linear is not None and self._linear.holds(program):
            answer = self._linear.solve(program, options)
            if answer.reason is not StopReason.FAILED:
                return answer
        # SoPlex sometimes fails from the last basis; a cold start succeeds.
        self._linear = _Linear(program)
        return self._linear.solve(program, options)


class _Linear:
    """A linear program in SoPlex, which minimises the negated objective."""

    def __init__(self, program: Program) -> None:
        self._lp = LP("program")
        self._last = program
        self._lp.setRealParam(PARAMETER.FEASTOL, TOLERANCE)
        self._lp.setRealParam(PARAMETER.DUALFEASTOL, TOLERANCE)
        self._sides = self._finite_sides(program)
        lower, upper, row_lower, row_upper = (side.tolist() for side in self._sides)
        self._lp.addCols([[]] * len(lower), (-program.objective).tolist(), lower, upper)
        self._lp.addRows(_entries(program), row_lower, row_upper)

    def holds(self, program: Program) -> bool:
        """Whether a program has the matrix of this one."""
        return program.matrix is self._last.matrix

    def solve(self, program: Program, options: SolveOptions) -> Outcome:
        """Solve a program that has the matrix of this one."""
        self._change(program)
        lp, deadline = self._lp, time.perf_counter() + options.time_limit_s
        lp.setIntParam(PARAMETER.LPITLIM, ITERATIONS)
        while True:
            left_s = deadline - time.perf_counter()
            if left_s <= 0:
                return Outcome(StopReason.TIME_LIMIT, message="time limit")
            if options.should_stop is not None and options.should_stop():
                return Outcome(StopReason.INTERRUPTED, message="interrupted")
            lp.setRealParam(PARAMETER.LPTILIM, min(left_s, lp.infinity()))
            try:
                lp.solve(dual=not options.primal)
            except Exception as error:  # pyscipopt raises nothing narrower
                return Outcome(StopReason.FAILED, message=f"SoPlex failed: {error}")
            if lp.isOptimal():
                return self._optimum(program)
            if lp.getDualRay() is not None:
                return Outcome(StopReason.INFEASIBLE, message="infeasible")
            if lp.getPrimalRay() is not None:
                return _infeasible_or_unbounded(program, options)
            if lp.getNIterations() < ITERATIONS and time.perf_counter() < deadline:
                return Outcome(StopReason.FAILED, message="SoPlex ended without an answer")

    def _finite_sides(self, program: Program) -> list[Floats]:
        """Return the bounds of columns and rows, with SoPlex's own infinity."""
        sides = (program.lower, program.upper, program.row_lower, program.row_upper)
        return [np.clip(side, -self._lp.infinity(), self._lp.infinity()) for side in sides]

    def _change(self, program: Program) -> None:
        for column in np.flatnonzero(self._last.objective != program.objective).tolist():
            self._lp.chgObj(column, -program.objective[column])
        old, new = self._sides, self._finite_sides(program)
        for change, low, high in ((self._lp.chgBound, 0, 1), (self._lp.chgSide, 2, 3)):
            moved = (old[low] != new[low]) | (old[high] != new[high])
            for place in np.flatnonzero(moved).tolist():
                change(place, new[low][place], new[high][place])
        self._last, self._sides = program, new

    def _optimum(self, program: Program) -> Outcome:
        lp = self._lp
        objective = program.constant - lp.getObjVal()
        row_dual, column_dual = -np.array(lp.getDual()), -np.array(lp.getRedcost())
        x = np.array(lp.getPrimal())
        return Outcome(
            StopReason.OPTIMAL, x, objective, objective, row_dual, column_dual, message="optimal"
        )


def _branch(
    program: Program, allowed: float, options: SolveOptions, start: Floats | None
) -> Outcome:
    """Run SCIP on a program with integers."""
    begun = time.perf_counter()
    model, variables = _model(program)
    left_s = options.time_limit_s - (time.perf_counter() - begun)
    model.setParams(
        {
            "limits/gap": 0.0,
            "limits/absgap": allowed,
            "numerics/feastol": TOLERANCE,
            "misc/catchctrlc": False,
            "limits/time": min(max(left_s, 0.0), model.infinity()),
        }
    )
    if start is not None:
        solution = model.createSol()
        for variable, value in zip(variables, start.tolist(), strict=True):
            model.setSolVal(solution, variable, value)
        model.addSol(solution)
    _optimize(model, options.should_stop)
    status = model.getStatus()
    reason = REASONS.get(status, StopReason.FAILED)
    if status in ("unbounded", "inforunbd"):
        return _infeasible_or_unbounded(program, options)
    bound = model.getDualbound() if reason is not StopReason.INFEASIBLE else math.inf
    bound = bound if abs(bound) < model.infinity() else math.inf
    if not model.getNSols():
        return Outcome(reason, bound=bound, message=status)
    best = model.getBestSol()
    x = np.array([model.getSolVal(best, variable) for variable in variables])
    return Outcome(reason, x, model.getSolObjVal(best), bound, message=status)


def _optimize(model: Model, should_stop: Callable[[], bool] | None) -> None:
    """Run SCIP in a thread, so that this one receives Ctrl-C, and stop it when asked to."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(model.optimizeNogil)
        while not wait([running], LOOK_EVERY_S).done:
            if should_stop is not None and should_stop():
                model.interruptSolve()
    error = running.exception()
    if error is not None:
        raise SolverError(f"SCIP failed: {error}")


def _infeasible_or_unbounded(program: Program, options: SolveOptions) -> Outcome:
    """Return whether a program that has no optimum is infeasible or unbounded."""
    answer = _Runs().run(program.with_objective(0.0 * program.objective), 0.0, options, None)
    if answer.reason is StopReason.OPTIMAL:
        return Outcome(StopReason.UNBOUNDED, message="unbounded")
    return answer


def _model(program: Program) -> tuple[Model, list[Any]]:
    model = Model()
    model.hideOutput()
    infinite = model.infinity()
    variables = [
        model.addVar(f"x{column}", "I" if whole else "C", low, high, worth)
        for column, (whole, low, high, worth) in enumerate(
            zip(
                program.integer.tolist(),
                np.maximum(program.lower, -infinite).tolist(),
                np.minimum(program.upper, infinite).tolist(),
                program.objective.tolist(),
                strict=True,
            )
        )
    ]
    model.setMaximize()
    model.addObjoffset(program.constant)
    sides = zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
    for entries, (low, high) in zip(_entries(program), sides, strict=True):
        row = quicksum(value * variables[column] for column, value in entries)
        if math.isfinite(low) or math.isfinite(high):
            model.addCons(ExprCons(row, max(low, -infinite), min(high, infinite)))
    return model, variables


def _entries(program: Program) -> list[list[tuple[int, float]]]:
    """Return the columns and coefficients of each row."""
    matrix = program.matrix.tocsr()
    pairs = list(zip(matrix.indices.tolist(), matrix.data.tolist(), strict=True))
    return [pairs[first:last] for first, last in itertools.pairwise(matrix.indptr.tolist())]
