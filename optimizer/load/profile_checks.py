"""Warn about profile values that look like errors of a meter or a spreadsheet."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from optimizer.schema.instance import Instance
from optimizer.units import HOURS_PER_YEAR

TIMES_99TH_PERCENTILE = 10
SHARE_OF_MEDIAN = 0.1
MOST_ZEROS = 0.05
"""Share of hours above which zeros are a regular part of the series rather than outliers."""

TIMES_NEIGHBOURS = 1.5
"""Load of an hour over that of both its neighbours, or the reverse, beyond which it is an error.

ASSUMED: of 119 US balancing areas in 2023 two small ones exceed it; the others reach 1.28.
"""

TIMES_PEAK_LOAD = 1.3
"""Load over its 99th percentile above which hours that rise or fall by a jump are errors.

ASSUMED: a real peak comes gradually; ComEd's of August 2023 is 1.32 times the 99th percentile.
"""

TIMES_ANY_LOAD = 1.5
"""Load over its 99th percentile above which hours are errors however they come.  ASSUMED."""

JUMP = 1.2
"""Load over that of the hour before or after a peak from which it is a jump.  ASSUMED."""

LISTED = 3

Found = Iterator[tuple[list[int], str]]
"""Hours, and what is unusual about them."""


def profile_warnings(instance: Instance) -> tuple[str, ...]:
    """Return warnings about the values of an instance's profiles, with their place if known.

    A value is an outlier above 10 times the 99th percentile of its profile (the highest value
    exceeded in at least 1% of the hours, or in one).  A zero is an outlier if the profile is
    otherwise never below a tenth of the median of its other values, and at most 5% of its hours
    are zero.  Load outside the model is smooth, so its outliers are found much closer.
    """
    warnings = []
    loads = {zone.other_profile for zone in instance.zones}
    for profile in instance.profiles:
        places = instance.reading.hours.get(profile.id, ())
        found = load_outliers if profile.id in loads else outliers
        for hours, what in found(profile.values):
            examples = [
                f"{profile.values[hour]:g} at {places[hour] if places else f'hour {hour} (from 0)'}"
                for hour in hours[:LISTED]
            ]
            more = f" and {len(hours) - LISTED} more" if len(hours) > LISTED else ""
            warnings.append(f"profiles.{profile.id} {what}: {', '.join(examples)}{more}")
    return tuple(warnings)


def outliers(values: Sequence[float]) -> Found:
    """Yield the outliers of any profile."""
    usual = _usual(values)
    high = [hour for hour, value in enumerate(values) if value > TIMES_99TH_PERCENTILE * usual > 0]
    if high:
        yield high, f"exceeds {TIMES_99TH_PERCENTILE} times its 99th percentile ({usual:g})"
    yield from _zeros(values)


def load_outliers(values: Sequence[float]) -> Found:
    """Yield the outliers of a load: spikes, drops and zeros.

    A spike is an hour above 1.5 times both its neighbours; in a profile of a year also hours above
    1.3 times the 99th percentile that begin or end with a jump, and any above 1.5 times.  A drop is
    an hour below both its neighbours by as much.
    """
    usual, last = _usual(values), len(values) - 1
    spikes = {
        hour
        for hour, value in enumerate(values)
        if value > TIMES_NEIGHBOURS * max(values[hour - 1], values[hour - last]) > 0
    }
    if len(values) == HOURS_PER_YEAR:
        spikes |= set(_sudden_peaks(values, usual))
    if spikes:
        yield (
            sorted(spikes),
            f"has spikes that a load hardly has, above its 99th percentile ({usual:g}) or both"
            " neighbours by far, and is scaled by its maximum",
        )
    drops = [
        hour
        for hour, value in enumerate(values)
        if 0 < value * TIMES_NEIGHBOURS < min(values[hour - 1], values[hour - last])
    ]
    if drops:
        yield drops, f"is {TIMES_NEIGHBOURS:g} times smaller than in the hours before and after"
    yield from _zeros(values)


def _sudden_peaks(values: Sequence[float], usual: float) -> Iterator[int]:
    """Yield the hours of runs far above the 99th percentile that do not come gradually."""
    high = [hour for hour, value in enumerate(values) if value > TIMES_PEAK_LOAD * usual > 0]
    for _, run in groupby(enumerate(high), lambda pair: pair[1] - pair[0]):
        hours = [hour for _, hour in run]
        before, after = values[hours[0] - 1], values[(hours[-1] + 1) % len(values)]
        jumps = values[hours[0]] > JUMP * before or values[hours[-1]] > JUMP * after
        yield from (hour for hour in hours if jumps or values[hour] > TIMES_ANY_LOAD * usual)


def _usual(values: Sequence[float]) -> float:
    """99th percentile: the highest value exceeded in at least 1% of the hours, or in one."""
    return sorted(values)[int(0.99 * (len(values) - 1))]


def _zeros(values: Sequence[float]) -> Found:
    zeros = [hour for hour, value in enumerate(values) if value == 0]
    others = [value for value in values if value > 0]
    if not 0 < len(zeros) <= MOST_ZEROS * len(values) or not others:
        return
    middle = median(others)
    if min(others) >= SHARE_OF_MEDIAN * middle:
        yield zeros, f"is 0, but otherwise never below a tenth of its median ({middle:g})"
