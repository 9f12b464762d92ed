"""Grid connections that are built and paid, in arrays (family 9)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.horizon import Floats, Horizon, Ints
from optimizer.problem.parameters.supply import ArcSide, PoolSide
from optimizer.problem.placements import Arcs
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.units import USD_PER_KUSD


@dataclass(frozen=True)
class ConnectionSide:
    """Sites whose grid connection is built, N of them.

    Attributes
    ----------
    site : ndarray of int, shape (N,)
    existing_mw : ndarray, shape (N, Y)
        There without a build, while the site is open.
    step_mw : ndarray, shape (N,)
        MW that are built together.
    life : ndarray of int, shape (N,)
    build_limit : ndarray, shape (N, Y)
        Steps beyond which more would never be drawn; 0 before the lead time is over.
    overnight : ndarray, shape (N, Y)
        Overnight cost of a step, k$.
    cost : ndarray, shape (N, Y)
        Its annuity, k$ a year.
    """

    site: Ints
    existing_mw: Floats
    step_mw: Floats
    life: Ints
    build_limit: Floats
    overnight: Floats
    cost: Floats


def connection_side(
    instance: Instance, horizon: Horizon, arcs: Arcs, arc: ArcSide, pool: PoolSide
) -> ConnectionSide:
    """Lay grid connections out in arrays."""
    years, rate = horizon.years, instance.money.discount_rate
    priced = [
        (s, site, site.interconnection_cost_usd_per_mw)
        for s, site in enumerate(instance.sites)
        if site.interconnection_cost_usd_per_mw is not None
    ]
    shape = (len(priced), len(years))
    most_mw = _highest_power_mw(instance, horizon, arcs, arc, pool)
    existing, limit, overnight = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for n, (s, site, path) in enumerate(priced):
        first = max(years[0] + site.interconnection_lead_years, site.available_from)
        for y, year in enumerate(years):
            existing[n, y] = at_year(site.existing_interconnection_mw, year)
            overnight[n, y] = at_year(path, year) * site.interconnection_step_mw / USD_PER_KUSD
            if year >= first:
                limit[n, y] = np.ceil(most_mw[s] / site.interconnection_step_mw)
    life = np.array([site.interconnection_life_years for _, site, _ in priced], dtype=np.int64)
    annuity = np.array([[capital_recovery_factor(rate, int(years))] for years in life])
    return ConnectionSide(
        site=np.array([s for s, _, _ in priced], dtype=np.int64),
        existing_mw=existing,
        step_mw=np.array([site.interconnection_step_mw for _, site, _ in priced], dtype=float),
        life=life,
        build_limit=limit,
        overnight=overnight,
        cost=overnight * annuity.reshape(-1, 1),
    )


def _highest_power_mw(
    instance: Instance, horizon: Horizon, arcs: Arcs, arc: ArcSide, pool: PoolSide
) -> Floats:
    """Power that a site never exceeds, all that may be built in full use, MW; shape (S,)."""
    marginal = np.zeros(len(pool.site))
    np.maximum.at(marginal, arcs.pool, (arc.energy / arc.unit_hours).max(axis=1))
    units = pool.existing.max(axis=1) + pool.units_per_pod * pool.max_pods
    power = np.zeros(len(instance.sites))
    np.add.at(power, pool.site, units * (pool.idle_mw + pool.usable * marginal))
    fixed = [max(at_year(site.fixed_load_mw, y) for y in horizon.years) for site in instance.sites]
    return np.asarray(power * np.array([site.pue for site in instance.sites]) + np.array(fixed))
