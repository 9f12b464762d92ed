"""Mutations of a workbook: cells, sheets, and the bytes of the archive."""

import io
import math
import re
import shutil
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

from optimizer.export import write_workbook
from optimizer.load import load_instance
from tests.mutations.folder import INSTANCES
from tests.mutations.text import flip_byte, insert_bytes, truncate
from tests.mutations.words import misspelt, scaled, value

SHIPPED = ("tutorial", "policies")
ILLEGAL = re.compile(r"[\000-\010\013\014\016-\037\ud800-\udfff]")
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e30, 0.5, 10**400, "=A1", "=1/0", "#REF!", "=SUM(", "'5",
    date(2026, 1, 3), datetime(2026, 1, 3, 5), time(3, 4), timedelta(days=400), "null", '""',
    '"a\\nb"', '"', "# note", "a\nb", "_x0000_", " ",
)  # fmt: skip
FORMATS = ("General", "0%", "yyyy-mm-dd", "@", "[h]:mm", "0.00E+00", "#,##0", "nonsense \\")


@cache
def _workbook(name: str, folder: str) -> bytes:
    file = Path(folder) / f"{name}.xlsx"
    write_workbook(load_instance(INSTANCES / name), file)
    return file.read_bytes()


def mutate_workbook(random: Random, parent: Path) -> tuple[Path, list[str]]:
    """Export an instance to a workbook and spoil that; the file, and what was done."""
    name = random.choice(SHIPPED)
    scratch = parent / "scratch"
    scratch.mkdir()
    content = _workbook(name, str(scratch))
    shutil.rmtree(scratch)
    file = parent / f"{name}.xlsx"
    done = [name]
    if random.random() < 0.2:
        deed = random.choice((truncate, insert_bytes, flip_byte, _part))
        file.write_bytes(deed(random, content))
        return file, [*done, deed.__name__]
    book = openpyxl.load_workbook(io.BytesIO(content))
    for _ in range(random.choice((1, 1, 2, 4))):
        deed = random.choice((_cell, _cell, _cell, _cell, _row, _column, _merge, _sheet))
        done.append(f"{deed.__name__} {deed(random, book)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of titles too long for Excel
        book.save(file)
    return file, done


def _part(random: Random, content: bytes) -> bytes:
    """Spoil or drop one file of the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as spoilt:
        chosen = random.choice(archive.namelist())
        for name in archive.namelist():
            part = archive.read(name)
            if name == chosen:
                part = random.choice((truncate, flip_byte, lambda *_: b""))(random, part)
            if name != chosen or random.random() < 0.7:
                spoilt.writestr(name, part)
    return out.getvalue()


def _cell(random: Random, book: Any) -> str:
    sheet = random.choice(book.worksheets)
    cell = sheet.cell(random.randint(1, sheet.max_row + 1), random.randint(1, sheet.max_column + 1))
    if type(cell).__name__ == "MergedCell":
        return "within merged cells"
    new: Any = random.choice(VALUES) if random.random() < 0.4 else ILLEGAL.sub("", value(random))
    if type(cell.value) in (int, float) and random.random() < 0.3:
        new = float(scaled(random, str(cell.value)))
    elif isinstance(cell.value, str) and random.random() < 0.3:
        new = misspelt(random, cell.value)
    if isinstance(new, float) and not math.isfinite(new):
        new = 1e308
    cell.value = new if not isinstance(new, int) or abs(new) < 1e300 else str(new)
    cell.number_format = random.choice(FORMATS)
    return f"{sheet.title}!{cell.coordinate} {str(new)[:30]!r} {cell.number_format}"


def _row(random: Random, book: Any) -> str:
    sheet = random.choice(book.worksheets)
    at = random.randint(1, sheet.max_row)
    random.choice((sheet.delete_rows, sheet.insert_rows))(at)
    return f"{sheet.title} {at}"


def _column(random: Random, book: Any) -> str:
    sheet = random.choice(book.worksheets)
    at = random.randint(1, sheet.max_column)
    random.choice((sheet.delete_cols, sheet.insert_cols))(at)
    return f"{sheet.title} {at}"


def _merge(random: Random, book: Any) -> str:
    sheet = random.choice(book.worksheets)
    row, column = random.randint(1, sheet.max_row), random.randint(1, sheet.max_column)
    sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column + 1)
    return f"{sheet.title} {row} {column}"


def _is_shown(sheet: Any) -> bool:
    return bool(sheet.sheet_state == "visible")


def _sheet(random: Random, book: Any) -> str:
    sheet = random.choice(book.worksheets)
    deed = random.choice(("remove", "rename", "hide", "copy", "chart"))
    if deed == "remove" and len(book.worksheets) > 1:
        book.remove(sheet)
    elif deed == "rename":
        sheet.title = re.sub(r"[\\*?:/\[\]]", "", misspelt(random, sheet.title)) or "x"
    elif deed == "hide":
        shown = [one for one in book.worksheets if one is not sheet and _is_shown(one)]
        if shown:
            book.active = shown[0]
            sheet.sheet_state = "hidden"
    elif deed == "copy":
        book.copy_worksheet(sheet).title = f"{random.choice(('#', '', 'my '))}{sheet.title}x"
    elif deed == "chart":
        book.create_chartsheet("zones " if random.random() < 0.5 else "picture")
    return f"{deed} {sheet.title}"
