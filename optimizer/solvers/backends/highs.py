"""HiGHS, given the program as arrays."""

import math
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import highspy
import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.backends.highs_run import DUAL, PRIMAL, Watch, share_threads
from optimizer.solvers.backends.numerics_check import refuse_unfit, same_objective
from optimizer.solvers.milp import Floats, Program

Status = highspy.HighsModelStatus

REASONS: dict[Status, StopReason] = {
    Status.kOptimal: StopReason.OPTIMAL,
    Status.kModelEmpty: StopReason.OPTIMAL,
    Status.kObjectiveBound: StopReason.GAP_REACHED,
    Status.kObjectiveTarget: StopReason.GAP_REACHED,
    Status.kTimeLimit: StopReason.TIME_LIMIT,
    Status.kIterationLimit: StopReason.FAILED,
    Status.kSolutionLimit: StopReason.FAILED,
    Status.kInterrupt: StopReason.INTERRUPTED,
    Status.kInfeasible: StopReason.INFEASIBLE,
    Status.kUnbounded: StopReason.UNBOUNDED,
    Status.kUnboundedOrInfeasible: StopReason.UNBOUNDED,
}
"""Any other status is `StopReason.FAILED`."""

UNDECIDED = (Status.kUnknown, Status.kSolveError, Status.kNotset)


_stdout = threading.Lock()


class Highs:
    """The HiGHS backend."""

    name = "highs"
    parallel = True

    def open(self, threads: int | None) -> "HighsSession":
        """Start a session."""
        return HighsSession(threads)


