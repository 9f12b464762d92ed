"""Values of profiles that look like faults of a meter or of a spreadsheet, for warnings."""

from collections.abc import Iterator, Sequence
from statistics import median

from optimizer.schema.instance import Instance

TIMES_99TH_PERCENTILE = 10
SHARE_OF_MEDIAN = 0.1
MOST_ZEROS = 0.05
"""Share of hours beyond which zeros are a habit of the series and no outliers."""

LISTED = 3


def profile_warnings(instance: Instance) -> tuple[str, ...]:
    """Warnings about the values of an instance's profiles, each with its place where known.

    A value is told of if it is above 10 times the 99th percentile of its profile (the highest
    value that at least 1% of the hours, or one, exceed); a zero, if the profile is otherwise
    never below a tenth of the median of its other values, and at most 5% of its hours are zero.
    """
    found = []
    for profile in instance.profiles:
        places = instance.reading.hours.get(profile.id, ())
        for hours, what in outliers(profile.values):
            told = [
                f"{profile.values[hour]:g} at {places[hour] if places else f'hour {hour} (from 0)'}"
                for hour in hours[:LISTED]
            ]
            more = f" and {len(hours) - LISTED} more" if len(hours) > LISTED else ""
            found.append(f"profiles.{profile.id} {what}: {', '.join(told)}{more}")
    return tuple(found)


def outliers(values: Sequence[float]) -> Iterator[tuple[list[int], str]]:
    """Yield hours of a profile that stand out, and in what way."""
    usual = sorted(values)[int(0.99 * (len(values) - 1))]
    high = [hour for hour, value in enumerate(values) if value > TIMES_99TH_PERCENTILE * usual > 0]
    if high:
        yield high, f"goes beyond {TIMES_99TH_PERCENTILE} times its 99th percentile ({usual:g})"
    zeros = [hour for hour, value in enumerate(values) if value == 0]
    others = [value for value in values if value > 0]
    if not 0 < len(zeros) <= MOST_ZEROS * len(values):
        return
    middle = median(others)
    if min(others) >= SHARE_OF_MEDIAN * middle:
        yield zeros, f"is 0, and otherwise never below a tenth of its median ({middle:g})"
