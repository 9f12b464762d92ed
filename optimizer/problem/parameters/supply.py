"""Arcs, hardware pools and sites in arrays (families 3, 4, 9)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.arrays import Bools, Floats, Ints, by_year, positions
from optimizer.problem.horizon import Horizon
from optimizer.problem.parameters.fleet import commissioned
from optimizer.problem.parameters.tokens_per_query import raw_tokens
from optimizer.problem.parameters.training import training_mw
from optimizer.problem.placements import Arcs, needs_per_gtok
from optimizer.schema.instance import Instance
from optimizer.units import (
    KUSD_PER_GTOK_PER_USD_PER_MTOK,
    MONTHS_PER_YEAR,
    USD_PER_KUSD,
    W_PER_MW,
)


@dataclass(frozen=True)
class ArcSide:
    """What a Gtok of the answer needs on each arc, A of them.

    Attributes
    ----------
    unit_hours : ndarray, shape (A, Y)
        Hardware unit-hours per Gtok.
    energy : ndarray, shape (A, Y)
        Marginal energy above idle before PUE, MWh/Gtok.
    cost : ndarray, shape (A,)
        Network and variable serving cost, k$/Gtok.
    available : ndarray of bool, shape (A, Y)
        Whether site and model are available in the year.
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
        Units that exist without a build.
    usable : ndarray, shape (P,)
        Share of a unit's hours that may be loaded: duty cycle times highest utilisation.
    units_per_pod, life : ndarray, shape (P,)
    max_pods : ndarray, shape (P,)
        Pods that may be built in total.
    build_limit : ndarray, shape (P, Y)
        Pods that may be commissioned in a year; 0 before the lead time has passed.
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
        Kinds that the program distinguishes; opening a candidate is a decision.
    available : ndarray of bool, shape (S, Y)
    pue : ndarray, shape (S,)
    it_limit_mw : ndarray, shape (S, Y)
        Space for hardware; infinite if not given.
    fixed_load_mw : ndarray, shape (S, Y, K)
        Load other than serving while open, training runs included, after PUE.
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
    unit_hours, energy = needs_per_gtok(instance)
    region_at = positions(instance.regions)
    region = np.array([region_at[workload.region] for workload in instance.workloads])
    gain = densing_gain(instance, horizon)
    raw = raw_tokens(instance, horizon)[arcs.workload]
    serving_cost = np.array([site.serving_cost_usd_per_mtok for site in instance.sites])
    cost = arcs.network_usd_per_mtok[region[arcs.workload], arcs.site] + serving_cost[arcs.site]
    return ArcSide(
        unit_hours=unit_hours[arcs.serving] * raw / gain,
        energy=energy[arcs.serving] * raw / gain,
        cost=cost * KUSD_PER_GTOK_PER_USD_PER_MTOK,
        available=arcs.first_year[:, None] <= np.array(horizon.years)[None, :],
    )


def densing_gain(instance: Instance, horizon: Horizon) -> Floats:
    """Factor by which the densing law raises tokens/s and cuts energy per token, shape (Y,)."""
    law, years = instance.densing, np.array(horizon.years, dtype=float)
    if law.doubling_months is None:
        return np.ones(len(years))
    base = years[0] if law.base_year is None else law.base_year
    reached = years if law.last_year is None else np.minimum(years, law.last_year)
    return np.asarray(2.0 ** (MONTHS_PER_YEAR * (reached - base) / law.doubling_months))


def pool_side(instance: Instance, horizon: Horizon) -> PoolSide:
    """Lay hardware pools out in arrays."""
    pools, years, rate = instance.pools, horizon.years, instance.money.discount_rate
    site_at = positions(instance.sites)
    hardware = {row.id: row for row in instance.hardware}
    sites = [instance.sites[site_at[pool.site]] for pool in pools]
    types = [hardware[pool.hardware] for pool in pools]
    limits = [
        commissioned(
            horizon, site.available_from, pool.lead_years, pool.max_pods, pool.max_pods_per_year
        )
        for pool, site in zip(pools, sites, strict=True)
    ]
    units_per_pod = np.array([float(pool.units_per_pod) for pool in pools])
    overnight = units_per_pod[:, None] * by_year([row.capex_usd for row in types], years)
    annuity = np.array([[capital_recovery_factor(rate, row.life_years)] for row in types])
    operation = np.array([row.operation_usd_per_unit_year for row in types])
    device = np.array([site.kind == "device" for site in sites])
    return PoolSide(
        site=np.array([site_at[pool.site] for pool in pools]),
        existing=by_year([pool.existing_units for pool in pools], years),
        usable=np.array([pool.duty_cycle * pool.max_utilisation for pool in pools]),
        units_per_pod=units_per_pod,
        life=np.array([row.life_years for row in types]),
        max_pods=np.array([float(pool.max_pods) for pool in pools]),
        build_limit=np.array(limits),
        idle_mw=np.where(device, 0.0, np.array([row.idle_w for row in types]) / W_PER_MW),
        loaded_mw=np.array([row.loaded_w for row in types]) / W_PER_MW,
        pod_overnight=overnight / USD_PER_KUSD,
        pod_cost=overnight * annuity / USD_PER_KUSD,
        operation=np.where(device, 0.0, operation) / USD_PER_KUSD,
    )


def site_side(instance: Instance, horizon: Horizon) -> SiteSide:
    """Lay sites out in arrays."""
    sites, years, rate = instance.sites, horizon.years, instance.money.discount_rate
    fixed_load = by_year([site.fixed_load_mw for site in sites], years)[:, :, None]
    yearly_cost = [
        site.fixed_cost_usd_per_year
        + (0.0 if site.existing else site.opening_cost_usd)
        * capital_recovery_factor(rate, site.opening_life_years)
        for site in sites
    ]
    return SiteSide(
        device=np.array([site.kind == "device" for site in sites]),
        offgrid=np.array([site.kind == "offgrid" for site in sites]),
        candidate=np.array([not site.existing for site in sites]),
        available=np.array([[year >= site.available_from for year in years] for site in sites]),
        pue=np.array([site.pue for site in sites]),
        it_limit_mw=by_year([site.it_limit_mw for site in sites], years, absent=np.inf),
        fixed_load_mw=fixed_load + training_mw(instance, horizon),
        yearly_cost=np.array(yearly_cost) / USD_PER_KUSD,
        redundant_units=np.array([float(site.redundant_units) for site in sites]),
    )
