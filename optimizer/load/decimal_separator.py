"""Which sign stands before the decimals of a table's numbers: told from all of them, or refused.

``1.234`` is one number to some spreadsheets and a thousand times that to others, so thousands
that are grouped are never guessed at.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.io.tables.spreadsheet_artifacts import DATE

_SIGNED = re.compile(r"[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?")
_DO = "write every number without grouping its thousands, and its decimals after"


@dataclass(frozen=True)
class Decimals:
    """The sign before decimals, and why a table's numbers cannot be told.

    Attributes
    ----------
    sign : str
        A point or a comma.
    line : int or None
        Line of the number that raises the doubt.
    value : str or None
        That number.
    fault : str
        Empty where there is no doubt.
    """

    sign: str
    line: int | None = None
    value: str | None = None
    fault: str = ""

    def doubts(self, cell: str) -> bool:
        """Whether a cell is a number that the fault makes unreadable."""
        return bool(self.fault) and ("," in cell or "." in cell) and _is_number(cell)


def decimals(numbers: Iterable[tuple[int, str]], separator: str) -> Decimals:
    """Tell the sign before decimals.

    Parameters
    ----------
    numbers : iterable of (int, str)
        Cells where a number is due, each with its line.
    separator : str
        What stands between cells: where it is a comma, no decimal comma is read.
    """
    commas: list[tuple[int, str]] = []
    points: list[tuple[int, str]] = []
    for line, cell in numbers:
        if ("," in cell or "." in cell) and _is_number(cell):
            if ("," in cell and "." in cell) or cell.count(",") > 1 or cell.count(".") > 1:
                both = "a point" if separator == "," else "a point or a comma, the same throughout"
                fault = f"groups thousands, which is not read: {_DO} {both}"
                return Decimals(".", line, cell, fault)
            (commas if "," in cell else points).append((line, cell))
    if separator == ",":
        if not commas:
            return Decimals(".")
        fault = (
            f"has a comma: {_DO} a point; decimal commas are read where semicolons or tabs"
            " separate the columns"
        )
        return Decimals(".", *commas[0], fault)
    if commas and points:
        fault = (
            f"has a comma, and {points[0][1]} in line {points[0][0]} a point: {_DO} the same sign"
        )
        return Decimals(".", *commas[0], fault)
    found, sign = (commas, ",") if commas else (points, ".")
    if found and all(_may_group(cell, sign) for _, cell in found):
        line, cell = found[0]
        plain = cell.replace(sign, "")
        fault = (
            f"may be {cell.replace(sign, '.')} or {plain}, and no other number of the table tells:"
            f" write {plain}, or {cell}0 for the smaller, or give a workbook (.xlsx)"
        )
        return Decimals(sign, line, cell, fault)
    return Decimals(sign)


def _is_number(cell: str) -> bool:
    return _SIGNED.fullmatch(cell) is not None and DATE.fullmatch(cell) is None


def _may_group(cell: str, sign: str) -> bool:
    """Whether the sign of a number may group its thousands as well as begin its decimals."""
    return re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}{re.escape(sign)}\d{{3}}", cell) is not None
