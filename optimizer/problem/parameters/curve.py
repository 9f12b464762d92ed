"""The demand curve (family 2) and the tangents that bound its value from above.

``p(q) = p0 q^(1/elasticity)``, q in multiples of D, cut at the choke price, up to a largest
multiple.  The value of demand, the area under the curve, is concave: the program takes the lowest
of tangents to it, so that its optimum bounds that of the curve.  They cross at the edges of steps,
and each step is worth the price at its tangent's point.  Inelastic demand is a single step of width
one at the choke price.
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
        """Price at a quantity, $/Mtok as people pay it; shape (W, Y)."""
        elastic = self.elasticity < 0
        exponent = 1 / np.where(elastic, self.elasticity, -1.0)
        inside = np.maximum(quantity, self.core)
        return np.where(
            elastic & (quantity > self.core), self.reference * inside**exponent, self.choke
        )

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


def geometric_points(curves: Curves, counts: list[int]) -> Floats:
    """Points of tangents at geometric distances from core to end, shape (W, Y, J).

    In multiples of D; a curve with fewer points than another repeats its end.

    Parameters
    ----------
    curves : Curves
    counts : list of int, length W
        Points of each workload's curve.
    """
    points = np.repeat(curves.most[:, :, None], max(counts), axis=2)
    for w, count in enumerate(counts):
        for y in range(curves.most.shape[1]):
            core, most = curves.core[w, y], curves.most[w, y]
            if curves.elasticity[w, y] < 0 and core < most:
                points[w, y, :count] = np.geomspace(core, most, count)
    return np.clip(
        points, np.minimum(curves.core, curves.most)[:, :, None], curves.most[:, :, None]
    )


def edges_between(curves: Curves, points: Floats) -> Floats:
    """Quantities at which neighbouring tangents cross, from 0 to the end, shape (W, Y, J + 1).

    Between points a and b = r a of p(q) = p0 q^s they cross at
    ``a (r^(s+1) - 1) / (s + 1)  /  ((r^s - 1) / s)``.
    """
    edges = np.concatenate([np.zeros_like(points[:, :, :1]), points], axis=2)
    edges[:, :, -1] = curves.most
    exponent = (1 / np.where(curves.elasticity < 0, curves.elasticity, -1.0))[:, :, None]
    low, distance = points[:, :, :-1], np.diff(points, axis=2)
    log_ratio = np.log1p(distance / low)
    apart = log_ratio > 0
    unit = np.abs(exponent + 1) < 1e-9
    above = np.where(
        unit, log_ratio, np.expm1((exponent + 1) * log_ratio) / np.where(unit, 1.0, exponent + 1)
    )
    below = np.where(apart, np.expm1(exponent * log_ratio) / exponent, 1.0)
    edges[:, :, 1:-1] = np.where(apart, low * above / below, low)
    return edges


def tangent_values(curves: Curves, points: Floats, edges: Floats) -> Floats:
    """Willingness to pay at each point, k$/Gtok, shape (W, Y, J); 0 for steps without width.

    The price there, less the markup: a planner who equates it with cost sells at markup times
    cost, or at cost plus the amount.  It is negative if people pay less than an additive markup:
    they are served only if serving earns money.
    """
    prices = np.stack([curves.price(q) for q in np.moveaxis(points, 2, 0)], axis=2)
    paid_for_cost = (prices - curves.adder[:, :, None]) / curves.markup[:, :, None]
    used = np.diff(edges, axis=2) > 0
    return np.where(used, paid_for_cost * KUSD_PER_GTOK_PER_USD_PER_MTOK, 0.0)


def curve_value(curves: Curves, quantity: Floats) -> Floats:
    """Area under each curve up to a quantity, less the markup, shape (W, Y).

    In k$/Gtok times multiples of D.
    """
    elastic = curves.elasticity < 0
    power = 1 + 1 / np.where(elastic, curves.elasticity, -1.0)
    unit = np.abs(power) < 1e-9
    safe = np.where(unit, 1.0, power)
    core = np.where(elastic, curves.core, 1.0)
    beyond = np.where(elastic, np.maximum(quantity, core), 1.0)
    falling = np.where(unit, np.log(beyond / core), (beyond**safe - core**safe) / safe)
    flat = curves.choke * np.where(elastic, np.minimum(quantity, core), quantity)
    area = flat + np.where(elastic, curves.reference * falling, 0.0)
    paid_for_cost = (area - curves.adder * quantity) / curves.markup
    return np.asarray(paid_for_cost * KUSD_PER_GTOK_PER_USD_PER_MTOK)
