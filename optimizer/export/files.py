"""Exported files are written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from optimizer.errors import InputError, Problem
from optimizer.io.atomic import replacing


@contextmanager
def written_whole(file: str | PathLike[str]) -> Iterator[Path]:
    """Yield a path to write to; it replaces the file if nothing fails.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    path = Path(file)
    try:
        with replacing(path) as part:
            yield part
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError([Problem("--out", None, "", str(path), message)]) from None
