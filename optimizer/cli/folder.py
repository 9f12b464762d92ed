"""The folder that a result is saved in: its name, and whether it may be written."""

import tempfile
from datetime import datetime
from pathlib import Path

from optimizer.errors import InputError, Problem

RUNS = Path("runs")
SUMMARY = "plan.json"
ANSWER = "displacement.json"
STUDY = "study.json"


def result_folder(wanted: Path | None, instance: str, file: str, what: str) -> Path:
    """Folder for a result, not made yet: the one wanted, or a new one under `RUNS`.

    Parameters
    ----------
    wanted : Path or None
    instance : str
        Name that a new folder begins with.
    file : str
        File by which a folder with such a result is known; that may be overwritten.
    what : str
        The result in words, with its article.

    Raises
    ------
    InputError
        Where it cannot be written, or holds something else than such a result.
    """
    try:
        folder = wanted or _fresh(f"{instance}-{datetime.now():%Y%m%d-%H%M%S}")
        if folder.exists() and not folder.is_dir():
            raise _refused(folder, f"is a file; {what} needs a folder")
        if folder.exists() and any(folder.iterdir()) and not (folder / file).is_file():
            raise _refused(folder, f"holds something else than {what}; name another folder")
        _try_to_write(folder)
    except OSError as error:
        raise _refused(wanted or RUNS, f"cannot be written: {error.strerror}") from None
    return folder


def plan_folders(folder: Path) -> list[Path]:
    """Folders of the plans saved in a folder: itself, or its worlds where it holds a displacement.

    Raises
    ------
    InputError
        Where it holds a displacement without plans.
    """
    if not holds_displacement(folder):
        return [folder]
    worlds = sorted(one.parent for one in folder.glob(f"world-*/{SUMMARY}"))
    if not worlds:
        raise _refused(folder, "holds a displacement whose worlds have no plans", "")
    return worlds


def holds_displacement(folder: Path) -> bool:
    """Whether a displacement is saved in a folder, and no plan beside it."""
    try:
        return (folder / ANSWER).is_file() and not (folder / SUMMARY).is_file()
    except OSError:  # a name that cannot be one: whoever reads it says so
        return False


def holds_study(folder: Path) -> bool:
    """Whether a folder is that of a study's results."""
    try:
        return (folder / STUDY).is_file()
    except OSError:
        return False


def _fresh(name: str) -> Path:
    """A name under `RUNS` that is not taken."""
    folder, number = RUNS / name, 2
    while folder.exists():
        folder, number = RUNS / f"{name}-{number}", number + 1
    return folder


def _try_to_write(folder: Path) -> None:
    """Write to a folder and leave it, and those above it, as they were."""
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    finally:
        for one in made:
            if one.is_dir():
                one.rmdir()


def _refused(folder: Path, message: str, option: str = "--out") -> InputError:
    return InputError([Problem(option, None, "", str(folder), message)])
