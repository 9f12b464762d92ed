"""Read the times at which the hours of a table begin, and put them on one clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from optimizer.io.tables import Table
from optimizer.load.profiles import DAYLIGHT_SAVING

HOUR = timedelta(hours=1)
SPRING, AUTUMN = (3, 4), (9, 10, 11)
"""Months in which northern clocks go forward and back; 1 January is in standard time."""

SUNDAY = 6
LEAP_DAY = 29
Timestamp = tuple[int, datetime]
"""Line of a row, and the time at which its hour begins."""


class InvalidHoursError(Exception):
    """Hours that cannot be right; its arguments are faults: line, time, message."""


def read_timestamps(table: Table, column: int) -> list[Timestamp]:
    """Return when the hour of each row begins, without a spreadsheet's rounding errors."""
    timestamps: list[Timestamp] = []
    faults = []
    for row in table.rows:
        cell = time = row.cells[column]
        if isinstance(cell, str):
            try:
                time = datetime.fromisoformat(cell)
            except ValueError:
                time = None
        if not isinstance(time, datetime):
            shown = "''" if cell is None or cell == "" else str(cell)
            faults.append((row.line, shown, "must be a date and time, as in 2026-01-31 23:00"))
            continue
        time = (time + timedelta(milliseconds=500)).replace(microsecond=0)
        if time.minute or time.second:
            message = "must be a full hour: each row is an hour, named by its beginning"
            faults.append((row.line, str(cell), message))
        timestamps.append((row.line, time))
    if faults:
        raise InvalidHoursError(*faults)
    return timestamps


def on_one_clock(timestamps: list[Timestamp], offset: float | None) -> list[Timestamp]:
    """Convert times with UTC offsets to the instance's offset, or to their own smallest one.

    The smallest offset of a local clock is that of its standard time.
    """
    offsets = [time.utcoffset() or timedelta() for _, time in timestamps]
    clock = min(offsets) if offset is None else timedelta(hours=offset)
    converted = [
        (line, time.replace(tzinfo=None) - own + clock)
        for (line, time), own in zip(timestamps, offsets, strict=True)
    ]
    for (line, before), (_, after) in zip(timestamps, converted, strict=True):
        if after.minute:
            message = f"is {after:%H:%M} on the instance's clock; expected a full hour"
            raise InvalidHoursError((line, str(before), message))
    return converted


def summer_of(timestamps: list[Timestamp]) -> tuple[int, int] | None:
    """Return the row after the hour lost in spring and the row that repeats an hour in autumn.

    Null unless exactly one hour is lost and one repeated, on Sundays of the months in which
    northern clocks change.
    """
    steps = [(row, b - a) for row, ((_, a), (_, b)) in enumerate(pairwise(timestamps), 1)]
    irregular = [
        (row, step)
        for row, step in steps
        if step != HOUR and not _skips_leap_day(timestamps[row][1], step)
    ]
    if len(irregular) != 2 or [step for _, step in irregular] != [2 * HOUR, timedelta()]:
        return None
    (spring, _), (autumn, _) = irregular
    begins, ends = timestamps[spring][1], timestamps[autumn][1]
    sundays = begins.weekday() == ends.weekday() == SUNDAY
    changes = begins.month in SPRING and ends.month in AUTUMN
    return (spring, autumn) if sundays and changes else None


def in_standard_time(timestamps: list[Timestamp]) -> list[Timestamp]:
    """Convert times that follow daylight saving time to standard time.

    Raises
    ------
    InvalidHoursError
        Unless exactly one hour is missing in spring and one is repeated in autumn.
    """
    summer = summer_of(timestamps)
    if summer is None:
        line, time = timestamps[0]
        message = (
            f"{DAYLIGHT_SAVING} is true, so exactly one hour must be missing on a Sunday in March"
            " or April and exactly one repeated on a Sunday in September to November"
        )
        raise InvalidHoursError((line, str(time), message), *jumps(timestamps))
    spring, autumn = summer
    return [
        (line, time - HOUR if spring <= row < autumn else time)
        for row, (line, time) in enumerate(timestamps)
    ]


def _skips_leap_day(time: datetime, step: timedelta) -> bool:
    """Whether exactly 29 February is left out before a time."""
    return (time.month, time.day, time.hour) == (3, 1, 0) and (
        step == timedelta(days=1, hours=1) and (time - HOUR).day == LEAP_DAY
    )


def jumps(timestamps: list[Timestamp]) -> Iterator[tuple[int, str, str]]:
    """Yield a fault for every row that is not one hour after the row before it."""
    for (_, before), (line, time) in pairwise(timestamps):
        step = time - before
        if step == HOUR or _skips_leap_day(time, step):
            continue
        if step > HOUR:
            first, last = before + HOUR, time - HOUR
            single = first == last
            span = f"the hour {first} is" if single else f"the hours from {first} to {last} are"
            yield line, str(time), f"{span} missing before it"
        elif not step:
            yield line, str(time), "is repeated: the row before has the same time"
        else:
            yield line, str(time), f"is out of order: it comes after {before}"