class HighsSession:
    """One HiGHS model, changed in place as long as programs share a matrix."""

    def __init__(self, threads: int | None) -> None:
        with _silent_stdout():
            self._highs = highspy.Highs()
        self._set("output_flag", False)
        # At the default of 1e-6, a point better by as much may exist beside the reported optimum.
        self._set("mip_feasibility_tolerance", 1e-9)
        if threads is not None:
            self._set("threads", threads)
        self._threads = threads
        self._last: Program | None = None

    def fork(self, program: Program) -> "HighsSession":
        """Open another session; see `optimizer.solvers.backends.base.Session`."""
        other = HighsSession(self._threads)
        other._load(program)
        basis = self._highs.getBasis()
        if basis.valid:
            rows = list(basis.row_status)
            added = len(program.row_lower) - len(rows)
            basis.row_status = rows + [highspy.HighsBasisStatus.kBasic] * added
            self._check(other._highs.setBasis(basis), "setBasis")
        return other

    def basis(self) -> highspy.HighsBasis:
        """Return the basis of the last linear program."""
        return self._highs.getBasis()

    def begin_at(self, program: Program, basis: highspy.HighsBasis) -> None:
        """Load a program, and begin its next solve at the basis of another of the same shape."""
        self._load(program)
        if basis.valid:
            self._check(self._highs.setBasis(basis), "setBasis")

    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        """Solve a program; see `optimizer.solvers.backends.base.Session`."""
        begun = time.perf_counter()
        self._load(program)
        is_mip = bool(program.integer.any())
        # HiGHS counts time over all runs of a session.
        self._set("time_limit", self._highs.getRunTime() + min(options.time_limit_s, 1e8))
        self._set("mip_rel_gap", 0.0 if is_mip else 1e-4)
        primal = options.primal and not is_mip
        self._set("simplex_strategy", PRIMAL if primal else DUAL)
        # From a feasible point, shifted bounds mislead it more often than they help.
        self._set("primal_simplex_bound_perturbation_multiplier", 0.0 if primal else 1.0)
        if is_mip and start is not None:
            point = highspy.HighsSolution()
            point.col_value = start
            self._check(self._highs.setSolution(point), "setSolution")
        watch = Watch(self._highs, program, options, begun, is_mip)
        self._run(watch)
        if is_mip and start is not None and not self._consistent(program):
            # If HiGHS 1.16 solves a program in presolve, it may return the starting point with
            # the objective of the optimum; without a starting point it returns the optimum.
            self._check(self._highs.clearSolver(), "clearSolver")
            self._run(watch)
        if self._undecided():
            # A warm simplex run can get stuck, or end at an optimum whose point is slightly
            # infeasible; a cold run with presolve does not.
            self._set("simplex_strategy", DUAL)
            self._check(self._highs.clearSolver(), "clearSolver")
            self._run(watch)
        return self._outcome(program, is_mip, watch, time.perf_counter() - begun)

    def _run(self, watch: "Watch") -> None:
        share_threads(self._threads)
        with watch:
            self._highs.run()

    def _undecided(self) -> bool:
        """Whether the run ended without an answer, or at an optimum without a feasible point."""
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        pointless = status == Status.kOptimal and info.primal_solution_status != feasible
        return status in UNDECIDED or pointless

    def _consistent(self, program: Program) -> bool:
        """Whether the point returned has the objective that HiGHS reports."""
        info = self._highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return True
        objective = float(program.objective @ np.array(self._highs.getSolution().col_value))
        return same_objective(info.objective_function_value, objective)

    def _outcome(self, program: Program, is_mip: bool, watch: "Watch", seconds: float) -> Outcome:
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        reason = REASONS.get(status, StopReason.FAILED)
        if reason is StopReason.INTERRUPTED and watch.gap_reached:
            reason = StopReason.GAP_REACHED
        has_point = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        solution = self._highs.getSolution()
        x = np.array(solution.col_value) if has_point else None
        if x is not None and not self._consistent(program):
            raise SolverError("HiGHS reports a wrong objective for its point")
        objective = math.nan if x is None else program.value(x)
        optimal_lp = not is_mip and reason is StopReason.OPTIMAL
        if is_mip:
            bound = info.mip_dual_bound + program.constant
        else:
            bound = objective if optimal_lp else math.inf
        if not math.isfinite(bound) or abs(bound) >= highspy.kHighsInf:
            bound = math.inf
        return Outcome(
            reason=reason,
            x=x,
            objective=objective,
            bound=bound,
            row_dual=np.array(solution.row_dual) if optimal_lp else None,
            column_dual=np.array(solution.col_dual) if optimal_lp else None,
            seconds=seconds,
            message=self._highs.modelStatusToString(status),
            others=tuple(watch.points[:-1]),
        )

    def _load(self, program: Program) -> None:
        """Pass the program to HiGHS: only the changes, if the matrix is the same object."""
        last, self._last = self._last, program
        if last is None or last.matrix is not program.matrix:
            self._check(_pass(self._highs, program), "passModel")
            return
        n, m = len(program.lower), len(program.row_lower)
        columns, rows = np.arange(n, dtype=np.int32), np.arange(m, dtype=np.int32)
        highs = self._highs
        if not np.array_equal(last.integer, program.integer):
            kinds = program.integer.astype(np.uint8)
            self._check(highs.changeColsIntegrality(n, columns, kinds), "integrality")
        if not np.array_equal(last.objective, program.objective):
            self._check(highs.changeColsCost(n, columns, program.objective), "cost")
        moved = (last.lower != program.lower) | (last.upper != program.upper)
        if moved.any():
            self._check(
                highs.changeColsBounds(
                    int(moved.sum()), columns[moved], program.lower[moved], program.upper[moved]
                ),
                "column bounds",
            )
        moved = (last.row_lower != program.row_lower) | (last.row_upper != program.row_upper)
        for row in rows[moved]:
            self._check(
                highs.changeRowBounds(row, program.row_lower[row], program.row_upper[row]),
                "row bounds",
            )

    def _set(self, option: str, value: bool | int | float | str) -> None:
        self._check(self._highs.setOptionValue(option, value), f"option {option}")

    @staticmethod
    def _check(status: highspy.HighsStatus, what: str) -> None:
        """Raise SolverError if HiGHS refused a call, which it reports only by its status."""
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused {what}")


def _pass(highs: highspy.Highs, program: Program) -> highspy.HighsStatus:
    """Hand a program over as arrays: lists of a million flags would take longer than the rest."""
    refuse_unfit(program)
    matrix, none = program.matrix, np.zeros(0, dtype=np.int32)
    rows, columns = matrix.shape
    return highs.passModel(
        columns,
        rows,
        matrix.nnz,
        0,  # no quadratic terms
        int(highspy.MatrixFormat.kColwise),
        int(highspy.HessianFormat.kTriangular),
        int(highspy.ObjSense.kMaximize),
        0.0,
        program.objective,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        none,
        none,
        np.zeros(0),
        program.integer.astype(np.int32),
    )


@contextmanager
def _silent_stdout() -> Iterator[None]:
    """Discard what a library writes directly to file descriptor 1.

    The first `Highs()` of a process prints a banner there, which would corrupt JSON on stdout.
    Only one thread at a time may do so, or the second would restore the descriptor of the first.
    """
    with _stdout, Path(os.devnull).open("wb") as nowhere:
        sys.stdout.flush()
        kept = os.dup(1)
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
