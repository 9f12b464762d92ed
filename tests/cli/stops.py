"""A backend that is stopped before it has an answer."""

import math
from dataclasses import dataclass

from optimizer.solvers.backends.base import Outcome, Session, SolveOptions, StopReason
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.milp import Floats, Program


@dataclass(frozen=True)
class _StopsSession:
    inner: Session
    reason: StopReason
    also_linear: bool

    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        if self.also_linear or program.integer.any():
            return Outcome(self.reason, None, math.nan, math.inf, None, None, 0.0)
        return self.inner.solve(program, options, start)

    def fork(self, program: Program) -> Session:
        return _StopsSession(self.inner.fork(program), self.reason, self.also_linear)


@dataclass(frozen=True)
class Stops:
    """Stops as soon as it branches, or at once."""

    reason: StopReason
    also_linear: bool
    name: str = "highs"
    parallel: bool = False

    def open(self, threads: int | None) -> Session:
        return _StopsSession(Highs().open(threads), self.reason, self.also_linear)
