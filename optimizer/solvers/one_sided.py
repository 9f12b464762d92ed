"""One-sided derivatives of the optimum of a linear program as its bounds move.

The optimum V is concave in the bounds b.  Along a direction d it has a right derivative
V'(b; d), what one more unit is worth, and a left one, -V'(b; -d), what one less costs.  They differ
at a kink, where duals are not unique and any single one of them is arbitrary.

V'(b; d) is itself the optimum of a linear program, in the changes h of an optimal point x: the same
objective and matrix, where bounds that are active at x move by d and all others are lifted.  Every
optimal x gives the same value, so solvers, threads and orders of rows agree.

Most derivatives are the same on both sides.  `one_sided` proves that for many directions at once:
if the lowest and the highest price of a random mix of directions are equal over all optimal duals,
no direction in the mix has a kink.  Only the others are solved for one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Self

import numpy as np

from optimizer.solvers.backends.base import Outcome, Session, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Bools, Floats, Indices, Program

ACTIVE, ACTIVE_SHARE = 1e-6, 1e-7
"""Distance from a bound at which it is active: in its unit, plus a share of the terms of its row.

A solver's point is no more exact than that, and less slack than that is no room to act in.
"""
PRICED = 1e-6
"""Dual (k$ per unit of a row) from which a bound is active even if rounding puts it out of reach.

