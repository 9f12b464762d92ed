"""Family 11: emissions, capital, capped load and edge share, counted again and held to limits."""

from collections.abc import Iterator, Mapping

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.sites import EDGE_KINDS
from optimizer.units import KG_PER_T, KW_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.interconnection import cost_of_connection
from optimizer.verification.storage import cost_of_storage
from optimizer.verification.violation import Violation, at_most, equal, equal_where_given

CO2, BUDGET, CAP, SHARE = "11 CO2 cap", "11 capital budget", "11 zone cap", "11 edge share"


def check_policy(claims: Claims) -> Iterator[Violation]:
    """Yield every figure of the policy table that is wrong, and every policy that is broken."""
    policy, spans = claims.instance.policy, claims.horizon.span_years
    yield from _check(
        claims,
        CO2,
        "co2_t",
        "whole instance",
        emissions_t(claims),
        _path(claims, policy.co2_cap_t_per_year),
        "emissions exceed the cap (t)",
    )
    yield from _check(
        claims,
        BUDGET,
        "overnight_usd",
        "whole instance",
        outlay_usd(claims),
        _path(claims, policy.capital_budget_usd_per_year) * spans,
        "overnight cost exceeds the budget ($)",
    )
    sites = claims.instance.sites
    for cap in claims.instance.zone_caps:
        counted = [
            s
            for s, site in enumerate(sites)
            if site.zone == cap.zone and site.kind in cap.site_kinds
        ]
        draw = claims.draw[counted].sum(axis=0).max(axis=1)
        yield from _check(
            claims, CAP, "cap_mw", cap.id, draw, _path(claims, cap.cap_mw), "draw exceeds it (MW)"
        )
    yield from _shares(claims)


def _shares(claims: Claims) -> Iterator[Violation]:
    workloads = claims.instance.workloads
    paths = {"all classes": claims.instance.policy.min_edge_share} | {
        group.id: group.min_edge_share
        for group in claims.instance.classes
        if group.min_edge_share is not None
    }
    rows, kinds = claims.placement, [site.kind for site in claims.instance.sites]
    at_edge = np.array([kind in EDGE_KINDS for kind in kinds])[rows["s"]]
    edge = claims.carried(rows["flow"].to_numpy() * at_edge, "w", len(workloads))
    for name, path in paths.items():
        member = [
            w for w, one in enumerate(workloads) if name in ("all classes", one.workload_class)
        ]
        hours = claims.horizon.hours_per_year
        tokens = edge[member].sum(axis=0) @ hours
        least = np.full_like(tokens, np.inf)
        if path is not None:
            least = _path(claims, path) * (claims.served[member].sum(axis=0) @ hours)
        at = _row(claims, "edge_gtok", name)
        yield from equal(SHARE, [name], claims.policy[at], tokens[None], "is not what edge serves")
        limit = claims.policy_limit[at]
        yield from equal_where_given(SHARE, [name], limit, least[None], "is not what it must serve")
        if path is not None:
            message = "too little is served at the edge (Gtok)"
            yield from at_most(SHARE, [name], least[None], tokens[None], message)


def _check(
    claims: Claims,
    family: str,
    measure: str,
    where: str,
    amount: Floats,
    limit: Floats,
    broken: str,
) -> Iterator[Violation]:
    """Figures of one policy by year, and whether its limit holds."""
    at = _row(claims, measure, where)
    claimed, allowed = claims.policy[at], claims.policy_limit[at]
    yield from equal(family, [where], claimed, amount[None], f"is not what is counted ({measure})")
    yield from equal_where_given(family, [where], allowed, limit[None], "limit is not the policy's")
    yield from at_most(family, [where], amount[None], limit[None], broken)


def _row(claims: Claims, measure: str, where: str) -> list[int]:
    return [claims.axes.policy.keys.index((measure, where))]


def _path(claims: Claims, path: Mapping[int, float] | None) -> Floats:
    """A limit by year; infinite where there is none."""
    years = claims.horizon.years
    return np.array([np.inf if path is None else at_year(path, year) for year in years])


def emissions_t(claims: Claims) -> Floats:
    """CO2 of a year, of what is drawn and of own generation, t; shape (Y,)."""
    instance, horizon = claims.instance, claims.horizon
    zones = {zone.id: zone for zone in instance.zones}
    types = {generator.id: generator for generator in instance.generators}
    kg = np.zeros(len(horizon.years))
    for s, site in enumerate(instance.sites):
        if site.zone is not None:
            rate = [at_year(zones[site.zone].co2_kg_per_mwh, year) for year in horizon.years]
            kg += np.array(rate) * (claims.draw[s] @ horizon.hours_per_year)
    for g, row in enumerate(instance.site_generators):
        mwh = claims.generation[g] @ horizon.hours_per_year
        kg += types[row.generator].co2_kg_per_mwh * mwh
    return np.asarray(kg / KG_PER_T)


def outlay_usd(claims: Claims) -> Floats:
    """Overnight cost of what each period commissions, $; shape (Y,)."""
    instance, years = claims.instance, claims.horizon.years
    hardware = {row.id: row for row in instance.hardware}
    types = {generator.id: generator for generator in instance.generators}
    spent = (claims.connection_built * cost_of_connection(claims)).sum(axis=0)
    for p, pool in enumerate(instance.pools):
        price = [at_year(hardware[pool.hardware].capex_usd, year) for year in years]
        spent = spent + claims.pods_built[p] * pool.units_per_pod * np.array(price)
    for g, row in enumerate(instance.site_generators):
        unit = types[row.generator]
        price = [at_year(unit.capex_usd_per_kw, year) for year in years]
        spent = spent + claims.generators_built[g] * unit.unit_mw * KW_PER_MW * np.array(price)
    if instance.site_storage:
        bought = claims.storage_built[:, :, 0] * cost_of_storage(claims)
        spent = spent + bought.sum(axis=0)
    for s, site in enumerate(instance.sites):
        if not site.existing:
            opened = np.diff(claims.is_open[s], prepend=0.0)
            spent = spent + opened * site.opening_cost_usd
    return np.asarray(spent)
