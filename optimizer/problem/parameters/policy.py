"""Policies in arrays (family 11): emissions, budget, caps, shares."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Bools, Floats, by_year
from optimizer.problem.horizon import Horizon
from optimizer.problem.hourly_levels import zone_co2
from optimizer.problem.placements import Arcs
from optimizer.schema.instance import Instance
from optimizer.schema.sites import EDGE_KINDS
from optimizer.units import KG_PER_T, USD_PER_KUSD

WHOLE_INSTANCE, ALL_CLASSES = "whole instance", "all classes"
"""Scope of a policy that concerns no single record; no id contains a space."""


@dataclass(frozen=True)
class PolicySide:
    """Policies of an instance; a policy that is not set has no rows.

    Attributes
    ----------
    draw_t_per_mwh : ndarray, shape (S, Y, K)
        Emissions of a MWh drawn.
    stack_t_per_mwh : ndarray, shape (G,)
        Emissions of a MWh generated at the site.
    co2_cap_t : ndarray, shape (0 or 1, Y)
        Highest emissions of a year.
    budget : ndarray, shape (0 or 1, Y)
        Highest overnight cost of a period's commissioning, k$.
    opening_overnight : ndarray, shape (S,)
        Overnight cost of opening, k$; 0 unless opening is a decision.
    cap_mw : ndarray, shape (N, Y)
        Zone caps; infinite if lifted.
    cap_site : ndarray of bool, shape (N, S)
        Sites whose draw counts.
    edge_arc : ndarray of bool, shape (A,)
        Arcs at device and edge sites.
    share_of : tuple of str
        Scope of each share: `ALL_CLASSES`, or a class.
    share_workload : ndarray of bool, shape (M, W)
    edge_share : ndarray, shape (M, Y)
        Minimum share of served tokens.
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
    policy, sites, caps, years = instance.policy, instance.sites, instance.zone_caps, horizon.years
    emitted = {zone.id: zone_co2(instance, horizon, zone) for zone in instance.zones}
    nothing = np.zeros((len(years), horizon.slots))
    stack = {generator.id: generator.co2_kg_per_mwh for generator in instance.generators}
    co2_cap = [path for path in (policy.co2_cap_t_per_year,) if path is not None]
    budget = [path for path in (policy.capital_budget_usd_per_year,) if path is not None]
    opening = np.array([0.0 if site.existing else site.opening_cost_usd for site in sites])
    counted = [
        [site.zone == cap.zone and site.kind in cap.site_kinds for site in sites] for cap in caps
    ]
    shares = {ALL_CLASSES: policy.min_edge_share} | {
        group.id: group.min_edge_share for group in instance.classes
    }
    shares = {scope: path for scope, path in shares.items() if path is not None}
    concerned = [
        [scope in (ALL_CLASSES, workload.workload_class) for workload in instance.workloads]
        for scope in shares
    ]
    return PolicySide(
        draw_t_per_mwh=np.array([emitted.get(site.zone or "", nothing) for site in sites])
        / KG_PER_T,
        stack_t_per_mwh=np.array(
            [stack[row.generator] for row in instance.site_generators], dtype=float
        )
        / KG_PER_T,
        co2_cap_t=by_year(co2_cap, years),
        budget=by_year(budget, years) * horizon.span_years / USD_PER_KUSD,
        opening_overnight=opening / USD_PER_KUSD,
        cap_mw=by_year([cap.cap_mw for cap in caps], years, absent=np.inf),
        cap_site=np.array(counted, dtype=bool).reshape(len(caps), len(sites)),
        edge_arc=np.array([site.kind in EDGE_KINDS for site in sites])[arcs.site],
        share_of=tuple(shares),
        share_workload=np.array(concerned, dtype=bool).reshape(
            len(shares), len(instance.workloads)
        ),
        edge_share=by_year(list(shares.values()), years),
    )
