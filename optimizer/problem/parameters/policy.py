"""Policies in arrays (family 11): emissions, budget, caps, shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats, Horizon
from optimizer.problem.placements import Arcs
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.schema.sites import EDGE_KINDS
from optimizer.units import KG_PER_T, USD_PER_KUSD

Bools = np.ndarray

WHOLE_INSTANCE, ALL_CLASSES = "whole instance", "all classes"
"""Whom a policy concerns that is of no record; no id holds a space."""


@dataclass(frozen=True)
class PolicySide:
    """Policies of an instance; one that is not set has no rows.

    Attributes
    ----------
    draw_t_per_mwh : ndarray, shape (S, Y)
        Emissions of a MWh drawn.
    stack_t_per_mwh : ndarray, shape (G,)
        Emissions of a MWh generated at the site.
    co2_cap_t : ndarray, shape (0 or 1, Y)
        Highest emissions of a year.
    budget : ndarray, shape (0 or 1, Y)
        Highest overnight cost of what a period commissions, k$.
    opening_overnight : ndarray, shape (S,)
        Overnight cost of opening, k$; 0 where opening is no decision.
    cap_mw : ndarray, shape (N, Y)
        Zone caps; infinite where lifted.
    cap_site : ndarray of bool, shape (N, S)
        Sites whose draw counts.
    edge_arc : ndarray of bool, shape (A,)
        Arcs at device and edge sites.
    share_of : tuple of str
        Whom each share concerns: `ALL_CLASSES`, or a class.
    share_workload : ndarray of bool, shape (M, W)
    edge_share : ndarray, shape (M, Y)
        Lowest share of served tokens.
    """

    draw_t_per_mwh: Floats
    stack_t_per_mwh: Floats
    co2_cap_t: Floats
    budget: Floats
    opening_overnight: Floats
    cap_mw: Floats
    cap_site: Bools
    edge_arc: Bools
    share_of: tuple[str, ...]
    share_workload: Bools
    edge_share: Floats


def policy_side(instance: Instance, horizon: Horizon, arcs: Arcs) -> PolicySide:
    """Lay policies out in arrays."""
    policy, sites, years = instance.policy, instance.sites, horizon.years
    zones = {zone.id: zone for zone in instance.zones}
    types = {generator.id: generator for generator in instance.generators}

    def by_year(paths: Sequence[Mapping[int, float] | None], absent: float) -> Floats:
        values = [[absent if p is None else at_year(p, y) for y in years] for p in paths]
        return np.array(values, dtype=float).reshape(len(paths), len(years))

    def given(path: Mapping[int, float] | None) -> Floats:
        return by_year([] if path is None else [path], np.inf)

    shares = {ALL_CLASSES: policy.min_edge_share} | {
        group.id: group.min_edge_share for group in instance.classes
    }
    asked = {name: path for name, path in shares.items() if path is not None}
    return PolicySide(
        draw_t_per_mwh=by_year([zones[s.zone].co2_kg_per_mwh if s.zone else None for s in sites], 0)
        / KG_PER_T,
        stack_t_per_mwh=np.array(
            [types[row.generator].co2_kg_per_mwh for row in instance.site_generators], dtype=float
        )
        / KG_PER_T,
        co2_cap_t=given(policy.co2_cap_t_per_year),
        budget=given(policy.capital_budget_usd_per_year) * horizon.span_years / USD_PER_KUSD,
        opening_overnight=np.array(
            [0.0 if site.existing else site.opening_cost_usd for site in sites]
        )
        / USD_PER_KUSD,
        cap_mw=by_year([cap.cap_mw for cap in instance.zone_caps], np.inf),
        cap_site=np.array(
            [
                [site.zone == cap.zone and site.kind in cap.site_kinds for site in sites]
                for cap in instance.zone_caps
            ],
            dtype=bool,
        ).reshape(len(instance.zone_caps), len(sites)),
        edge_arc=np.array([site.kind in EDGE_KINDS for site in sites])[arcs.site],
        share_of=tuple(asked),
        share_workload=np.array(
            [
                [name in (ALL_CLASSES, w.workload_class) for w in instance.workloads]
                for name in asked
            ],
            dtype=bool,
        ).reshape(len(asked), len(instance.workloads)),
        edge_share=by_year(list(asked.values()), 0.0),
    )
