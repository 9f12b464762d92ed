"""Arcs, hardware pools and sites in arrays (families 3, 4, 9)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.horizon import Floats, Horizon, Ints
from optimizer.problem.parameters.densing import densing_gain
from optimizer.problem.parameters.fleet import commissioned
from optimizer.problem.parameters.tokens_per_query import raw_tokens
from optimizer.problem.parameters.training import training_mw
from optimizer.problem.placements import Arcs
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.units import (
    GTOK_PER_H_PER_TOK_PER_S,
    KUSD_PER_GTOK_PER_USD_PER_MTOK,
    MWH_PER_GTOK_PER_J_PER_TOK,
    USD_PER_KUSD,
    W_PER_MW,
)

Bools = np.ndarray


@dataclass(frozen=True)
class ArcSide:
    """What a Gtok of the answer needs on an arc.

    Attributes
    ----------
    unit_hours : ndarray, shape (A, Y)
        Hardware unit-hours a Gtok.
    energy : ndarray, shape (A, Y)
        Marginal energy above idle before PUE, MWh/Gtok.
    cost : ndarray, shape (A,)
        Network and variable serving cost, k$/Gtok.
    available : ndarray of bool, shape (A, Y)
        Whether site and model are there in the year.
    """

    unit_hours: Floats
    energy: Floats
    cost: Floats
    available: Bools


@dataclass(frozen=True)
class PoolSide:
    """Hardware pools, P of them.

    Attributes
    ----------
    site : ndarray of int, shape (P,)
        Position of the pool's site.
    existing : ndarray, shape (P, Y)
        Units there without a build.
    usable : ndarray, shape (P,)
        Share of a unit's hours that may be loaded: duty cycle times highest utilisation.
    units_per_pod, life : ndarray, shape (P,)
    max_pods : ndarray, shape (P,)
        Pods that may be built in all.
    build_limit : ndarray, shape (P, Y)
        Pods that may be commissioned in a year; 0 before the lead time is over.
    idle_mw, loaded_mw : ndarray, shape (P,)
        Wall power of a unit; idle is 0 on people's own devices.
    pod_overnight : ndarray, shape (P, Y)
        Overnight cost of a pod commissioned in the year, k$.
    pod_cost : ndarray, shape (P, Y)
        Its annuity, k$ a year.
    operation : ndarray, shape (P,)
        Fixed operation of a unit, k$ a year.
    """

    site: Ints
    existing: Floats
    usable: Floats
    units_per_pod: Floats
    life: Ints
    max_pods: Floats
    build_limit: Floats
    idle_mw: Floats
    loaded_mw: Floats
    pod_overnight: Floats
    pod_cost: Floats
    operation: Floats


@dataclass(frozen=True)
class SiteSide:
    """Sites, S of them.

    Attributes
    ----------
    device, offgrid, candidate : ndarray of bool, shape (S,)
        Kinds that the program treats apart; a candidate's opening is a decision.
    available : ndarray of bool, shape (S, Y)
    pue : ndarray, shape (S,)
    it_limit_mw : ndarray, shape (S, Y)
        Space for hardware; infinite where not given.
    fixed_load_mw : ndarray, shape (S, Y, K)
        Load besides serving while open, training runs included, after PUE.
    yearly_cost : ndarray, shape (S,)
        Fixed cost while open plus, for a candidate, the annuity of opening, k$ a year.
    redundant_units : ndarray, shape (S,)
    """

    device: Bools
    offgrid: Bools
    candidate: Bools
    available: Bools
    pue: Floats
    it_limit_mw: Floats
    fixed_load_mw: Floats
    yearly_cost: Floats
    redundant_units: Floats


def arc_side(instance: Instance, horizon: Horizon, arcs: Arcs) -> ArcSide:
    """Lay arcs out in arrays."""
    idle = {hardware.id: hardware.idle_w for hardware in instance.hardware}
    years = horizon.years
    unit_hours = np.array(
        [
            [
                c.token_multiplier
                / (c.tokens_per_s * at_year(c.rate_multiplier, y) * GTOK_PER_H_PER_TOK_PER_S)
                for y in years
            ]
            for c in instance.serving
        ]
    )
    energy = np.array(
        [
            [
                c.token_multiplier
                * (c.loaded_w - idle[c.hardware])
                / c.tokens_per_s
                * at_year(c.energy_multiplier, y)
                * MWH_PER_GTOK_PER_J_PER_TOK
                for y in years
            ]
            for c in instance.serving
        ]
    )
    region_at = {region.id: i for i, region in enumerate(instance.regions)}
    w_region = np.array([region_at[w.region] for w in instance.workloads])
    gain = densing_gain(instance, horizon)
    thought = raw_tokens(instance, horizon)[arcs.workload]
    serving_cost = np.array([site.serving_cost_usd_per_mtok for site in instance.sites])
    cost = arcs.network_usd_per_mtok[w_region[arcs.workload], arcs.site] + serving_cost[arcs.site]
    return ArcSide(
        unit_hours=unit_hours[arcs.serving] * thought / gain,
        energy=energy[arcs.serving] * thought / gain,
        cost=cost * KUSD_PER_GTOK_PER_USD_PER_MTOK,
        available=arcs.first_year[:, None] <= np.array(years)[None, :],
    )


def pool_side(instance: Instance, horizon: Horizon) -> PoolSide:
    """Lay hardware pools out in arrays."""
    site_at = {site.id: i for i, site in enumerate(instance.sites)}
    hardware = {row.id: row for row in instance.hardware}
    sites = [instance.sites[site_at[pool.site]] for pool in instance.pools]
    types = [hardware[pool.hardware] for pool in instance.pools]
    years, rate = horizon.years, instance.money.discount_rate
    build_limit = np.array(
        [
            commissioned(
                horizon,
                site.available_from,
                pool.lead_years,
                pool.max_pods,
                pool.max_pods_per_year,
            )
            for pool, site in zip(instance.pools, sites, strict=True)
        ]
    )
    overnight = np.array(
        [
            [pool.units_per_pod * at_year(row.capex_usd, y) for y in years]
            for pool, row in zip(instance.pools, types, strict=True)
        ]
    )
    annuity = np.array([[capital_recovery_factor(rate, row.life_years)] for row in types])
    owned = np.array([site.kind == "device" for site in sites])
    return PoolSide(
        site=np.array([site_at[pool.site] for pool in instance.pools]),
        existing=np.array(
            [[at_year(pool.existing_units, y) for y in years] for pool in instance.pools]
        ),
        usable=np.array([pool.duty_cycle * pool.max_utilisation for pool in instance.pools]),
        units_per_pod=np.array([float(pool.units_per_pod) for pool in instance.pools]),
        life=np.array([row.life_years for row in types]),
        max_pods=np.array([float(pool.max_pods) for pool in instance.pools]),
        build_limit=build_limit,
        idle_mw=np.where(owned, 0.0, np.array([row.idle_w for row in types]) / W_PER_MW),
        loaded_mw=np.array([row.loaded_w for row in types]) / W_PER_MW,
        pod_overnight=overnight / USD_PER_KUSD,
        pod_cost=overnight * annuity / USD_PER_KUSD,
        operation=np.where(owned, 0.0, np.array([row.operation_usd_per_unit_year for row in types]))
        / USD_PER_KUSD,
    )


def site_side(instance: Instance, horizon: Horizon) -> SiteSide:
    """Lay sites out in arrays."""
    years, rate = horizon.years, instance.money.discount_rate
    sites = instance.sites
    return SiteSide(
        device=np.array([site.kind == "device" for site in sites]),
        offgrid=np.array([site.kind == "offgrid" for site in sites]),
        candidate=np.array([not site.existing for site in sites]),
        available=np.array([[y >= site.available_from for y in years] for site in sites]),
        pue=np.array([site.pue for site in sites]),
        it_limit_mw=np.array(
            [
                [np.inf if s.it_limit_mw is None else at_year(s.it_limit_mw, y) for y in years]
                for s in sites
            ]
        ),
        fixed_load_mw=np.array([[at_year(s.fixed_load_mw, y) for y in years] for s in sites])[
            :, :, None
        ]
        + training_mw(instance, horizon),
        yearly_cost=np.array(
            [
                s.fixed_cost_usd_per_year
                + (0.0 if s.existing else s.opening_cost_usd)
                * capital_recovery_factor(rate, s.opening_life_years)
                for s in sites
            ]
        )
        / USD_PER_KUSD,
        redundant_units=np.array([float(site.redundant_units) for site in sites]),
    )
