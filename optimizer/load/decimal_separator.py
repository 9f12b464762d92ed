"""Determine the decimal separator of a table from all its numbers, or refuse an ambiguous table.

Some spreadsheets read ``1.234`` as a number a thousand times larger than others do, so grouped
thousands are never guessed at.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.io.tables import Table
from optimizer.io.tables.text import DATE
from optimizer.load.raw_instance import RawInstance

_SIGNED = re.compile(r"[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?")
_DO = "write every number without thousands separators, and with"


@dataclass(frozen=True)
class DecimalSeparator:
    """The decimal separator of a table, and why its numbers are ambiguous.

    Attributes
    ----------
    sign : str
        A point or a comma.
    line : int or None
        Line of the ambiguous number.
    value : str or None
        That number.
    fault : str
        Empty if there is no ambiguity.
    typed : bool
        Whether cells have types, as in a workbook, so that there is no separator to detect.
    """

    sign: str
    line: int | None = None
    value: str | None = None
    fault: str = ""
    typed: bool = False

    def doubts(self, cell: str) -> bool:
        """Whether a cell is a number that the fault makes unreadable."""
        return bool(self.fault) and ("," in cell or "." in cell) and _is_number(cell)


def table_separator(raw: RawInstance, table: Table, columns: Iterable[int]) -> DecimalSeparator:
    """Return the decimal separator of the numeric columns of a table; report an ambiguity."""
    if table.sheet is not None:
        return DecimalSeparator(".", typed=True)
    cells = [
        (row.line, row.cells[column])
        for row in table.rows
        for column in columns
        if column < len(row.cells)
    ]
    separator = detect_separator(cells, table.separator)
    if separator.fault:
        problem = table.problem(separator.line, 0, "", separator.value, separator.fault)
        raw.problems.append(problem)
    return separator


def detect_separator(numbers: Iterable[tuple[int, str]], separator: str) -> DecimalSeparator:
    """Detect the decimal separator.

    Parameters
    ----------
    numbers : iterable of (int, str)
        Cells of numeric columns, each with its line.
    separator : str
        Separator of cells: if it is a comma, decimal commas are refused.
    """
    commas: list[tuple[int, str]] = []
    points: list[tuple[int, str]] = []
    for line, cell in numbers:
        if ("," in cell or "." in cell) and _is_number(cell):
            if ("," in cell and "." in cell) or cell.count(",") > 1 or cell.count(".") > 1:
                either = "" if separator == "," else " or a decimal comma, the same throughout"
                fault = f"has thousands separators, which are not read: {_DO} a decimal point"
                return DecimalSeparator(".", line, cell, fault + either)
            (commas if "," in cell else points).append((line, cell))
    if separator == ",":
        if not commas:
            return DecimalSeparator(".")
        fault = (
            f"has a comma: {_DO} a decimal point; decimal commas are read only if semicolons or"
            " tabs separate the columns"
        )
        return DecimalSeparator(".", *commas[0], fault)
    if commas and points:
        fault = (
            f"has a comma, but {points[0][1]} in line {points[0][0]} has a point: {_DO} the same"
            " decimal separator"
        )
        return DecimalSeparator(".", *commas[0], fault)
    cells, sign = (commas, ",") if commas else (points, ".")
    if cells and all(_may_group(cell, sign) for _, cell in cells):
        line, cell = cells[0]
        plain = cell.replace(sign, "")
        fault = (
            f"may be {cell.replace(sign, '.')} or {plain}, and no other number in the table shows"
            f" which: write {plain}, or {cell}0 for the smaller, or use a workbook (.xlsx)"
        )
        return DecimalSeparator(sign, line, cell, fault)
    return DecimalSeparator(sign)


def _is_number(cell: str) -> bool:
    return _SIGNED.fullmatch(cell) is not None and DATE.fullmatch(cell) is None


def _may_group(cell: str, sign: str) -> bool:
    """Whether the sign in a number may separate thousands as well as decimals."""
    return re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}{re.escape(sign)}\d{{3}}", cell) is not None
