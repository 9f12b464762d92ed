"""Check tables with the time of each hour, and put their rows in the order of the year.

A profile has 365 days and a clock without daylight saving time.  A table that differs is
converted if that can be done with certainty, and refused otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from optimizer.io.tables import Table
from optimizer.load.profiles import DAYLIGHT_SAVING, TIME, Timed
from optimizer.load.raw_instance import RawInstance
from optimizer.load.timestamps import (
    HOUR,
    LEAP_DAY,
    InvalidHoursError,
    Timestamp,
    in_standard_time,
    jumps,
    on_one_clock,
    read_timestamps,
    summer_of,
)
from optimizer.units import HOURS_PER_DAY, HOURS_PER_YEAR

LISTED = 5
"""Faults of one kind that are reported row by row."""

WEEK = 7 * HOURS_PER_DAY
LEAP_YEAR = HOURS_PER_YEAR + HOURS_PER_DAY
MOST_OFFSET = 14
"""Hours by which two clocks may differ."""


@dataclass(frozen=True)
class Order:
    """Rows of a table in the order of the hours of a profile, with notes for the user."""

    rows: tuple[int, ...]
    year: int | None = None
    notes: tuple[str, ...] = ()


def order_hours(raw: RawInstance, timed: Sequence[Timed]) -> list[str]:
    """Put the values of profiles in the order of their hours; return notes for the user.

    Overrides have been applied by then, so the clock is the instance's final one.

    Parameters
    ----------
    raw : RawInstance
        Changed in place; faults are added to its problems, once for each table and clock.
    timed : sequence of Timed
        Profiles from tables with a column `time`.
    """
    orders: dict[tuple[str, bool, bool], Order | None] = {}
    notes: list[str] = []
    for source in timed:
        values = (*source.path, "values")
        if raw.columns.get(values) is not source.places:
            continue  # replaced by an override
        profile = raw.data["profiles"][source.path[1]]
        local = profile.get("clock") == "local"
        key = (source.table.home, local, source.daylight_saving)
        if key not in orders:
            orders[key] = order = _order(raw, source, None if local else _utc_offset(raw))
            if order is not None:
                notes += [*order.notes, *_other_weekday(raw, source.table, order)]
        order = orders[key]
        if order is None:
            raw.silenced.add(values)
            continue
        reported = [(*values, row) in raw.silenced for row in order.rows]
        raw.silenced -= {(*values, row) for row in range(len(source.places))}
        raw.silenced |= {(*values, hour) for hour, wrong in enumerate(reported) if wrong}
        profile["values"] = [profile["values"][row] for row in order.rows]
        raw.columns[values] = [source.places[row] for row in order.rows]
    return list(dict.fromkeys(notes))


def _utc_offset(raw: RawInstance) -> float:
    time = raw.data.get("time")
    try:
        return float(time.get("utc_offset_h", 0)) if isinstance(time, dict) else 0.0
    except (TypeError, ValueError):
        return 0.0  # validation reports the field itself


def _other_weekday(raw: RawInstance, table: Table, order: Order) -> Iterator[str]:
    """Yield a note if weekly profiles fall on other weekdays than in the table's year."""
    time, profiles = raw.data.get("time"), raw.data.get("profiles", [])
    weekly = any(
        isinstance(profile, dict) and len(profile.get("values", ())) == WEEK for profile in profiles
    )
    if order.year is None or not weekly or not isinstance(time, dict):
        return
    first = f"{date(order.year, 1, 1):%A}".lower()
    given = time.get("first_weekday", "monday")
    if first != given:
        yield (
            f"{table.home} is for {order.year}, which began on a {first.title()}, but"
            f" time.first_weekday is {given}: weekly profiles fall on different days"
        )


def _order(raw: RawInstance, source: Timed, offset: float | None) -> Order | None:
    """Order of a table's rows; null, with faults reported, if they cannot be right."""
    table, column = source.table, source.table.columns.index(TIME)
    try:
        return _ordered(table, read_timestamps(table, column), source.daylight_saving, offset)
    except InvalidHoursError as error:
        for line, shown, message in error.args[:LISTED]:
            raw.problems.append(table.problem(line, column, TIME, shown, message))
        if more := error.args[LISTED:]:
            message = f"and {len(more)} more such rows"
            raw.problems.append(table.problem(more[0][0], column, TIME, None, message))
        return None


