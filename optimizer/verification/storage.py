"""Family 8: storage follows its state within the units there, and does one thing at a time."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.units import KW_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.investment import survivors
from optimizer.verification.violation import Violation, at_most, equal


def check_storage(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of family 8."""
    instance, horizon, family = claims.instance, claims.horizon, "8 storage"
    names = [row.id for row in instance.site_storage]
    types = {one.id: one for one in instance.storage}
    of = [types[row.storage] for row in instance.site_storage]
    built, units = claims.storage_built, storage_units(claims)
    message = "is not the same in every slot of a year"
    yield from equal("9 investment", names, built, built[:, :, [0]] + 0 * built, message)
    message = "units are not what survives"
    yield from equal(
        "9 investment", names, claims.storage_units, units[:, :, None] + 0 * built, message
    )
    for column, values in (
        ("charge", claims.charge),
        ("discharge", claims.discharge),
        ("state", claims.stored),
    ):
        yield from at_most(family, names, -values, np.zeros(1), f"{column} is below 0")
    for v, one in enumerate(of):
        name, there = [names[v]], units[v][None, :, None]
        charge, discharge, stored = (
            figure[[v]] for figure in (claims.charge, claims.discharge, claims.stored)
        )
        message = "exceeds the power of its units (MW)"
        yield from at_most(family, name, charge + discharge, there * one.unit_mw, message)
        message = "holds more than its units can (MWh)"
        yield from at_most(family, name, stored, there * one.unit_mwh, message)
        both = np.minimum(charge, discharge)
        message = "charges and discharges at once (MW)"
        yield from at_most(family, name, both, np.zeros(1), message)
        moved = charge * one.charge_efficiency - discharge / one.discharge_efficiency
        before = np.empty_like(stored)
        for day in set(horizon.day.tolist()):
            slots = [k for k in range(horizon.slots) if horizon.day[k] == day]
            for earlier, later in zip([slots[-1], *slots], slots, strict=False):
                before[..., later] = stored[..., earlier]
        after = before + moved * horizon.length_h
        yield from equal(family, name, stored, after, "state does not follow from the slot before")


def storage_units(claims: Claims) -> Floats:
    """Storage units that serve in each year, shape (V, Y)."""
    rows = claims.instance.site_storage
    life = {one.id: one.life_years for one in claims.instance.storage}
    units = survivors(claims, claims.storage_built[:, :, 0], [life[row.storage] for row in rows])
    position = {site.id: s for s, site in enumerate(claims.instance.sites)}
    for v, row in enumerate(rows):
        units[v] += row.existing_units * claims.is_open[position[row.site]]
    return units


def cost_of_storage(claims: Claims) -> Floats:
    """Overnight cost of a unit of each row, $, shape (V, Y)."""
    types = {one.id: one for one in claims.instance.storage}
    of = [types[row.storage] for row in claims.instance.site_storage]
    cost = [
        [
            at_year(one.capex_usd_per_kw, year) * one.unit_mw * KW_PER_MW
            + at_year(one.capex_usd_per_kwh, year) * one.unit_mwh * KW_PER_MW
            for year in claims.horizon.years
        ]
        for one in of
    ]
    return np.array(cost, dtype=float).reshape(len(of), len(claims.horizon.years))
