"""Time in the program: representative days, steps, weights and discounting.

An instance's profiles are hourly.  `resolve_time` picks representative days and cuts each into
steps.  The day with the grid's peak hour is always picked and represents only itself; the peak
hour has its own step, so that coarse steps never average it away.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimizer.problem.arrays import Floats as Floats
from optimizer.problem.arrays import Ints as Ints
from optimizer.problem.arrays import workload_classes
from optimizer.schema.base import at_year
from optimizer.schema.demand import Profile, Workload
from optimizer.schema.instance import Instance
from optimizer.units import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Horizon:
    """Periods and the slots (steps of representative days) of each.

    Every period has the same slots: levels change from year to year, shapes do not.

    Attributes
    ----------
    years : tuple of int
        Periods, Y of them.
    span_years : ndarray, shape (Y,)
        Years that each period represents.
    discount : ndarray, shape (Y,)
        Value, at the end of the horizon's first year, of a dollar at the end of every year of the
        period.
    day : ndarray of int, shape (K,)
        Representative day of each slot, from 0.
    day_of_year : ndarray of int, shape (D,)
        Calendar day of each representative day, from 0.
    start_h : ndarray of int, shape (K,)
        First hour of each slot within its day.
    length_h : ndarray, shape (K,)
        Hours of each slot.
    days_per_year : ndarray, shape (K,)
        Days per year that the slot's day represents.
    peak_day : int
        Representative day with the peak hour; unless it is the only one, it represents only
        itself.
    """

    years: tuple[int, ...]
    span_years: Floats
    discount: Floats
    day: Ints
    day_of_year: Ints
    start_h: Ints
    length_h: Floats
    days_per_year: Floats
    peak_day: int

    @property
    def hours_per_year(self) -> Floats:
        """Hours per year that each slot represents, shape (K,); they sum to 8760."""
        return self.length_h * self.days_per_year

    @property
    def slots(self) -> int:
        """Number K of slots in a period."""
        return len(self.day)

    @property
    def previous(self) -> Ints:
        """Slot before each slot within its day, shape (K,); the last precedes the first."""
        before = np.zeros(self.slots, dtype=np.int64)
        for day in np.unique(self.day):
            slots = np.flatnonzero(self.day == day)
            before[slots] = np.roll(slots, 1)
        return before

    @property
    def discounted_hours(self) -> Floats:
        """Discounted hours that each slot of each period represents, shape (Y, K)."""
        return self.discount[:, None] * self.hours_per_year[None, :]

    def surviving(self, life: Ints) -> Iterator[tuple[int, int, Ints]]:
        """Yield (period, build period, members whose builds of that period still serve).

        Parameters
        ----------
        life : ndarray of int, shape (N,)
            Years of service of each member; a build of period b serves in period y while
            ``years[y] - years[b] < life``.
        """
        for period, year in enumerate(self.years):
            for build in range(period + 1):
                yield period, build, np.flatnonzero(life > year - self.years[build])

    def slot_hours(self, slot: int) -> Ints:
        """Hours of the year that a slot covers on its representative day."""
        first = self.day_of_year[self.day[slot]] * HOURS_PER_DAY + self.start_h[slot]
        return np.arange(first, first + int(self.length_h[slot]))

    def mean(self, hourly: Floats) -> Floats:
        """Mean of hourly values (..., 8760) over each slot, shape (..., K)."""
        return np.stack(
            [hourly[..., self.slot_hours(k)].mean(axis=-1) for k in range(self.slots)], axis=-1
        )

    def highest(self, hourly: Floats) -> Floats:
        """Highest of hourly values (..., 8760) in each slot, shape (..., K)."""
        return np.stack(
            [hourly[..., self.slot_hours(k)].max(axis=-1) for k in range(self.slots)], axis=-1
        )

    def lowest(self, hourly: Floats) -> Floats:
        """Lowest of hourly values (..., 8760) in each slot, shape (..., K)."""
        return -self.highest(-hourly)


def hourly_year(instance: Instance, profile: Profile, utc_offset_h: float | None) -> Floats:
    """Spread a profile over the year on the instance's clock, shape (8760,).

    If the clocks differ by a part of an hour, each hour takes the parts of the two hours of the
    profile that it overlaps, so that their sum over the year stays the same.

    Parameters
    ----------
    instance : Instance
        For its clock and the weekday of 1 January.
    profile : Profile
        A day, a week from Monday 00:00, or a year.
    utc_offset_h : float or None
        Clock of the place, for a profile in local time; None if the place has none.
    """
    values = np.asarray(profile.values, dtype=float)
    hours, part = np.arange(HOURS_PER_YEAR), 0.0
    if profile.clock == "local" and utc_offset_h is not None:
        part, ahead = math.modf(utc_offset_h - instance.time.utc_offset_h)
        hours = hours + int(ahead)
    if len(values) == 7 * HOURS_PER_DAY:
        hours = hours + WEEKDAYS.index(instance.time.first_weekday) * HOURS_PER_DAY
    laid_out = values[hours % len(values)]
    if not part:
        return laid_out
    beside = values[(hours + (1 if part > 0 else -1)) % len(values)]
    return (1 - abs(part)) * laid_out + abs(part) * beside


def profiles_by_id(instance: Instance) -> dict[str, Profile]:
    """Profiles of an instance by id."""
    return {profile.id: profile for profile in instance.profiles}


def demand_shape(instance: Instance, workload: Workload) -> Floats:
    """Hourly demand of a workload over its mean, shape (8760,)."""
    group = next(c for c in instance.classes if c.id == workload.workload_class)
    if group.profile is None:
        return np.ones(HOURS_PER_YEAR)
    region = next(r for r in instance.regions if r.id == workload.region)
    profile = profiles_by_id(instance)[group.profile]
    shape = hourly_year(instance, profile, region.utc_offset_h)
    return np.asarray(shape / shape.mean())


def other_load_shape(instance: Instance, profile_id: str | None) -> Floats:
    """Hourly load outside the model, over its yearly peak, shape (8760,)."""
    if profile_id is None:
        return np.ones(HOURS_PER_YEAR)
    shape = hourly_year(instance, profiles_by_id(instance)[profile_id], None)
    return np.asarray(shape / shape.max())


def span_years(instance: Instance) -> Floats:
    """Years that each period represents, shape (Y,)."""
    time = instance.time
    return np.append(np.diff(time.years), time.last_span_years).astype(float)


def resolve_time(instance: Instance) -> Horizon:
    """Choose representative days and cut them into steps.

    The peak day has the hour in which the load outside the model, summed over zones, is highest;
    if no zone has a profile, the hour of highest modelled demand.  The other days are grouped by
    Ward's method on their hourly profiles and demand; the member closest to the mean represents
    its group, with the group's size as its weight.
    """
    years = instance.time.years
    spans = span_years(instance)
    rate = instance.money.discount_rate
    discount = np.array(
        [
            sum((1 + rate) ** -(year - years[0] + lag) for lag in range(int(span)))
            for year, span in zip(years, spans, strict=True)
        ]
    )
    grid, demand = _stress(instance)
    stress = grid if np.ptp(grid) > 0 else demand
    peak_hour = int(np.argmax(stress))
    day_of_year, weight = _representative_days(
        np.stack([*_features(instance), demand]), peak_hour // HOURS_PER_DAY, instance.time.days
    )
    day, start, length = _steps(
        day_of_year, peak_hour, instance.time.hours_per_step, flat=np.ptp(stress) == 0
    )
    return Horizon(
        years=years,
        span_years=spans,
        discount=discount,
        day=day,
        day_of_year=day_of_year,
        start_h=start,
        length_h=length,
        days_per_year=weight[day],
        peak_day=int(np.searchsorted(day_of_year, peak_hour // HOURS_PER_DAY)),
    )


def _stress(instance: Instance) -> tuple[Floats, Floats]:
    """Hourly load outside the model and hourly demand inside it, totals of the first year."""
    first = instance.time.years[0]
    grid = np.zeros(HOURS_PER_YEAR)
    for zone in instance.zones:
        peak = at_year(zone.other_peak_mw, first)
        grid += peak * other_load_shape(instance, zone.other_profile)
    demand = np.zeros(HOURS_PER_YEAR)
    regions = {region.id: region for region in instance.regions}
    shapes = profiles_by_id(instance)
    weights: dict[tuple[str | None, float], float] = {}
    for workload, group in zip(instance.workloads, workload_classes(instance), strict=True):
        key = (group.profile, regions[workload.region].utc_offset_h)
        level = at_year(workload.demand_gtok_per_h, first) * at_year(group.tokens_per_query, first)
        weights[key] = weights.get(key, 0.0) + level * at_year(group.demand_multiplier, first)
    for (profile, offset), level in weights.items():
        if profile is None:
            demand += level
        else:
            shape = hourly_year(instance, shapes[profile], offset)
            demand += level * shape / shape.mean()
    return grid, demand


def _features(instance: Instance) -> list[Floats]:
    """Hourly shapes, other than demand, that distinguish days.

    Every profile on the instance's clock counts, used or not, so that the baseline of a
    comparison, which lacks some sites, has the same days.
    """
    profiles = sorted(instance.profiles, key=lambda profile: profile.id)
    hourly = [hourly_year(instance, p, None) for p in profiles if p.clock == "instance"]
    return [values / np.abs(values).max() for values in hourly]


def _representative_days(features: Floats, peak_day: int, days: int) -> tuple[Ints, Floats]:
    """Calendar days that represent the year, in order, and the number of days each represents."""
    if days >= DAYS_PER_YEAR:
        return np.arange(DAYS_PER_YEAR), np.ones(DAYS_PER_YEAR)
    if days == 1:
        return np.array([peak_day]), np.array([float(DAYS_PER_YEAR)])
    from scipy.cluster.hierarchy import fcluster, linkage  # slow to import, and seldom needed

    scale = np.maximum(features.std(axis=1, keepdims=True), 1e-12)
    table = (features / scale).reshape(len(features), DAYS_PER_YEAR, HOURS_PER_DAY)
    table = table.transpose(1, 0, 2).reshape(DAYS_PER_YEAR, -1)
    others = np.delete(np.arange(DAYS_PER_YEAR), peak_day)
    group = fcluster(linkage(table[others], "ward"), days - 1, criterion="maxclust")
    chosen = {peak_day: 1.0}
    for label in np.unique(group):
        members = others[group == label]
        distance = np.linalg.norm(table[members] - table[members].mean(axis=0), axis=1)
        chosen[int(members[np.argmin(distance)])] = float(len(members))
    order = sorted(chosen)
    return np.array(order), np.array([chosen[day] for day in order])


def _steps(
    day_of_year: Ints, peak_hour: int, hours_per_step: int, *, flat: bool
) -> tuple[Ints, Ints, Floats]:
    """Day, first hour and length of every slot; the peak hour has its own slot."""
    day: list[int] = []
    start: list[int] = []
    length: list[int] = []
    for position, calendar_day in enumerate(day_of_year):
        cuts = set(range(0, HOURS_PER_DAY, hours_per_step))
        if calendar_day == peak_hour // HOURS_PER_DAY and not flat:
            hour = peak_hour % HOURS_PER_DAY
            cuts |= {hour, (hour + 1) % HOURS_PER_DAY}
        edges = [*sorted(cuts), HOURS_PER_DAY]
        for a, b in pairwise(edges):
            day.append(position)
            start.append(a)
            length.append(b - a)
    return np.array(day), np.array(start), np.array(length, dtype=float)
