"""A saved comparison is read as it was, and what is wrong with it is told field by field."""

import json
import shutil
from pathlib import Path

import pytest

from optimizer.counterfactual import displacement
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.saved import load_displacement
from optimizer.errors import InputError
from tests.cli.cases import small


@pytest.fixture(scope="module")
def answer() -> Displacement:
    return displacement(small(), "edge", gap=1e-4)


@pytest.fixture(scope="module")
def kept(answer: Displacement, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "answer"
    answer.save(folder)
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "copy"))


def test_it_is_as_it_was(answer: Displacement, kept: Path) -> None:
    read = load_displacement(kept)
    assert answer.attribution is not None
    assert answer.elasticity_range
    assert read.summary() == answer.summary()
    assert read.verdict == answer.verdict
    assert list(read.plans) == list(answer.plans)
    for name, plan in read.plans.items():
        assert plan.summary() == answer.plans[name].summary()


def changed(folder: Path, **values: object) -> Path:
    file = folder / "displacement.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))
    return folder


def test_a_comparison_without_plans(folder: Path) -> None:
    for name in ("0", "1"):
        shutil.rmtree(folder / f"world-{name}")
    none = dict.fromkeys(("tokens", "energy", "peak", "draw", "refill", "attribution"))
    assert load_displacement(changed(folder, status="infeasible", **none)).plans == {}


def test_figures_without_their_plans_are_refused(folder: Path) -> None:
    shutil.rmtree(folder / "world-0")
    with pytest.raises(InputError, match="world-0"):
        load_displacement(folder)


def test_every_fault_is_told_by_its_field(folder: Path) -> None:
    changed(folder, status=3, by_year=[{"year": "soon"}])
    with pytest.raises(InputError) as caught:
        load_displacement(folder)
    fields = {problem.field for problem in caught.value.problems}
    assert {"status", "by_year.0.year", "by_year.0.energy"} <= fields
    assert {problem.file for problem in caught.value.problems} == {
        str(folder / "displacement.json")
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', '{"format": 1}'])
def test_other_files_are_refused(folder: Path, text: str) -> None:
    (folder / "displacement.json").write_text(text)
    with pytest.raises(InputError):
        load_displacement(folder)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is this the folder that displacement wrote"):
        load_displacement(tmp_path / "none")
