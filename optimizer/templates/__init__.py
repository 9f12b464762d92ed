"""Templates: copy a shipped instance to a new folder as a starting point."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from os import PathLike
from pathlib import Path
from typing import Final

from optimizer.errors import InputError, Problem
from optimizer.load.dictionary import json_schema
from optimizer.schema.references import near_miss
from optimizer.templates.guide import beginning, columns_in_words

__all__ = ["TEMPLATES", "init"]

TEMPLATES: Final[Mapping[str, str]] = {
    "tutorial": "tutorial",
    "pjm": "pjm",
    "offgrid": "offgrid-us",
    "blank": "blank",
}
"""Folder of the shipped instance, by name of the template."""

INSTANCE, README, SCHEMA = "instance.yaml", "README.md", "instance.schema.json"
STUDIES = "studies"
"""Folder of studies; each file names its parent folder as the instance."""

MODELINE = f"# yaml-language-server: $schema=./{SCHEMA}\n"
"""First line of the YAML, where editors find its schema."""

OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]*\)")
"""A Markdown link that leaves the folder."""


def init(folder: str | PathLike[str], template: str = "tutorial") -> tuple[Path, ...]:
    """Write a new instance: YAML with comments, CSV tables, README and JSON Schema.

    Parameters
    ----------
    folder : path
        A new or empty folder.
    template : {"tutorial", "pjm", "offgrid", "blank"}
        Shipped instance to copy.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        If there is no such template, or the folder is not empty or cannot be written.  Nothing
        is written then.
    """
    if template not in TEMPLATES:
        message = f"must be one of {', '.join(TEMPLATES)}{near_miss(template, TEMPLATES)}"
        raise InputError([Problem("options", None, "template", template, message)])
    texts = _contents(_shipped() / TEMPLATES[template], template)
    target = Path(folder)
    try:
        if target.exists() and not target.is_dir():
            raise _refused(target, "expected a folder, got a file")
        if target.exists() and any(target.iterdir()):
            raise _refused(target, "is not empty: choose a new or empty folder")
        return _write(target, texts)
    except OSError as error:
        raise _refused(target, f"cannot be written: {error.strerror}") from None


def _shipped() -> Traversable:
    """Folder of the shipped instances: in the installed package, or beside it in a checkout."""
    package = files("optimizer")
    built = package / "instances"
    return built if built.is_dir() else package.joinpath("..", "instances")


def _write(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Write all files, or none."""
    made: list[Path] = []
    written: list[Path] = []
    try:
        for name, text in texts.items():
            path = folder / name
            made[:0] = [parent for parent in path.parents if not parent.exists()]  # deepest first
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        for parent in made:
            if parent.is_dir():
                parent.rmdir()
        raise
    return tuple(written)


def _refused(folder: Path, message: str) -> InputError:
    return InputError([Problem(str(folder), None, "", None, message)])


def _contents(shipped: Traversable, template: str) -> dict[str, str]:
    """Return the text of each file by its path; the instance, written last, completes the folder.

    Parameters
    ----------
    shipped : Traversable
        Folder of the instance.
    template : str
        Name of the template, for the README.
    """
    tables = _texts(shipped, ".csv")
    studies = _texts(shipped / STUDIES, ".yaml")
    instance = (shipped / INSTANCE).read_text("utf-8")
    story = OUTSIDE.sub(r"\1", (shipped / README).read_text("utf-8"))
    return {
        README: "\n".join(
            [beginning(template, shipped.name), story, columns_in_words(instance, tables)]
        ),
        SCHEMA: json.dumps(json_schema(), indent=1) + "\n",
        **tables,
        **{f"{STUDIES}/{name}": text for name, text in studies.items()},
        INSTANCE: MODELINE + instance,
    }


def _texts(folder: Traversable, suffix: str) -> dict[str, str]:
    """Text of each file with a suffix in a folder, by name; none if there is no folder."""
    files = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else ()
    return {file.name: file.read_text("utf-8") for file in files if file.name.endswith(suffix)}
