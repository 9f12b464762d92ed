"""The near-optimal face of a world: the points whose welfare is close to that of its plan.

With integers fixed no row spans years, so each year is a linear program of its own: five small
ones are solved in a fraction of the time of one five times their size.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import sparse

from optimizer.errors import SolverError
from optimizer.formulation.demand_curve import excess as excess_by_workload
from optimizer.formulation.world_program import WorldProgram
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Block, Bools, Floats, Indices, Part, Program

SLACK = 1e-6
"""Welfare that may be given up, as a share of the system cost."""

PATIENCE, PATIENCE_S = 1.0, 0.25
"""Time limit of a warm solve: a multiple of the first solve's time, plus seconds."""

ROW_SCALE = 1e-3
"""Welfare rows are in M$, closer in size to the other rows."""


@dataclass(frozen=True)
class Piece:
    """Columns of a world that no row links to the others.

    Attributes
    ----------
    columns : ndarray of int, shape (n,)
        Their positions in the world's program.
    program : Program
        The program of these columns alone.
    session : Session
        Moves from extreme to extreme.
    solved : Session
        Has solved the program for welfare, and nothing since.
    seconds : float
        How long that took.
    """

    columns: Indices
    program: Program
    session: Session
    solved: Session
    seconds: float

    def fork(self, context: SolveContext) -> Self:
        """Return the piece with a session of its own, at the optimum."""
        return replace(self, session=self._at_optimum(context))

    def maximize(self, objective: Floats, context: SolveContext) -> Floats:
        """Return the point that maximizes an objective over the piece's columns, shape (n,).

        From the previous extreme, the primal simplex method usually needs a few steps; now and
        then it stalls at the dense welfare row for minutes.  From the optimum it rarely does; a
        cold solve takes seconds and always finishes.
        """
        program = self.program.with_objective(objective)
        warm = context.options(primal=True, at_most_s=PATIENCE_S + PATIENCE * self.seconds)
        outcome = self.session.solve(program, warm)
        if not outcome.solved:
            outcome = self._at_optimum(context).solve(program, warm)
        if not outcome.solved:
            outcome = context.open().solve(program, context.options())
        if outcome.x is None or not outcome.solved:
            raise SolverError(f"an extreme of displacement was not found: {outcome.message}")
        return outcome.x

    def _at_optimum(self, context: SolveContext) -> Session:
        session = self.solved.fork(self.program)
        # No step is needed, but HiGHS scales for the objective that it meets first.
        session.solve(self.program, context.options())
        return session


@dataclass(frozen=True)
class NearOptimalFace:
    """The points of a world whose welfare is close to that of its plan.

    Attributes
    ----------
    point : ndarray, shape (N,)
        The plan, over all columns of the world.
    pieces : tuple of Piece
    """

    point: Floats
    pieces: tuple[Piece, ...]

    def fork(self, context: SolveContext) -> Self:
        """Return the face with sessions of its own, each at the optimum."""
        return replace(self, pieces=tuple(piece.fork(context) for piece in self.pieces))

    def ends(self, context: SolveContext) -> tuple[Self, Self]:
        """Return the face twice, for the lowest and the highest values of measures.

        The lowest values of different measures are close to each other, and far from the highest:
        each begins where the last one ended.
        """
        return self.fork(context), self.fork(context)

    def maximize(self, objective: Floats, context: SolveContext) -> Floats:
        """Return the point that maximizes an objective over all columns, shape (N,).

        Raises
        ------
        SolverError
            If it is not found in time.
        """
        x = self.point.copy()
        for piece in self.pieces:
            coefficients = objective[piece.columns]
            largest = float(np.abs(coefficients).max(initial=0.0))
            if largest:
                # Scaled to the solver's tolerances.
                x[piece.columns] = piece.maximize(coefficients / largest, context)
        return x


def fixed_builds_face(
    world: WorldProgram, outcome: Outcome, context: SolveContext
) -> NearOptimalFace:
    """Return the face with integers fixed and every year's welfare close to the outcome's.

    Tangents value demand above its curve, and the outcome is valued on the curve: every plan with
    these builds whose welfare on the curve is as close lies in the face.

    Raises
    ------
    SolverError
        If a year is not solved in time.
    """
    program, years = world.program, year_of_columns(world.program)
    fixed = program.fixed(outcome.point, program.integer)
    x = np.clip(outcome.point, fixed.lower, fixed.upper)
    free = fixed.lower < fixed.upper
    _must_be_separate(fixed, free, years)
    slack = SLACK * max(program.system_cost.value(x), 1.0) / (int(years.max()) + 1)
    excess = excess_by_workload(world.case, world.layout, x).sum(axis=0)
    pieces = []
    for year in range(int(years.max()) + 1):
        columns = np.flatnonzero(free & (years == year))
        pieces.append(
            _solved_piece(columns, _program_of(fixed, columns, x, slack + excess[year]), context)
        )
    return NearOptimalFace(x, tuple(pieces))


