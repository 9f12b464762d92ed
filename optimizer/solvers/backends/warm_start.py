"""HiGHS for many scenarios of one structure: each begins at the basis of the one before."""

from dataclasses import dataclass

import highspy

from optimizer.solvers.backends.base import Outcome, Session, SolveOptions
from optimizer.solvers.backends.highs import HighsSession
from optimizer.solvers.milp import Floats, Program


class Warm:
    """A backend that carries bases over from one scenario to the next.

    The sessions of a scenario are identified by the order in which they open, which is the same in
    every scenario that takes the same path.  Each keeps the basis of its first program (the
    relaxation, which takes longest); a program of another shape starts cold.  A basis is only the
    starting point of the simplex method: it changes neither the optimum nor the bound.

    Not safe for several threads at once.
    """

    name = "highs"
    parallel = True

    def __init__(self) -> None:
        self._memories: list[_Memory] = []
        self._opened = 0

    def begin(self) -> None:
        """Begin the next scenario."""
        self._opened = 0

    def open(self, threads: int | None) -> "WarmSession":
        """Start a session."""
        return WarmSession(HighsSession(threads), self._next(), self)

    def forked(self, inner: HighsSession) -> "WarmSession":
        """Wrap a session that another has forked."""
        return WarmSession(inner, self._next(), self)

    def _next(self) -> "_Memory":
        if self._opened == len(self._memories):
            self._memories.append(_Memory())
        self._opened += 1
        return self._memories[self._opened - 1]


@dataclass
class _Memory:
    """Final basis of the first program of a session."""

    shape: tuple[int, ...] = ()
    basis: highspy.HighsBasis | None = None


class WarmSession:
    """A session that begins at the basis of its counterpart in the scenario before."""

    def __init__(self, inner: HighsSession, memory: _Memory, home: Warm) -> None:
        self._inner = inner
        self._memory = memory
        self._home = home
        self._is_first = True

    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        """Solve a program; see `optimizer.solvers.backends.base.Session`."""
        first, self._is_first = self._is_first, False
        if not first or program.integer.any():
            return self._inner.solve(program, options, start)
        memory = self._memory
        if memory.basis is not None and memory.shape == program.matrix.shape:
            self._inner.begin_at(program, memory.basis)
        outcome = self._inner.solve(program, options, start)
        if outcome.solved:
            memory.shape, memory.basis = program.matrix.shape, self._inner.basis()
        return outcome

    def fork(self, program: Program) -> Session:
        """Open another session; see `optimizer.solvers.backends.base.Session`."""
        return self._home.forked(self._inner.fork(program))
