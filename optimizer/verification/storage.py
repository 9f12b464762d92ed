"""Family 8: storage follows its state of charge, within its units, one direction at a time."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.units import KW_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.investment import installed
from optimizer.verification.violation import Violation, at_most, equal


def check_storage(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of family 8."""
    horizon, family = claims.horizon, "8 storage"
    names = [row.id for row in claims.instance.site_storage]
    built, units = claims.storage_built, storage_units(claims)
    constant = np.broadcast_to(built[:, :, [0]], built.shape)
    message = "differs between slots of a year"
    yield from equal("9 investment", names, built, constant, message)
    per_slot = np.broadcast_to(units[:, :, None], built.shape)
    message = "units are not existing units plus surviving builds"
    yield from equal("9 investment", names, claims.storage_units, per_slot, message)
    for what, values in (
        ("charge", claims.charge),
        ("discharge", claims.discharge),
        ("state of charge", claims.stored),
    ):
        yield from at_most(family, names, -values, 0.0, f"{what} is negative")
    for v, storage in enumerate(claims.storage):
        name, serving = [names[v]], units[v][None, :, None]
        charge, discharge, stored = claims.charge[[v]], claims.discharge[[v]], claims.stored[[v]]
        message = "charge and discharge exceed the power of its units (MW)"
        yield from at_most(family, name, charge + discharge, serving * storage.unit_mw, message)
        message = "state of charge exceeds the energy of its units (MWh)"
        yield from at_most(family, name, stored, serving * storage.unit_mwh, message)
        message = "charges and discharges at the same time (MW)"
        yield from at_most(family, name, np.minimum(charge, discharge), 0.0, message)
        gained = charge * storage.charge_efficiency - discharge / storage.discharge_efficiency
        before = np.empty_like(stored)
        for day in np.unique(horizon.day):
            slots = np.flatnonzero(horizon.day == day)
            before[..., slots] = np.roll(stored[..., slots], 1, axis=-1)
        after = before + gained * horizon.length_h
        message = "state of charge does not follow from the slot before (MWh)"
        yield from equal(family, name, stored, after, message)


def storage_units(claims: Claims) -> Floats:
    """Return the storage units installed in each year, shape (V, Y)."""
    rows = claims.instance.site_storage
    existing = np.array([[row.existing_units] for row in rows], dtype=float).reshape(-1, 1)
    lives = [storage.life_years for storage in claims.storage]
    return installed(claims, claims.sites_of(rows), existing, claims.storage_built[:, :, 0], lives)


def storage_cost(claims: Claims) -> Floats:
    """Return the overnight cost of a unit of each row, $, shape (V, Y)."""
    types = claims.storage
    mw = np.array([[storage.unit_mw] for storage in types]).reshape(-1, 1)
    mwh = np.array([[storage.unit_mwh] for storage in types]).reshape(-1, 1)
    per_mw = claims.by_year(storage.capex_usd_per_kw for storage in types) * KW_PER_MW
    per_mwh = claims.by_year(storage.capex_usd_per_kwh for storage in types) * KW_PER_MW
    return np.asarray(per_mw * mw + per_mwh * mwh)
