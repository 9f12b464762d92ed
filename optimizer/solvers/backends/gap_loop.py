"""Our gap, asked of solvers that know only an absolute one, and their points checked.

The gap is over the system cost at the point found, which is not known before.  So a solver is
run with the absolute gap that a point at hand allows, and again with a smaller one where the
point found turns out to cost less.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, Progress, SolveOptions, StopReason
from optimizer.solvers.backends.numerics_check import flaw, refuse_unfit, same_worth
from optimizer.solvers.milp import Floats, Program

SMALLEST_ALLOWED_KUSD = 1e-9
"""An absolute gap below this is within the tolerances of every solver: none is asked for then."""


@dataclass(frozen=True)
class Answer:
    """What one run of a solver says.

    Attributes
    ----------
    reason : StopReason
        `StopReason.OPTIMAL` where the absolute gap asked for is proven.
    message : str
        The solver's own words.
    x : ndarray, shape (n,), or None
    objective : float
        Value that the solver claims for the point, constant included.
    bound : float
        Proven upper bound on the objective, constant included; infinite where there is none.
    row_dual, column_dual : ndarray or None
        Of a linear program solved to optimality.
    """

    reason: StopReason
    message: str
    x: Floats | None = None
    objective: float = math.nan
    bound: float = math.inf
    row_dual: Floats | None = None
    column_dual: Floats | None = None


Run = Callable[[Program, float, SolveOptions, Floats | None], Answer]
"""A run: program, absolute gap in k$, options with the time that is left, a point to start at."""


def solve_by_runs(
    program: Program, options: SolveOptions, start: Floats | None, run: Run
) -> Outcome:
    """Solve a program by as many runs as the gap takes; see `backends.base.Session`.

    Raises
    ------
    SolverError
        Where a coefficient would be dropped, a point is not worth what the solver says, or a
        program is called infeasible that has a feasible start.
    """
    search = _Search(program, options, run)
    refuse_unfit(program)
    is_mip = bool(program.integer.any())
    if is_mip and start is not None and flaw(program, start) is None:
        search.best = start
    if options.should_stop is not None and options.should_stop():
        return search.outcome(Answer(StopReason.INTERRUPTED, "stopped before it began"))
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
        """Absolute gap that the gap asked for comes to at a point, k$."""
        if x is None or self._options.gap <= 0:
            return 0.0
        # `Program.gap` at a bound one k$ above the point: the gap that a k$ makes there.
        return self._options.gap / self._program.gap(x, self._program.value(x) + 1.0)

    def ask(self, program: Program, allowed: float) -> Answer:
        """Run the solver once in the time that is left, and check the point."""
        left = self._options.time_limit_s - self._seconds
        if left <= 0:
            return Answer(StopReason.TIME_LIMIT, "the time was over before it began")
        answer = self._run(program, allowed, replace(self._options, time_limit_s=left), self.best)
        if answer.x is None:
            return answer
        wrong = flaw(program, answer.x)
        if wrong is not None:
            stopped = answer.reason is not StopReason.OPTIMAL
            reason = answer.reason if stopped else StopReason.FAILED
            return Answer(reason, f"{answer.message}; no point: {wrong}")
        if not same_worth(answer.objective, program.value(answer.x)):
            raise SolverError("the solver returned a point that is not worth what it says")
        return answer

    def branch(self, allowed: float) -> Answer:
        """Run until the gap holds, by our own definition; the last answer."""
        program, options = self._program, self._options
        while True:
            answer = self.ask(program, allowed)
            self.bound = min(self.bound, answer.bound)
            if answer.x is not None and (
                self.best is None or program.value(answer.x) > program.value(self.best)
            ):
                self.best = answer.x
            if self.best is not None and answer.reason is StopReason.INFEASIBLE:
                raise SolverError("the solver calls a program infeasible that has a point")
            if self.best is None:
                return answer
            gap = program.gap(self.best, self.bound)
            if options.on_progress is not None:
                worth = program.value(self.best)
                options.on_progress(Progress(self._seconds, worth, self.bound, gap))
            if answer.reason is not StopReason.OPTIMAL or allowed == 0:
                return answer
            if gap == 0:
                return answer
            if gap <= options.gap:
                return replace(answer, reason=StopReason.GAP_REACHED)
            # A bound is short of the allowed by the solver's own tolerance, so halve it too.
            allowed = min(self.allowed_at(self.best), allowed) / 2
            allowed *= allowed >= SMALLEST_ALLOWED_KUSD

    def outcome(self, answer: Answer) -> Outcome:
        """Put an answer in the terms of the protocol."""
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
        return Outcome(
            reason=answer.reason,
            x=x,
            objective=objective,
            bound=bound,
            row_dual=answer.row_dual if optimal_lp else None,
            column_dual=answer.column_dual if optimal_lp else None,
            seconds=self._seconds,
            message=answer.message,
        )


def nearest_to_zero(program: Program) -> Floats:
    """Value of a column that no row and no objective holds, shape (n,)."""
    return np.minimum(np.maximum(program.lower, 0.0), program.upper)
