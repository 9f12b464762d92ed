"""Family 1: what waits, followed hour by hour from the first to the last of each day."""

from collections.abc import Iterator

import numpy as np

from optimizer.units import HOURS_PER_DAY
from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, at_most, equal


def check_deferral(claims: Claims) -> Iterator[Violation]:
    """Yield every workload whose work waits that may not, too much of it, or too long."""
    instance, family = claims.instance, "1 deferral"
    groups = {group.id: group for group in instance.classes}
    of = [groups[workload.workload_class] for workload in instance.workloads]
    ids = [workload.id for workload in instance.workloads]
    share = np.array([group.flexible_share for group in of])[:, None, None]
    some = np.flatnonzero(share[:, 0, 0] > 0)
    never = np.setdiff1d(np.arange(len(ids)), some)
    standing, nothing = claims.deferred[never], np.zeros_like(claims.deferred[never])
    message = "may not wait (Gtok)"
    yield from equal(family, [ids[w] for w in never], standing, nothing, message)
    if not some.size:
        return
    names = [ids[w] for w in some]
    done, asked, share = (claims.served + claims.shed)[some], claims.accepted[some], share[some]
    message = "does not do at once what may not wait (Gtok/h)"
    yield from at_most(family, names, (1 - share) * asked, done, message)
    for slots in _days(claims):
        hours = np.repeat(slots, claims.horizon.length_h[slots].astype(int))
        left = claims.deferred[some][:, :, slots]
        least = left.min(axis=2, keepdims=True)
        message = "never has its backlog done: the least of a day is not 0 (Gtok)"
        yield from equal(family, names, least, np.zeros_like(least), message)
        came = (share * asked)[:, :, hours]
        went = (done - (1 - share) * asked)[:, :, hours]
        waiting = left[:, :, [-1]] + np.cumsum(came - went, axis=2)
        message = "does work before it is asked for (Gtok)"
        yield from at_most(family, names, -waiting, np.zeros(1), message)
        for f, w in enumerate(some):
            # What came in earlier must be done: nothing older than the deadline is left.
            window = np.arange(of[w].defer_within_h or 0)
            ends = np.arange(HOURS_PER_DAY)[:, None]
            recent = came[f][:, (ends - window) % HOURS_PER_DAY].sum(axis=2)
            message = "is done later than its deadline (Gtok)"
            yield from at_most(family, [names[f]], waiting[[f]], recent[None], message)


def put_off(claims: Claims) -> np.ndarray:
    """Rate at which backlog grows in each slot, shape (W, Y, K), Gtok/h; below 0 as it shrinks."""
    before = np.empty_like(claims.deferred)
    for slots in _days(claims):
        before[:, :, slots] = np.roll(claims.deferred[:, :, slots], 1, axis=2)
    return np.asarray((claims.deferred - before) / claims.horizon.length_h)


def _days(claims: Claims) -> list[np.ndarray]:
    """Slots of each representative day, in order."""
    day = claims.horizon.day
    return [np.flatnonzero(day == one) for one in np.unique(day)]
