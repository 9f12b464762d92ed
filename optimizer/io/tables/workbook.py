"""Read sheets of a workbook (.xlsx) as rows of cells, each a value or its fault."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.errors import Problem
from optimizer.io.tables.table import COMMENT, Row
from optimizer.io.tables.text import read_bytes

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

SUFFIXES = (".xlsx", ".xlsm")
OTHERS = (".xls", ".xlsb", ".ods", ".numbers")
"""Other types of workbook, which are not supported."""

LARGEST = 500_000_000
"""Unpacked size of a workbook in bytes: more is a mistake or an attack."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SAVE_AS = "save it as an Excel workbook (.xlsx)"


@dataclass(frozen=True)
class Bad:
    """A cell without a valid value: why, and its text for messages."""

    message: str
    shown: str | None = None


class Percent(float):
    """A number formatted as a percentage."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, whether it is hidden, its rows, and the names of their columns."""

    name: str
    hidden: bool
    rows: tuple[Row, ...]
    letters: tuple[str, ...]


def read_workbook(path: Path, shown: str) -> list[Sheet] | Problem:
    """Return the sheets of a workbook in order, or the problem that it cannot be read.

    Blank rows and rows whose first cell starts with ``#`` are left out.
    """
    content = read_bytes(path, shown)
    if isinstance(content, Problem):
        return content
    try:
        fault = _fault(content)
        if fault:
            return Problem(shown, None, "", None, fault)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about content other than values
            return _sheets(content)
    except Exception as error:  # zipfile and openpyxl raise many types on a damaged file
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        message = f"is damaged or not a workbook: {reason}; open it and {SAVE_AS}"
        return Problem(shown, None, "", None, message)


def _fault(content: bytes) -> str:
    """Why a file is not a readable workbook; empty if it may be one."""
    if not content:
        return "is empty"
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return "is encrypted: remove its password, or use a copy without one"
        return f"is an old Excel workbook (.xls); {SAVE_AS}"
    if not zipfile.is_zipfile(io.BytesIO(content)):
        cut = "is damaged: its end is missing" if content.startswith(b"PK") else "is not a workbook"
        return f"{cut}; {SAVE_AS}"
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = {info.filename for info in file.infolist()}
        size = sum(info.file_size for info in file.infolist())
    if size > LARGEST:
        return f"unpacks to {size:,} bytes, more than the {LARGEST:,} allowed"
    if "xl/workbook.bin" in names:
        return f"is a binary workbook (.xlsb); {SAVE_AS}"
    if "content.xml" in names:
        return f"is an OpenDocument file; {SAVE_AS}"
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        return f"is a zip archive, not a workbook; {SAVE_AS}"
    return ""


def _sheets(content: bytes) -> list[Sheet]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    results: Workbook | None = None
    if any(cell.data_type == "f" for sheet in book.worksheets for cell in _cells(sheet)):
        results = load_workbook(io.BytesIO(content), data_only=True)
    return [
        _sheet(sheet, None if results is None else results[sheet.title])
        for sheet in book.worksheets
    ]


def _cells(sheet: "Worksheet") -> Iterator["Cell"]:
    """Yield the cells in the file, row by row.

    `iter_rows` would create every cell up to the last one: a million rows if somebody touched
    the bottom of a sheet.
    """
    return (sheet._cells[place] for place in sorted(sheet._cells))


def _sheet(sheet: "Worksheet", results: "Worksheet | None") -> Sheet:
    from openpyxl.utils import get_column_letter

    merged = {(area.min_row, area.min_col): area.coord for area in sheet.merged_cells.ranges}
    lines: dict[int, dict[int, Any]] = {}
    for cell in _cells(sheet):
        place = (cell.row, cell.column)
        value = _value(cell, results)
        if value is not None and place in merged:
            message = f"fills the merged cells {merged[place]}: unmerge them and give each a value"
            value = Bad(message, str(cell.value))
        if value is not None:
            lines.setdefault(cell.row, {})[cell.column] = value
    width = max((max(line) for line in lines.values()), default=0)
    _spread(sheet, lines, width)
    rows = [
        Row(number, tuple(line.get(column) for column in range(1, width + 1)))
        for number, line in lines.items()
        if not _is_comment(line[min(line)])
    ]
    letters = tuple(get_column_letter(column) for column in range(1, width + 1))
    return Sheet(sheet.title, sheet.sheet_state != "visible", tuple(rows), letters)


def _spread(sheet: "Worksheet", lines: dict[int, dict[int, Any]], width: int) -> None:
    """Mark every cell hidden by merged cells in a row as merged, if the first of them is."""
    for area in sheet.merged_cells.ranges:
        first = lines.get(area.min_row, {}).get(area.min_col)
        if not isinstance(first, Bad):
            continue
        for row in [number for number in lines if area.min_row <= number <= area.max_row]:
            for column in range(area.min_col, min(area.max_col, width) + 1):
                lines[row].setdefault(column, Bad(first.message))


def _is_comment(first: Any) -> bool:
    return isinstance(first, str) and first.startswith(COMMENT)


def _value(cell: "Cell", results: "Worksheet | None") -> Any:
    """Return the value of a cell: None, text, a number, a boolean, a date, or `Bad`."""
    formula = cell.data_type == "f"
    if formula and results is not None:
        cell = results.cell(cell.row, cell.column)
        if cell.value is None and cell.data_type not in ("s", "str"):
            return Bad(
                "is a formula without a result: open the workbook in Excel and save it, or enter"
                " the value itself"
            )
    value = cell.value
    if cell.data_type == "e":
        return Bad("is a formula error, not a value", str(value))
    if isinstance(value, str):
        return value.strip() or None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Percent(value) if number and "%" in (cell.number_format or "") else value
