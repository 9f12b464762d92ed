"""Demand in arrays: levels by slot, the steps of the curve, the cost of shedding."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from optimizer.problem.horizon import Floats, Horizon, demand_shape
from optimizer.problem.parameters.curve import Curves, demand_curves, geometric_edges, step_values
from optimizer.problem.parameters.tokens_per_query import demand_tokens
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.units import HOURS_PER_YEAR, KUSD_PER_GTOK_PER_USD_PER_MTOK


@dataclass(frozen=True)
class DemandSide:
    """Workloads in the program's units.

    Attributes
    ----------
    level : ndarray, shape (W, Y, K)
        Demand D at the reference price, Gtok/h; over the slots it sums to the year's total.
    curves : Curves
        The curves that the steps are cut from.
    edges : ndarray, shape (W, Y, J + 1)
        Where the steps are cut, multiples of D from 0; an unused step has no width.
    value : ndarray, shape (W, Y, J)
        Mean willingness to pay over each step, k$/Gtok, falling along J.
    shed_cost : ndarray, shape (W, Y)
        Cost of accepted demand that is not served, k$/Gtok.
    must_serve : ndarray of bool, shape (W,)
        All demand at the reference price is accepted and served.
    """

    level: Floats
    curves: Curves
    edges: Floats
    value: Floats
    shed_cost: Floats
    must_serve: np.ndarray

    @property
    def width(self) -> Floats:
        """Width of each step, multiples of D, shape (W, Y, J)."""
        return np.diff(self.edges, axis=2)

    def cut_at(self, edges: Floats) -> Self:
        """Return the same demand with its curve cut elsewhere."""
        return replace(self, edges=edges, value=step_values(self.curves, edges))


def demand_side(instance: Instance, horizon: Horizon) -> DemandSide:
    """Lay demand out in arrays, its curve cut into geometric steps."""
    groups = {group.id: group for group in instance.classes}
    of = [groups[workload.workload_class] for workload in instance.workloads]
    mean = np.array(
        [
            [
                at_year(workload.demand_gtok_per_h, y) * at_year(group.demand_multiplier, y)
                for y in horizon.years
            ]
            for workload, group in zip(instance.workloads, of, strict=True)
        ]
    )
    read = demand_tokens(instance, horizon)
    curves = demand_curves(instance, horizon)
    edges = geometric_edges(curves, [group.demand_steps for group in of])
    # Never less than what accepting is worth, or it would pay to accept and serve nothing.
    worth = np.maximum(curves.choke, curves.choke_cost)
    penalty = np.array([[group.shed_penalty_usd_per_mtok] for group in of]) / read
    return DemandSide(
        level=(mean * read)[:, :, None] * _slot_shapes(instance, horizon)[:, None, :],
        curves=curves,
        edges=edges,
        value=step_values(curves, edges),
        shed_cost=KUSD_PER_GTOK_PER_USD_PER_MTOK * (worth + penalty),
        must_serve=np.array([group.must_serve for group in of]),
    )


def _slot_shapes(instance: Instance, horizon: Horizon) -> Floats:
    """Demand of each slot over the year's mean, shape (W, K), scaled to keep the year's sum."""
    regions = {region.id: region for region in instance.regions}
    groups = {group.id: group for group in instance.classes}
    known: dict[tuple[str | None, float], Floats] = {}
    rows = []
    for workload in instance.workloads:
        key = (groups[workload.workload_class].profile, regions[workload.region].utc_offset_h)
        if key not in known:
            shape = horizon.mean(demand_shape(instance, workload))
            total = shape @ horizon.hours_per_year
            # A profile that is 0 on every representative day spreads its year evenly.
            known[key] = shape * HOURS_PER_YEAR / total if total > 0 else np.ones_like(shape)
        rows.append(known[key])
    return np.array(rows)
