"""Family 5, contracts: who draws on them, within what limit, at what cost."""

from collections.abc import Iterator, Mapping

import numpy as np

from optimizer.problem.horizon import Floats, hourly_year, profiles_by_id
from optimizer.schema.base import EVERY_YEAR
from optimizer.schema.grid import Zone
from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, at_most, equal

FAMILY = "5 contracts"


def check_contracts(claims: Claims) -> Iterator[Violation]:
    """Yield every contract with too much draw, or with draw that it does not serve."""
    rows = claims.instance.contracts
    if not rows:
        return
    names, drawn = [row.id for row in rows], claims.contract_draw
    years = np.array(claims.horizon.years)
    first = np.array([[years[0] if row.first_year is None else row.first_year] for row in rows])
    last = np.array([[years[-1] if row.last_year is None else row.last_year] for row in rows])
    running = (first <= years) & (years <= last)
    limit = np.where(running, claims.by_year(row.limit_mw for row in rows), 0.0)[:, :, None]
    message = "limit is not that of the contract (MW)"
    yield from equal(FAMILY, names, claims.contract_limit, limit + 0 * drawn, message)
    yield from at_most(FAMILY, names, drawn, limit, "draw exceeds the contract (MW)")
    yield from at_most(FAMILY, names, -drawn, 0.0, "draw is negative")

    own = np.zeros_like(claims.draw)
    for row, draw in zip(rows, drawn, strict=True):
        if row.site is not None:
            own[claims.site_ids.index(row.site)] += draw
    message = "draws more on its own contracts than in total (MW)"
    yield from at_most(FAMILY, claims.site_ids, own, claims.draw, message)
    zones = [zone.id for zone in claims.instance.zones]
    message = "draws more on contracts than in total (MW)"
    yield from at_most(FAMILY, zones, contracted(claims), zone_draw(claims), message)


def zone_draw(claims: Claims) -> Floats:
    """Return the modelled load of each zone, shape (Z, Y, K), MW."""
    zones = [zone.id for zone in claims.instance.zones]
    draw = np.zeros((len(zones), *claims.draw.shape[1:]))
    for site, drawn in zip(claims.instance.sites, claims.draw, strict=True):
        if site.zone is not None:
            draw[zones.index(site.zone)] += drawn
    return draw


def contracted(claims: Claims) -> Floats:
    """Return the draw on contracts in each zone, shape (Z, Y, K), MW."""
    drawn = np.zeros_like(claims.zone_draw)
    for z, draw in zip(_zones_of(claims), claims.contract_draw, strict=True):
        drawn[z] += draw
    return drawn


def contract_cost(claims: Claims, hours: Floats) -> float:
    """Return the cost of contracts, less that of their energy at the price of the zone, $."""
    prices = claims.by_year(row.price_usd_per_mwh for row in claims.instance.contracts)
    spent = 0.0
    for z, draw, price in zip(_zones_of(claims), claims.contract_draw, prices, strict=True):
        market = market_price(claims, claims.instance.zones[z])
        spent += float((draw * hours * (price[:, None] - market)).sum())
    return spent


def market_price(claims: Claims, zone: Zone) -> Floats:
    """Return the energy price of a zone, $/MWh, shape (Y, K)."""
    hourly = zone.hourly_price_usd_per_mwh
    return in_slots(claims, hourly, zone.energy_price_usd_per_mwh, zone.price_profile)


def carbon_intensity(claims: Claims, zone: Zone) -> Floats:
    """Return the emissions of a MWh drawn in a zone, kg, shape (Y, K)."""
    return in_slots(claims, zone.hourly_co2_kg_per_mwh, zone.co2_kg_per_mwh, zone.co2_profile)


def in_slots(
    claims: Claims, hourly: str | None, level: Mapping[int, float] | None, shape: str | None
) -> Floats:
    """Return the means by slot of a profile as it is, or of yearly levels in its shape, (Y, K)."""
    instance, horizon = claims.instance, claims.horizon
    level = {EVERY_YEAR: 1.0} if level is None or hourly is not None else level
    means = np.ones(horizon.slots)
    if (name := hourly or shape) is not None:
        values = hourly_year(instance, profiles_by_id(instance)[name], None)
        means = horizon.mean(values) / (1.0 if hourly is not None else values.mean())
    return np.outer(claims.by_year([level]), means)


def _zones_of(claims: Claims) -> list[int]:
    """Return the position of the zone of each contract: its own, or that of its site."""
    zones = [zone.id for zone in claims.instance.zones]
    zone_of = {site.id: site.zone for site in claims.instance.sites}
    return [
        zones.index(row.zone or zone_of[row.site or ""] or "") for row in claims.instance.contracts
    ]
