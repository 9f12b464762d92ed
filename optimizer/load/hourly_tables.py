"""Put the rows of tables with the time of each hour in the order of the year, or refuse them.

A profile has 365 days and a clock without daylight saving time.  A table that differs is
converted if that can be done with certainty, and refused otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from optimizer.io.tables import Table
from optimizer.load.profiles import DAYLIGHT_SAVING, STAMPS, Timed
from optimizer.load.raw_instance import RawInstance
from optimizer.load.row_times import Stamp, Stamps
from optimizer.load.timestamps import (
    HOUR,
    LEAP_DAY,
    InvalidHoursError,
    changes_of,
    in_order,
    in_standard_time,
    jumps,
    on_one_clock,
    stamps_of,
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
        Profiles from tables with a column of dates and times.
    """
    orders: dict[tuple[Any, ...], Order | None] = {}
    notes: list[str] = []
    for source in timed:
        values = (*source.path, "values")
        if raw.columns.get(values) is not source.places:
            continue  # replaced by an override
        profile = raw.data["profiles"][source.path[1]]
        local = profile.get("clock") == "local"
        key = (source.table.home, local, source.daylight_saving, source.stamps)
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
    table, times = source.table, source.times
    try:
        if times.faults:
            raise InvalidHoursError(*times.faults)
        return _only_order(source, offset)
    except InvalidHoursError as error:
        for line, shown, message in error.args[:LISTED]:
            raw.problems.append(table.problem(line, times.column, times.header, shown, message))
        if more := error.args[LISTED:]:
            message = f"and {len(more)} more such rows"
            raw.problems.append(
                table.problem(more[0][0], times.column, times.header, None, message)
            )
        return None


def _only_order(source: Timed, offset: float | None) -> Order:
    """Order of rows if all readings of their dates that make sense agree on it."""
    orders: list[Order] = []
    refusals: list[InvalidHoursError] = []
    for reading in source.times.readings:
        try:
            orders.append(_ordered(source, reading, offset))
        except InvalidHoursError as error:
            refusals.append(error)
    if not orders:
        raise min(refusals, key=lambda error: len(error.args))
    if len({order.rows for order in orders}) > 1:
        line, time, _ = source.times.readings[0][0]
        message = (
            "its dates may be month/day or day/month, and both make hours in a row: write them as"
            " in 2026-01-31 23:00"
        )
        raise InvalidHoursError((line, str(time), message))
    used = ", ".join(source.times.unused)
    note = f"{source.table.home}: hours are those of {source.times.header}; not used: {used}"
    return replace(orders[0], notes=(*orders[0].notes, *([note] if used else [])))


def _ordered(source: Timed, stamps: Sequence[Stamp], offset: float | None) -> Order:
    if not stamps:
        return Order(())
    line, first, _ = stamps[0]
    zoned = first.tzinfo is not None
    for stamp in stamps:
        if (stamp.time.tzinfo is not None) != zoned:
            lacks = "lacks the offset from UTC" if zoned else "has an offset from UTC"
            message = f"{lacks}, unlike the rows before it"
            raise InvalidHoursError((stamp.line, str(stamp.time), message))
    if zoned and source.daylight_saving:
        message = f"already has an offset from UTC: remove {DAYLIGHT_SAVING}"
        raise InvalidHoursError((line, str(first), message))
    ordered, notes = in_order(stamps), []
    if [stamp.row for stamp in ordered] != list(range(len(ordered))):
        notes.append(f"{source.table.home}: rows are not in the order of time; they are sorted")
    said, why = source.times.stamps, source.times.why
    start = ordered[0].time
    if zoned:
        ordered = on_one_clock(ordered, offset)
    elif (summer := summer_of(ordered)) or source.daylight_saving:
        ordered, seen, seen_why = _without_summer(source, ordered, summer, offset)
        said, why = (seen, seen_why) if seen else (said, why)
    ends = (source.stamps or said) == "end"
    if ends:
        ordered = [stamp._replace(time=stamp.time - HOUR) for stamp in ordered]
    if ends and source.stamps is None:
        notes.append(
            f"{source.table.home}: times are read as the ends of hours, since {why}; if they are"
            f" not, give the profile {STAMPS}: begin"
        )
    if faults := list(jumps(ordered)):
        raise InvalidHoursError(*faults)
    turns = (zoned or ends) and any(
        (time.month, time.day, time.hour) == (1, 1, 0) for time in (start, start - ends * HOUR)
    )
    order = _of_cycle(source.table, ordered, turns, ends)
    return replace(order, notes=(*notes, *order.notes))


