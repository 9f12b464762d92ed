"""Many faults of one kind are listed five times and counted; an id is reported once."""

import shutil
from pathlib import Path

import pytest

from optimizer.schema.references import another, spelling
from tests.broken.case import BASE
from tests.load.books import problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "case"))


def with_regions(folder: Path, names: list[str]) -> Path:
    """Add regions, each with a workload."""
    text = (folder / "instance.yaml").read_text()
    rows = "".join(f"  - {{id: {name}, latitude_deg: 40, longitude_deg: -75}}\n" for name in names)
    (folder / "instance.yaml").write_text(text.replace("regions:\n", f"regions:\n{rows}"))
    with (folder / "workloads.csv").open("a") as file:
        file.writelines(f"{name},chat,1\n" for name in names)
    return folder


def test_names_with_spaces_are_reported_once_with_an_id_that_would_do(folder: Path) -> None:
    found = problems(with_regions(folder, [f"Big City {n}" for n in range(12)]))
    assert len(found) == 6
    assert found[0].endswith("letters, digits, _, + and -; Big-City-0 would do")
    assert found[5].endswith("regions.id: and 7 more like this")


def test_repeated_ids_are_counted_and_another_is_proposed(folder: Path) -> None:
    found = problems(with_regions(folder, ["South"] * 9))
    regions = [line for line in found if "instance.yaml" in line]
    assert len(regions) == 6
    assert regions[0].endswith("an id of its own would be South-2")
    assert regions[5].endswith("regions: and 3 more like this")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("São Paulo", "Sao-Paulo"), ("Washington, D.C.", "Washington-D-C"), ("北京", "")],
)
def test_a_name_is_spelled_without_spaces_and_accents(name: str, expected: str) -> None:
    assert spelling(name) == expected


def test_another_id_is_not_taken() -> None:
    assert another("a", ["a", "a-2"]) == "a-3"
