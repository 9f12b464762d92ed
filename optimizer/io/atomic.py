"""Atomic file writes: a reader finds the old file or the whole new one, never a part."""

import contextlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from optimizer.errors import refused

PART = ".part"
"""Suffix of a file that is still being written."""


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Yield a hidden path beside a file; what is written there replaces the file on success.

    The content and its name are synced to disk, so the file survives a loss of power.  If the
    block raises, the partial file is removed and the old file stays.

    Raises
    ------
    OSError
        If the file cannot be written, synced or renamed.
    """
    part = file.with_name(f".{uuid.uuid4().hex}{file.suffix}{PART}")
    try:
        yield part
        _sync(part, os.O_RDWR)
        part.replace(file)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # not every system can sync a folder
        _sync(file.parent, os.O_RDONLY)


@contextlib.contextmanager
def exporting(file: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a path as `replacing` does; raise InputError if the exported file cannot be written."""
    try:
        with replacing(Path(file)) as part:
            yield part
    except OSError as error:
        raise refused(file, f"cannot be written: {error.strerror}") from None


def write_atomic(file: Path, content: str | bytes) -> None:
    """Write text (UTF-8, line ends unchanged) or bytes to a file atomically."""
    with replacing(file) as part, part.open("xb") as out:
        out.write(content.encode() if isinstance(content, str) else content)


def write_json(file: Path, document: Mapping[str, Any]) -> None:
    """Write an indented JSON document to a file atomically."""
    write_atomic(file, json.dumps(document, indent=2) + "\n")


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