def _ordered(
    table: Table, timestamps: list[Timestamp], daylight: bool, offset: float | None
) -> Order:
    if not timestamps:
        return Order(())
    line, first = timestamps[0]
    zoned = first.tzinfo is not None
    for other_line, time in timestamps:
        if (time.tzinfo is not None) != zoned:
            lacks = "lacks the offset from UTC" if zoned else "has an offset from UTC"
            message = f"{lacks}, unlike the rows before it"
            raise InvalidHoursError((other_line, str(time), message))
    if zoned and daylight:
        message = f"already has an offset from UTC: remove {DAYLIGHT_SAVING}"
        raise InvalidHoursError((line, str(first), message))
    turns = zoned and (first.month, first.day, first.hour) == (1, 1, 0)
    if zoned:
        timestamps = on_one_clock(timestamps, offset)
    elif daylight:
        timestamps = in_standard_time(timestamps)
    faults = list(jumps(timestamps))
    if faults and not zoned and not daylight and (summer := summer_of(timestamps)):
        (spring_line, spring), (autumn_line, autumn) = (timestamps[row] for row in summer)
        message = (
            f"an hour is missing before it, and {autumn} is repeated in line {autumn_line}: do"
            f" these times follow daylight saving time? Then give the profile {DAYLIGHT_SAVING}:"
            " true, and its hours are converted to standard time"
        )
        raise InvalidHoursError((spring_line, str(spring), message))
    if faults:
        raise InvalidHoursError(*faults)
    return _of_cycle(table, timestamps, turns)


def _of_cycle(table: Table, timestamps: list[Timestamp], turns: bool) -> Order:
    """Order of consecutive hours: a day, a week from Monday, or a calendar year."""
    (line, first), (end, last), hours = timestamps[0], timestamps[-1], len(timestamps)
    if hours in (HOURS_PER_DAY, WEEK):
        if first.hour or (hours == WEEK and first.weekday()):
            start = "00:00 on a Monday" if hours == WEEK else "00:00"
            message = f"must be {start}, where a profile of {hours} hours begins"
            raise InvalidHoursError((line, str(first), message))
        return Order(tuple(range(hours)))
    if hours not in (HOURS_PER_YEAR, LEAP_YEAR):
        message = (
            f"is the last of {hours} hours from {first}; a profile has 24 hours (a day), 168 (a"
            " week) or 8760 (a year; 8784 with 29 February)"
        )
        raise InvalidHoursError((end, str(last), message))
    return _of_year(table, timestamps, turns)


def _of_year(table: Table, timestamps: list[Timestamp], turns: bool) -> Order:
    """Order of a year; if it `turns`, it may begin some hours off on the profile's clock."""
    (line, first), (end, last) = timestamps[0], timestamps[-1]
    year = timestamps[len(timestamps) // 2][1].year
    begin = datetime(year, 1, 1)
    early = round((begin - first) / HOUR)
    if early and not (turns and abs(early) <= MOST_OFFSET):
        hint = "; if these times are the ends of hours, subtract one hour" if early == -1 else ""
        message = f"must be {begin}, the first hour of the year{hint}"
        raise InvalidHoursError((line, str(first), message))
    if round((datetime(year + 1, 1, 1) - last) / HOUR) != 1 + early:
        message = f"must be the last hour of {year}, {datetime(year, 12, 31, 23)}"
        raise InvalidHoursError((end, str(last), message))
    leap_day = [line for line, time in timestamps if (time.month, time.day) == (2, LEAP_DAY)]
    slots = {
        _slot(time): row
        for row, (line, time) in enumerate(timestamps)
        if (time.month, time.day) != (2, LEAP_DAY)
    }
    notes = []
    if leap_day:
        notes.append(
            f"{table.home}: 29 February {year} (lines {leap_day[0]} to {leap_day[-1]}) is left"
            f" out, since a year has {HOURS_PER_YEAR} hours here"
        )
    if early:
        side, other = ("before", "end") if early > 0 else ("after", "beginning")
        part = timestamps[:early] if early > 0 else timestamps[early:]
        notes.append(
            f"{table.home}: {abs(early)} hours (lines {part[0][0]} to {part[-1][0]}) fall in the"
            f" year {side} on the profile's clock; they are used for the {other} of {year}"
        )
    return Order(tuple(slots[hour] for hour in sorted(slots)), year, tuple(notes))


def _slot(time: datetime) -> int:
    """Hour of a year of 365 days."""
    day = date(2001, time.month, time.day).timetuple().tm_yday - 1
    return day * HOURS_PER_DAY + time.hour