Also the amount by which the two sides of a price must differ, beside `SAME`.
"""
SAME = 1e-6
"""Share of a price by which its two sides may differ without being a kink."""
DUST = 1e-7
"""Derivatives below this, the dual tolerance of solvers, are 0."""
EACH = 4
"""Moves from which a session of their own pays."""
SEED = 20260101
"""Of the weights of a mix: prices do not depend on it, only the order in which they are found."""

NOWHERE, NOTHING = np.zeros(0, dtype=np.int64), np.zeros(0)


@dataclass(frozen=True)
class Move:
    """A direction in which bounds move.

    Attributes
    ----------
    rows, row_by : ndarray, shape (r,)
        Rows whose bounds, both of them, move, and by how much.
    columns, column_by : ndarray, shape (c,)
        Columns whose upper bounds move, and by how much.
    """

    rows: Indices = field(default_factory=NOWHERE.copy)
    row_by: Floats = field(default_factory=NOTHING.copy)
    columns: Indices = field(default_factory=NOWHERE.copy)
    column_by: Floats = field(default_factory=NOTHING.copy)

    @classmethod
    def together(cls, moves: Sequence["Move"]) -> Self:
        """Return the sum of moves."""
        return cls(
            np.concatenate([NOWHERE, *(move.rows for move in moves)]),
            np.concatenate([NOTHING, *(move.row_by for move in moves)]),
            np.concatenate([NOWHERE, *(move.columns for move in moves)]),
            np.concatenate([NOTHING, *(move.column_by for move in moves)]),
        )

    @property
    def size(self) -> float:
        """Largest move of a bound."""
        return float(np.abs(np.concatenate([self.row_by, self.column_by])).max(initial=0.0))


class Slope(NamedTuple):
    """Derivatives of the optimum along a move, k$ per unit.

    The left one is infinite if the program is infeasible with any less, the right one minus
    infinity if it is with any more.
    """

    right: float
    left: float

    @property
    def smooth(self) -> bool:
        """Whether both sides are the same."""
        return bool(_same(np.array(self.right), np.array(self.left)))


class OutOfTimeError(Exception):
    """The solver stopped before all derivatives were found."""


class _Tangent:
    """The program of changes at an optimum; see the head of the module."""

    def __init__(self, program: Program, held: Bools, optimum: Outcome) -> None:
        # Bounds are those of the program before columns were held: a limit moves them, too.
        x, row_dual, column_dual = optimum.point, optimum.row_dual, optimum.column_dual
        assert row_dual is not None
        assert column_dual is not None
        matrix = program.matrix
        row = matrix @ x
        near = ACTIVE + ACTIVE_SHARE * (abs(matrix) @ np.abs(x))
        low, high = _active(row, program.row_lower, program.row_upper, near, row_dual)
        self.row_lower, self.row_upper = np.where(low, 0.0, -np.inf), np.where(high, 0.0, np.inf)
        near = ACTIVE + ACTIVE_SHARE * np.abs(x)
        # A held column has a dual of where it is held, wherever its bounds are.
        column_dual = np.where(held, 0.0, column_dual)
        low, high = _active(x, program.lower, program.upper, near, column_dual)
        self.full = high
        self.held = held
        self.lower = np.where(low | held, 0.0, -np.inf)
        self.upper = np.where(high | held, 0.0, np.inf)
        moving = (self.lower < self.upper).astype(float)
        self.frozen = (abs(matrix) @ moving) == 0
        self.program = (
            program.relaxed()
            .with_objective(program.objective)
            .with_bounds(
                lower=self.lower,
                upper=self.upper,
                row_lower=self.row_lower,
                row_upper=self.row_upper,
            )
        )

    def touches(self, move: Move) -> bool:
        """Whether a move changes a bound that is active and can make a difference."""
        rows, columns = move.rows[move.row_by != 0], move.columns[move.column_by != 0]
        active = np.isfinite(self.row_lower[rows]) | np.isfinite(self.row_upper[rows])
        full = self.full[columns] & ~self.held[columns]
        return bool((active & ~self.frozen[rows]).any() or full.any())

    def contradicts(self, move: Move, sign: float) -> bool:
        """Whether nothing can follow a move: what it changes is held, or already at its end."""
        rows, by = move.rows, sign * move.row_by
        broken = (self.row_upper[rows] + by < 0) | (self.row_lower[rows] + by > 0)
        columns, by = move.columns, sign * move.column_by
        stuck = self.full[columns] & (by < 0) & (self.lower[columns] == 0)
        return bool((broken & self.frozen[rows]).any() or stuck.any())

    def moved(self, move: Move, sign: float) -> Program:
        """Return the program with its active bounds moved."""
        rows, columns = np.zeros(len(self.row_lower)), np.zeros(len(self.lower))
        np.add.at(rows, move.rows, sign * move.row_by)
        np.add.at(columns, move.columns, sign * move.column_by)
        free = ~self.held
        rows[self.frozen] = 0.0
        return self.program.with_bounds(
            row_lower=self.row_lower + rows,
            row_upper=self.row_upper + rows,
            upper=np.where(free, self.upper + columns, self.upper),
        )

    def slope(self, outcome: Outcome, move: Move) -> float:
        """Return what a unit of a move is worth at the duals of an outcome."""
        assert outcome.row_dual is not None
        assert outcome.column_dual is not None
        rows = outcome.row_dual[move.rows] * ~self.frozen[move.rows]
        worth = np.maximum(outcome.column_dual[move.columns], 0.0)
        worth = np.where(self.full[move.columns] & ~self.held[move.columns], worth, 0.0)
        amount = float(rows @ move.row_by + worth @ move.column_by)
        return amount if abs(amount) > DUST * move.size else 0.0


class _Search:
    """Derivatives of moves, found together where possible."""

    def __init__(
        self, session: Session, tangent: _Tangent, moves: Sequence[Move], context: SolveContext
    ) -> None:
        self._session, self._tangent, self._context = session, tangent, context
        self._moves = moves
        self.slopes: dict[int, Slope] = {}

    def run(self) -> None:
        """Find the slope of every move."""
        tangent = self._tangent
        mixed: list[int] = []
        alone: list[int] = []
        for k, move in enumerate(self._moves):
            ends = tangent.contradicts(move, -1.0)
            if not tangent.touches(move):
                self.slopes[k] = Slope(0.0, np.inf if ends else 0.0)
            else:
                (alone if ends or tangent.contradicts(move, 1.0) else mixed).append(k)
        alone += self._smooth(mixed)
        tasks = self._tasks(sorted(alone))
        for slopes in self._context.side_by_side(tasks) if tasks else ():
            self.slopes |= slopes

    def _smooth(self, mixed: list[int]) -> list[int]:
        """Settle the moves that have no kink, and return the others."""
        random = np.random.default_rng(SEED)
        groups, kinked = [mixed], []
        while groups:
            group = groups.pop()
            if len(group) < 2:
                kinked += group
                continue
            weights = random.uniform(0.5, 1.5, len(group))
            mix = Move.together(
                [self._scaled(k, weight) for k, weight in zip(group, weights, strict=True)]
            )
            more = self._solve(self._session, mix, 1.0)
            less = None if more is None else self._solve(self._session, mix, -1.0)
            if more is None or less is None:
                middle = len(group) // 2
                groups += [group[:middle], group[middle:]]
                continue
            right, left = (
                np.array([self._tangent.slope(o, self._scaled(k, 1.0)) for k in group])
                for o in (more, less)
            )
            same = _same(right, left)
            if same.all():
                sizes = [self._moves[k].size for k in group]
                for k, size, amount in zip(group, sizes, right.tolist(), strict=True):
                    self.slopes[k] = Slope(amount * size, amount * size)
                continue
            kinked += [k for k, equal in zip(group, same, strict=True) if not equal]
            groups.append([k for k, equal in zip(group, same, strict=True) if equal])
        return kinked

    def _tasks(self, alone: list[int]) -> list[Callable[[], dict[int, Slope]]]:
        """Split moves that are solved for one by one into tasks that run side by side."""
        parts = min(self._context.at_once, -(-len(alone) // EACH))
        sessions = [self._session.fork(self._tangent.program) for _ in range(1, parts)]
        return [
            partial(self._each, session, alone[part::parts])
            for part, session in enumerate([self._session, *sessions][:parts])
        ]

    def _each(self, session: Session, alone: list[int]) -> dict[int, Slope]:
        """Solve for both sides of moves, one after the other."""
        slopes = {}
        for k in alone:
            right, left = (self._side(session, k, sign) for sign in (1.0, -1.0))
            slopes[k] = Slope(right, max(left, right))
        return slopes

    def _scaled(self, k: int, weight: float) -> Move:
        """Return a move with its largest change of a bound scaled to a weight."""
        move = self._moves[k]
        factor = weight / move.size
        return Move(move.rows, move.row_by * factor, move.columns, move.column_by * factor)

    def _side(self, session: Session, k: int, sign: float) -> float:
        """Return the derivative of a move on one side; infinite if it is infeasible."""
        if self._tangent.contradicts(self._moves[k], sign):
            return -sign * np.inf
        scaled = self._scaled(k, 1.0)
        outcome = self._solve(session, scaled, sign)
        if outcome is None:
            return -sign * np.inf
        return self._tangent.slope(outcome, scaled) * self._moves[k].size

    def _solve(self, session: Session, move: Move, sign: float) -> Outcome | None:
        """Solve for the change along a move; None if nothing can follow it."""
        if self._context.stopped:
            raise OutOfTimeError
        outcome = session.solve(self._tangent.moved(move, sign), self._context.options())
        if outcome.row_dual is not None:
            return outcome
        # It is never unbounded: the duals of the optimum bound it.
        if outcome.reason in (StopReason.INFEASIBLE, StopReason.UNBOUNDED):
            return None
        raise OutOfTimeError


def one_sided(
    session: Session,
    program: Program,
    point: Floats,
    held: Bools,
    families: Sequence[Sequence[Move]],
    context: SolveContext,
) -> list[tuple[list[Slope], Slope]]:
    """Return the derivatives of the optimum along moves: of each, and of each family together.

    Parameters
    ----------
    session : Session
        It may already hold the program.
    program : Program
        Its integers count as continuous, unless held.
    point : ndarray, shape (n,)
    held : ndarray of bool, shape (n,)
        Columns that stay where the point has them, whatever moves.
    families : sequence of sequence of Move
        Moves of which the sum is of interest, such as those of one limit in all years.
    context : SolveContext

    Raises
    ------
    OutOfTimeError
        If the solver stopped early.
    """
    optimum = session.solve(program.fixed(point, held).relaxed(), context.options())
    if optimum.row_dual is None or optimum.column_dual is None:
        raise OutOfTimeError
    tangent = _Tangent(program, held, optimum)
    single = _Search(session, tangent, [move for family in families for move in family], context)
    single.run()
    slopes = [single.slopes[k] for k in range(len(single.slopes))]
    members, begin = [], 0
    for family in families:
        members.append(slopes[begin : begin + len(family)])
        begin += len(family)
    kinked = [n for n, own in enumerate(members) if sum(not slope.smooth for slope in own) > 1]
    joint = _Search(session, tangent, [Move.together(families[n]) for n in kinked], context)
    joint.run()
    together = {n: joint.slopes[k] for k, n in enumerate(kinked)}
    return [(own, together.get(n) or _sum(own)) for n, own in enumerate(members)]


def _sum(slopes: Sequence[Slope]) -> Slope:
    """Return the slope along several moves of which at most one has a kink."""
    return Slope(sum(s.right for s in slopes), sum(s.left for s in slopes))


def _active(
    value: Floats, lower: Floats, upper: Floats, near: Floats, dual: Floats
) -> tuple[Bools, Bools]:
    """Return where the lower and the upper bound are active."""
    low, high = value - lower <= near, upper - value <= near
    low |= (dual < -PRICED) & np.isfinite(lower)
    high |= (dual > PRICED) & np.isfinite(upper)
    return low, high


def _same(right: Floats, left: Floats) -> Bools:
    """Whether two sides of prices are equal."""
    size = np.maximum(np.abs(right), np.abs(left))
    finite = np.isfinite(right) & np.isfinite(left)
    with np.errstate(invalid="ignore"):
        return np.asarray(finite & (np.abs(right - left) <= SAME * size + PRICED))
