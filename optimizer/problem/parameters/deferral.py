"""Deferrable work in arrays (family 1)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Floats, Ints, workload_classes
from optimizer.problem.horizon import Horizon
from optimizer.schema.instance import Instance
from optimizer.units import HOURS_PER_DAY


@dataclass(frozen=True)
class DeferralSide:
    """Flexible workloads, F of them, and the points of a day at which their deadline is enforced.

    Backlog is a straight line from the end of one slot to the end of the next.  So are the
    arrivals within the deadline, except for a bend that many hours after each start of a slot.
    A deadline kept at every end and every bend is therefore kept in between.

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
        Most work that a slot may have to do per multiple accepted, Gtok/h: its own demand plus
        all backlog that may have built up before it begins.
    """

    workload: Ints
    share: Floats
    of: Ints
    slot: Ints
    hour: Ints
    recent_h: Floats
    most: Floats


def deferral_side(instance: Instance, horizon: Horizon, level: Floats) -> DeferralSide:
    """Lay flexible work out in arrays.

    Parameters
    ----------
    instance, horizon
    level : ndarray, shape (W, Y, K)
        Demand at the reference price, Gtok/h.
    """
    groups = workload_classes(instance)
    flexible = [w for w, group in enumerate(groups) if group.flexible_share > 0]
    share = np.array([groups[w].flexible_share for w in flexible])
    most = level.copy()
    points: list[tuple[int, int, int]] = []
    recent: list[Floats] = []
    for f, w in enumerate(flexible):
        within_h = groups[w].defer_within_h or 0
        for slot, start in enumerate(horizon.start_h):
            waiting = level[w] @ _recent_h(horizon, int(horizon.day[slot]), int(start), within_h)
            most[w, :, slot] += share[f] * waiting / horizon.length_h[slot]
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
    """Slot and hour of every end of a slot, and of the bend after every start of one."""
    points = []
    for day in np.unique(horizon.day):
        starts = horizon.start_h[horizon.day == day]
        edges = {*starts.tolist(), *((starts + within_h) % HOURS_PER_DAY).tolist()}
        slot_of = _slot_of_hour(horizon, int(day))
        points += [(int(slot_of[edge - 1]), edge or HOURS_PER_DAY) for edge in sorted(edges)]
    return points


def _slot_of_hour(horizon: Horizon, day: int) -> Ints:
    """Slot of each hour of a representative day, shape (24,)."""
    slots = np.flatnonzero(horizon.day == day)
    return np.repeat(slots, horizon.length_h[slots].astype(np.int64))


def _recent_h(horizon: Horizon, day: int, hour: int, within_h: int) -> Floats:
    """Hours of each slot within so many before an hour of the day, cyclic, shape (K,)."""
    before = (hour - 1 - np.arange(within_h)) % HOURS_PER_DAY
    slots = _slot_of_hour(horizon, day)[before]
    return np.bincount(slots, minlength=horizon.slots).astype(float)
