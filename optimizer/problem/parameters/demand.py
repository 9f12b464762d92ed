"""Demand in arrays: levels by slot, the steps of the curve, the cost of shedding."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from optimizer.problem.arrays import Bools, Floats, by_year, workload_classes
from optimizer.problem.horizon import Horizon, demand_shape
from optimizer.problem.parameters.curve import (
    Curves,
    curve_value,
    demand_curves,
    edges_between,
    geometric_points,
    tangent_values,
)
from optimizer.problem.parameters.tokens_per_query import demand_tokens
from optimizer.schema.instance import Instance
from optimizer.units import HOURS_PER_YEAR, KUSD_PER_GTOK_PER_USD_PER_MTOK


@dataclass(frozen=True)
class DemandSide:
    """Workloads in the program's units.

    Attributes
    ----------
    level : ndarray, shape (W, Y, K)
        Demand D at the reference price, Gtok/h; slots sum to the year's total.
    curves : Curves
        The curves that the steps bound from above.
    points : ndarray, shape (W, Y, J)
        Multiples of D at which tangents touch the value of demand.
    edges : ndarray, shape (W, Y, J + 1)
        Edges of the steps, multiples of D from 0; an unused step has no width.
    value : ndarray, shape (W, Y, J)
        Willingness to pay at each point, k$/Gtok, falling along J.
    shed_cost : ndarray, shape (W, Y)
        Cost of accepted demand that is not served, k$/Gtok.
    must_serve : ndarray of bool, shape (W,)
        All demand at the reference price is accepted and served.
    """

    level: Floats
    curves: Curves
    points: Floats
    edges: Floats
    value: Floats
    shed_cost: Floats
    must_serve: Bools

    @property
    def width(self) -> Floats:
        """Width of each step, multiples of D, shape (W, Y, J)."""
        return np.diff(self.edges, axis=2)

    def excess(self, accepted: Floats) -> Floats:
        """Value of the steps less that of the curve, k$/Gtok times multiples of D, shape (W, Y).

        Parameters
        ----------
        accepted : ndarray, shape (W, Y, J)
            What is accepted of each step, multiples of D.
        """
        stepped = (self.value * accepted).sum(axis=2)
        elastic = self.curves.elasticity < 0
        return np.where(elastic, stepped - curve_value(self.curves, accepted.sum(axis=2)), 0.0)

    def touched_at(self, points: Floats) -> Self:
        """Return the same demand with tangents at other points, shape (W, Y, J)."""
        edges = edges_between(self.curves, points)
        value = tangent_values(self.curves, points, edges)
        return replace(self, points=points, edges=edges, value=value)


def demand_side(instance: Instance, horizon: Horizon) -> DemandSide:
    """Lay demand out in arrays, with tangents at geometric points of its curve."""
    groups, years = workload_classes(instance), horizon.years
    mean = by_year([workload.demand_gtok_per_h for workload in instance.workloads], years)
    mean = mean * by_year([group.demand_multiplier for group in groups], years)
    growth = demand_tokens(instance, horizon)
    curves = demand_curves(instance, horizon)
    points = geometric_points(curves, [group.demand_steps for group in groups])
    edges = edges_between(curves, points)
    # Never less than the value of accepting, or it would pay to accept and serve nothing.
    value = np.maximum(curves.choke, curves.choke_cost)
    penalty = np.array([[group.shed_penalty_usd_per_mtok] for group in groups]) / growth
    return DemandSide(
        level=(mean * growth)[:, :, None] * _slot_shapes(instance, horizon)[:, None, :],
        curves=curves,
        points=points,
        edges=edges,
        value=tangent_values(curves, points, edges),
        shed_cost=KUSD_PER_GTOK_PER_USD_PER_MTOK * (value + penalty),
        must_serve=np.array([group.must_serve for group in groups]),
    )


def _slot_shapes(instance: Instance, horizon: Horizon) -> Floats:
    """Demand of each slot over the year's mean, shape (W, K), scaled to keep the year's sum."""
    regions = {region.id: region for region in instance.regions}
    known: dict[tuple[str | None, float], Floats] = {}
    rows = []
    for workload, group in zip(instance.workloads, workload_classes(instance), strict=True):
        key = (group.profile, regions[workload.region].utc_offset_h)
        if key not in known:
            shape = horizon.mean(demand_shape(instance, workload))
            total = shape @ horizon.hours_per_year
            # If a profile is 0 on every representative day, its year is spread evenly.
            known[key] = shape * HOURS_PER_YEAR / total if total > 0 else np.ones_like(shape)
        rows.append(known[key])
    return np.array(rows)
