"""Files that are written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from optimizer.errors import InputError, Problem


@contextmanager
def written_whole(file: str | PathLike[str]) -> Iterator[Path]:
    """Give a path to write to; it takes the file's place where nothing went wrong.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    path = Path(file)
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError([Problem("--out", None, "", str(path), message)]) from None
    finally:
        part.unlink(missing_ok=True)
