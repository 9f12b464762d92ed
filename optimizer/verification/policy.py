"""Family 11: emissions, capital, capped load and edge share, recounted and held to their limits."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.sites import EDGE_KINDS
from optimizer.units import KG_PER_T, KW_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.contracts import carbon_intensity
from optimizer.verification.interconnection import connection_cost
from optimizer.verification.storage import storage_cost
from optimizer.verification.violation import Violation, at_most, equal, equal_if_limited

EVERYTHING, EVERYONE = "whole instance", "all classes"


@dataclass(frozen=True)
class _Count:
    """What a policy counts, and its limit, both by year."""

    family: str
    measure: str
    where: str
    amount: Floats  # (Y,)
    limit: Floats  # (Y,); infinite if there is none
    broken: str
    is_minimum: bool = False


def check_policy(claims: Claims) -> Iterator[Violation]:
    """Yield every figure of the policy table that is wrong, and every policy that is broken."""
    for count in _counts(claims):
        row = [claims.axes.policy.keys.index((count.measure, count.where))]
        name, amount, limit = [count.where], count.amount[None], count.limit[None]
        message = f"is not the amount counted ({count.measure})"
        yield from equal(count.family, name, claims.policy[row], amount, message)
        message = "limit is not that of the policy"
        yield from equal_if_limited(count.family, name, claims.policy_limit[row], limit, message)
        if not count.is_minimum:
            yield from at_most(count.family, name, amount, limit, count.broken)
        elif np.isfinite(limit).all():
            yield from at_most(count.family, name, limit, amount, count.broken)


def _counts(claims: Claims) -> Iterator[_Count]:
    instance, policy = claims.instance, claims.instance.policy
    (cap_t,) = claims.by_year([policy.co2_cap_t_per_year])
    emitted, spent = emissions_t(claims), outlay_usd(claims)
    message = "emissions exceed the cap (t)"
    yield _Count("11 CO2 cap", "co2_t", EVERYTHING, emitted, cap_t, message)
    (budget,) = claims.by_year([policy.capital_budget_usd_per_year]) * claims.horizon.span_years
    message = "overnight cost exceeds the budget ($)"
    yield _Count("11 capital budget", "overnight_usd", EVERYTHING, spent, budget, message)
    for cap in instance.zone_caps:
        counted = [s.zone == cap.zone and s.kind in cap.site_kinds for s in instance.sites]
        draw = claims.draw[counted].sum(axis=0).max(axis=1)
        (limit,) = claims.by_year([cap.cap_mw])
        yield _Count("11 zone cap", "cap_mw", cap.id, draw, limit, "draw exceeds the cap (MW)")

    rows, hours = claims.placement, claims.horizon.hours_per_year
    at_edge = np.array([site.kind in EDGE_KINDS for site in instance.sites])[rows["s"]]
    edge = claims.carried(rows["flow"].to_numpy() * at_edge, "w", len(claims.classes)) @ hours
    served = claims.served @ hours
    shares = {EVERYONE: policy.min_edge_share} | {
        group.id: group.min_edge_share
        for group in instance.classes
        if group.min_edge_share is not None
    }
    for name, path in shares.items():
        member = [name in (EVERYONE, group.id) for group in claims.classes]
        (share,) = claims.by_year([path])
        tokens, total = edge[member].sum(axis=0), served[member].sum(axis=0)
        least = share if path is None else share * total
        message = "work served at the edge is below the minimum share (Gtok)"
        yield _Count("11 edge share", "edge_gtok", name, tokens, least, message, is_minimum=True)


def emissions_t(claims: Claims) -> Floats:
    """Return the CO2 of a year from grid draw and own generation, t, shape (Y,)."""
    instance, hours = claims.instance, claims.horizon.hours_per_year
    zones = {zone.id: zone for zone in instance.zones}
    kg = np.zeros(len(claims.horizon.years))
    for site, draw in zip(instance.sites, claims.draw, strict=True):
        if site.zone is not None:
            kg += (carbon_intensity(claims, zones[site.zone]) * draw) @ hours
    for generator, output in zip(claims.generators, claims.generation, strict=True):
        kg += generator.co2_kg_per_mwh * (output @ hours)
    return np.asarray(kg / KG_PER_T)


def outlay_usd(claims: Claims) -> Floats:
    """Return the overnight cost of what each period commissions, $, shape (Y,)."""
    sites = claims.instance.sites
    opened = np.diff(claims.is_open, axis=1, prepend=0.0)
    opening = np.array([0.0 if site.existing else site.opening_cost_usd for site in sites])
    bought = (
        (claims.pods_built, pod_cost(claims)),
        (claims.generators_built, generator_cost(claims)),
        (claims.storage_built[:, :, 0], storage_cost(claims)),
        (claims.connection_built, connection_cost(claims)),
        (opened, opening[:, None]),
    )
    return np.asarray(sum((built * cost).sum(axis=0) for built, cost in bought))


def pod_cost(claims: Claims) -> Floats:
    """Return the overnight cost of a pod of each pool, $, shape (P, Y)."""
    units = np.array([[float(pool.units_per_pod)] for pool in claims.instance.pools])
    return np.asarray(claims.by_year(unit.capex_usd for unit in claims.hardware) * units)


def generator_cost(claims: Claims) -> Floats:
    """Return the overnight cost of a generator unit of each row, $, shape (G, Y)."""
    kw = np.array([[row.unit_mw * KW_PER_MW] for row in claims.generators]).reshape(-1, 1)
    return np.asarray(claims.by_year(row.capex_usd_per_kw for row in claims.generators) * kw)
