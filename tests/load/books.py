"""Workbooks for tests, made and changed as a planner would in a spreadsheet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from optimizer.errors import InputError
from optimizer.export import write_workbook
from optimizer.load import load_instance
from optimizer.schema.instance import Instance

Change = Callable[[Any], None]


def edited(instance: Instance, folder: Path, change: Change | None = None) -> Path:
    """Workbook of an instance, `case.xlsx`, changed and saved again."""
    file = folder / "case.xlsx"
    write_workbook(instance, file)
    if change is not None:
        book = openpyxl.load_workbook(file)
        change(book)
        book.save(file)
    return file


def problems(file: Path, *overrides: str) -> list[str]:
    """What is wrong with a file, its folder left out of the messages."""
    try:
        load_instance(file, overrides)
    except InputError as error:
        return [str(problem).replace(f"{file.parent}/", "") for problem in error.problems]
    return []
