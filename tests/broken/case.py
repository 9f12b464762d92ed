"""Broken instances: each case is `base` with a change, and the exact message it must get.

A file in `cases` is a mapping with some of

    edit    file: {text: the text that takes its place}, the text standing there exactly once
    write   file: its whole text
    bytes   file: its content in hexadecimal
    folder  names of folders to make where a file is due
    remove  names of files
    link    file: the path that a symbolic link in its place leads to
    book    cell, as in zones!C2: what it holds; the instance is then a workbook, `case.xlsx`
    sheets  sheet: a new name for it, or one of hidden, removed
    set     overrides, as given to --set
    expected  the whole message, the instance's folder named after the case
"""

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from optimizer.load import load_instance
from tests.load.books import edited

HERE = Path(__file__).parent
BASE = HERE / "base"
CASES = HERE / "cases"


@dataclass(frozen=True)
class Case:
    name: str

    @cached_property
    def change(self) -> dict[str, Any]:
        change: dict[str, Any] = YAML(typ="safe", pure=True).load(CASES / f"{self.name}.yaml")
        return change

    @property
    def overrides(self) -> list[str]:
        return list(self.change.get("set", []))

    @property
    def target(self) -> str:
        """What a command is given, from the folder in which it was built."""
        return f"{self.name}/case.xlsx" if self.is_workbook else self.name

    @property
    def is_workbook(self) -> bool:
        return "book" in self.change or "sheets" in self.change

    @property
    def expected(self) -> str:
        return str(self.change["expected"]).rstrip("\n")

    def build(self, parent: Path) -> Path:
        """Folder of the broken instance, made in `parent` and named after the case."""
        folder = parent / self.name
        shutil.copytree(BASE, folder)
        for file in self.change.get("remove", []):
            (folder / file).unlink()
        for file in self.change.get("folder", []):
            (folder / file).mkdir()
        for file, text in self.change.get("write", {}).items():
            (folder / file).write_text(text)
        for file, digits in self.change.get("bytes", {}).items():
            (folder / file).write_bytes(bytes.fromhex(digits))
        for file, edits in self.change.get("edit", {}).items():
            text = (folder / file).read_text()
            for old, new in edits.items():
                assert text.count(old) == 1, f"{self.name}: {old!r} in {file}"
                text = text.replace(old, new)
            (folder / file).write_text(text)
        for file, target in self.change.get("link", {}).items():
            (folder / file).unlink(missing_ok=True)
            (folder / file).symlink_to(target)
        if self.is_workbook:
            self._make_workbook(folder)
        return folder

    def _make_workbook(self, folder: Path) -> None:
        """Put the instance into a workbook and spoil that, in the place of its files."""
        book = edited(load_instance(folder), folder, self._spoil)
        for file in folder.iterdir():
            if file != book:
                file.unlink()

    def _spoil(self, book: Any) -> None:
        for place, value in self.change.get("book", {}).items():
            sheet, _, cell = place.rpartition("!")
            if ":" in cell:
                book[sheet].merge_cells(cell)
            else:
                book[sheet][cell] = value
        for sheet, deed in self.change.get("sheets", {}).items():
            if deed == "hidden":
                book[sheet].sheet_state = deed
            elif deed == "removed":
                book.remove(book[sheet])
            else:
                book[sheet].title = deed


def cases() -> list[Case]:
    return [Case(file.stem) for file in sorted(CASES.glob("*.yaml"))]
