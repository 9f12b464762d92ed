"""Energy contracts in arrays (family 5)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Floats, Ints, by_year, positions
from optimizer.problem.horizon import Horizon
from optimizer.problem.hourly_levels import zone_price
from optimizer.schema.instance import Instance
from optimizer.units import USD_PER_KUSD


@dataclass(frozen=True)
class ContractSide:
    """Contracts, N of them.

    Attributes
    ----------
    zone : ndarray of int, shape (N,)
        Zone of the contract, or of its site.
    site : ndarray of int, shape (N,)
        The one site that may draw on it; -1 if every site of the zone may.
    limit_mw : ndarray, shape (N, Y)
        0 outside the contract's term.
    cost : ndarray, shape (N, Y, K)
        Contract price less the zone's price, k$/MWh: what a MWh adds to the cost of the draw.
    """

    zone: Ints
    site: Ints
    limit_mw: Floats
    cost: Floats


def contract_side(instance: Instance, horizon: Horizon) -> ContractSide:
    """Lay contracts out in arrays."""
    rows, years = instance.contracts, horizon.years
    zone_at, site_at = positions(instance.zones), positions(instance.sites)
    own_site = [-1 if row.site is None else site_at[row.site] for row in rows]
    zone = [
        zone_at[(row.zone if s < 0 else instance.sites[s].zone) or ""]
        for row, s in zip(rows, own_site, strict=True)
    ]
    zones = [instance.zones[z] for z in zone]
    market = np.array([zone_price(instance, horizon, zone) for zone in zones])
    market = market.reshape(len(rows), len(years), horizon.slots)
    price = by_year([row.price_usd_per_mwh for row in rows], years)[:, :, None]
    in_term = np.array([[row.holds_in(year) for year in years] for row in rows], dtype=bool)
    limit = by_year([row.limit_mw for row in rows], years)
    return ContractSide(
        zone=np.array(zone, dtype=np.int64),
        site=np.array(own_site, dtype=np.int64),
        limit_mw=np.where(in_term.reshape(limit.shape), limit, 0.0),
        cost=(price - market) / USD_PER_KUSD,
    )
