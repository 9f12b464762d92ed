"""Put the times of rows in order and on one clock, as the beginnings of their hours."""

from calendar import isleap
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Literal

from optimizer.load.row_times import Stamp, Stamps

HOUR = timedelta(hours=1)
SPRING, AUTUMN = (3, 4), (9, 10, 11)
"""Months in which northern clocks go forward and back; 1 January is in standard time."""

SUNDAY = 6
LEAP_DAY = 29

AMERICAN: dict[tuple[int, int], Stamps] = {(2, 1): "begin", (3, 2): "end"}
"""Missing and repeated hour where clocks change at 02:00 on either side, as in North America."""

EUROPEAN = 1
"""Hour of UTC at whose beginning European clocks change."""


class InvalidHoursError(Exception):
    """Hours that cannot be right; its arguments are faults: line, time, message."""


def in_order(stamps: Sequence[Stamp]) -> list[Stamp]:
    """Sort rows by time; rows with the same time keep their order, or that of a falling table."""
    steps = [b.time - a.time for a, b in pairwise(stamps)]
    falling = sum(step < timedelta() for step in steps) > sum(step > timedelta() for step in steps)
    return sorted(reversed(stamps) if falling else stamps, key=lambda stamp: stamp.time)


def on_one_clock(stamps: Sequence[Stamp], offset: float | None) -> list[Stamp]:
    """Convert times with UTC offsets to the instance's offset, or to their own smallest one.

    The smallest offset of a local clock is that of its standard time.
    """
    offsets = [stamp.time.utcoffset() or timedelta() for stamp in stamps]
    clock = min(offsets) if offset is None else timedelta(hours=offset)
    converted = [
        stamp._replace(time=stamp.time.replace(tzinfo=None) - own + clock)
        for stamp, own in zip(stamps, offsets, strict=True)
    ]
    for before, after in zip(stamps, converted, strict=True):
        if after.time.minute:
            message = (
                f"is {after.time:%H:%M} on the instance's clock, half-way through an hour or so;"
                " expected a full hour: set time.utc_offset_h to a whole number of hours from these"
                " times"
            )
            raise InvalidHoursError((before.line, str(before.time), message))
    return converted


def summer_of(stamps: Sequence[Stamp]) -> tuple[int, int] | None:
    """Return where the hour lost in spring is, and the second of the two repeated in autumn.

    Null unless exactly one hour is lost and one repeated, on Sundays of the months in which
    northern clocks change.
    """
    irregular = [
        (place, b.time - a.time)
        for place, (a, b) in enumerate(pairwise(stamps), 1)
        if b.time - a.time != HOUR and not _skips_leap_day(b, b.time - a.time)
    ]
    if len(irregular) != 2 or [step for _, step in irregular] != [2 * HOUR, timedelta()]:
        return None
    (spring, _), (autumn, _) = irregular
    begins, ends = stamps[spring].time, stamps[autumn].time
    sundays = begins.weekday() == ends.weekday() == SUNDAY
    changes = begins.month in SPRING and ends.month in AUTUMN
    return (spring, autumn) if sundays and changes else None


def changes_of(stamps: Sequence[Stamp], summer: tuple[int, int]) -> tuple[int, int]:
    """Return the hour of the day that is lost in spring, and the one repeated in autumn."""
    spring, autumn = summer
    return (stamps[spring].time - HOUR).hour, stamps[autumn].time.hour


def stamps_of(lost: int, repeated: int, offset: float | None) -> Stamps | Literal["unclear"]:
    """Return whether times begin or end their hours, by which hour is lost and which repeated.

    North American clocks change from 02:00 to 03:00 and back: hours that begin then lose 02:00 and
    repeat 01:00, hours that end then lose 03:00 and repeat 02:00.  European clocks change at 01:00
    UTC, and lose and repeat the same hour; which one that is depends on the offset of the clock, so
    the default offset of 0 says nothing but that 01:00 begins.
    """
    if (lost, repeated) in AMERICAN:
        return AMERICAN[lost, repeated]
    if lost == repeated and offset is not None:
        if lost == EUROPEAN + offset:
            return "begin"
        if lost == EUROPEAN + offset + 1 and offset != 0:
            return "end"
    return "unclear"


def in_standard_time(stamps: Sequence[Stamp], summer: tuple[int, int]) -> list[Stamp]:
    """Convert times that follow daylight saving time to standard time.

    Raises
    ------
    InvalidHoursError
        If the rows of the repeated hour are apart, so that it is not known which came first.
    """
    spring, autumn = summer
    first, second = stamps[autumn - 1], stamps[autumn]
    if abs(first.row - second.row) != 1:
        message = (
            f"is repeated in line {first.line}, and the rows' order does not say which is first"
        )
        raise InvalidHoursError((second.line, str(second.time), message))
    return [
        stamp._replace(time=stamp.time - HOUR) if spring <= place < autumn else stamp
        for place, stamp in enumerate(stamps)
    ]


def jumps(stamps: Sequence[Stamp]) -> Iterator[tuple[int, str, str]]:
    """Yield a fault for every row that is not one hour after the row before it in time."""
    for before, (line, time, _) in pairwise(stamps):
        step = time - before.time
        if step == HOUR or _skips_leap_day(Stamp(line, time, 0), step):
            continue
        if step:
            first, last = before.time + HOUR, time - HOUR
            single = first == last
            span = f"the hour {first} is" if single else f"the hours from {first} to {last} are"
            yield line, str(time), f"{span} missing before it"
        else:
            yield line, str(time), f"is repeated: line {before.line} has the same time"


def _skips_leap_day(stamp: Stamp, step: timedelta) -> bool:
    """Whether exactly 29 February is left out before a time, which begins or ends its hour."""
    time = stamp.time
    after = (time.month, time.day) == (3, 1) and time.hour in (0, 1)
    return after and isleap(time.year) and step == timedelta(days=1, hours=1)
