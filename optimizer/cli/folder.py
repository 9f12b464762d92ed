"""Folders of results: their names, what they contain and whether they may be written."""

import tempfile
from datetime import datetime
from pathlib import Path

from optimizer.errors import refused

RUNS = Path("runs")
SUMMARY = "plan.json"
ANSWER = "displacement.json"
STUDY = "study.json"


def result_folder(wanted: Path | None, instance: str, file: str, result: str) -> Path:
    """Choose the folder for a result, without making it: the one wanted, or a new one in `RUNS`.

    Parameters
    ----------
    wanted : Path or None
    instance : str
        Name that a new folder begins with.
    file : str
        File that marks a folder with such a result, which may be overwritten.
    result : str
        The result in words, with its article.

    Raises
    ------
    InputError
        If the folder cannot be written or contains anything but such a result.
    """
    try:
        folder = wanted or _fresh(f"{instance}-{datetime.now():%Y%m%d-%H%M%S}")
        if folder.exists() and not folder.is_dir():
            raise refused(folder, f"is a file; {result} needs a folder")
        if folder.exists() and any(folder.iterdir()) and not (folder / file).is_file():
            raise refused(folder, f"contains something other than {result}; choose another folder")
        _try_to_write(folder)
    except OSError as error:
        raise refused(wanted or RUNS, f"cannot be written: {error.strerror}") from None
    return folder


def plan_folders(folder: Path) -> list[Path]:
    """Return the folders of saved plans: the folder itself, or the worlds of its displacement.

    Raises
    ------
    InputError
        If it contains a displacement without plans.
    """
    if not holds_displacement(folder):
        return [folder]
    worlds = sorted(file.parent for file in folder.glob(f"world-*/{SUMMARY}"))
    if not worlds:
        raise refused(folder, "contains a displacement whose worlds have no plans", "")
    return worlds


def holds_displacement(folder: Path) -> bool:
    """Whether a folder contains a displacement, and no plan beside it."""
    return _holds(folder, ANSWER) and not _holds(folder, SUMMARY)


def holds_study(folder: Path) -> bool:
    """Whether a folder contains the results of a study."""
    return _holds(folder, STUDY)


def _holds(folder: Path, file: str) -> bool:
    try:
        return (folder / file).is_file()
    except OSError:  # an impossible name; whoever reads the folder reports it
        return False


def _fresh(name: str) -> Path:
    """Return a name in `RUNS` that is not taken."""
    folder, number = RUNS / name, 2
    while folder.exists():
        folder, number = RUNS / f"{name}-{number}", number + 1
    return folder


def _try_to_write(folder: Path) -> None:
    """Write to a folder, and leave it and its parents as they were."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    finally:
        for path in made:
            if path.is_dir():
                path.rmdir()
