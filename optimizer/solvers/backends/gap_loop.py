"""The gap of this package for solvers that stop at an absolute gap; their points are checked.

The gap is relative to the system cost at the point found, which is known only afterwards.  A
solver therefore runs with the absolute gap that the best known point implies, and again with a
smaller one if the point that it finds costs less.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, Progress, SolveOptions, StopReason
from optimizer.solvers.backends.numerics_check import infeasibility, refuse_unfit, same_objective
from optimizer.solvers.milp import Floats, Program

SMALLEST_ALLOWED_KUSD = 1e-9
"""Absolute gaps below this are within the tolerances of every solver, and become 0."""


Run = Callable[[Program, float, SolveOptions, Floats | None], Outcome]
"""One run: program, absolute gap in k$, options with the time that is left, starting point.

`StopReason.OPTIMAL` means that the absolute gap is proven.
"""


@dataclass(frozen=True)
class RunSession:
    """Session of a backend that is one function and keeps nothing that a fork must not share."""

    run: Run

    def fork(self, program: Program) -> "RunSession":
        """Return this session; see `optimizer.solvers.backends.base.Session`."""
        return self

    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        """Solve a program in as many runs as the gap takes; see `backends.base.Session`.

        Raises
        ------
        SolverError
            If the solver would drop a coefficient, reports a wrong objective for its point, or
            calls a program infeasible that has a feasible starting point.
        """
        search = _Search(program, options, self.run)
        refuse_unfit(program)
        is_mip = bool(program.integer.any())
        if is_mip and start is not None and infeasibility(program, start) is None:
            search.best = start
        if options.should_stop is not None and options.should_stop():
            return search.outcome(
                Outcome(StopReason.INTERRUPTED, message="stopped before the first run")
            )
        if not is_mip:
            return search.outcome(search.ask(program, 0.0))
        if options.gap > 0 and search.best is None:
            relaxed = search.ask(program.relaxed(), 0.0)
            if relaxed.reason is not StopReason.OPTIMAL or relaxed.x is None:
                return search.outcome(replace(relaxed, x=None, row_dual=None, column_dual=None))
            search.bound = relaxed.bound
            return search.outcome(search.branch(search.allowed_at(relaxed.x)))
        return search.outcome(search.branch(search.allowed_at(search.best)))


class _Search:
    """One solve: the best point so far, the best bound, and the time that is left."""

    def __init__(self, program: Program, options: SolveOptions, run: Run) -> None:
        self.best: Floats | None = None
        self.bound = math.inf
        self._program = program
        self._options = options
        self._run = run
        self._begun = time.perf_counter()

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._begun

    def allowed_at(self, x: Floats | None) -> float:
        """Return the absolute gap, k$, that the requested gap implies at a point."""
        if x is None or self._options.gap <= 0:
            return 0.0
        # `Program.gap` at a bound 1 k$ above the point is the gap per k$.
        return self._options.gap / self._program.gap(x, self._program.value(x) + 1.0)

    def ask(self, program: Program, allowed: float) -> Outcome:
        """Run the solver once in the time that is left, and check its point."""
        left = self._options.time_limit_s - self._seconds
        if left <= 0:
            return Outcome(StopReason.TIME_LIMIT, message="no time left before the run")
        answer = self._run(program, allowed, replace(self._options, time_limit_s=left), self.best)
        if answer.x is None:
            return answer
        fault = infeasibility(program, answer.x)
        if fault is not None:
            stopped = answer.reason is not StopReason.OPTIMAL
            reason = answer.reason if stopped else StopReason.FAILED
            message = f"{answer.message}; its point is infeasible: {fault}"
            return Outcome(reason, message=message)
        if not same_objective(answer.objective, program.value(answer.x)):
            raise SolverError("the solver reports a wrong objective for its point")
        return answer

    def branch(self, allowed: float) -> Outcome:
        """Run until `Program.gap` is reached, and return the last answer."""
        program, options = self._program, self._options
        while True:
            answer = self.ask(program, allowed)
            self.bound = min(self.bound, answer.bound)
            if answer.x is not None and (
                self.best is None or program.value(answer.x) > program.value(self.best)
            ):
                self.best = answer.x
            if self.best is not None and answer.reason is StopReason.INFEASIBLE:
                raise SolverError("the solver calls a program infeasible that has a feasible point")
            if self.best is None:
                return answer
            gap = program.gap(self.best, self.bound)
            if options.on_progress is not None:
                objective = program.value(self.best)
                options.on_progress(Progress(self._seconds, objective, self.bound, gap))
            if answer.reason is not StopReason.OPTIMAL or allowed == 0:
                return answer
            if gap == 0:
                return answer
            if gap <= options.gap:
                return replace(answer, reason=StopReason.GAP_REACHED)
            # The bound may miss the allowed gap by the solver's tolerance, so halve it as well.
            allowed = min(self.allowed_at(self.best), allowed) / 2
            allowed *= allowed >= SMALLEST_ALLOWED_KUSD

    def outcome(self, answer: Outcome) -> Outcome:
        """Return an answer as the outcome of the solve."""
        program = self._program
        is_mip = bool(program.integer.any())
        x = self.best if is_mip else answer.x
        objective = math.nan if x is None else program.value(x)
        optimal_lp = not is_mip and x is not None and answer.reason is StopReason.OPTIMAL
        bound = objective if optimal_lp else self.bound
        if answer.reason in (StopReason.INFEASIBLE, StopReason.UNBOUNDED):
            bound = math.inf
        if x is not None:
            bound = max(bound, objective)
        return replace(
            answer,
            x=x,
            objective=objective,
            bound=bound,
            row_dual=answer.row_dual if optimal_lp else None,
            column_dual=answer.column_dual if optimal_lp else None,
            seconds=self._seconds,
        )


def nearest_to_zero(program: Program) -> Floats:
    """Return values for columns that no row and no objective uses, shape (n,)."""
    return np.minimum(np.maximum(program.lower, 0.0), program.upper)
