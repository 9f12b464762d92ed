"""When the rows of an hourly table are: their times, or a count of hours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from optimizer.io.tables import Table, is_empty
from optimizer.load.dates import time_of_day

HOUR, TIME = OF_ROWS = ("hour", "time")
"""Headers of columns that are always taken for those of the rows."""

Stamps = Literal["begin", "end"]
"""Whether the times of rows are the beginnings or the ends of their hours."""


class Stamp(NamedTuple):
    """The time of a row: its line, the time, and its position in the table."""

    line: int
    time: datetime
    row: int


@dataclass(frozen=True)
class RowTimes:
    """The times of a table's rows.

    Attributes
    ----------
    header : str
        Of the column, or columns, that give them.
    column : int
        Position of that column, for messages.
    readings : tuple of tuple of Stamp
        Every way in which the column as a whole can be read; empty if there is none.
    faults : tuple of (int, str, str)
        Line, cell and message of what cannot be read.
    stamps : str or None
        What the column itself says about its hours: that they `begin` or `end` then.
    why : str
        Where it says so.
    unused : tuple of str
        Headers of other columns with dates.
    """

    header: str
    column: int
    readings: tuple[tuple[Stamp, ...], ...] = ()
    faults: tuple[tuple[int, str, str], ...] = ()
    stamps: Stamps | None = None
    why: str = ""
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowCount:
    """A column that numbers the rows of a table, in hours, minutes or seconds.

    Attributes
    ----------
    header : str
    column : int
    step : int
        Difference from a row to the next.
    """

    header: str
    column: int
    step: int

    def fault(self, table: Table) -> tuple[int, str, str] | None:
        """Return line, cell and message of the first row that does not count up; null if none."""
        cells = [row.cells[self.column] for row in table.rows]
        start = self.step if cells and _count(cells[0]) == self.step else 0
        for place, (row, cell) in enumerate(zip(table.rows, cells, strict=True)):
            due = start + place * self.step
            if _count(cell) != due:
                by = "one" if self.step == 1 else str(self.step)
                message = (
                    f"must be {due} here: hours count up by {by} from 0 or {self.step}, so a row is"
                    " missing, duplicated or out of order"
                )
                return row.line, "" if cell is None else str(cell), message
        return None


def number_of(cell: Any) -> float | None:
    """Return the number in a cell; null if there is none."""
    if isinstance(cell, bool) or is_empty(cell):
        return None
    try:
        return float(cell.replace(",", ".") if isinstance(cell, str) else cell)
    except (TypeError, ValueError):
        return None


def _count(cell: Any) -> float | None:
    number = number_of(cell)
    return time_of_day(cell) if number is None else number
