"""Convert a cell, text or typed by a workbook, to the value that its field may hold."""

import json
from datetime import date, datetime
from typing import Any, Final

from optimizer.io.tables import is_whole
from optimizer.io.tables.text import DATE, ERROR, NARROW, SCIENTIFIC
from optimizer.io.tables.workbook import Bad, Percent
from optimizer.load.field_types import FieldType

NULL: Final = "null"
"""Workbook cell for a null field whose default or catalog value would otherwise be used."""

PERCENT = {"fraction", "multiple", "ratio"}
"""Units in which 84% is 0.84."""

EXACT = 10**15
"""From here on a spreadsheet has rounded the digits of an id."""

FORMAT_AS_TEXT = "format the column as text and re-enter the id"


class BadCellError(ValueError):
    """A cell cannot be read; its text says why."""


def read_cell(cell: Any, field: FieldType, decimal: str = ".") -> Any:
    """Return the value of a cell of a CSV file; the schema checks whether a number is valid.

    Parameters
    ----------
    cell : str
    field : FieldType
        What its field may hold.
    decimal : str
        Decimal separator.

    Raises
    ------
    BadCellError
        If a spreadsheet replaced the value by something else.
    """
    if ERROR.fullmatch(cell) or NARROW.fullmatch(cell):
        raise BadCellError("is a spreadsheet error, not a value")
    leaf = field.leaf
    if leaf.is_number:
        return number_text(cell.replace(decimal, "."), leaf)
    if leaf.identifier:
        cell = cell.removeprefix("'")
        for word in cell.split() if field.kind == "list" else [cell]:
            if DATE.fullmatch(word):
                raise BadCellError(
                    f"is an id that a spreadsheet converted to a date: {FORMAT_AS_TEXT}"
                )
            if SCIENTIFIC.fullmatch(word):
                raise BadCellError(
                    "is an id that a spreadsheet converted to a number, losing its last digits:"
                    f" {FORMAT_AS_TEXT}"
                )
    return cell.split() if field.kind == "list" else cell


def read_typed(cell: Any, field: FieldType) -> Any:
    """Return the value of a cell of a workbook; None for `NULL`.

    Text in double quotes is read as JSON, so that any text can be given.

    Raises
    ------
    BadCellError
        If it holds a formula without a result, an error, or a date or percentage that its
        field does not allow.
    """
    if isinstance(cell, Bad):
        raise BadCellError(cell.message)
    leaf = field.leaf
    numbered = leaf.kind == "choice" and isinstance(leaf.choices[0], int)
    if isinstance(cell, str):
        if cell == NULL and field.nullable:
            return None
        cell = unquoted(cell)
        if leaf.is_number and field.kind != "list":
            return number_text(cell, leaf)
        if numbered and is_whole(cell):
            return int(cell)
        return cell.split() if field.kind == "list" else cell
    if isinstance(cell, date | datetime) or not isinstance(cell, bool | int | float):
        if leaf.kind == "text" and not leaf.identifier and isinstance(cell, date):
            return str(cell).removesuffix(" 00:00:00")
        content = "id" if leaf.identifier else "value"
        kind = "a number" if leaf.is_number else "text"
        raise BadCellError(
            f"is formatted as a date: format it as {kind} and re-enter the {content}"
        )
    if isinstance(cell, Percent) and leaf.is_number and leaf.unit not in PERCENT:
        unit = f" in {leaf.unit}" if leaf.unit else ""
        raise BadCellError(
            f"is formatted as a percentage and holds {float(cell):g}: format it as a number{unit}"
        )
    if leaf.is_number:
        value = float(cell) if isinstance(cell, Percent) else cell
        return [value] if field.kind == "list" else value
    return cell if leaf.kind == "boolean" or numbered else _as_text(cell, field)


def quoted(text: str) -> str:
    """Return the cell text that `read_typed` reads as this text."""
    plain = text.strip() == text and text and unquoted(text) == text and text != NULL
    printable = text.replace("\n", "").isprintable() and "_x" not in text
    if plain and printable and not ERROR.fullmatch(text):
        return text
    return json.dumps(text).replace("_x", "\\u005fx")


def unquoted(text: str) -> str:
    """Return the text in a cell in double quotes; any other text unchanged."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text, strict=False))
        except ValueError:
            return text
    return text


def number_text(cell: str, leaf: FieldType) -> str:
    """Return the text of a number; the schema refuses what is not a number at all.

    Raises
    ------
    BadCellError
        If it is written in a way that is not supported: a date, a percentage, with commas.
    """
    required = f"must be a {'whole ' if leaf.kind == 'integer' else ''}number{leaf.unit_note}"
    cell = cell.removeprefix("'")
    if DATE.fullmatch(cell):
        raise BadCellError(
            f"{required}, which a spreadsheet converted to a date: format the cell as a number and"
            " re-enter it"
        )
    if cell.endswith("%"):
        share = _as_share(cell) if leaf.unit in PERCENT else ""
        raise BadCellError(f"{required}, without %{share}")
    if "," in cell:
        raise BadCellError(f"{required}, with a decimal point and without commas")
    if leaf.kind == "integer" and SCIENTIFIC.fullmatch(cell):
        raise BadCellError(f"{required}, written out in full: digits may have been lost")
    return cell


def _as_share(cell: str) -> str:
    try:
        return f"; {cell} is {float(cell[:-1]) / 100:g}"
    except ValueError:
        return ""


def _as_text(cell: bool | int | float, field: FieldType) -> Any:
    if isinstance(cell, bool):
        raise BadCellError("is TRUE or FALSE, not text: format the cell as text")
    if abs(cell) >= EXACT:
        raise BadCellError(
            "is a number with more digits than a spreadsheet keeps: format the cell as text and"
            " re-enter it"
        )
    text = str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    return [text] if field.kind == "list" else text
