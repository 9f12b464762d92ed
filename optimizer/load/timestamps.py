"""Times at which the hours of a table begin: read, checked one by one, put on one clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from optimizer.io.tables import Table
from optimizer.load.profiles import DAYLIGHT_SAVING

HOUR = timedelta(hours=1)
SPRING, AUTUMN = (3, 4), (9, 10, 11)
"""Months in which northern clocks are put forward and back; 1 January is in winter then."""

SUNDAY = 6
LEAP_DAY = 29
Stamp = tuple[int, datetime]
"""Line of a row, and when its hour begins."""


class RefusedError(Exception):
    """Hours that cannot be right; its arguments are faults: line, time, message."""


def read_stamps(table: Table, at: int) -> list[Stamp]:
    """When the hour of each row begins, rid of what a spreadsheet's arithmetic adds."""
    found: list[Stamp] = []
    wrong = []
    for row in table.rows:
        cell = row.cells[at]
        stamp = cell
        if isinstance(cell, str):
            try:
                stamp = datetime.fromisoformat(cell)
            except ValueError:
                stamp = None
        if not isinstance(stamp, datetime):
            shown = "''" if cell is None or cell == "" else str(cell)
            wrong.append((row.line, shown, "must be a date and time as in 2026-01-31 23:00"))
            continue
        stamp = (stamp + timedelta(milliseconds=500)).replace(microsecond=0)
        if stamp.minute or stamp.second:
            message = "must be a full hour, the one that begins then: a row is an hour"
            wrong.append((row.line, str(cell), message))
        found.append((row.line, stamp))
    if wrong:
        raise RefusedError(*wrong)
    return found


def on_one_clock(stamps: list[Stamp], offset: float | None) -> list[Stamp]:
    """Times with an offset on the instance's clock, or on their own in winter, the least."""
    offsets = [stamp.utcoffset() or timedelta() for _, stamp in stamps]
    clock = min(offsets) if offset is None else timedelta(hours=offset)
    moved = [
        (line, stamp.replace(tzinfo=None) - own + clock)
        for (line, stamp), own in zip(stamps, offsets, strict=True)
    ]
    for (line, before), (_, after) in zip(stamps, moved, strict=True):
        if after.minute:
            message = f"is {after:%H:%M} on the instance's clock, where full hours are due"
            raise RefusedError((line, str(before), message))
    return moved


def summer_of(stamps: list[Stamp]) -> tuple[int, int] | None:
    """Positions of the row after the hour lost in spring and of the hour's second row in autumn.

    Null unless exactly one hour is lost and one is double, on Sundays of the months in which
    northern clocks change.
    """
    steps = [(at, b - a) for at, ((_, a), (_, b)) in enumerate(pairwise(stamps), 1)]
    odd = [
        (at, step)
        for at, step in steps
        if step != HOUR and not _skips_leap_day(stamps[at][1], step)
    ]
    if len(odd) != 2 or [step for _, step in odd] != [2 * HOUR, timedelta()]:
        return None
    (spring, _), (autumn, _) = odd
    begins, ends = stamps[spring][1], stamps[autumn][1]
    sundays = begins.weekday() == ends.weekday() == SUNDAY
    changes = begins.month in SPRING and ends.month in AUTUMN
    return (spring, autumn) if sundays and changes else None


def in_standard_time(stamps: list[Stamp]) -> list[Stamp]:
    """Times of a clock that is put forward in summer, by the clock that is not.

    Raises
    ------
    RefusedError
        Unless one hour is missing in spring and one is double in autumn, and no other.
    """
    summer = summer_of(stamps)
    if summer is None:
        message = (
            f"{DAYLIGHT_SAVING} is true, so one hour must be missing on a Sunday of March or April"
            " and one be double on a Sunday of September to November: they are not, or other hours"
            " are missing or double too"
        )
        raise RefusedError((stamps[0][0], str(stamps[0][1]), message), *jumps(stamps))
    spring, autumn = summer
    return [
        (line, stamp - HOUR if spring <= at < autumn else stamp)
        for at, (line, stamp) in enumerate(stamps)
    ]


def _skips_leap_day(stamp: datetime, step: timedelta) -> bool:
    """Whether the day before a time, and no more, is left out, and is 29 February."""
    return (stamp.month, stamp.day, stamp.hour) == (3, 1, 0) and (
        step == timedelta(days=1, hours=1) and (stamp - HOUR).day == LEAP_DAY
    )


def jumps(stamps: list[Stamp]) -> Iterator[tuple[int, str, str]]:
    """Faults of rows that do not follow the row before them by an hour."""
    for (_, before), (line, now) in pairwise(stamps):
        step = now - before
        if step == HOUR or _skips_leap_day(now, step):
            continue
        if step > HOUR:
            first, last = before + HOUR, now - HOUR
            one = first == last
            span = f"the hour {first} is" if one else f"the hours from {first} to {last} are"
            yield line, str(now), f"{span} missing before it"
        elif not step:
            yield line, str(now), "is given twice: the row before has the same time"
        else:
            yield line, str(now), f"is out of order: it stands after {before}"
