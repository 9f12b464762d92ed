"""The demand curve (family 2): the edges of its steps, and the value of each.

``p(q) = p0 q^(1/elasticity)``, q in multiples of D, cut at the choke price, up to a largest
multiple.  Inelastic demand is a single step of width one at the choke price.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Floats, by_year, workload_classes
from optimizer.problem.horizon import Horizon
from optimizer.problem.parameters.tokens_per_query import demand_tokens
from optimizer.schema.instance import Instance
from optimizer.units import KUSD_PER_GTOK_PER_USD_PER_MTOK


@dataclass(frozen=True)
class Curves:
    """Demand curves of all workloads by year, every field of shape (W, Y).

    Attributes
    ----------
    reference, choke : ndarray
        Price at which demand is D, and at which it stops, $/Mtok as people pay it.
    elasticity : ndarray
        At most 0; 0 also if all demand must be served.
    markup : ndarray
        Ratio of the price people pay to the planner's cost; 1 if the markup is additive.
    adder : ndarray
        What people pay above that cost, $/Mtok; 0 if the markup is multiplicative.
    most : ndarray
        Where the curve ends, multiples of D.
    """

    reference: Floats
    choke: Floats
    elasticity: Floats
    markup: Floats
    adder: Floats
    most: Floats

    @property
    def core(self) -> Floats:
        """Quantity demanded at the choke price; 1 if demand is inelastic."""
        elastic = self.elasticity < 0
        ratio = np.where(elastic, self.choke, 1.0) / np.where(elastic, self.reference, 1.0)
        return ratio**self.elasticity

    def price(self, quantity: Floats) -> Floats:
        """Price at a quantity, $/Mtok as people pay it, for elastic curves; shape (W, Y)."""
        inside = np.maximum(quantity, self.core)
        return self.reference * inside ** (1 / self.elasticity)

    @property
    def choke_cost(self) -> Floats:
        """Cost of serving at which demand stops, $/Mtok: the choke price less the markup.

        A price below cost (a ratio below 1, or an amount below 0) puts it above the choke price.
        """
        return (self.choke - self.adder) / self.markup

    def quantity(self, cost: Floats) -> Floats:
        """Quantity demanded at a cost of serving ($/Mtok), shape (W, Y).

        People also pay the markup; the result lies on the curve, between core and end.
        """
        price = np.clip(cost * self.markup + self.adder, 1e-12, None)
        elastic = self.elasticity < 0
        ratio = price / np.where(elastic, self.reference, 1.0)
        wanted = np.where(elastic, ratio**self.elasticity, 1.0)
        return np.clip(wanted, np.minimum(self.core, self.most), self.most)


def demand_curves(instance: Instance, horizon: Horizon) -> Curves:
    """Lay the workloads' demand curves out in arrays."""
    groups, years = workload_classes(instance), horizon.years

    def constant(values: list[float]) -> Floats:
        return np.repeat(np.array(values, dtype=float)[:, None], len(years), axis=1)

    growth = demand_tokens(instance, horizon)
    return Curves(
        reference=by_year([g.reference_price_usd_per_mtok for g in groups], years) / growth,
        choke=constant([g.choke_price_usd_per_mtok for g in groups]) / growth,
        elasticity=constant([0.0 if g.must_serve else g.elasticity for g in groups]),
        markup=constant([g.markup for g in groups]),
        adder=by_year([g.markup_usd_per_mtok for g in groups], years) / growth,
        most=constant([g.end_multiple for g in groups]),
    )


def geometric_edges(curves: Curves, steps: list[int]) -> Floats:
    """Edges of geometric steps, shape (W, Y, J + 1), multiples of D from 0.

    The first step is the inelastic core; a curve with fewer steps than another repeats its
    last edge.

    Parameters
    ----------
    curves : Curves
    steps : list of int, length W
        Steps of each workload's curve.
    """
    count = max(steps)
    edges = np.zeros((*curves.most.shape, count + 1))
    for w, own in enumerate(steps):
        for y in range(curves.most.shape[1]):
            core, most = curves.core[w, y], curves.most[w, y]
            cut = np.array([most])
            if curves.elasticity[w, y] < 0 and core < most and own > 1:
                cut = np.geomspace(core, most, own)
                cut[-1] = most
            edges[w, y, 1:] = most
            edges[w, y, 1 : len(cut) + 1] = cut
    return edges


def step_values(curves: Curves, edges: Floats) -> Floats:
    """Mean willingness to pay over each step, k$/Gtok, shape (W, Y, J); 0 for empty steps.

    The integral of the curve in closed form over the step's width, less the markup: a planner
    who equates it with cost sells at markup times cost, or at cost plus the amount.  It is
    negative if people pay less than an additive markup: they are served only if serving earns
    money.
    """
    width = np.diff(edges, axis=2)
    area = np.diff(_area(curves, edges), axis=2)
    used = width > 0
    mean = np.divide(area, width, out=np.zeros_like(area), where=used)
    paid_for_cost = (mean - curves.adder[:, :, None]) / curves.markup[:, :, None]
    return np.where(used, paid_for_cost * KUSD_PER_GTOK_PER_USD_PER_MTOK, 0.0)


def _area(curves: Curves, quantity: Floats) -> Floats:
    """Area under each curve from 0 to each quantity (W, Y, n), $/Mtok times multiples of D."""
    elastic = (curves.elasticity < 0)[:, :, None]
    elasticity = np.where(elastic, curves.elasticity[:, :, None], -1.0)
    core, choke = curves.core[:, :, None], curves.choke[:, :, None]
    beyond = np.maximum(quantity, core)
    power = 1 / elasticity + 1
    unit = np.abs(power) < 1e-9
    safe = np.where(unit, 1.0, power)
    falling = np.where(unit, np.log(beyond / core), (beyond**safe - core**safe) / safe)
    rest = np.where(elastic, curves.reference[:, :, None] * falling, 0.0)
    flat = np.where(elastic, np.minimum(quantity, core), quantity)
    return np.asarray(choke * flat + rest)
