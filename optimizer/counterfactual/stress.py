"""The hours of grid stress: when the tightest zone or capacity area is closest to its limit.

The hour of highest modelled load need not be one of them: a zone's other load has its own peak,
and there the grid is short of megawatts even if inference asks for little.
"""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.worlds import COMPARED
from optimizer.problem.horizon import other_load_shape
from optimizer.problem.parameters.case import Case
from optimizer.schema.base import at_year
from optimizer.solvers.milp import Bools, Floats

TIED = 1e-6
"""Hours within this share of a limit, or this many MW, of the tightest hour are as tight."""


@dataclass(frozen=True)
class StressHour:
    """Hours of a year in which the grid is closest to a limit in the baseline.

    Attributes
    ----------
    year : int
    limit : str or None
        The zone or capacity area that is tightest; None if no limit applies to modelled load,
        and the hours are those of highest grid draw.
    day_of_year, hour : int
        Calendar day, from 1, and hour of the day, from 0, of the first of them.
    hours : float
        Hours of the year that they represent.
    headroom_mw : float or None
        The least that the limit leaves unused in the baseline, in any hour; None without one.
    tightest : bool
        Whether this is the year in which the grid is tightest.
    """

    year: int
    limit: str | None
    day_of_year: int
    hour: int
    hours: float
    headroom_mw: float | None
    tightest: bool = False


@dataclass(frozen=True)
class Stress:
    """Hours of grid stress of every year.

    Attributes
    ----------
    hours : tuple of StressHour
        One for each year.
    weight : ndarray, shape (Y, K)
        Weight of each slot in the mean over a year's hours of stress.
    tightest_year : int
        Position of the year in which the smallest share of a limit is left.
    """

    hours: tuple[StressHour, ...]
    weight: Floats
    tightest_year: int


@dataclass(frozen=True)
class _Limits:
    """Zones and capacity areas with a limit, N of them.

    Attributes
    ----------
    names : tuple of str
    room : ndarray, shape (N, Y, K)
        MW left for modelled load; infinite if not limited.
    load : ndarray, shape (N, Y, K)
        Modelled load of the baseline, MW.
    strain : ndarray, shape (N, Y, K)
        Highest in the limit's own hours of stress: for a zone, its load less its room; for an
        area, whose capacity is the same in every hour, its other load and its modelled load.
    concerned : ndarray of bool, shape (N, Y)
        Whether the limit is finite and modelled load meets it in one of the compared worlds.
    """

    names: tuple[str, ...]
    room: Floats
    load: Floats
    strain: Floats
    concerned: Bools


def find_stress(scenarios: SolvedScenarios) -> Stress:
    """Find the hours of grid stress of every year, in the baseline."""
    horizon = scenarios.case.horizon
    limits = _limits(scenarios)
    total = scenarios.layout.draw.of(scenarios.point(worlds.BASELINE)).sum(axis=0)
    hours, weight, left = [], np.zeros(total.shape), np.full(len(total), np.inf)
    for y, year in enumerate(horizon.years):
        n = _tightest(limits, y)
        strain = total[y] if n is None else limits.strain[n, y]
        size = float(total[y].max()) if n is None else float(limits.load[n, y].max())
        tied = strain >= strain.max() - TIED * max(size, 1.0)
        weight[y, tied] = horizon.hours_per_year[tied] / horizon.hours_per_year[tied].sum()
        first = int(np.flatnonzero(tied)[0])
        headroom = None
        if n is not None:
            left[y], headroom = _left(limits, n, y)
        hours.append(
            StressHour(
                year=year,
                limit=None if n is None else limits.names[n],
                day_of_year=int(horizon.day_of_year[horizon.day[first]]) + 1,
                hour=int(horizon.start_h[first]),
                hours=float(horizon.hours_per_year[tied].sum()),
                headroom_mw=headroom,
            )
        )
    ranked = left if np.isfinite(left).any() else -total.max(axis=1)
    # Of years as tight, the one in which the grid carries most.
    tight = np.flatnonzero(ranked <= ranked.min() + TIED)
    tightest = int(tight[total[tight].max(axis=1).argmax()])
    hours[tightest] = replace(hours[tightest], tightest=True)
    return Stress(tuple(hours), weight, tightest)


def _tightest(limits: _Limits, year: int) -> int | None:
    """Position of the limit with the smallest share left; of those as tight, the most loaded."""
    concerned = np.flatnonzero(limits.concerned[:, year])
    if not len(concerned):
        return None
    left = np.array([_left(limits, int(n), year)[0] for n in concerned])
    tight = concerned[left <= left.min() + TIED]
    return int(tight[limits.load[tight, year].max(axis=1).argmax()])


def _left(limits: _Limits, n: int, year: int) -> tuple[float, float]:
    """Share of a limit and MW that the baseline leaves unused, where least is left."""
    spare = limits.room[n, year] - limits.load[n, year]
    slot = int(spare.argmin())
    room = float(limits.room[n, year, slot])
    mw = max(float(spare[slot]), 0.0)
    return (mw / room if room > 0 else 0.0), mw


def _limits(scenarios: SolvedScenarios) -> _Limits:
    """Zones and capacity areas, with the modelled load that each of them carries."""
    case, grid = scenarios.case, scenarios.case.grid
    zones, areas = case.instance.zones, case.instance.capacity_areas
    by_zone = {world: _by_zone(scenarios, world) for world in COMPARED}
    of_area = [np.flatnonzero(grid.area_of_zone == c) for c in range(len(areas))]
    member = np.zeros((len(areas), len(zones)))
    for c, inside in enumerate(of_area):
        member[c, inside] = 1.0
    load, met = by_zone[worlds.BASELINE], np.maximum(*by_zone.values())
    area_load = np.einsum("cz,zyk->cyk", member, load)
    area_met = np.einsum("cz,zyk->cyk", member, met)
    area_room = np.repeat(grid.peak_limit_mw[:, :, None], case.horizon.slots, axis=2)
    zone_room = grid.headroom_mw
    unlimited = np.where(np.isfinite(zone_room), zone_room, 0.0)
    room = np.concatenate([zone_room, area_room])
    finite = np.isfinite(room).all(axis=2)
    touched = np.concatenate([met, area_met]).max(axis=2, initial=0.0) > TIED
    return _Limits(
        names=(*(zone.id for zone in zones), *(area.id for area in areas)),
        room=room,
        load=np.concatenate([load, area_load]),
        strain=np.concatenate(
            [load - unlimited, area_load + np.einsum("cz,zyk->cyk", member, _other_load(case))]
        ),
        concerned=finite & touched,
    )


def _by_zone(scenarios: SolvedScenarios, world: str) -> Floats:
    """Modelled load of each zone in a world, MW, shape (Z, Y, K)."""
    grid = scenarios.case.grid
    load = np.zeros(grid.headroom_mw.shape)
    member = grid.zone_of_site >= 0
    draw = scenarios.layout.draw.of(scenarios.point(world))
    np.add.at(load, grid.zone_of_site[member], draw[member])
    return load


def _other_load(case: Case) -> Floats:
    """Load of each zone that is not modelled, MW, shape (Z, Y, K)."""
    horizon, zones = case.horizon, case.instance.zones
    other = np.zeros((len(zones), len(horizon.years), horizon.slots))
    for z, zone in enumerate(zones):
        peak = np.array([at_year(zone.other_peak_mw, year) for year in horizon.years])
        shape = horizon.highest(other_load_shape(case.instance, zone.other_profile))
        other[z] = peak[:, None] * shape
    return other
