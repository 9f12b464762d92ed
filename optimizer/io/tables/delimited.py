"""Read CSV files separated by commas, semicolons or tabs, with comments and line numbers."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from optimizer.errors import Problem
from optimizer.io.tables.table import COMMENT, Row, Table, tabulate, unreadable
from optimizer.io.tables.text import ERROR, read_text

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_WORDS = {
    "unexpected end of data": "a quote that opens a cell in this row is never closed",
    "',' expected after '\"'": "a quote closes before the cell ends: write quotes inside it twice",
}
"""Messages of Python's CSV reader, translated."""

DIRECTIVE = "sep="
"""Start of a first line in which Excel reads the separator."""


def read_table(path: Path, shown: str) -> Table:
    """Read a CSV file; its faults are in the table's `problems`."""
    text = read_text(path, shown)
    return unreadable(shown, text) if isinstance(text, Problem) else parse_table(text, shown)


def parse_table(text: str, shown: str) -> Table:
    """Split the text of a CSV table into rows.

    Blank lines, lines that start with ``#`` and rows of empty cells, as spreadsheets leave them,
    are ignored.  The separator is that of the header.
    """
    lines = [
        (number, line)
        for number, line in enumerate(io.StringIO(text, newline=""), 1)
        if not _is_comment(line)
    ]
    header = next(((number, line) for number, line in lines if line.strip(' ,;\t\r\n"')), None)
    if header is None:
        return unreadable(shown, Problem(shown, None, "", None, "has no header"))
    if header[1].lower().startswith(DIRECTIVE):
        separators = [header[1].rstrip("\r\n")[len(DIRECTIVE) :]]
        lines = lines[lines.index(header) + 1 :]
    else:
        bare = "".join(header[1].split('"')[::2])
        separators = [sign for sign in SEPARATORS if sign in bare.rstrip(" \r\n")] or [
            "|" if "|" in bare else ","
        ]
    if len(separators) > 1 or separators[0] not in SEPARATORS:
        words = " and ".join(SEPARATORS.get(sign, repr(sign)) for sign in separators)
        *first, last = SEPARATORS.values()
        allowed = f"{', '.join(first)} or {last}, the same throughout"
        message = f"columns are separated by {words}; separate them by {allowed}"
        return unreadable(shown, Problem(shown, header[0], "", None, message))
    problems: list[Problem] = []
    rows = list(_rows(lines, separators[0], shown, problems))
    if problems or not rows:
        return unreadable(shown, *(problems or [Problem(shown, None, "", None, "has no header")]))
    return tabulate(shown, rows, separator=separators[0])


def _is_comment(line: str) -> bool:
    """Whether a line starts with ``#``, other than that of a spreadsheet error."""
    if not line.startswith(COMMENT):
        return False
    return not any(ERROR.fullmatch(line.split(sign)[0].strip()) for sign in SEPARATORS)


def _rows(
    lines: list[tuple[int, str]], separator: str, shown: str, problems: list[Problem]
) -> Iterator[Row]:
    pulled: list[int] = []

    def pull() -> Iterator[str]:
        for number, line in lines:
            pulled.append(number)
            yield line

    reader = csv.reader(pull(), delimiter=separator, strict=True)
    while True:
        pulled.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = pulled[0] if pulled else None
            words = _WORDS.get(str(error), str(error))
            problems.append(Problem(shown, line, "", None, f"is not valid CSV: {words}"))
            return
        if any(cell.strip() for cell in cells):
            yield Row(pulled[0], tuple(cell.strip() for cell in cells))
