"""Values of a profile from a column of a table, one row an hour."""

from dataclasses import dataclass
from typing import Any

from optimizer.io.tables import Table
from optimizer.io.tables.workbook import Bad
from optimizer.load.cells import BadCellError, read_cell, read_typed
from optimizer.load.decimal_separator import Decimals, decimals
from optimizer.load.field_types import Shape
from optimizer.load.raw_instance import Draft, Path, Place
from optimizer.load.records import place_of

HOUR = "hour"
"""Column of a table of profiles that numbers its rows."""

TIME = "time"
"""Column of a table of profiles that says when each hour begins."""

OF_ROWS = (HOUR, TIME)

DAYLIGHT_SAVING = "daylight_saving"
"""Of a profile from a table: whether the clock of its times is put forward in summer."""

_VALUE = Shape("number")


@dataclass(frozen=True)
class Timed:
    """A profile whose table says when each hour begins: to be put in order by that."""

    path: Path
    table: Table
    places: list[Place]
    daylight_saving: bool


class Columns:
    """Takes the values of profiles from columns of tables into the draft.

    Attributes
    ----------
    timed : list of Timed
        Profiles whose hours are to be checked once their clock is known for certain.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.timed: list[Timed] = []
        self._decimals: dict[str, Decimals] = {}
        self._counts: dict[str, bool] = {}

    def take(self, path: Path, profile: dict[str, Any], table: Table, column: str) -> None:
        """Put the values of a column in the place of its name."""
        draft, values = self.draft, (*path, "values")
        daylight = self._daylight_saving(path, profile, table)
        position = table.columns.index(column)
        rows = [row for row in table.rows if len(row.cells) > position]
        if table.ragged:
            draft.silenced.add(values)
        draft.places[values] = place_of(table, table.line, position)
        places = [place_of(table, row.line, position) for row in rows]
        draft.columns[values] = places
        told = self._told(table)
        profile["values"] = [
            self._value((*values, at), row.cells[position], told) for at, row in enumerate(rows)
        ]
        if table.ragged:
            return
        if TIME in table.columns:
            self.timed.append(Timed(path, table, places, daylight))
        elif HOUR in table.columns and not self._count(table):
            draft.silenced.add(values)

    def _value(self, where: Path, cell: Any, told: Decimals) -> Any:
        try:
            if isinstance(cell, str) and told.doubts(cell):
                self.draft.silenced.add(where)
                return cell
            if cell is None:
                return ""
            is_text = isinstance(cell, str)
            return read_cell(cell, _VALUE, told.sign) if is_text else read_typed(cell, _VALUE)
        except BadCellError as error:
            self.draft.report(where, str(error), cell.shown if isinstance(cell, Bad) else cell)
            self.draft.silenced.add(where)
            return ""

    def _told(self, table: Table) -> Decimals:
        """Sign before the decimals of a table, told once."""
        if table.home not in self._decimals:
            found = Decimals(".")
            if table.sheet is None:
                columns = [
                    at for at, name in enumerate(table.columns) if name and name not in OF_ROWS
                ]
                cells = [
                    (row.line, row.cells[at])
                    for row in table.rows
                    for at in columns
                    if at < len(row.cells)
                ]
                found = decimals(cells, table.separator)
            if found.fault:
                problem = table.problem(found.line, 0, "", found.value, found.fault)
                self.draft.problems.append(problem)
            self._decimals[table.home] = found
        return self._decimals[table.home]

    def _daylight_saving(self, path: Path, profile: dict[str, Any], table: Table) -> bool:
        value = profile.pop(DAYLIGHT_SAVING, False)
        where = (*path, DAYLIGHT_SAVING)
        if isinstance(value, str):
            value = {"true": True, "false": False, "": False}.get(value.lower(), value)
        if not isinstance(value, bool):
            self.draft.report(where, "must be true or false", value)
        elif value and TIME not in table.columns:
            message = f"says how a column {TIME} is read, which {table.home} does not have"
            self.draft.report(where, message, value)
        return value is True

    def _count(self, table: Table) -> bool:
        """Whether hours that are numbered count up; otherwise rows were sorted or lost."""
        if table.home not in self._counts:
            self._counts[table.home] = self._counts_up(table)
        return self._counts[table.home]

    def _counts_up(self, table: Table) -> bool:
        at = table.columns.index(HOUR)
        first = str(table.rows[0].cells[at]).removesuffix(".0") if table.rows else "0"
        start = int(first) if first in ("0", "1") else 0
        for count, row in enumerate(table.rows, start):
            cell = row.cells[at]
            if str(cell).removesuffix(".0") != str(count):
                message = (
                    f"must be {count} here: hours count up by one from 0 or 1, so a row is"
                    " missing, double or out of order"
                )
                shown = "" if cell is None else str(cell)
                self.draft.problems.append(table.problem(row.line, at, HOUR, shown, message))
                return False
        return True
