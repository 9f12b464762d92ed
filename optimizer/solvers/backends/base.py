"""What a backend takes and gives: options, progress, why it stopped, and the point found."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from optimizer.solvers.milp import Floats, Program


class StopReason(Enum):
    """Why a solver stopped; whether it has a point is another question."""

    OPTIMAL = "optimal"
    GAP_REACHED = "gap_reached"
    TIME_LIMIT = "time_limit"
    INTERRUPTED = "interrupted"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """Where a solve stands; k$, and NaN where there is nothing yet."""

    seconds: float
    objective: float
    bound: float
    gap: float


@dataclass(frozen=True)
class SolveOptions:
    """How far and how long to solve.

    Attributes
    ----------
    gap : float
        Stop when (bound - objective) is at most this share of the system cost at the best
        point.
    time_limit_s : float
        Wall-clock limit.
    primal : bool
        Solve linear programs by the primal simplex method, quicker where only the objective
        and a few bounds moved since the last.
    on_progress : callable, optional
        Called now and then with a `Progress`.
    should_stop : callable, optional
        Asked often; once true the solve stops and keeps its best point.
    """

    gap: float = 1e-6
    time_limit_s: float = math.inf
    primal: bool = False
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a solver found.

    Attributes
    ----------
    reason : StopReason
    x : ndarray, shape (n,), or None
        Best point, feasible within tolerances; None where there is none.
    objective : float
        Value at the point, constant included; NaN without a point.
    bound : float
        Proven upper bound on the objective; infinite where nothing is proven.
    row_dual, column_dual : ndarray or None
        Change of the objective with a row's bound, with a column's bound; linear programs only.
    seconds : float
    message : str
        The solver's own words.
    others : tuple of ndarray
        Other points met on the way, worse than the best.
    """

    reason: StopReason
    x: Floats | None
    objective: float
    bound: float
    row_dual: Floats | None
    column_dual: Floats | None
    seconds: float
    message: str = ""
    others: tuple[Floats, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether the point is proven as good as was asked for."""
        return self.reason in (StopReason.OPTIMAL, StopReason.GAP_REACHED)


class Session(Protocol):
    """A solver that holds a program, to be solved again under other bounds."""

    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        """Solve a program; one that shares the matrix of the last starts where it ended."""
        ...

    def fork(self, program: Program) -> "Session":
        """Open another session on a program, starting where this one ended.

        The program has the last one's columns and rows, and perhaps rows after them.
        """
        ...


@runtime_checkable
class Backend(Protocol):
    """A solver."""

    @property
    def name(self) -> str:
        """Name by which it is chosen."""
        ...

    @property
    def parallel(self) -> bool:
        """Whether its sessions may run at the same time, in threads of one process."""
        ...

    def open(self, threads: int | None) -> Session:
        """Start a session with a number of threads, the solver's choice where None."""
        ...