def relaxed_face(world: WorldProgram, point: Floats, context: SolveContext) -> NearOptimalFace:
    """Return the face of the relaxation with welfare close to that of a point, in one piece.

    It contains every plan whose welfare on the demand curve is at least the point's, and those
    that are as close to it as in `fixed_builds_face`.

    Raises
    ------
    SolverError
        If the relaxation is not solved in time.
    """
    relaxed = world.program.relaxed()
    slack = SLACK * max(relaxed.system_cost.value(point), 1.0)
    welfare = float(relaxed.objective @ point) - world.excess_kusd(point)
    least = ROW_SCALE * (welfare - slack)
    row = sparse.csr_array(ROW_SCALE * relaxed.objective[None, :])
    cut = relaxed.with_rows("welfare", row, np.array([least]), np.array([np.inf]))
    return NearOptimalFace(point, (_solved_piece(np.arange(len(point)), cut, context),))


def _solved_piece(columns: Indices, program: Program, context: SolveContext) -> Piece:
    session = context.open()
    # Cold, with presolve: from the world's own basis the dense welfare row slows it down.
    outcome = session.solve(program, context.options())
    if not outcome.solved:
        raise SolverError(f"a near-optimal face was not solved: {outcome.message}")
    return Piece(columns, program, session, session, outcome.seconds)


def _program_of(fixed: Program, columns: Indices, x: Floats, slack: float) -> Program:
    """Program of the given columns, the others fixed at a point, with a row for its welfare."""
    entries = fixed.matrix[:, columns]
    rows = np.unique(entries.indices)
    inside = sparse.csr_array(entries)[rows]
    elsewhere = np.ones(len(x), dtype=bool)
    elsewhere[columns] = False
    spent = (fixed.matrix @ np.where(elsewhere, x, 0.0))[rows]
    objective = fixed.objective[columns]
    row = sparse.csr_array(ROW_SCALE * objective[None, :])
    welfare = float(objective @ x[columns]) - slack
    nothing = Part(np.zeros(0, dtype=np.int64), np.zeros(0))
    return Program(
        objective=objective,
        constant=0.0,
        matrix=sparse.vstack([inside, row], format="csc"),
        row_lower=np.append(fixed.row_lower[rows] - spent, ROW_SCALE * welfare),
        row_upper=np.append(fixed.row_upper[rows] - spent, np.inf),
        lower=fixed.lower[columns],
        upper=fixed.upper[columns],
        integer=np.zeros(len(columns), dtype=bool),
        gate=np.zeros(len(columns), dtype=bool),
        columns={"column": Block("column", 0, (len(columns),))},
        rows={"row": Block("row", 0, (len(rows),)), "welfare": Block("welfare", len(rows), (1,))},
        parts={},
        system_cost=nothing,
    )


def _must_be_separate(fixed: Program, free: Bools, years: Indices) -> None:
    """Raise ValueError if a row links two years: the pieces would miss it."""
    entries = sparse.coo_array(fixed.matrix[:, np.flatnonzero(free)])
    year = years[free][entries.coords[1]]
    first = np.full(fixed.matrix.shape[0], year.max(initial=0) + 1)
    last = np.full(fixed.matrix.shape[0], -1)
    np.minimum.at(first, entries.coords[0], year)
    np.maximum.at(last, entries.coords[0], year)
    linked = np.flatnonzero(last > first)
    if len(linked):
        raise ValueError(f"with integers fixed, {fixed.name_of_row(int(linked[0]))} spans years")


def year_of_columns(program: Program) -> np.ndarray:
    """Period of every column: the second axis of its block."""
    years = [
        np.broadcast_to(
            np.arange(block.shape[1]).reshape((1, -1) + (1,) * (len(block.shape) - 2)), block.shape
        ).ravel()
        for block in program.columns.values()
    ]
    return np.concatenate(years)
