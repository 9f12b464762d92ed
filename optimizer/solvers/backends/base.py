"""The interface of backends: options, progress, outcome, sessions."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from optimizer.solvers.milp import Floats, Program


class StopReason(Enum):
    """Why a solver stopped, with or without a point."""

    OPTIMAL = "optimal"
    GAP_REACHED = "gap_reached"
    TIME_LIMIT = "time_limit"
    SEARCH_LIMIT = "search_limit"
    INTERRUPTED = "interrupted"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """Progress of a solve; objective and bound in k$, NaN while there is none."""

    seconds: float
    objective: float
    bound: float
    gap: float


@dataclass(frozen=True)
class SolveOptions:
    """When a solve stops, and how.

    Attributes
    ----------
    gap : float
        Stop when (bound - objective) is at most this fraction of the system cost at the best
        point.
    time_limit_s : float
        Wall-clock limit, s.
    primal : bool
        Solve linear programs by the primal simplex method, which is faster if only the objective
        and a few bounds changed since the last.
    on_progress : callable, optional
        Called from time to time with a `Progress`.
    should_stop : callable, optional
        Called often; once it returns true, the solve stops with its best point.
    """

    gap: float = 1e-6
    time_limit_s: float = math.inf
    primal: bool = False
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Outcome:
    """Result of a solve.

    Attributes
    ----------
    reason : StopReason
    x : ndarray, shape (n,), or None
        Best point, feasible within tolerances; None if there is none.
    objective : float
        Objective at the point, constant included, k$; NaN without a point.
    bound : float
        Proven upper bound on the objective, k$; infinite if none is proven.
    row_dual, column_dual : ndarray or None
        Change of the objective per unit of a row's bound, and of a column's bound; only for
        linear programs.
    seconds : float
    message : str
        Status as the solver words it.
    others : tuple of ndarray
        Other points met during the search, worse than the best.
    """

    reason: StopReason
    x: Floats | None = None
    objective: float = math.nan
    bound: float = math.inf
    row_dual: Floats | None = None
    column_dual: Floats | None = None
    seconds: float = 0.0
    message: str = ""
    others: tuple[Floats, ...] = ()

    @property
    def point(self) -> Floats:
        """The point of an outcome that must have one; ValueError if it has none."""
        if self.x is None:
            raise ValueError("the outcome has no point")
        return self.x

    @property
    def solved(self) -> bool:
        """Whether the point is proven to be within the requested gap."""
        return self.reason in (StopReason.OPTIMAL, StopReason.GAP_REACHED)


class Session(Protocol):
    """A solver that holds a program and can solve it again under other bounds."""

    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        """Solve a program, from the last basis if it shares the matrix of the last program."""
        ...

    def fork(self, program: Program) -> "Session":
        """Open another session that starts at the basis of this one.

        The program has the columns and rows of the last one, possibly followed by more rows.
        """
        ...


@runtime_checkable
class Backend(Protocol):
    """A solver."""

    @property
    def name(self) -> str:
        """Name by which users choose it."""
        ...

    @property
    def parallel(self) -> bool:
        """Whether sessions may run at the same time, in threads of one process."""
        ...

    def open(self, threads: int | None) -> Session:
        """Start a session with a number of threads, which the solver chooses if it is None."""
        ...
