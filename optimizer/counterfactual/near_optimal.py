"""A world near its optimum: integers held, welfare hardly less, in pieces of one year each.

With integers held no row spans years, so a year is a linear program of its own.  Five small ones
are solved in a fraction of the time of one that is five times their size.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import sparse

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Block, Bools, Floats, Indices, Part, Program

SLACK = 1e-6
"""Welfare that may be given up, as a share of the system cost."""

PATIENCE, PATIENCE_S = 1.0, 0.25
"""How long a warm solve may take: so many times the first one, and so many seconds."""

ROW_SCALE = 1e-3
"""Welfare rows are in M$, nearer in size to the other rows."""


@dataclass(frozen=True)
class Piece:
    """Columns of a world that no row ties to the others.

    Attributes
    ----------
    columns : ndarray of int, shape (n,)
        Their positions in the world's program.
    program : Program
        The program of these columns alone.
    session : Session
        Goes from extreme to extreme.
    solved : Session
        Has solved it for welfare, and nothing since.
    seconds : float
        How long that took.
    """

    columns: Indices
    program: Program
    session: Session
    solved: Session
    seconds: float

    def fork(self, context: SolveContext) -> Self:
        """Return the same with a session of its own, at the optimum."""
        return replace(self, session=self._at_optimum(context))

    def highest(self, objective: Floats, context: SolveContext) -> Floats:
        """Point where an objective over the piece's columns is highest, shape (n,).

        From the extreme before it is a few steps of the primal simplex method away, mostly; now
        and then that stalls at the dense welfare row for minutes.  From the optimum it does not,
        mostly; a cold solve takes seconds, and always ends.
        """
        program = self.program.with_objective(objective)
        warm = context.options(primal=True, at_most_s=PATIENCE_S + PATIENCE * self.seconds)
        found = self.session.solve(program, warm)
        if not found.solved:
            found = self._at_optimum(context).solve(program, warm)
        if not found.solved:
            found = context.open().solve(program, context.options())
        if found.x is None or not found.solved:
            raise SolverError(f"an extreme of displacement was not found: {found.message}")
        return found.x

    def _at_optimum(self, context: SolveContext) -> Session:
        session = self.solved.fork(self.program)
        # No step to take; but HiGHS scales for the objective it meets first.
        session.solve(self.program, context.options())
        return session


@dataclass(frozen=True)
class Near:
    """A world near its optimum.

    Attributes
    ----------
    point : ndarray, shape (N,)
        The optimum, over all columns of the world.
    pieces : tuple of Piece
    """

    point: Floats
    pieces: tuple[Piece, ...]

    def fork(self, context: SolveContext) -> Self:
        """Return the same with sessions of its own, each at the optimum."""
        return replace(self, pieces=tuple(piece.fork(context) for piece in self.pieces))

    def furthest(self, objective: Floats, context: SolveContext) -> Floats:
        """Point where an objective over all columns is highest, shape (N,).

        Raises
        ------
        SolverError
            Where it is not found in time.
        """
        x = self.point.copy()
        for piece in self.pieces:
            pull = objective[piece.columns]
            largest = float(np.abs(pull).max(initial=0.0))
            if largest:
                # Scaled to the solver's tolerances.
                x[piece.columns] = piece.highest(pull / largest, context)
        return x


def near_optimum(
    program: Program,
    outcome: Outcome,
    context: SolveContext,
) -> Near:
    """Return a world with its integers held, and no year's welfare far below the outcome's.

    Raises
    ------
    SolverError
        Where a year is not solved in time.
    """
    if outcome.x is None:
        raise ValueError("the world has no point")
    years = year_of_columns(program)
    held = program.fixed(outcome.x, program.integer)
    x = np.clip(outcome.x, held.lower, held.upper)
    free = held.lower < held.upper
    _must_be_apart(held, free, years)
    slack = SLACK * max(program.system_cost.value(x), 1.0) / (int(years.max()) + 1)
    pieces = []
    for year in range(int(years.max()) + 1):
        columns = np.flatnonzero(free & (years == year))
        piece = _piece(held, columns, x, slack)
        session = context.open()
        # Cold, with presolve: from the world's own basis the dense welfare row makes it slower.
        solved = session.solve(piece, context.options())
        if not solved.solved:
            raise SolverError("a world near its optimum was not solved in time")
        pieces.append(Piece(columns, piece, session, session, solved.seconds))
    return Near(x, tuple(pieces))


def _piece(held: Program, columns: Indices, x: Floats, slack: float) -> Program:
    """Program of some columns, the others held at a point, with a row for its welfare."""
    entries = held.matrix[:, columns]
    rows = np.unique(entries.indices)
    inside = sparse.csr_array(entries)[rows]
    elsewhere = np.ones(len(x), dtype=bool)
    elsewhere[columns] = False
    spent = (held.matrix @ np.where(elsewhere, x, 0.0))[rows]
    objective = held.objective[columns]
    row = sparse.csr_array(ROW_SCALE * objective[None, :])
    welfare = float(objective @ x[columns]) - slack
    nothing = Part(np.zeros(0, dtype=np.int64), np.zeros(0))
    return Program(
        objective=objective,
        constant=0.0,
        matrix=sparse.vstack([inside, row], format="csc"),
        row_lower=np.append(held.row_lower[rows] - spent, ROW_SCALE * welfare),
        row_upper=np.append(held.row_upper[rows] - spent, np.inf),
        lower=held.lower[columns],
        upper=held.upper[columns],
        integer=np.zeros(len(columns), dtype=bool),
        gate=np.zeros(len(columns), dtype=bool),
        columns={"column": Block("column", 0, (len(columns),))},
        rows={"row": Block("row", 0, (len(rows),)), "welfare": Block("welfare", len(rows), (1,))},
        parts={},
        system_cost=nothing,
    )


def _must_be_apart(held: Program, free: Bools, years: Indices) -> None:
    """Raise ValueError where a row ties two years together: pieces would not see it."""
    entries = sparse.coo_array(held.matrix[:, np.flatnonzero(free)])
    year = years[free][entries.coords[1]]
    first = np.full(held.matrix.shape[0], year.max(initial=0) + 1)
    last = np.full(held.matrix.shape[0], -1)
    np.minimum.at(first, entries.coords[0], year)
    np.maximum.at(last, entries.coords[0], year)
    tied = np.flatnonzero(last > first)
    if len(tied):
        raise ValueError(f"with integers held, {held.name_of_row(int(tied[0]))} spans years")


def year_of_columns(program: Program) -> np.ndarray:
    """Period of every column: the second axis of its block."""
    years = [
        np.broadcast_to(
            np.arange(block.shape[1]).reshape((1, -1) + (1,) * (len(block.shape) - 2)), block.shape
        ).ravel()
        for block in program.columns.values()
    ]
    return np.concatenate(years)
