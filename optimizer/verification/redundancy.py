"""Family 7 off the grid: the load is met with redundant units out and the help of storage."""

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.catalog import Storage
from optimizer.verification.claims import Claims
from optimizer.verification.energy import available, generator_units
from optimizer.verification.storage import storage_units
from optimizer.verification.violation import Violation, at_most

Fleet = Sequence[tuple[Storage, float]]
"""Types of storage at a site, and the units of each."""


def check_redundancy(claims: Claims) -> Iterator[Violation]:
    """Yield every off-grid site whose supply with units out does not meet its load."""
    instance, horizon, share = claims.instance, claims.horizon, available(claims)
    units, stores = generator_units(claims), storage_units(claims)
    for s, site in enumerate(instance.sites):
        if site.kind != "offgrid":
            continue
        ready = np.zeros((len(horizon.years), horizon.slots))
        largest = np.zeros(horizon.slots)
        for g in np.flatnonzero(claims.sites_of(instance.site_generators) == s):
            firm = claims.generators[g].unit_mw * claims.generators[g].derate * share[g]
            ready += units[g][:, None] * firm
            largest = np.maximum(largest, firm)
        out = site.redundant_units * largest * claims.is_open[s][:, None]
        short = claims.power[s] + out - ready
        here = np.flatnonzero(claims.sites_of(instance.site_storage) == s)
        for y in range(len(horizon.years)):
            fleet = [(claims.storage[v], stores[v, y]) for v in here]
            for day in np.unique(horizon.day):
                slots = horizon.day == day
                length_h = horizon.length_h[slots]
                short[y, slots] -= carried(short[y, slots], length_h, fleet)
        message = "supply with redundant units out falls short of the load (MW)"
        yield from at_most("7 generation", [site.id], short[None], 0.0, message)


def carried(short_mw: Floats, length_h: Floats, fleet: Fleet) -> Floats:
    """Return the net output of accredited storage over a day of shortage, MW, shape (K,).

    Storage charges from what the site has to spare (`short_mw` below 0) and discharges within the
    day.  If it cannot meet everything, the shortage left in the worst slot is the least possible.

    Parameters
    ----------
    short_mw : ndarray, shape (K,)
        Load less supply without storage.
    length_h : ndarray, shape (K,)
    fleet : sequence of (Storage, float)
    """
    from scipy.optimize import linprog  # slow to import, and seldom needed

    slots, kinds = len(short_mw), len(fleet)
    if short_mw.max() <= 0 or not any(units > 0 for _, units in fleet):
        return np.zeros(slots)
    eye, zero = np.eye(slots), np.zeros((slots, slots))
    before = np.roll(eye, -1, axis=1)
    balance, limits = [], []
    for n, (storage, units) in enumerate(fleet):
        charged = -np.diag(storage.charge_efficiency * length_h)
        discharged = np.diag(length_h / storage.discharge_efficiency)
        blocks = [zero] * (3 * kinds)
        blocks[3 * n : 3 * n + 3] = [charged, discharged, eye - before]
        balance.append(np.hstack([*blocks, np.zeros((slots, 1))]))
        power, energy = (
            storage.derate * units * most for most in (storage.unit_mw, storage.unit_mwh)
        )
        limits += [power] * (2 * slots) + [energy] * slots
    answer = linprog(
        np.append(np.zeros(3 * kinds * slots), 1.0),
        A_ub=np.hstack([*[eye, -eye, zero] * kinds, -np.ones((slots, 1))]),
        b_ub=-short_mw,
        A_eq=np.vstack(balance),
        b_eq=np.zeros(kinds * slots),
        bounds=[(0.0, most) for most in (*limits, None)],
    )
    if answer.x is None:
        return np.zeros(slots)
    flows = answer.x[:-1].reshape(kinds, 3, slots)
    return np.asarray((flows[:, 1] - flows[:, 0]).sum(axis=0))
