"""Tables whose rows say when each hour begins: checked, and put in the order of the year.

A profile has 365 days and a clock that is never put forward.  What a table says more, or
otherwise, is converted where that is certain, and refused where it is not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from optimizer.io.tables import Table
from optimizer.load.profiles import DAYLIGHT_SAVING, TIME, Timed
from optimizer.load.raw_instance import Draft
from optimizer.load.timestamps import (
    HOUR,
    LEAP_DAY,
    RefusedError,
    Stamp,
    in_standard_time,
    jumps,
    on_one_clock,
    read_stamps,
    summer_of,
)
from optimizer.units import HOURS_PER_DAY, HOURS_PER_YEAR

LISTED = 5
"""Faults of one kind that are told row by row."""

WEEK = 7 * HOURS_PER_DAY
LEAP_YEAR = HOURS_PER_YEAR + HOURS_PER_DAY
MOST_OFFSET = 14
"""Hours by which two clocks may differ."""


@dataclass(frozen=True)
class Order:
    """Rows of a table in the order of the hours of a profile, and what to know of it."""

    rows: tuple[int, ...]
    year: int | None = None
    notes: tuple[str, ...] = ()


def settle_hours(draft: Draft, timed: Sequence[Timed]) -> list[str]:
    """Put the values of profiles in the order of their hours; return what a planner should know.

    Overrides are applied by then: the clock is that which the instance will have.

    Parameters
    ----------
    draft : Draft
        Changed in place; faults go to its problems, once for each table and clock.
    timed : sequence of Timed
        Profiles from tables with a column `time`.
    """
    orders: dict[tuple[str, bool, bool], Order | None] = {}
    notes: list[str] = []
    for one in timed:
        values = (*one.path, "values")
        if draft.columns.get(values) is not one.places:
            continue  # an override took their place
        profile = draft.data["profiles"][one.path[1]]
        local = profile.get("clock") == "local"
        key = (one.table.home, local, one.daylight_saving)
        if key not in orders:
            orders[key] = order = _order(draft, one, None if local else _utc_offset(draft))
            if order is not None:
                notes += [*order.notes, *_other_weekday(draft, one.table, order)]
        order = orders[key]
        if order is None:
            draft.silenced.add(values)
            continue
        told = [(*values, row) in draft.silenced for row in order.rows]
        draft.silenced -= {(*values, row) for row in range(len(one.places))}
        draft.silenced |= {(*values, hour) for hour, wrong in enumerate(told) if wrong}
        profile["values"] = [profile["values"][row] for row in order.rows]
        draft.columns[values] = [one.places[row] for row in order.rows]
    return list(dict.fromkeys(notes))


def _utc_offset(draft: Draft) -> float:
    time = draft.data.get("time")
    try:
        return float(time.get("utc_offset_h", 0)) if isinstance(time, dict) else 0.0
    except (TypeError, ValueError):
        return 0.0  # a fault that is told of the field itself


def _other_weekday(draft: Draft, table: Table, order: Order) -> Iterator[str]:
    """Weekly profiles would fall on other days than those of the table's year."""
    time, profiles = draft.data.get("time"), draft.data.get("profiles", [])
    weekly = any(isinstance(one, dict) and len(one.get("values", ())) == WEEK for one in profiles)
    if order.year is None or not weekly or not isinstance(time, dict):
        return
    first = f"{date(order.year, 1, 1):%A}".lower()
    said = time.get("first_weekday", "monday")
    if first != said:
        yield (
            f"{table.home} is of {order.year}, which began on a {first.title()}, and"
            f" time.first_weekday is {said}: weekly profiles fall on other days than its own"
        )


def _order(draft: Draft, one: Timed, offset: float | None) -> Order | None:
    """Order of a table's rows; null, and its faults told, where they cannot be right."""
    table, at = one.table, one.table.columns.index(TIME)
    try:
        return _ordered(table, read_stamps(table, at), one.daylight_saving, offset)
    except RefusedError as refused:
        for line, shown, message in refused.args[:LISTED]:
            draft.problems.append(table.problem(line, at, TIME, shown, message))
        if more := refused.args[LISTED:]:
            message = f"and {len(more)} more such rows"
            draft.problems.append(table.problem(more[0][0], at, TIME, None, message))
        return None


