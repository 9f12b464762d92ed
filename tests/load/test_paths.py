"""A path that names no instance is told, whatever keeps it from being read."""

from pathlib import Path

import pytest

from optimizer.errors import InputError
from optimizer.load import load_instance
from tests.factory import one_site


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + "/instance.yaml", "a\0b"])
def test_an_impossible_path_is_reported(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        load_instance(tmp_path / name)
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / name)


def test_an_unreadable_parent_folder_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", forbidden)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        load_instance(tmp_path / "case")


def test_the_checksum_distinguishes_instances() -> None:
    assert one_site().digest() == one_site().digest()
    assert one_site().digest() != one_site({"sites.C.pue": 1.1}).digest()
    assert len(one_site().digest()) == 64
