"""Family 5, contracts: who draws on them, within what limit, at what cost."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats, hourly_year, profiles_by_id
from optimizer.schema.base import at_year
from optimizer.schema.grid import Zone
from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, at_most, equal

FAMILY = "5 contracts"


def check_contracts(claims: Claims) -> Iterator[Violation]:
    """Yield every contract that is drawn on too much, or by whom it does not serve."""
    rows, years = claims.instance.contracts, claims.horizon.years
    if not rows:
        return
    names, drawn = [row.id for row in rows], claims.contract_draw
    limit = np.zeros_like(drawn)
    for n, row in enumerate(rows):
        for y, year in enumerate(years):
            begun = row.first_year is None or year >= row.first_year
            over = row.last_year is not None and year > row.last_year
            limit[n, y] = at_year(row.limit_mw, year) if begun and not over else 0.0
    yield from equal(FAMILY, names, claims.contract_limit, limit, "limit is not its own (MW)")
    yield from at_most(FAMILY, names, drawn, limit, "draw exceeds the contract (MW)")
    yield from at_most(FAMILY, names, -drawn, np.zeros(1), "draw is below 0")

    zones, sites = claims.instance.zones, claims.instance.sites
    own = np.zeros_like(claims.draw)
    position = {site.id: s for s, site in enumerate(sites)}
    for n, row in enumerate(rows):
        if row.site is not None:
            own[position[row.site]] += drawn[n]
    message = "draws less than on its own contracts (MW)"
    yield from at_most(FAMILY, [site.id for site in sites], own, claims.draw, message)
    whole = np.zeros_like(claims.zone_draw)
    for s, site in enumerate(sites):
        for z, zone in enumerate(zones):
            if site.zone == zone.id:
                whole[z] += claims.draw[s]
    message = "draws less than on its contracts (MW)"
    yield from at_most(FAMILY, [z.id for z in zones], contracted(claims), whole, message)


def contracted(claims: Claims) -> Floats:
    """Draw on contracts in each zone, shape (Z, Y, K)."""
    zones = {zone.id: z for z, zone in enumerate(claims.instance.zones)}
    drawn = np.zeros_like(claims.zone_draw)
    for row, draw in zip(claims.instance.contracts, claims.contract_draw, strict=True):
        drawn[zones[_zone_of(claims, row.zone, row.site)]] += draw
    return drawn


def contract_cost(claims: Claims, hours: Floats) -> float:
    """What contracts cost, less what their energy would have cost at the zone's price, $."""
    zones = {zone.id: zone for zone in claims.instance.zones}
    spent = 0.0
    for row, draw in zip(claims.instance.contracts, claims.contract_draw, strict=True):
        market = market_price(claims, zones[_zone_of(claims, row.zone, row.site)])
        price = np.array([[at_year(row.price_usd_per_mwh, y)] for y in claims.horizon.years])
        spent += float((draw * hours * (price - market)).sum())
    return spent


def market_price(claims: Claims, zone: Zone) -> Floats:
    """Energy price of a zone, $/MWh, shape (Y, K)."""
    instance, horizon = claims.instance, claims.horizon
    shape = np.ones(horizon.slots)
    if zone.price_profile is not None:
        profile = profiles_by_id(instance)[zone.price_profile]
        hourly = hourly_year(instance, profile, None)
        shape = horizon.mean(hourly) / hourly.mean()
    level = [at_year(zone.energy_price_usd_per_mwh, year) for year in horizon.years]
    return np.outer(level, shape)


def _zone_of(claims: Claims, zone: str | None, site: str | None) -> str:
    if zone is not None:
        return zone
    (found,) = (one.zone for one in claims.instance.sites if one.id == site)
    return found or ""
