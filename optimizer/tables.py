"""CSV tables as rows with line numbers; a dotted header is a nested key."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimizer.errors import Problem

COMMENT = "#"
NO_FILE = "no such file"


@dataclass(frozen=True)
class Row:
    """Cells of one row, stripped, and the line that it begins on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A CSV table: what could be read of it, and what is wrong with the rest.

    `line` is that of the header, and null where the table could not be read to its end.  A row
    with too many or too few cells is kept, and listed in `ragged` by its line.
    """

    file: str
    line: int | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: frozenset[int]
    problems: tuple[Problem, ...]


def read_text(path: Path, shown: str) -> str | Problem:
    """Text of a file in UTF-8, or why it cannot be read.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        How the user named it; messages say this.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Problem(shown, None, "", None, NO_FILE)
    except IsADirectoryError:
        return Problem(shown, None, "", None, "is a folder, where a file is due")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(shown, None, "", None, f"cannot be read: {reason}")
    if b"\0" in content:
        return Problem(shown, None, "", None, "is a binary file, where text is due")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(shown, line, "", None, "is not text in UTF-8")
    if not text.strip():
        return Problem(shown, None, "", None, "is empty")
    return text


def read_table(path: Path, shown: str) -> Table:
    """Read a CSV file; what is wrong with it stands in the table's `problems`."""
    text = read_text(path, shown)
    if isinstance(text, Problem):
        return Table(shown, None, (), (), frozenset(), (text,))
    return parse_table(text, shown)


def parse_table(text: str, shown: str) -> Table:
    """Split the text of a CSV table into rows.

    Blank lines and lines that begin with ``#`` are passed over, and so is a row whose cells are
    all empty, as spreadsheets leave them.
    """
    problems: list[Problem] = []
    lines = _rows(text, shown, problems)
    header = next(lines, None)
    rows = tuple(lines)
    if header is None or problems:
        problems = problems or [Problem(shown, None, "", None, "has no header")]
        return Table(shown, None, (), (), frozenset(), tuple(problems))
    problems += _header_problems(shown, header)
    ragged = [row for row in rows if len(row.cells) != len(header.cells)]
    for row in ragged:
        message = f"{len(row.cells)} cells; the header has {len(header.cells)} columns"
        problems.append(Problem(shown, row.line, "", None, message))
    lines_ragged = frozenset(row.line for row in ragged)
    return Table(shown, header.line, header.cells, rows, lines_ragged, tuple(problems))


def _rows(text: str, shown: str, problems: list[Problem]) -> Iterator[Row]:
    pulled: list[int] = []

    def lines() -> Iterator[str]:
        for number, line in enumerate(io.StringIO(text, newline=""), 1):
            if not line.startswith(COMMENT):
                pulled.append(number)
                yield line

    reader = csv.reader(lines(), strict=True)
    while True:
        pulled.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = pulled[0] if pulled else None
            problems.append(Problem(shown, line, "", None, f"is not valid CSV: {error}"))
            return
        if any(cell.strip() for cell in cells):
            yield Row(pulled[0], tuple(cell.strip() for cell in cells))


def _header_problems(shown: str, header: Row) -> Iterator[Problem]:
    if len(header.cells) == 1 and ";" in header.cells[0]:
        message = "columns are separated by semicolons; separate them by commas"
        yield Problem(shown, header.line, "", None, message)
    for position, name in enumerate(header.cells):
        if not name:
            message = f"column {position + 1} has no name"
            yield Problem(shown, header.line, "", None, message)
        elif header.cells.index(name) < position:
            yield Problem(shown, header.line, name, None, "column is given twice")


def nested(columns: tuple[str, ...], row: Row) -> dict[str, Any]:
    """Nest a row into the mapping it stands for: dotted columns nest, empty cells are left out.

    A part of a header that is a whole number is a year.  Of columns with one name the first
    counts.

    Raises
    ------
    ValueError
        If the row fills both a column and one nested below it.
    """
    record: dict[Any, Any] = {}
    for name, cell in zip(columns, row.cells, strict=False):
        if not cell or not name:
            continue
        keys = keys_of(name)
        inner = record
        for depth, key in enumerate(keys[:-1], 1):
            inner = inner.setdefault(key, {})
            if not isinstance(inner, dict):
                above = ".".join(name.split(".")[:depth])
                raise ValueError(f"both {above} and {name} are given")
        if isinstance(inner.get(keys[-1]), dict):
            raise ValueError(f"both {name} and a column below it are given")
        inner.setdefault(keys[-1], cell)
    return record


def keys_of(column: str) -> tuple[str | int, ...]:
    """Keys that a dotted header stands for; whole numbers after the first are years."""
    first, *rest = column.split(".")
    return (first, *(int(key) if is_whole(key) else key for key in rest))


def is_whole(word: str) -> bool:
    """Whether a word is a whole number, and short enough to be a year or a position."""
    return word.isascii() and word.isdigit() and len(word) < 10
