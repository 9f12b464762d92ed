"""Read the values of a profile from a column of a table with one row an hour."""

from dataclasses import dataclass
from typing import Any

from optimizer.io.tables import Place, Table
from optimizer.load.decimal_separator import DecimalSeparator, table_separator
from optimizer.load.field_types import FieldType
from optimizer.load.raw_instance import Path, RawInstance
from optimizer.load.records import value_of

HOUR = "hour"
"""Column of a table of profiles that numbers its rows."""

TIME = "time"
"""Column of a table of profiles with the time at which each hour begins."""

OF_ROWS = (HOUR, TIME)

DAYLIGHT_SAVING = "daylight_saving"
"""Field of a profile from a table: whether its times follow daylight saving time."""

_VALUE = FieldType("number")


@dataclass(frozen=True)
class Timed:
    """A profile whose table has the time of each hour, by which its values are put in order."""

    path: Path
    table: Table
    places: list[Place]
    daylight_saving: bool


class Columns:
    """Copies the values of profiles from table columns into a raw instance.

    Attributes
    ----------
    timed : list of Timed
        Profiles whose hours are checked once their clock is known.
    """

    def __init__(self, raw: RawInstance) -> None:
        self.raw = raw
        self.timed: list[Timed] = []
        self._separators: dict[str, DecimalSeparator] = {}
        self._counts: dict[str, bool] = {}

    def take(self, path: Path, profile: dict[str, Any], table: Table, column: str) -> None:
        """Give a profile the values of a column."""
        raw, values = self.raw, (*path, "values")
        daylight = self._daylight_saving(path, profile, table)
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
        if TIME in table.columns:
            self.timed.append(Timed(path, table, places, daylight))
        elif HOUR in table.columns:
            if table.home not in self._counts:
                self._counts[table.home] = self._counts_up(table)
            if not self._counts[table.home]:
                raw.silenced.add(values)

    def _separator(self, table: Table) -> DecimalSeparator:
        """Decimal separator of a table, determined once."""
        if table.home not in self._separators:
            columns = [n for n, name in enumerate(table.columns) if name and name not in OF_ROWS]
            self._separators[table.home] = table_separator(self.raw, table, columns)
        return self._separators[table.home]

    def _daylight_saving(self, path: Path, profile: dict[str, Any], table: Table) -> bool:
        value = profile.pop(DAYLIGHT_SAVING, False)
        where = (*path, DAYLIGHT_SAVING)
        if isinstance(value, str):
            value = {"true": True, "false": False, "": False}.get(value.lower(), value)
        if not isinstance(value, bool):
            self.raw.report(where, "must be true or false", value)
        elif value and TIME not in table.columns:
            message = f"needs a column {TIME}, which {table.home} does not have"
            self.raw.report(where, message, value)
        return value is True

    def _counts_up(self, table: Table) -> bool:
        """Whether numbered hours count up; otherwise rows were sorted or lost."""
        position = table.columns.index(HOUR)
        first = str(table.rows[0].cells[position]).removesuffix(".0") if table.rows else "0"
        start = int(first) if first in ("0", "1") else 0
        for count, row in enumerate(table.rows, start):
            cell = row.cells[position]
            if str(cell).removesuffix(".0") != str(count):
                message = (
                    f"must be {count} here: hours count up by one from 0 or 1, so a row is"
                    " missing, duplicated or out of order"
                )
                shown = "" if cell is None else str(cell)
                self.raw.problems.append(table.problem(row.line, position, HOUR, shown, message))
                return False
        return True
