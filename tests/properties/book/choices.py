"""A mixed-integer program that is solved by trying every choice of its integers."""

import math
from collections.abc import Iterable
from itertools import product

import numpy as np
from scipy.optimize import linprog

Terms = list[tuple[int, float]]


class Book:
    """A program under construction, to be maximised."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.gain: list[float] = []
        self.whole: list[int] = []
        self.rows: list[tuple[Terms, float, float]] = []

    def var(self, upper: float = math.inf, *, whole: bool = False, fixed: float = 0.0) -> int:
        """Number of a new variable between `fixed` and an upper bound."""
        self.lower.append(fixed)
        self.upper.append(upper)
        self.gain.append(0.0)
        if whole:
            self.whole.append(len(self.gain) - 1)
        return len(self.gain) - 1

    def earn(self, terms: Iterable[tuple[int, float]], times: float = 1.0) -> None:
        for column, value in terms:
            self.gain[column] += times * value

    def at_most(self, terms: Terms, limit: float) -> None:
        if limit < math.inf:
            self.rows.append((terms, -math.inf, limit))

    def equal(self, terms: Terms, value: float = 0.0) -> None:
        self.rows.append((terms, value, value))

    def best(self) -> float:
        """Highest gain over every choice of integers; minus infinity if none is feasible."""
        matrix = np.zeros((len(self.rows), len(self.gain)))
        for row, (terms, _, _) in enumerate(self.rows):
            for column, value in terms:
                matrix[row, column] += value
        low, high = (np.array([row[side] for row in self.rows]) for side in (1, 2))
        gain, whole = np.array(self.gain), np.array(self.whole, dtype=int)
        free = np.setdiff1d(np.arange(len(gain)), whole)
        decided = ~matrix[:, free].any(axis=1)
        equal = low == high
        best = -math.inf
        ranges = [np.arange(self.lower[j], self.upper[j] + 1) for j in whole]
        bounds = np.array([self.lower, self.upper]).T[free]
        for choice in product(*ranges):
            held = matrix[:, whole] @ np.array(choice)
            left_low, left_high = low - held, high - held
            if (left_low[decided] > 1e-9).any() or (left_high[decided] < -1e-9).any():
                continue
            inequality, equality = ~decided & ~equal, ~decided & equal
            answer = linprog(
                -gain[free],
                A_ub=matrix[inequality][:, free],
                b_ub=left_high[inequality],
                A_eq=matrix[equality][:, free],
                b_eq=left_high[equality],
                bounds=bounds,
            )
            assert answer.status in (0, 2), answer.message
            if answer.status == 0:
                best = max(best, -answer.fun + gain[whole] @ np.array(choice))
        return best
