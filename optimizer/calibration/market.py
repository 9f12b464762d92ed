"""The market of a class in the base year: its demand at a price, and the markup that gives D."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from optimizer.plan.plan import Plan
from optimizer.plan.prices import LONG_RUN, WORKLOAD_MTOK
from optimizer.problem.horizon import Floats, resolve_time
from optimizer.problem.parameters.demand import demand_side
from optimizer.problem.parameters.tokens_per_query import demand_tokens
from optimizer.schema.base import at_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance

FREE = 1e-9
"""Share of the reference price below which a cost is too small to be multiplied."""


class NoMarkupError(Exception):
    """No markup of the class's kind gives D; its only argument says why."""


@dataclass(frozen=True)
class Market:
    """The workloads of a class that have demand in the base year, N of them.

    Attributes
    ----------
    workload : tuple of str
        Their ids.
    demand : ndarray, shape (N,)
        D, Gtok per year.
    cost : ndarray, shape (N,)
        Long-run marginal cost of serving when D is served, $/Mtok.
    reference, choke : float
        Prices at which demand is D, and above which it is zero, $/Mtok.
    elasticity : float
        Negative.
    most : float
        End of the demand curve, in multiples of D.
    """

    workload: tuple[str, ...]
    demand: Floats
    cost: Floats
    reference: float
    choke: float
    elasticity: float
    most: float

    def share(self, multiple: Floats) -> float:
        """Demand of the class over its D, from multiples of D by workload."""
        return float(self.demand @ multiple / self.demand.sum())

    def demanded(self, price: Floats) -> Floats:
        """Demand at the prices that people pay, in multiples of D; zero above the choke price."""
        nearest = np.maximum(price, self.reference * self.most ** (1 / self.elasticity))
        multiple = (nearest / self.reference) ** self.elasticity
        return np.where(price > self.choke, 0.0, np.minimum(multiple, self.most))

    def excess(self, price: Floats) -> float:
        """Demand of the class at its workloads' prices, over D, less 1."""
        return self.share(self.demanded(price)) - 1

    def markup(self, kind: str) -> float:
        """Return the markup at which the class as a whole demands D: a ratio, or $/Mtok.

        If every workload pays at most the reference price, demand is at least D; if every one
        pays at least that, at most D.  Demand falls with the markup, so the solution lies
        between the two.

        Raises
        ------
        NoMarkupError
            If the markup is a ratio and serving costs nothing.
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
                f" the reference price, {self.reference:.3g}; use an additive markup instead"
            )
        return _root(
            lambda times: self.excess(self.cost * times),
            self.reference / high,
            self.reference / low,
        )


def paid(group: WorkloadClass, cost: Floats, markup: float) -> Floats:
    """Return the price that people pay at a given cost of serving, $/Mtok."""
    return cost + markup if group.markup_kind == "additive" else cost * markup


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Return the markup that gives D, between one that gives at least D and one at most D."""
    if high - low <= 1e-12 * max(abs(low), abs(high)) or excess(high) >= 0:
        return high
    if excess(low) <= 0:
        return low
    from scipy.optimize import brentq  # slow to import, and seldom needed

    return float(brentq(excess, low, high, xtol=1e-13, rtol=1e-12))


def yearly_demand(base: Instance) -> Floats:
    """D of each workload in the base year, Gtok per year, shape (W,)."""
    horizon = resolve_time(base)
    return demand_side(base, horizon).level[:, 0] @ horizon.hours_per_year


def markets(base: Instance, held: Plan, classes: Collection[str]) -> dict[str, Market]:
    """Return the markets of the given classes by id.

    Parameters
    ----------
    base : Instance
        The base year, with its demand curves.
    held : Plan
        Its plan, with prices, in which D of these classes is served.
    classes : collection of str
        Elastic classes with demand in the base year.

    Returns
    -------
    dict of str to Market
        In $/Mtok of an answer of the length for which the instance states its prices.
    """
    tokens = yearly_demand(base)
    lengthening = demand_tokens(base, resolve_time(base))[:, 0]
    year = base.time.years[0]
    prices = held.prices
    prices = prices[(prices["run"] == LONG_RUN) & (prices["measure"] == WORKLOAD_MTOK)]
    cost = prices.set_index("where")["value"]

    def market(group: WorkloadClass) -> Market:
        positions = [
            w
            for w, workload in enumerate(base.workloads)
            if workload.workload_class == group.id and tokens[w] > 0
        ]
        ids = tuple(base.workloads[w].id for w in positions)
        return Market(
            workload=ids,
            demand=tokens[positions],
            cost=np.asarray(cost.loc[list(ids)], dtype=float) * lengthening[positions],
            reference=at_year(group.reference_price_usd_per_mtok, year),
            choke=group.choke_price_usd_per_mtok,
            elasticity=group.elasticity,
            most=group.end_multiple,
        )

    groups = {group.id: group for group in base.classes}
    return {name: market(groups[name]) for name in classes}
