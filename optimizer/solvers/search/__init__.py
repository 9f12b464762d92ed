"""Solving methods: how a program is solved to a proven gap, with any backend."""

from dataclasses import dataclass
from typing import Protocol

from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.registry import method_named


class Method(Protocol):
    """A way to solve a program."""

    def __call__(
        self,
        session: Session,
        program: Program,
        context: SolveContext,
        start: Floats | None = None,
        first: Floats | None = None,
    ) -> Outcome:
        """Solve a program; see `solve_in`."""
        ...


@dataclass(frozen=True)
class Solved:
    """A solved program, and the session that holds it, ready for prices."""

    program: Program
    outcome: Outcome
    session: Session


def solve(program: Program, context: SolveContext, first: Floats | None = None) -> Solved:
    """Solve a program to a proven gap in a new session; see `solve_in`."""
    session = context.open()
    return Solved(program, solve_in(session, program, context, first=first), session)


def solve_in(
    session: Session,
    program: Program,
    context: SolveContext,
    start: Floats | None = None,
    first: Floats | None = None,
) -> Outcome:
    """Solve a program by the method of the context.

    Parameters
    ----------
    session : Session
        It may already hold the program's relaxation, or one like it.
    program : Program
    context : SolveContext
    start : ndarray, shape (n,), optional
        Point whose integers, clipped to the bounds, are tried too.
    first : ndarray, shape (n,), optional
        Tried before anything else in the same way; if it is within the gap, the search ends.

    Returns
    -------
    Outcome
        Its point has whole integers and is optimal for them; its duals are those of the linear
        program in which every integer is fixed there.
    """
    method: Method = method_named(context.method)
    return method(session, program, context, start, first)
