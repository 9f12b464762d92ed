"""Find the columns of an hourly table that say when each row is, whatever their headers."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from optimizer.io.tables import Table, is_empty
from optimizer.load.dates import (
    Moment,
    looks_like_a_date,
    possible_orders,
    read_moment,
    since_1899,
    since_1970,
    time_of_day,
)
from optimizer.load.row_times import (
    OF_ROWS,
    TIME,
    RowCount,
    RowTimes,
    Stamp,
    Stamps,
    number_of,
)
from optimizer.units import HOURS_PER_DAY, SECONDS_PER_HOUR

NOT_A_TIME = "must be a date and time, as in 2026-01-31 23:00"

_TIME_WORDS = {"time", "date", "datetime", "timestamp", "stamp"}
_HOUR_WORDS = {"hour", "hours", "hr", "hrs", "h", "he", "hb"}
_UNITS = {
    **dict.fromkeys([*_HOUR_WORDS, "time"], 1),
    **dict.fromkeys(("minute", "minutes"), 60),
    **dict.fromkeys(("second", "seconds"), 3600),
}
_QUALIFIERS = {
    "utc", "gmt", "local", "standard", "prevailing", "beginning", "begin", "start", "ending", "end",
    "interval", "period", "opr", "of", "the", "day", "year", "week", "index", "no", "number",
}  # fmt: skip
_DAY_COUNT = (20_000, 80_000)
"""Days since 1899 that are taken for dates of a spreadsheet: 1954 to 2119."""

SAMPLE = 100
"""Cells of a column by which it is taken for dates."""

_TOLERANCE = 1e-3
"""Share of an hour by which the step between two numbers may differ from an hour."""


def row_times(
    table: Table, values: Collection[str]
) -> tuple[RowTimes | RowCount | None, frozenset[int]]:
    """Return how a table says when its rows are, and all columns that may say so.

    Of several columns with times, one called `time` is used, else one in UTC or with offsets from
    it, else one of beginnings, else the first.

    Parameters
    ----------
    table : Table
    values : collection of str
        Headers of columns with values, unless they are `hour` or `time`.
    """
    columns = _Columns(table, values)
    all_columns = frozenset([*columns.moments, *columns.numbers, *columns.parts, *columns.counts])
    found = [columns.read_moments(column) for column in columns.moments]
    found += [columns.read_numbers(column) for column in columns.numbers]
    if columns.parts:
        found.append(columns.read_parts())
    if not found:
        counts = sorted(columns.counts)
        if not counts:
            return None, all_columns
        column = counts[0]
        return RowCount(table.columns[column], column, columns.counts[column]), all_columns
    used, *others = sorted(found, key=_rank)
    return replace(used, unused=tuple(other.header for other in others)), all_columns


def _rank(times: RowTimes) -> tuple[bool, bool, bool, bool, int]:
    zoned = bool(times.readings and times.readings[0] and times.readings[0][0].time.tzinfo)
    named, ends = times.header == TIME, times.stamps == "end"
    return not named, bool(times.faults), not zoned, ends, times.column


class _Columns:
    """Columns of a table by what they hold: times, numbers of days or seconds, parts, counts."""

    def __init__(self, table: Table, values: Collection[str]) -> None:
        self.table = table
        self.cells: dict[int, list[Any]] = {
            column: [row.cells[column] if column < len(row.cells) else None for row in table.rows]
            for column, name in enumerate(table.columns)
            if name and (name in OF_ROWS or name not in values)
        }
        self.moments: list[int] = []
        self.numbers: dict[int, Callable[[float], datetime]] = {}
        self.counts: dict[int, int] = {}
        dates: list[int] = []
        for column, cells in self.cells.items():
            filled = [cell for cell in cells if not is_empty(cell)]
            sample = filled[:: len(filled) // SAMPLE + 1]
            words = set(_words(table.columns[column]))
            if 2 * sum(map(looks_like_a_date, sample)) > len(sample):
                only = all(m.dated_only for m in map(read_moment, filled) if m is not None)
                (dates if only else self.moments).append(column)
            elif (reader := _elapsed(filled)) is not None:
                self.numbers[column] = reader
            elif words and words <= _UNITS.keys() | _TIME_WORDS | _QUALIFIERS:
                self._by_name(column, words, filled)
        self.parts = self._parts(dates)
        self.moments += [column for column in dates if column not in self.parts]

    def _by_name(self, column: int, words: set[str], filled: Sequence[Any]) -> None:
        """Sort a column by its header alone: numbers count rows, all else should be times."""
        units = [unit for word, unit in _UNITS.items() if word in words]
        numbers = sum(
            number_of(cell) is not None or time_of_day(cell) is not None for cell in filled
        )
        if units and (2 * numbers > len(filled) or not words & _TIME_WORDS):
            self.counts[column] = max(units)
        elif words & _TIME_WORDS:
            self.moments.append(column)

    def _parts(self, dates: Sequence[int]) -> tuple[int, ...]:
        """Columns of the date and of the hour of the day: the date may be in three columns."""
        names = [" ".join(_words(name)) for name in self.table.columns]
        hours = [
            column
            for column, cells in self.cells.items()
            if set(names[column].split()) & (_HOUR_WORDS | {"time", "period", "interval"})
            and column not in (*dates, *self.moments)
            and all(time_of_day(cell) is not None for cell in cells)
        ]
        if not hours:
            return ()
        if dates:
            return dates[0], hours[0]
        trio = [
            next((column for column, name in enumerate(names) if name in known), None)
            for known in (("year", "yr"), ("month", "mo"), ("day", "dy"))
        ]
        present = [column for column in trio if column is not None]
        return (*present, hours[0]) if len(present) == len(trio) else ()

    def read_moments(self, column: int) -> RowTimes:
        """Read a column of dates and times in every order that fits all of its cells."""
        cells = self.cells[column]
        readings = [
            [read_moment(cell, order) for cell in cells] for order in possible_orders(cells)
        ]
        distinct = [reading for n, reading in enumerate(readings) if reading not in readings[:n]]
        return self._times((column,), distinct, cells)

    def read_numbers(self, column: int) -> RowTimes:
        """Read a column of days since 1899, or of seconds or milliseconds since 1970."""
        cells, reader = self.cells[column], self.numbers[column]
        numbers = [number_of(cell) for cell in cells]
        moments = [None if number is None else Moment(reader(number)) for number in numbers]
        return self._times((column,), [moments], cells)

    def read_parts(self) -> RowTimes:
        """Read dates and hours of the day from columns of their own."""
        *of_date, of_hour = self.parts
        hours = [time_of_day(cell) for cell in self.cells[of_hour]]
        if len(of_date) == 1:
            dates = self.cells[of_date[0]]
        else:
            trio = zip(*(self.cells[column] for column in of_date), strict=True)
            dates = ["-".join(str(part).removesuffix(".0") for part in parts) for parts in trio]
        readings = []
        for order in possible_orders(dates):
            days = [read_moment(cell, order) for cell in dates]
            reading = [
                None
                if day is None or hour is None or hour > HOURS_PER_DAY
                else Moment(day.time + timedelta(hours=hour), midnight_is_24=hour == HOURS_PER_DAY)
                for day, hour in zip(days, hours, strict=True)
            ]
            readings += [reading] if reading not in readings else []
        shown = [f"{day} {hour}" for day, hour in zip(dates, self.cells[of_hour], strict=True)]
        return self._times(self.parts, readings, shown)

    def _times(
        self,
        columns: tuple[int, ...],
        readings: Sequence[Sequence[Moment | None]],
        cells: Sequence[Any],
    ) -> RowTimes:
        header = ", ".join(self.table.columns[column] for column in columns)
        lines = [row.line for row in self.table.rows]
        words = " ".join(_words(header))
        utc = bool({"utc", "gmt"} & set(words.split()))
        faults: list[tuple[int, str, str]] = []
        complete = []
        for reading in readings:
            wrong = list(_faults(lines, cells, reading))
            if wrong and (not faults or len(wrong) < len(faults)):
                faults = wrong
            if not wrong:
                found = [moment for moment in reading if moment is not None]
                times = [
                    m.time.replace(tzinfo=m.time.tzinfo or UTC) if utc else m.time for m in found
                ]
                complete.append(tuple(map(Stamp, lines, times, range(len(times)))))
        stamps, why = _stamps_of_header(words), f"its header is {header}"
        if stamps is None and any(m is not None and m.midnight_is_24 for r in readings for m in r):
            stamps, why = "end", "it has 24:00"
        faults = [] if complete else faults
        return RowTimes(header, columns[0], tuple(complete), tuple(faults), stamps, why)


def _faults(
    lines: Sequence[int], cells: Sequence[Any], reading: Sequence[Moment | None]
) -> Iterator[tuple[int, str, str]]:
    for line, cell, moment in zip(lines, cells, reading, strict=True):
        if moment is None:
            yield line, "''" if is_empty(cell) else str(cell), NOT_A_TIME
        elif moment.dated_only and all(m is None or m.dated_only for m in reading):
            message = "is a date without a time of day, and no column gives the hour"
            yield line, str(cell), message
        elif moment.time.minute or moment.time.second:
            yield line, str(cell), "must be a full hour: each row is an hour"


def _stamps_of_header(words: str) -> Stamps | None:
    if re.search(r"begin|start|\bhb\b", words):
        return "begin"
    return "end" if re.search(r"\bend|ending|hrend|\bhe\b", words) else None


def _words(header: str) -> list[str]:
    """Words of a header in lower case: ``HourEnding_UTC (PJM)`` has four."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", header).casefold()
    apart = re.sub(r"(date|hour)(time|ending|beginning|end|begin)", r"\1 \2", apart)
    return re.findall(r"[a-z]+", apart)


def _elapsed(cells: Sequence[Any]) -> Callable[[float], datetime] | None:
    """How to read numbers that go on by an hour, in days, seconds or milliseconds; or null."""
    low, high = _DAY_COUNT
    first = [number_of(cell) or 0.0 for cell in cells[:3]]
    if len(cells) < HOURS_PER_DAY or not (
        low <= min(first) <= max(first) <= high or min(first) >= 1e8
    ):
        return None
    numbers = sorted(number for cell in cells if (number := number_of(cell)) is not None)
    step = median(b - a for a, b in pairwise(numbers))
    hours = (numbers[-1] - numbers[0]) * HOURS_PER_DAY
    if _near(step, 1 / HOURS_PER_DAY) and abs(hours - len(numbers)) <= 0.05 * len(numbers):
        return since_1899
    for unit in (1, 1000):
        if numbers[0] >= 1e8 * unit and _near(step, SECONDS_PER_HOUR * unit):
            return lambda number: since_1970(number / unit)
    return None


def _near(step: float, hour: float) -> bool:
    return abs(step / hour - 1) <= _TOLERANCE
