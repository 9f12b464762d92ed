"""Read the values of a profile from a column of a table with one row an hour."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, get_args

from optimizer.io.tables import Place, Table
from optimizer.load.decimal_separator import DecimalSeparator, table_separator
from optimizer.load.field_types import FieldType
from optimizer.load.raw_instance import Path, RawInstance
from optimizer.load.records import value_of
from optimizer.load.row_times import RowCount, RowTimes, Stamps
from optimizer.load.time_columns import row_times
from optimizer.schema.references import near_miss

DAYLIGHT_SAVING = "daylight_saving"
"""Field of a profile from a table: whether its times follow daylight saving time."""

STAMPS = "stamps"
"""Field of a profile from a table: whether its times `begin` or `end` their hours."""

OF_TABLES = (DAYLIGHT_SAVING, STAMPS)
"""Fields of a profile that are about its table."""

_VALUE = FieldType("number")


@dataclass(frozen=True)
class Timed:
    """A profile whose table has the time of each hour, by which its values are put in order."""

    path: Path
    table: Table
    times: RowTimes
    places: list[Place]
    daylight_saving: bool
    stamps: Stamps | None


class Columns:
    """Copies the values of profiles from table columns into a raw instance.

    Parameters
    ----------
    raw : RawInstance
    values : collection of str
        Headers of all columns with values of profiles.

    Attributes
    ----------
    timed : list of Timed
        Profiles whose hours are checked once their clock is known.
    """

    def __init__(self, raw: RawInstance, values: Collection[str]) -> None:
        self.raw = raw
        self.timed: list[Timed] = []
        self._values = values
        self._separators: dict[str, DecimalSeparator] = {}
        self._times: dict[str, tuple[RowTimes | RowCount | None, frozenset[int]]] = {}
        self._counts: dict[str, bool] = {}

    def of_rows(self, table: Table) -> frozenset[str]:
        """Return the headers of the columns that say when the rows of a table are."""
        return frozenset(table.columns[column] for column in self._row_times(table)[1])

    def take(self, path: Path, profile: dict[str, Any], table: Table, column: str) -> None:
        """Give a profile the values of a column."""
        raw, values = self.raw, (*path, "values")
        times, _ = self._row_times(table)
        daylight = self._daylight_saving(path, profile)
        stamps = self._stamps(path, profile)
        for field in (DAYLIGHT_SAVING, STAMPS):
            given = daylight if field == DAYLIGHT_SAVING else stamps
            if given and not isinstance(times, RowTimes):
                message = f"needs a column of dates and times, which {table.home} does not have"
                raw.report((*path, field), message, given)
        position = table.columns.index(column)
        rows = [row for row in table.rows if len(row.cells) > position]
        if table.ragged:
            raw.silenced.add(values)
        raw.places[values] = table.place(table.line, position)
        places = [table.place(row.line, position) for row in rows]
        raw.columns[values] = places
        separator = self._separator(table)
        cells = [row.cells[position] for row in rows]
        profile["values"] = [
            "" if cell is None else value_of(raw, (*values, hour), cell, _VALUE, separator)
            for hour, cell in enumerate(cells)
        ]
        if table.ragged:
            return
        if isinstance(times, RowTimes):
            self.timed.append(Timed(path, table, times, places, daylight, stamps))
        elif times is not None and not self._counts_up(table, times):
            raw.silenced.add(values)

    def _row_times(self, table: Table) -> tuple[RowTimes | RowCount | None, frozenset[int]]:
        """How a table says when its rows are, determined once."""
        if table.home not in self._times:
            self._times[table.home] = row_times(table, self._values)
        return self._times[table.home]

    def _separator(self, table: Table) -> DecimalSeparator:
        """Decimal separator of a table, determined once."""
        if table.home not in self._separators:
            of_rows = self._row_times(table)[1]
            columns = [n for n, name in enumerate(table.columns) if name and n not in of_rows]
            self._separators[table.home] = table_separator(self.raw, table, columns)
        return self._separators[table.home]

    def _daylight_saving(self, path: Path, profile: dict[str, Any]) -> bool:
        value = profile.pop(DAYLIGHT_SAVING, False)
        if isinstance(value, str):
            value = {"true": True, "false": False, "": False}.get(value.lower(), value)
        if not isinstance(value, bool):
            self.raw.report((*path, DAYLIGHT_SAVING), "must be true or false", value)
        return value is True

    def _stamps(self, path: Path, profile: dict[str, Any]) -> Stamps | None:
        value: Any = profile.pop(STAMPS, None)
        if value == "begin" or value == "end":
            return "begin" if value == "begin" else "end"
        if value not in (None, ""):
            hint = near_miss(str(value), get_args(Stamps))
            self.raw.report(
                (*path, STAMPS), f"must be one of {', '.join(get_args(Stamps))}{hint}", value
            )
        return None

    def _counts_up(self, table: Table, count: RowCount) -> bool:
        """Whether numbered hours count up; otherwise rows were sorted or lost."""
        if table.home not in self._counts:
            fault = count.fault(table)
            self._counts[table.home] = fault is None
            if fault is not None:
                line, shown, message = fault
                problem = table.problem(line, count.column, count.header, shown, message)
                self.raw.problems.append(problem)
        return self._counts[table.home]
