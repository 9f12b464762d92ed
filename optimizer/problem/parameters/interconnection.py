"""Grid connections that are built and paid for, in arrays (family 9)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.arrays import Floats, Ints, by_year
from optimizer.problem.horizon import Horizon
from optimizer.problem.parameters.fleet import commissioned
from optimizer.problem.parameters.supply import ArcSide, PoolSide
from optimizer.problem.placements import Arcs
from optimizer.schema.instance import Instance
from optimizer.units import USD_PER_KUSD


@dataclass(frozen=True)
class ConnectionSide:
    """Sites whose grid connection is built, N of them.

    Attributes
    ----------
    site : ndarray of int, shape (N,)
    existing_mw : ndarray, shape (N, Y)
        Exists without a build, while the site is open.
    step_mw : ndarray, shape (N,)
        Smallest build, MW.
    life : ndarray of int, shape (N,)
    build_limit : ndarray, shape (N, Y)
        Steps beyond which the site could never draw more; 0 before the lead time has passed.
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
    site = np.array(
        [
            position
            for position, site in enumerate(instance.sites)
            if site.interconnection_cost_usd_per_mw is not None
        ],
        dtype=np.int64,
    )
    sites = [instance.sites[position] for position in site]
    step_mw = np.array([site.interconnection_step_mw for site in sites], dtype=float)
    most = np.ceil(_highest_power_mw(instance, horizon, arcs, arc, pool)[site] / step_mw)
    limits = [
        commissioned(horizon, row.available_from, row.interconnection_lead_years, steps, None)
        for row, steps in zip(sites, most, strict=True)
    ]
    cost = by_year([site.interconnection_cost_usd_per_mw for site in sites], years)
    overnight = cost * step_mw[:, None] / USD_PER_KUSD
    life = np.array([site.interconnection_life_years for site in sites], dtype=np.int64)
    annuity = np.array([capital_recovery_factor(rate, int(years)) for years in life])
    return ConnectionSide(
        site=site,
        existing_mw=by_year([site.existing_interconnection_mw for site in sites], years),
        step_mw=step_mw,
        life=life,
        build_limit=np.array(limits).reshape(overnight.shape),
        overnight=overnight,
        cost=overnight * annuity[:, None],
    )


def _highest_power_mw(
    instance: Instance, horizon: Horizon, arcs: Arcs, arc: ArcSide, pool: PoolSide
) -> Floats:
    """Power that a site can never exceed, with all possible builds in full use, MW, shape (S,)."""
    marginal = np.zeros(len(pool.site))
    np.maximum.at(marginal, arcs.pool, (arc.energy / arc.unit_hours).max(axis=1))
    units = pool.existing.max(axis=1) + pool.units_per_pod * pool.max_pods
    power = np.zeros(len(instance.sites))
    np.add.at(power, pool.site, units * (pool.idle_mw + pool.usable * marginal))
    fixed = by_year([site.fixed_load_mw for site in instance.sites], horizon.years).max(axis=1)
    return np.asarray(power * np.array([site.pue for site in instance.sites]) + fixed)
