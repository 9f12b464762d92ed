import errno
import json
import os
from pathlib import Path

import pytest

from optimizer.io.atomic import replacing, write_atomic, write_json


@pytest.mark.parametrize("content", ["a\r\nb ε\n", b"\x00\xff"])
def test_content_is_written_as_it_is(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "file"
    write_atomic(file, "before")
    write_atomic(file, content)
    expected = content.encode() if isinstance(content, str) else content
    assert file.read_bytes() == expected
    assert list(tmp_path.iterdir()) == [file]


def test_a_json_document_is_indented_and_ends_with_a_newline(tmp_path: Path) -> None:
    write_json(tmp_path / "file", {"a": [1.5, None]})
    text = (tmp_path / "file").read_text()
    assert json.loads(text) == {"a": [1.5, None]}
    assert text.startswith('{\n  "a"')
    assert text.endswith("}\n")


def test_an_error_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_text("old")
    with pytest.raises(ValueError, match="stop"), replacing(file) as part:  # noqa: PT012
        part.write_text("half")
        assert file.read_text() == "old"
        raise ValueError("stop")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_sync_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk may not be reported before the sync, so only synced files are renamed."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        write_atomic(tmp_path / "row", b"content")
    assert list(tmp_path.iterdir()) == []


def test_two_writers_do_not_disturb_each_other(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with replacing(file) as first, replacing(file) as second:
        assert first != second
        first.write_text("outer")
        second.write_text("inner")
    assert file.read_text() == "outer"
    assert list(tmp_path.iterdir()) == [file]


def test_a_name_of_the_greatest_length_is_written(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 250 + ".json")
    write_atomic(file, "content")
    assert file.read_text() == "content"