def _ordered(table: Table, stamps: list[Stamp], daylight: bool, offset: float | None) -> Order:
    if not stamps:
        return Order(())
    zoned = stamps[0][1].tzinfo is not None
    mixed = [stamp for stamp in stamps if (stamp[1].tzinfo is not None) != zoned]
    if mixed:
        lacks = "lacks the offset from UTC" if zoned else "has an offset from UTC"
        raise RefusedError((mixed[0][0], str(mixed[0][1]), f"{lacks}, unlike the rows before it"))
    if zoned and daylight:
        message = f"says its offset from UTC itself: leave {DAYLIGHT_SAVING} out"
        raise RefusedError((stamps[0][0], str(stamps[0][1]), message))
    turns = zoned and _begins_year(stamps[0][1])
    if zoned:
        stamps = on_one_clock(stamps, offset)
    elif daylight:
        stamps = in_standard_time(stamps)
    faults = list(jumps(stamps))
    if faults and not zoned and not daylight and (summer := summer_of(stamps)):
        (begins, first), (ends, last) = (stamps[at] for at in summer)
        message = (
            f"an hour is missing before it, and {last} is double in line {ends}: is the clock put"
            f" forward in summer? Then give the profile {DAYLIGHT_SAVING}: true, and its hours"
            " are read in standard time"
        )
        raise RefusedError((begins, str(first), message))
    if faults:
        raise RefusedError(*faults)
    return _of_cycle(table, stamps, turns)


def _of_cycle(table: Table, stamps: list[Stamp], turns: bool) -> Order:
    """Order of hours that follow each other: a day, a week from Monday, or a calendar year."""
    (line, first), (end, last), hours = stamps[0], stamps[-1], len(stamps)
    if hours in (HOURS_PER_DAY, WEEK):
        if first.hour or (hours == WEEK and first.weekday()):
            due = "00:00 of a Monday" if hours == WEEK else "00:00"
            message = f"must be {due}, where the {hours} hours of a profile begin"
            raise RefusedError((line, str(first), message))
        return Order(tuple(range(hours)))
    if hours not in (HOURS_PER_YEAR, LEAP_YEAR):
        message = (
            f"ends {hours} hours from {first}; a profile has 24 (a day), 168 (a week), or 8760 (a"
            " year; 8784 where it has a 29 February)"
        )
        raise RefusedError((end, str(last), message))
    return _of_year(table, stamps, turns)


def _begins_year(stamp: datetime) -> bool:
    return (stamp.month, stamp.day, stamp.hour) == (1, 1, 0)


def _of_year(table: Table, stamps: list[Stamp], turns: bool) -> Order:
    """Order of a year; where it `turns`, it may begin some hours off on the profile's clock."""
    (line, first), (end, last) = stamps[0], stamps[-1]
    year = stamps[len(stamps) // 2][1].year
    begin = datetime(year, 1, 1)
    early = round((begin - first) / HOUR)
    if early and not (turns and abs(early) <= MOST_OFFSET):
        ends = "; are times those at which hours end? Take an hour off" if early == -1 else ""
        message = f"must be {begin}, where the hours of a year begin{ends}"
        raise RefusedError((line, str(first), message))
    if round((datetime(year + 1, 1, 1) - last) / HOUR) != 1 + early:
        message = f"must be the last hour of {year}, {datetime(year, 12, 31, 23)}"
        raise RefusedError((end, str(last), message))
    slots = {
        _slot(stamp): row
        for row, (_, stamp) in enumerate(stamps)
        if (stamp.month, stamp.day) != (2, LEAP_DAY)
    }
    notes = []
    left_out = [at for at, stamp in stamps if (stamp.month, stamp.day) == (2, LEAP_DAY)]
    if left_out:
        notes.append(
            f"{table.home}: 29 February {year} (rows in lines {left_out[0]} to {left_out[-1]}) is"
            f" left out, since a year has {HOURS_PER_YEAR} hours here"
        )
    if early:
        side, other = ("before", "end") if early > 0 else ("after", "beginning")
        part = stamps[:early] if early > 0 else stamps[early:]
        notes.append(
            f"{table.home}: {abs(early)} hours (rows in lines {part[0][0]} to {part[-1][0]}) fall"
            f" in the year {side} on the profile's clock; they stand for those at the {other} of"
            f" {year}"
        )
    return Order(tuple(slots[hour] for hour in sorted(slots)), year, tuple(notes))


def _slot(stamp: datetime) -> int:
    """Hour of a year of 365 days."""
    day = date(2001, stamp.month, stamp.day).timetuple().tm_yday - 1
    return day * HOURS_PER_DAY + stamp.hour
