"""A class in the base year: what it asks for at a price, and the markup that gives D again."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from optimizer.problem.horizon import Floats
from optimizer.schema.demand import WorkloadClass

FREE = 1e-9
"""Share of the reference price below which a cost is nothing that could be multiplied."""


class NoMarkupError(Exception):
    """No markup of the class's kind gives D; its only argument says why."""


@dataclass(frozen=True)
class Market:
    """A class's workloads with demand in the base year, N of them.

    Attributes
    ----------
    workload : tuple of str
        Their ids.
    demand : ndarray, shape (N,)
        D, Gtok a year.
    cost : ndarray, shape (N,)
        Long-run marginal cost of serving with D served, $/Mtok.
    reference, choke : float
        Price at which demand is D, and at which it stops, $/Mtok.
    elasticity : float
        Below 0.
    most : float
        Where the curve ends, multiples of D.
    """

    workload: tuple[str, ...]
    demand: Floats
    cost: Floats
    reference: float
    choke: float
    elasticity: float
    most: float

    def asked(self, price: Floats) -> Floats:
        """What is asked for at prices that people pay, multiples of D; nothing above the choke."""
        nearest = np.maximum(price, self.reference * self.most ** (1 / self.elasticity))
        wanted = (nearest / self.reference) ** self.elasticity
        return np.where(price > self.choke, 0.0, np.minimum(wanted, self.most))

    def excess(self, price: Floats) -> float:
        """Demand of the class at its workloads' prices over D, less 1."""
        return float(self.demand @ self.asked(price) / self.demand.sum() - 1)

    def markup(self, kind: str) -> float:
        """Markup with which the class as a whole asks for D: a ratio, or $/Mtok.

        Where every workload pays the reference price or less, at least D is asked for; where
        every one pays that or more, at most D.  Demand falls along the markup, so between the
        two lies the one that gives D.

        Raises
        ------
        NoMarkupError
            Where the markup is a ratio and serving costs nothing.
        """
        low, high = float(self.cost.min()), float(self.cost.max())
        if kind == "additive":
            return _root(
                lambda added: self.excess(self.cost + added),
                self.reference - high,
                self.reference - low,
            )
        if low <= FREE * self.reference:
            free = self.workload[int(self.cost.argmin())]
            raise NoMarkupError(
                f"serving {free} costs {low:.3g} $/Mtok at the margin, and no multiple of that is"
                f" the reference price, {self.reference:.3g}; a markup of kind additive can be"
            )
        return _root(
            lambda times: self.excess(self.cost * times),
            self.reference / high,
            self.reference / low,
        )


def paid(group: WorkloadClass, cost: Floats, markup: float) -> Floats:
    """Price that people pay where serving costs so much, $/Mtok."""
    return cost + markup if group.markup_kind == "additive" else cost * markup


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where demand is D between a markup that gives D or more and one that gives D or less."""
    if high - low <= 1e-12 * max(abs(low), abs(high)) or excess(high) >= 0:
        return high
    if excess(low) <= 0:
        return low
    return float(brentq(excess, low, high, xtol=1e-13, rtol=1e-12))
