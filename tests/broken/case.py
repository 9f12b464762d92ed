"""Broken instances: each case is `base` with a change, and the exact message it must get.

A file in `cases` is a mapping with some of

    edit    file: {text: the text that takes its place}, the text standing there exactly once
    write   file: its whole text
    bytes   file: its content in hexadecimal
    folder  names of folders to make where a file is due
    remove  names of files
    set     overrides, as given to --set
    expected  the whole message, the instance's folder named after the case
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
BASE = HERE / "base"


@dataclass(frozen=True)
class Case:
    name: str
    change: dict[str, Any]

    @property
    def overrides(self) -> list[str]:
        return list(self.change.get("set", []))

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
        return folder


def cases() -> list[Case]:
    files = sorted((HERE / "cases").glob("*.yaml"))
    return [Case(file.stem, YAML(typ="safe", pure=True).load(file)) for file in files]
