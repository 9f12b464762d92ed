"""Warn about profile values that look like errors of a meter or a spreadsheet."""

from collections.abc import Iterator, Sequence
from statistics import median

from optimizer.schema.instance import Instance

TIMES_99TH_PERCENTILE = 10
SHARE_OF_MEDIAN = 0.1
MOST_ZEROS = 0.05
"""Share of hours above which zeros are a regular part of the series rather than outliers."""

LISTED = 3


def profile_warnings(instance: Instance) -> tuple[str, ...]:
    """Return warnings about the values of an instance's profiles, with their place if known.

    A value is an outlier above 10 times the 99th percentile of its profile (the highest value
    exceeded in at least 1% of the hours, or in one).  A zero is an outlier if the profile is
    otherwise never below a tenth of the median of its other values, and at most 5% of its hours
    are zero.
    """
    warnings = []
    for profile in instance.profiles:
        places = instance.reading.hours.get(profile.id, ())
        for hours, what in outliers(profile.values):
            examples = [
                f"{profile.values[hour]:g} at {places[hour] if places else f'hour {hour} (from 0)'}"
                for hour in hours[:LISTED]
            ]
            more = f" and {len(hours) - LISTED} more" if len(hours) > LISTED else ""
            warnings.append(f"profiles.{profile.id} {what}: {', '.join(examples)}{more}")
    return tuple(warnings)


def outliers(values: Sequence[float]) -> Iterator[tuple[list[int], str]]:
    """Yield the hours of outliers, and what is unusual about them."""
    usual = sorted(values)[int(0.99 * (len(values) - 1))]
    high = [hour for hour, value in enumerate(values) if value > TIMES_99TH_PERCENTILE * usual > 0]
    if high:
        yield high, f"exceeds {TIMES_99TH_PERCENTILE} times its 99th percentile ({usual:g})"
    zeros = [hour for hour, value in enumerate(values) if value == 0]
    others = [value for value in values if value > 0]
    if not 0 < len(zeros) <= MOST_ZEROS * len(values):
        return
    middle = median(others)
    if min(others) >= SHARE_OF_MEDIAN * middle:
        yield zeros, f"is 0, but otherwise never below a tenth of its median ({middle:g})"
