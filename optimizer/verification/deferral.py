"""Family 1: deferred work, followed hour by hour through each day."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.units import HOURS_PER_DAY
from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, at_most, equal

FAMILY = "1 deferral"


def check_deferral(claims: Claims) -> Iterator[Violation]:
    """Yield every workload that defers work that may not wait, too much of it, or too long."""
    groups, ids = claims.classes, claims.workload_ids
    share = np.array([group.flexible_share for group in groups])[:, None, None]
    fixed, flexible = np.flatnonzero(share[:, 0, 0] == 0), np.flatnonzero(share[:, 0, 0] > 0)
    backlog = claims.deferred[fixed]
    message = "work that may not wait is deferred (Gtok)"
    yield from equal(FAMILY, [ids[w] for w in fixed], backlog, np.zeros_like(backlog), message)
    if not flexible.size:
        return
    names, share = [ids[w] for w in flexible], share[flexible]
    done = (claims.served + claims.shed)[flexible]
    accepted = claims.accepted[flexible]
    message = "work that may not wait is not done at once (Gtok/h)"
    yield from at_most(FAMILY, names, (1 - share) * accepted, done, message)
    for slots in _days(claims):
        hours = np.repeat(slots, claims.horizon.length_h[slots].astype(int))
        backlog = claims.deferred[flexible][:, :, slots]
        least = backlog.min(axis=2, keepdims=True)
        message = "backlog is never cleared in the course of a day (Gtok)"
        yield from equal(FAMILY, names, least, np.zeros_like(least), message)
        arriving = (share * accepted)[:, :, hours]
        leaving = (done - (1 - share) * accepted)[:, :, hours]
        waiting = backlog[:, :, [-1]] + np.cumsum(arriving - leaving, axis=2)
        message = "work is done before it arrives (Gtok)"
        yield from at_most(FAMILY, names, -waiting, 0.0, message)
        for f, w in enumerate(flexible):
            # All work that waits arrived within the deadline: what came earlier is done.
            window = np.arange(groups[w].defer_within_h or 0)
            ends = np.arange(HOURS_PER_DAY)[:, None]
            recent = arriving[f][:, (ends - window) % HOURS_PER_DAY].sum(axis=2)
            message = "work is done after its deadline (Gtok)"
            yield from at_most(FAMILY, [names[f]], waiting[[f]], recent[None], message)


def deferral_rate(claims: Claims) -> Floats:
    """Return the growth of backlog in each slot, shape (W, Y, K), Gtok/h; below 0 if it shrinks."""
    before = np.empty_like(claims.deferred)
    for slots in _days(claims):
        before[:, :, slots] = np.roll(claims.deferred[:, :, slots], 1, axis=2)
    return np.asarray((claims.deferred - before) / claims.horizon.length_h)


def _days(claims: Claims) -> list[np.ndarray]:
    """Return the slots of each representative day, in order."""
    day = claims.horizon.day
    return [np.flatnonzero(day == number) for number in np.unique(day)]
