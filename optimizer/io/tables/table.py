"""A table as rows with their places, from any type of file; dotted headers nest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from optimizer.errors import Problem

COMMENT = "#"
"""Start of a line, column or sheet that is a comment."""


@dataclass(frozen=True)
class Row:
    """Cells of one row, and the line on which it starts.

    A cell of a CSV file is stripped text.  A cell of a workbook may also be a number, a boolean
    or a date, or None if it is empty.
    """

    line: int
    cells: tuple[Any, ...]


class Place(NamedTuple):
    """Where a value was given: a line of a file, a cell of a workbook or a ``--set`` option.

    For an option, `option` is the path that it set.
    """

    file: str
    line: int | None
    option: tuple[str | int, ...] | None = None
    cell: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: what could be read of it, and the problems of the rest.

    Attributes
    ----------
    file : str
        Its path as the user gave it.
    line : int or None
        Line of the header; null if the table could not be read to its end.
    columns : tuple of str
        Headers; that of a comment column is empty.
    rows : tuple of Row
    ragged : frozenset of int
        Lines of rows with too many or too few cells; the rows are kept.
    problems : tuple of Problem
    separator : str
        Separator of the cells of a CSV file.
    sheet : str or None
        Sheet of a workbook; null for a CSV file.
    letters : tuple of str
        Names of the columns of a sheet.
    """

    file: str
    line: int | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: frozenset[int]
    problems: tuple[Problem, ...]
    separator: str = ","
    sheet: str | None = None
    letters: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The file and, in a workbook, its sheet."""
        return self.file if self.sheet is None else f"{self.file}:{self.sheet}"

    def place(self, line: int | None, column: int = 0) -> Place:
        """Return the place of a cell, by its line and the position of its column."""
        if self.sheet is None or line is None:
            return Place(self.file, line, None, self.sheet and f"{self.sheet}!")
        letter = self.letters[column] if column < len(self.letters) else "A"
        return Place(self.file, line, None, f"{self.sheet}!{letter}{line}")

    def problem(
        self, line: int | None, column: int, field: str, value: str | None, message: str
    ) -> Problem:
        """Return a problem of a cell."""
        cell = self.place(line, column).cell
        return Problem(self.file, line, field, value, message, cell)


def tabulate(
    file: str,
    lines: Sequence[Row],
    *,
    separator: str = ",",
    sheet: str | None = None,
    letters: Sequence[str] = (),
) -> Table:
    """Make a table of rows, of which the first is the header.

    Columns without a name and without values, as spreadsheets leave them, are left out.  A
    column whose header starts with ``#`` is ignored.
    """
    header, *rows = lines
    width = max(len(row.cells) for row in lines)
    names = ["" if cell is None else str(cell) for cell in header.cells]
    filled = {place for row in rows for place, cell in enumerate(row.cells) if not is_empty(cell)}
    blank = {place for place in range(width) if place not in filled and not any(names[place:][:1])}
    kept = [place for place in range(len(names)) if place not in blank]
    rows = [
        Row(row.line, tuple(cell for place, cell in enumerate(row.cells) if place not in blank))
        for row in rows
    ]
    ragged = [row for row in rows if len(row.cells) != len(kept)]
    table = Table(
        file=file,
        line=header.line,
        columns=tuple("" if names[n].startswith(COMMENT) else names[n] for n in kept),
        rows=tuple(rows),
        ragged=frozenset(row.line for row in ragged),
        problems=(),
        separator=separator,
        sheet=sheet,
        letters=tuple(letters[n] for n in kept) if letters else (),
    )
    problems = list(_header_problems(table, names, kept))
    for row in ragged:
        message = f"{len(row.cells)} cells; the header has {len(kept)} columns"
        problems.append(table.problem(row.line, 0, "", None, message))
    return replace(table, problems=tuple(problems))


def unreadable(file: str, *problems: Problem) -> Table:
    """Return a table of which nothing can be read."""
    return Table(file, None, (), (), frozenset(), problems)


def is_empty(cell: object) -> bool:
    """Whether a cell is empty; 0 and false are values."""
    return cell is None or cell == ""


def _header_problems(table: Table, names: list[str], kept: list[int]) -> Iterator[Problem]:
    for place, at in enumerate(kept):
        name = names[at]
        if not name:
            where = table.letters[place] if table.letters else at + 1
            yield table.problem(table.line, place, "", None, f"column {where} has no name")
        elif name in (names[before] for before in kept[:place]):
            yield table.problem(table.line, place, name, None, "column is given twice")


def nested(columns: Sequence[str], row: Row) -> dict[str, Any]:
    """Convert a row to a mapping: dotted columns nest, empty cells are left out.

    A part of a header that is a whole number is a year.  Of columns with the same name the first
    is used.

    Raises
    ------
    ValueError
        If the row fills both a column and one nested below it.
    """
    record: dict[Any, Any] = {}
    for name, cell in zip(columns, row.cells, strict=False):
        if not is_empty(cell) and name:
            put(record, name, cell)
    return record


def put(record: dict[Any, Any], name: str, value: Any) -> None:
    """Put a value into a record at a dotted name, unless it has one already.

    Raises
    ------
    ValueError
        If a value above or below it is given too.
    """
    keys = keys_of(name)
    inner = record
    for depth, key in enumerate(keys[:-1], 1):
        inner = inner.setdefault(key, {})
        if not isinstance(inner, dict):
            above = ".".join(name.split(".")[:depth])
            raise ValueError(f"both {above} and {name} are given")
    if isinstance(inner.get(keys[-1]), dict):
        raise ValueError(f"both {name} and a column below it are given")
    inner.setdefault(keys[-1], value)


def keys_of(column: str) -> tuple[str | int, ...]:
    """Return the keys of a dotted header; whole numbers after the first are years."""
    first, *rest = column.split(".")
    return (first, *(int(key) if is_whole(key) else key for key in rest))


def is_whole(word: str) -> bool:
    """Whether a word is a whole number short enough to be a year or a position."""
    return word.isascii() and word.isdigit() and len(word) < 10
