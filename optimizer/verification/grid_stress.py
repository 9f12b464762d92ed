"""The hours of grid stress, from the instance and the draw of the baseline."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.problem.horizon import Floats, other_load_shape
from optimizer.schema.base import at_year
from optimizer.verification.claims import Claims
from optimizer.verification.energy import zone_headroom

TIED = 1e-6
"""Share of a limit, or MW, within which hours and limits are equally tight."""


@dataclass(frozen=True)
class GridStress:
    """Hours in which the tightest zone or area of each year is closest to its limit.

    Attributes
    ----------
    hours : list of dict
        One for each year, as a result states them.
    weight : ndarray, shape (Y, K)
        Of each slot in the mean over those hours.
    tightest_year : int
        Position of the year with the smallest share of a limit left.
    """

    hours: list[dict[str, Any]]
    weight: Floats
    tightest_year: int


@dataclass(frozen=True)
class _Limit:
    """A zone or area with a limit: all of shape (Y, K), MW."""

    name: str
    room: Floats
    load: Floats
    strain: Floats  # highest in its own hours of stress
    met: Floats  # the most that modelled load takes in either world

    def concerns(self, y: int) -> bool:
        """Whether it is finite and modelled load meets it in a year."""
        return bool(np.isfinite(self.room[y]).all() and self.met[y].max() > TIED)

    def left(self, y: int) -> tuple[float, float]:
        """Share of it and MW that are left in a year where least is."""
        spare = self.room[y] - self.load[y]
        k = int(spare.argmin())
        mw, room = max(float(spare[k]), 0.0), float(self.room[y, k])
        return (mw / room if room > 0 else 0.0), mw


def grid_stress(without: Claims, with_it: Claims) -> GridStress:
    """Find the hours of grid stress of every year in the baseline."""
    horizon, limits = without.horizon, _limits(without, with_it)
    total = without.draw.sum(axis=0)
    hours, weight, least = [], np.zeros(total.shape), np.full(len(total), np.inf)
    for y, year in enumerate(horizon.years):
        tightest = _tightest(limits, y)
        strain = total[y] if tightest is None else tightest.strain[y]
        size = float((total if tightest is None else tightest.load)[y].max())
        tied = strain >= strain.max() - TIED * max(size, 1.0)
        represented = horizon.hours_per_year[tied]
        weight[y, tied] = represented / represented.sum()
        headroom = None
        if tightest is not None:
            least[y], headroom = tightest.left(y)
        first = int(np.argmax(tied))
        hours.append(
            {
                "year": year,
                "limit": None if tightest is None else tightest.name,
                "day_of_year": int(horizon.day_of_year[horizon.day[first]]) + 1,
                "hour": int(horizon.start_h[first]),
                "hours": float(represented.sum()),
                "headroom_mw": headroom,
            }
        )
    most = total.max(axis=1)
    ranked = least if np.isfinite(least).any() else -most
    tight = np.flatnonzero(ranked <= ranked.min() + TIED)
    tightest_year = int(tight[most[tight].argmax()])
    for y, hour in enumerate(hours):
        hour["tightest"] = y == tightest_year
    return GridStress(hours, weight, tightest_year)


def _tightest(limits: list[_Limit], y: int) -> _Limit | None:
    """Return the limit with the smallest share left; of those as tight, the most loaded."""
    concerned = [limit for limit in limits if limit.concerns(y)]
    if not concerned:
        return None
    least = min(limit.left(y)[0] for limit in concerned)
    tight = [limit for limit in concerned if limit.left(y)[0] <= least + TIED]
    return max(tight, key=lambda limit: float(limit.load[y].max()))


def _limits(without: Claims, with_it: Claims) -> list[_Limit]:
    instance, horizon = without.instance, without.horizon
    met = np.maximum(without.zone_draw, with_it.zone_draw)
    limits, other = [], np.zeros(met.shape)
    for z, zone in enumerate(instance.zones):
        room, load = zone_headroom(without, zone), without.zone_draw[z]
        strain = load - np.where(np.isfinite(room), room, 0.0)
        limits.append(_Limit(zone.id, room, load, strain, met[z]))
        shape = horizon.highest(other_load_shape(instance, zone.other_profile))
        peaks = [at_year(zone.other_peak_mw, year) for year in horizon.years]
        other[z] = np.outer(peaks, shape)
    position = {zone.id: z for z, zone in enumerate(instance.zones)}
    for c, area in enumerate(instance.capacity_areas):
        inside = [position[zone] for zone in area.zones]
        room = np.repeat(without.peak_limit[c][:, None], horizon.slots, axis=1)
        load = without.zone_draw[inside].sum(axis=0)
        strain = load + other[inside].sum(axis=0)
        room = np.where(np.isnan(room), np.inf, room)
        limits.append(_Limit(area.id, room, load, strain, met[inside].sum(axis=0)))
    return limits
