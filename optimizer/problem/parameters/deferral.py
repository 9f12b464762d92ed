"""Work that may wait within its day, in arrays (family 1)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats, Horizon, Ints
from optimizer.schema.instance import Instance
from optimizer.units import HOURS_PER_DAY


@dataclass(frozen=True)
class DeferralSide:
    """Flexible workloads, F of them, and the points of a day at which their deadline is held.

    Backlog runs straight from the end of a slot to the end of the next, and so does what has
    come in within the deadline, but for a bend as many hours after each start of a slot.  What
    holds at every end and every bend therefore holds in between.

    Attributes
    ----------
    workload : ndarray of int, shape (F,)
    share : ndarray, shape (F,)
        Share of its demand that may wait.
    of : ndarray of int, shape (N,)
        Flexible workload of each point, as a position among the F.
    slot, hour : ndarray of int, shape (N,)
        Slot that the point lies in or ends, and hours of the day until then, 1 to 24.
    recent_h : ndarray, shape (N, K)
        Hours of each slot that lie within the deadline before the point.
    most : ndarray, shape (W, Y, K)
        Most that a slot can be asked to do for one multiple accepted, Gtok/h: its own demand,
        and all that may have waited until it began.
    """

    workload: Ints
    share: Floats
    of: Ints
    slot: Ints
    hour: Ints
    recent_h: Floats
    most: Floats


def deferral_side(instance: Instance, horizon: Horizon, level: Floats) -> DeferralSide:
    """Lay out what may wait.

    Parameters
    ----------
    instance, horizon
    level : ndarray, shape (W, Y, K)
        Demand at the reference price, Gtok/h.
    """
    groups = {group.id: group for group in instance.classes}
    of_workload = [groups[w.workload_class] for w in instance.workloads]
    flexible = [w for w, group in enumerate(of_workload) if group.flexible_share > 0]
    share = np.array([of_workload[w].flexible_share for w in flexible])
    most = level.copy()
    points: list[tuple[int, int, int]] = []
    recent: list[Floats] = []
    for f, w in enumerate(flexible):
        within_h = of_workload[w].defer_within_h or 0
        for slot, start in enumerate(horizon.start_h):
            waited = level[w] @ _recent_h(horizon, int(horizon.day[slot]), int(start), within_h)
            most[w, :, slot] += share[f] * waited / horizon.length_h[slot]
        for slot, hour in _points(horizon, within_h):
            points.append((f, slot, hour))
            recent.append(_recent_h(horizon, int(horizon.day[slot]), hour, within_h))
    of, slots, hours = np.array(points, dtype=np.int64).reshape(-1, 3).T
    return DeferralSide(
        workload=np.array(flexible, dtype=np.int64),
        share=share,
        of=of,
        slot=slots,
        hour=hours,
        recent_h=np.array(recent).reshape(len(points), horizon.slots),
        most=most,
    )


def _points(horizon: Horizon, within_h: int) -> list[tuple[int, int]]:
    """Slot and hour of every end of a slot, and of every hour so many after a start."""
    found = []
    for day in np.unique(horizon.day):
        starts = horizon.start_h[horizon.day == day]
        edges = {*starts.tolist(), *((starts + within_h) % HOURS_PER_DAY).tolist()}
        slot_of = _slot_of_hour(horizon, int(day))
        found += [(int(slot_of[edge - 1]), edge or HOURS_PER_DAY) for edge in sorted(edges)]
    return found


def _slot_of_hour(horizon: Horizon, day: int) -> Ints:
    """Slot of each hour of a representative day, shape (24,)."""
    slots = np.flatnonzero(horizon.day == day)
    return np.repeat(slots, horizon.length_h[slots].astype(np.int64))


def _recent_h(horizon: Horizon, day: int, hour: int, within_h: int) -> Floats:
    """Hours of each slot within so many before an hour of the day, cyclic, shape (K,)."""
    before = (hour - 1 - np.arange(within_h)) % HOURS_PER_DAY
    slots = _slot_of_hour(horizon, day)[before]
    return np.bincount(slots, minlength=horizon.slots).astype(float)
