"""Energy contracts in arrays (family 5)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats, Horizon, Ints
from optimizer.problem.parameters.grid import price_shape
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.units import USD_PER_KUSD


@dataclass(frozen=True)
class ContractSide:
    """Contracts, N of them.

    Attributes
    ----------
    zone : ndarray of int, shape (N,)
        Zone that it stands in: its own, or its site's.
    site : ndarray of int, shape (N,)
        The one site that may draw on it; -1 where every site of the zone may.
    limit_mw : ndarray, shape (N, Y)
        0 outside its term.
    cost : ndarray, shape (N, Y, K)
        Its price less the zone's, k$/MWh: what a MWh adds to the cost of the draw.
    """

    zone: Ints
    site: Ints
    limit_mw: Floats
    cost: Floats


def contract_side(instance: Instance, horizon: Horizon) -> ContractSide:
    """Lay contracts out in arrays."""
    rows, years = instance.contracts, horizon.years
    zone_at = {zone.id: z for z, zone in enumerate(instance.zones)}
    site_at = {site.id: s for s, site in enumerate(instance.sites)}
    own_site = [-1 if row.site is None else site_at[row.site] for row in rows]
    names = [
        row.zone if s < 0 else instance.sites[s].zone for row, s in zip(rows, own_site, strict=True)
    ]
    zone = [zone_at[name] for name in names if name is not None]
    cost = np.zeros((len(rows), len(years), horizon.slots))
    for n, (row, z) in enumerate(zip(rows, zone, strict=True)):
        shape = price_shape(instance, horizon, instance.zones[z].price_profile)
        for y, year in enumerate(years):
            market = at_year(instance.zones[z].energy_price_usd_per_mwh, year) * shape
            cost[n, y] = (at_year(row.price_usd_per_mwh, year) - market) / USD_PER_KUSD
    limit = [
        [at_year(row.limit_mw, year) if row.holds_in(year) else 0.0 for year in years]
        for row in rows
    ]
    return ContractSide(
        zone=np.array(zone, dtype=np.int64),
        site=np.array(own_site, dtype=np.int64),
        limit_mw=np.array(limit, dtype=float).reshape(len(rows), len(years)),
        cost=cost,
    )
