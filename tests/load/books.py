"""Workbooks for tests, written and then edited as in a spreadsheet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from optimizer.errors import InputError
from optimizer.export import write_workbook
from optimizer.load import load_instance
from optimizer.schema.instance import Instance

Change = Callable[[Any], None]
WRITTEN: dict[str, bytes] = {}
"""Workbooks written so far, by the checksum of their instance."""


def edited(instance: Instance, folder: Path, change: Change | None = None) -> Path:
    """Workbook of an instance, `case.xlsx`, changed and saved again."""
    file = folder / "case.xlsx"
    digest = instance.digest()
    if digest not in WRITTEN:
        write_workbook(instance, file)
        WRITTEN[digest] = file.read_bytes()
    file.write_bytes(WRITTEN[digest])
    if change is not None:
        book = openpyxl.load_workbook(file)
        change(book)
        book.save(file)
    return file


def problems(file: Path, *overrides: str) -> list[str]:
    """Problems of a file, without its folder."""
    try:
        load_instance(file, overrides)
    except InputError as error:
        return [str(problem).replace(f"{file.parent}/", "") for problem in error.problems]
    return []
