"""An instance as a workbook to edit: one sheet per table, and one for all other fields.

`optimizer.load.workbook` reads it back as the same instance.
"""

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer import catalog
from optimizer.errors import InputError, Problem, refused
from optimizer.io.atomic import exporting
from optimizer.io.tables import keys_of
from optimizer.load.cells import NULL, quoted
from optimizer.load.field_types import TABLES, FieldType, fields
from optimizer.load.layout import (
    BLOCKS,
    FIELD,
    FIRST,
    HOURS,
    MEANING,
    PROFILE,
    PROFILES,
    UNIT,
    VALUE,
    block_fields,
    first_sheet_fields,
    key_columns,
)
from optimizer.load.profiles import OF_TABLES
from optimizer.load.row_times import HOUR, OF_ROWS
from optimizer.schema.instance import Instance

if TYPE_CHECKING:
    from openpyxl import Workbook

LONGEST = 32_767
"""Longest text of a cell, in characters."""

SUFFIX = ".xlsx"
WIDEST = 60
"""Greatest width of a column, in characters."""

Record = Mapping[str, Any]
Columns = Mapping[str, FieldType]


def write_workbook(instance: Instance, file: str | PathLike[str]) -> dict[str, int]:
    """Write an instance to a workbook (.xlsx), catalog rows included.

    Parameters
    ----------
    instance : Instance
    file : path
        Written whole or not at all.

    Returns
    -------
    dict of str to int
        Sheets, and the rows of each below its header.

    Raises
    ------
    InputError
        If the file does not end in ``.xlsx`` or cannot be written, or if a text is too long for
        a cell.
    """
    from openpyxl import Workbook

    if Path(file).suffix.lower() != SUFFIX:
        raise refused(file, f"must end in {SUFFIX}, which identifies a workbook")
    data = instance.model_dump(mode="json", by_alias=True)
    if taken := [profile.id for profile in instance.profiles if profile.id in OF_ROWS]:
        message = "is the name of a column of hours in a workbook: give the profile another id"
        raise InputError([Problem(instance.name, None, "profiles", taken[0], message)])
    sheets = dict(_sheets(data))
    for name, (columns, rows) in sheets.items():
        _must_fit(name, columns, rows)
    book = Workbook(write_only=True)
    for name, (columns, rows) in sheets.items():
        _write(book, name, columns, rows)
    with exporting(file) as part:
        book.save(part)
    return {name: len(rows) for name, (_, rows) in sheets.items()}


def _sheets(data: Record) -> Iterator[tuple[str, tuple[Columns, list[list[Any]]]]]:
    """Name, columns and rows of each sheet."""
    yield FIRST, _first(data)
    for table, record in TABLES.items():
        rows = data[table]
        known: Columns = PROFILE if table == PROFILES else fields(record)
        known = {
            name: shape
            for name, shape in known.items()
            if not shape.is_table and name not in OF_TABLES
        }
        yield table, _table(rows, known, explicit=table in catalog.TABLES)
        for sheet, (above, field) in BLOCKS.items():
            if above == table and any(row[field] for row in rows):
                yield sheet, _blocks(sheet, rows)
    for hours, sheet in HOURS.items():
        profiles = [profile for profile in data[PROFILES] if len(profile["values"]) == hours]
        if profiles:
            number = FieldType("number")
            columns = {HOUR: number, **{profile["id"]: number for profile in profiles}}
            values = zip(*(profile["values"] for profile in profiles), strict=True)
            yield sheet, (columns, [[hour, *row] for hour, row in enumerate(values)])


def _first(data: Record) -> tuple[Columns, list[list[Any]]]:
    text = FieldType("text")
    rows = []
    for name, shape in first_sheet_fields().items():
        value: Any = data
        for key in keys_of(name):
            value = value[key]
        by_year = value if shape.kind == "yearly" and isinstance(value, dict) else {None: value}
        for year, number in by_year.items():
            full = name if year is None else f"{name}.{year}"
            rows.append([full, _cell(number, shape), shape.unit or None, shape.meaning or None])
    return {FIELD: text, VALUE: text, UNIT: text, MEANING: text}, rows