def _without_summer(
    source: Timed, ordered: list[Stamp], summer: tuple[int, int] | None, offset: float | None
) -> tuple[list[Stamp], Stamps | None, str]:
    """Rows in standard time, and whether they begin or end their hours by the changes of clock."""
    if summer is None:
        line, time, _ = ordered[0]
        message = (
            f"{DAYLIGHT_SAVING} is true, so exactly one hour must be missing on a Sunday in March"
            " or April and exactly one repeated on a Sunday in September to November"
        )
        raise InvalidHoursError((line, str(time), message), *jumps(ordered))
    (spring, autumn), (lost, repeated) = summer, changes_of(ordered, summer)
    line, time, _ = ordered[spring]
    seen = stamps_of(lost, repeated, offset)
    stated = source.stamps or source.times.stamps
    changes = f"{lost:02}:00 is missing in spring and {repeated:02}:00 repeated in autumn"
    if not source.daylight_saving:
        ask = "" if seen == "begin" or source.stamps else f" and {STAMPS}: {seen}"
        if seen == "unclear" and ask:
            ask = f" and {STAMPS}: begin or {STAMPS}: end"
        message = (
            f"an hour is missing before it, and {ordered[autumn].time} is repeated in line"
            f" {ordered[autumn].line}: do these times follow daylight saving time? Then give the"
            f" profile {DAYLIGHT_SAVING}: true{ask}, and its hours are converted to standard time"
        )
        raise InvalidHoursError((line, str(time), message))
    if seen == "unclear":
        if stated is None:
            message = (
                f"{changes}, which does not say whether these times begin or end their hours: give"
                f" the profile {STAMPS}: begin or {STAMPS}: end"
            )
            raise InvalidHoursError((line, str(time), message))
        return in_standard_time(ordered, summer), None, ""
    if stated not in (None, seen):
        message = (
            f"{changes}, as times that {seen} their hours do, but"
            f" {f'{STAMPS} is {stated}' if source.stamps else source.times.why}"
        )
        raise InvalidHoursError((line, str(time), message))
    return in_standard_time(ordered, summer), seen, changes


def _of_cycle(table: Table, stamps: list[Stamp], turns: bool, ends: bool) -> Order:
    """Order of consecutive hours: a day, a week from Monday, or a calendar year."""
    (line, first, _), (end, last, _), hours = stamps[0], stamps[-1], len(stamps)
    hint = "" if ends else f"; if these times are the ends of hours, give the profile {STAMPS}: end"
    if hours in (HOURS_PER_DAY, WEEK):
        if first.hour or (hours == WEEK and first.weekday()):
            start = "00:00 on a Monday" if hours == WEEK else "00:00"
            message = f"must be {start}, where a profile of {hours} hours begins"
            message += hint if first.hour == 1 else ""
            raise InvalidHoursError((line, str(first), message))
        return Order(tuple(stamp.row for stamp in stamps))
    if hours not in (HOURS_PER_YEAR, LEAP_YEAR):
        message = (
            f"is the last of {hours} hours from {first}; a profile has 24 hours (a day), 168 (a"
            " week) or 8760 (a year; 8784 with 29 February)"
        )
        raise InvalidHoursError((end, str(last), message))
    return _of_year(table, stamps, turns, hint)


def _of_year(table: Table, stamps: list[Stamp], turns: bool, hint: str) -> Order:
    """Order of a year; if it `turns`, it may begin some hours off on the profile's clock."""
    (line, first, _), (end, last, _) = stamps[0], stamps[-1]
    year = stamps[len(stamps) // 2].time.year
    begin = datetime(year, 1, 1)
    early = round((begin - first) / HOUR)
    if early and not (turns and abs(early) <= MOST_OFFSET):
        hint = hint if early == -1 else ""
        message = f"must be {begin}, the first hour of the year{hint}"
        raise InvalidHoursError((line, str(first), message))
    if round((datetime(year + 1, 1, 1) - last) / HOUR) != 1 + early:
        message = f"must be the last hour of {year}, {datetime(year, 12, 31, 23)}"
        raise InvalidHoursError((end, str(last), message))
    leap_day = [line for line, time, _ in stamps if (time.month, time.day) == (2, LEAP_DAY)]
    slots = {_slot(time): row for _, time, row in stamps if (time.month, time.day) != (2, LEAP_DAY)}
    notes = []
    if leap_day:
        first_line, last_line = min(leap_day), max(leap_day)
        notes.append(
            f"{table.home}: 29 February {year} (lines {first_line} to {last_line}) is left"
            f" out, since a year has {HOURS_PER_YEAR} hours here"
        )
    if early:
        side, other = ("before", "end") if early > 0 else ("after", "beginning")
        part = [stamp.line for stamp in (stamps[:early] if early > 0 else stamps[early:])]
        lines = f"lines {min(part)} to {max(part)}" if len(part) > 1 else f"line {part[0]}"
        hours, fall = ("1 hour", "falls") if len(part) == 1 else (f"{len(part)} hours", "fall")
        notes.append(
            f"{table.home}: {hours} ({lines}) {fall} in the year {side} on the profile's clock;"
            f" {'it is' if len(part) == 1 else 'they are'} used for the {other} of {year}"
        )
    return Order(tuple(slots[hour] for hour in sorted(slots)), year, tuple(notes))


def _slot(time: datetime) -> int:
    """Hour of a year of 365 days."""
    day = date(2001, time.month, time.day).timetuple().tm_yday - 1
    return day * HOURS_PER_DAY + time.hour
