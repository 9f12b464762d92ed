"""From a cell to the value that its field may hold: of text, or as a workbook types it."""

import json
from datetime import date, datetime
from typing import Any, Final

from optimizer.io.tables import is_whole
from optimizer.io.tables.spreadsheet_artifacts import DATE, ERROR, NARROW, SCIENTIFIC
from optimizer.io.tables.workbook import Bad, Percent
from optimizer.load.field_types import Shape

NULL: Final = "null"
"""Cell of a workbook for a field that holds nothing, where an empty cell would be filled in."""

PERCENT = {"fraction", "multiple", "ratio"}
"""Units in which 84% is 0.84."""

EXACT = 10**15
"""From here on a spreadsheet has rounded the digits of an id."""


class BadCellError(ValueError):
    """A cell cannot be read; its text says why."""


def read_cell(cell: Any, shape: Shape, decimal: str = ".") -> Any:
    """Value of a cell of a CSV file; what a wrong number is wrong with is left to the schema.

    Parameters
    ----------
    cell : str
    shape : Shape
        What its field may hold.
    decimal : str
        Sign before the decimals of a number.

    Raises
    ------
    BadCellError
        If a spreadsheet made something else of the value than its field may hold.
    """
    if ERROR.fullmatch(cell) or NARROW.fullmatch(cell):
        raise BadCellError("is an error that a spreadsheet shows, where a value is due")
    leaf = _leaf(shape)
    if leaf.kind in ("number", "integer"):
        return number_text(cell.replace(decimal, "."), leaf)
    if leaf.identifier:
        cell = cell.removeprefix("'")
        for word in cell.split() if shape.kind == "list" else [cell]:
            if DATE.fullmatch(word):
                raise BadCellError(
                    "is a date that a spreadsheet made of an id: format the column as text, and"
                    " write the id again"
                )
            if SCIENTIFIC.fullmatch(word):
                raise BadCellError(
                    "is an id that a spreadsheet took for a number, its last digits gone: format"
                    " the column as text, and write the id again"
                )
    return cell.split() if shape.kind == "list" else cell


def read_typed(cell: Any, shape: Shape) -> Any:
    """Value of a cell of a workbook; `NULL` where the cell says that there is none.

    Text in double quotes is read as JSON reads it, so that any text can be given.

    Raises
    ------
    BadCellError
        If it holds a formula without a result, an error, a date, or a percentage where its
        field may not.
    """
    if isinstance(cell, Bad):
        raise BadCellError(cell.message)
    leaf = _leaf(shape)
    number = leaf.kind in ("number", "integer")
    if isinstance(cell, str):
        if cell == NULL and shape.nullable:
            return None
        cell = unquoted(cell)
        if number and shape.kind != "list":
            return number_text(cell, leaf)
        if _is_numbered(leaf) and is_whole(cell):
            return int(cell)
        return cell.split() if shape.kind == "list" else cell
    if isinstance(cell, date | datetime) or not isinstance(cell, bool | int | float):
        if leaf.kind == "text" and not leaf.identifier and isinstance(cell, date):
            return str(cell).removesuffix(" 00:00:00")
        raise BadCellError(
            f"is formatted as a date: write {_due(leaf)} again, in a cell formatted as"
            f" {'a number' if number else 'text'}"
        )
    if isinstance(cell, Percent) and number and leaf.unit not in PERCENT:
        unit = f" in {leaf.unit}" if leaf.unit else ""
        raise BadCellError(
            f"is formatted as a percentage and holds {float(cell):g}: format it as a number{unit}"
        )
    if number:
        value = float(cell) if isinstance(cell, Percent) else cell
        return [value] if shape.kind == "list" else value
    if leaf.kind == "boolean" or _is_numbered(leaf):
        return cell
    return _as_text(cell, shape)


def quoted(text: str) -> str:
    """Text of a cell that `read_typed` reads as this text."""
    plain = text.strip() == text and text and unquoted(text) == text and text != NULL
    printable = text.replace("\n", "").isprintable() and "_x" not in text
    if plain and printable and not ERROR.fullmatch(text):
        return text
    return json.dumps(text).replace("_x", "\\u005fx")


def unquoted(text: str) -> str:
    """The text that a cell in double quotes stands for; any other text as it is."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text, strict=False))
        except ValueError:
            return text
    return text


def _leaf(shape: Shape) -> Shape:
    """Shape of one value of a list, or of one year's."""
    return shape.item if shape.item is not None else shape


def _is_numbered(leaf: Shape) -> bool:
    """Whether it is a choice among numbers."""
    return leaf.kind == "choice" and isinstance(leaf.choices[0], int)


def _due(leaf: Shape) -> str:
    return "the id" if leaf.identifier else "the value"


def number_text(cell: str, leaf: Shape) -> str:
    """Text of a number; what is no number at all the schema refuses.

    Raises
    ------
    BadCellError
        If it is written in a way that is not read: a date, a percentage, with commas.
    """
    unit = f" ({leaf.unit})" if leaf.unit else ""
    due = f"must be a {'whole ' if leaf.kind == 'integer' else ''}number{unit}"
    cell = cell.removeprefix("'")
    if DATE.fullmatch(cell):
        raise BadCellError(
            f"{due}; a spreadsheet took it for a date: write it again, in a cell formatted as a"
            " number"
        )
    if cell.endswith("%"):
        raise BadCellError(f"{due}, without %{_as_share(cell) if leaf.unit in PERCENT else ''}")
    if "," in cell:
        raise BadCellError(f"{due}, with a decimal point and without commas")
    if leaf.kind == "integer" and SCIENTIFIC.fullmatch(cell):
        raise BadCellError(f"{due}, written out: digits may have been lost")
    return cell


def _as_share(cell: str) -> str:
    try:
        return f"; {cell} is {float(cell[:-1]) / 100:g}"
    except ValueError:
        return ""


def _as_text(cell: bool | int | float, shape: Shape) -> Any:
    if isinstance(cell, bool):
        raise BadCellError("is TRUE or FALSE, where text is due: format the cell as text")
    if abs(cell) >= EXACT:
        raise BadCellError(
            "is a number of more digits than a spreadsheet keeps: format the cell as text, and"
            " write it again"
        )
    text = str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    return [text] if shape.kind == "list" else text
