"""Family 7 off the grid: the load is met with units out, storage giving what it can carry."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import linprog

from optimizer.problem.horizon import Floats
from optimizer.schema.catalog import Storage
from optimizer.verification.claims import Claims
from optimizer.verification.energy import available, generator_units
from optimizer.verification.storage import storage_units
from optimizer.verification.violation import Violation, at_most

Fleet = Sequence[tuple[Storage, float]]
"""Types of storage at a site, and units of each."""


def check_redundancy(claims: Claims) -> Iterator[Violation]:
    """Yield where what is left with units out does not meet the load of a site."""
    instance, horizon = claims.instance, claims.horizon
    types = {generator.id: generator for generator in instance.generators}
    kinds = {one.id: one for one in instance.storage}
    rows, share = instance.site_generators, available(claims)
    units, stores = generator_units(claims), storage_units(claims)
    for s, site in enumerate(instance.sites):
        if site.kind != "offgrid":
            continue
        ready = np.zeros((len(horizon.years), horizon.slots))
        largest = np.zeros(horizon.slots)
        for g, row in enumerate(rows):
            if row.site == site.id:
                firm = types[row.generator].unit_mw * types[row.generator].derate * share[g]
                ready += units[g][:, None] * firm
                largest = np.maximum(largest, firm)
        out = site.redundant_units * largest * claims.is_open[s][:, None]
        short = claims.power[s] + out - ready
        here = [v for v, row in enumerate(instance.site_storage) if row.site == site.id]
        for y in range(len(horizon.years)):
            fleet = [(kinds[instance.site_storage[v].storage], stores[v, y]) for v in here]
            for day in np.unique(horizon.day):
                slots = horizon.day == day
                length_h = horizon.length_h[slots]
                short[y, slots] -= carried(short[y, slots], length_h, fleet)
        message = "too little is left with units out (MW)"
        yield from at_most("7 generation", [site.id], short[None], np.zeros(1), message)


def carried(short_mw: Floats, length_h: Floats, fleet: Fleet) -> Floats:
    """What accredited storage can give over a day on which so much is missing, net, MW.

    Storage takes from what the site has to spare (`short_mw` below 0) and puts back within the
    day what it gives.  Where it cannot meet everything, what it leaves missing in the worst slot
    is the least possible.

    Parameters
    ----------
    short_mw : ndarray, shape (K,)
        Load less what is left without storage.
    length_h : ndarray, shape (K,)
    fleet : sequence of (Storage, float)
    """
    slots, kinds = len(short_mw), len(fleet)
    if short_mw.max() <= 0 or not any(units > 0 for _, units in fleet):
        return np.zeros(slots)
    eye, nothing = np.eye(slots), np.zeros((slots, slots))
    before = np.roll(eye, -1, axis=1)
    balance, limits = [], []
    for n, (one, units) in enumerate(fleet):
        taken = -np.diag(one.charge_efficiency * length_h)
        given = np.diag(length_h / one.discharge_efficiency)
        blocks = [nothing] * (3 * kinds)
        blocks[3 * n : 3 * n + 3] = [taken, given, eye - before]
        balance.append(np.hstack([*blocks, np.zeros((slots, 1))]))
        power, energy = (one.derate * units * most for most in (one.unit_mw, one.unit_mwh))
        limits += [power] * (2 * slots) + [energy] * slots
    answer = linprog(
        np.append(np.zeros(3 * kinds * slots), 1.0),
        A_ub=np.hstack([*[eye, -eye, nothing] * kinds, -np.ones((slots, 1))]),
        b_ub=-short_mw,
        A_eq=np.vstack(balance),
        b_eq=np.zeros(kinds * slots),
        bounds=[(0.0, most) for most in (*limits, None)],
    )
    if answer.x is None:
        return np.zeros(slots)
    flows = answer.x[:-1].reshape(kinds, 3, slots)
    return np.asarray((flows[:, 1] - flows[:, 0]).sum(axis=0))
