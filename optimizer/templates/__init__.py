"""Templates: shipped instances, written to a folder of the user's own to begin from."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from os import PathLike
from pathlib import Path
from typing import Final

from optimizer.errors import InputError, Problem
from optimizer.schema.references import near_miss
from optimizer.templates.contents import contents

__all__ = ["TEMPLATES", "init"]

TEMPLATES: Final[Mapping[str, str]] = {
    "tutorial": "tutorial",
    "pjm": "pjm",
    "offgrid": "offgrid-us",
    "blank": "blank",
}
"""Folder of the shipped instance by name of the template."""


def init(folder: str | PathLike[str], template: str = "tutorial") -> tuple[Path, ...]:
    """Write an instance to begin from: YAML with comments, CSV tables, README and JSON Schema.

    Parameters
    ----------
    folder : path
        Where to write: a folder that is new or empty.
    template : {"tutorial", "pjm", "offgrid", "blank"}
        What to begin from.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        If there is no such template, or the folder holds something or cannot be written.
        Nothing is written then.
    """
    if template not in TEMPLATES:
        message = f"must be one of {', '.join(TEMPLATES)}{near_miss(template, TEMPLATES)}"
        raise InputError([Problem("options", None, "template", template, message)])
    texts = contents(_shipped() / TEMPLATES[template], template)
    target = Path(folder)
    try:
        if target.exists() and not target.is_dir():
            raise _refused(target, "is a file, where a folder is due")
        if target.exists() and any(target.iterdir()):
            raise _refused(target, "holds files already: name a folder that is new or empty")
        return _write(target, texts)
    except OSError as error:
        raise _refused(target, f"cannot be written: {error.strerror}") from None


def _shipped() -> Traversable:
    """Folder of the shipped instances: inside the package as built, beside it in a checkout."""
    package = files("optimizer")
    built = package / "instances"
    return built if built.is_dir() else package.joinpath("..", "instances")


def _write(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Write every file, or leave things as they were."""
    made: list[Path] = []
    written: list[Path] = []
    try:
        for name, text in texts.items():
            path = folder / name
            missing = [one for one in path.parents if not one.exists()]
            made[:0] = missing  # the deepest first: so they are taken away again
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except BaseException:
        for one in written:
            one.unlink(missing_ok=True)
        for one in made:
            if one.is_dir():
                one.rmdir()
        raise
    return tuple(written)


def _refused(folder: Path, message: str) -> InputError:
    return InputError([Problem(str(folder), None, "", None, message)])