def _blocks(sheet: str, rows: Sequence[Record]) -> tuple[Columns, list[list[Any]]]:
    (_, field), keys = BLOCKS[sheet], key_columns(sheet)
    flat = [
        {**{column: row[key] for column, key in keys.items()}, **block}
        for row in rows
        for block in row[field]
    ]
    return _table(flat, {**dict.fromkeys(keys, FieldType("text")), **block_fields(sheet)})


def _table(
    rows: Sequence[Record], known: Columns, *, explicit: bool = False
) -> tuple[Columns, list[list[Any]]]:
    """Columns and rows of a table; a field that changes by year has one column per year."""
    columns: dict[str, FieldType] = {}
    for name, shape in known.items():
        values = [row[name] for row in rows]
        paths = [value for value in values if isinstance(value, dict)]
        years = sorted({int(year) for path in paths for year in path})
        if len(paths) < len(values) or not years:
            columns[name] = shape
        columns |= {f"{name}.{year}": shape for year in years}
    return columns, [[_at(row, name, columns[name], explicit) for name in columns] for row in rows]


def _at(row: Record, column: str, shape: FieldType, explicit: bool) -> Any:
    name, *year = keys_of(column)
    value = row[str(name)]
    if isinstance(value, dict) != bool(year):
        return None
    if year:
        value = {int(given): number for given, number in value.items()}.get(int(year[0]))
        return _cell(value, shape)
    return NULL if value is None and explicit and shape.nullable else _cell(value, shape, explicit)


def _cell(value: Any, shape: FieldType, explicit: bool = False) -> Any:
    """Content of a cell that is read back as this value of its field.

    An empty text or list becomes an empty cell if an empty cell means the same.  It does not if a
    row of the catalog would fill it in (`explicit`).
    """
    if value in ("", []) and not (explicit or shape.required):
        return None
    if isinstance(value, list):
        return " ".join(map(str, value)) or quoted("")
    return quoted(value) if isinstance(value, str) else value


def _write(book: "Workbook", name: str, columns: Columns, rows: Sequence[Sequence[Any]]) -> None:
    """Write a sheet; comments on its header explain the columns."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for i, column in enumerate(columns):
        longest = max((len(str(row[i])) for row in rows[:100] if row[i] is not None), default=0)
        width = min(max(len(column), longest) + 2, WIDEST)
        sheet.column_dimensions[get_column_letter(i + 1)].width = width
    header = []
    for column, shape in columns.items():
        cell = WriteOnlyCell(sheet, column)
        cell.font = Font(bold=True)
        if explanation := _explanation(shape):
            cell.comment = Comment(explanation, "optimizer", height=80, width=300)
        header.append(cell)
    sheet.append(header)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet)
            if isinstance(value, bool):
                cell.value = value
            elif value is not None:
                text = value if isinstance(value, str) else repr(value)
                cell.value = text
                # Set the type explicitly: text that begins with = is not a formula, and openpyxl
                # would write numbers with 16 digits, one too few.
                cell.data_type = "s" if isinstance(value, str) else "n"
            cells.append(cell)
        sheet.append(cells)


def _explanation(field: FieldType) -> str:
    """Meaning, unit and choices of a field."""
    choices = f"One of {', '.join(map(str, field.choices))}" if field.choices else ""
    unit = f"Unit: {field.unit}" if field.unit else ""
    return ". ".join(part for part in (field.meaning, unit, choices) if part)


def _must_fit(sheet: str, columns: Columns, rows: Sequence[Sequence[Any]]) -> None:
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, str) and len(value) > LONGEST:
                message = (
                    f"has {len(value):,} characters; a workbook cell holds at most {LONGEST:,}"
                )
                raise InputError([Problem(sheet, None, column, None, message)])
