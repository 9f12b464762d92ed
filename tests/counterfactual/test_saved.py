"""A saved result is read back as it was; faults in it are reported field by field."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from optimizer.counterfactual import displacement
from optimizer.counterfactual.results import (
    Displacement,
    GridReturnResult,
    InterventionResult,
    ReboundResult,
)
from optimizer.counterfactual.saved import load_displacement, read_displacement
from optimizer.errors import InputError
from tests.cli.cases import small
from tests.counterfactual.cases import one_cloud


@pytest.fixture(scope="module")
def result() -> InterventionResult:
    return displacement(small(), "edge", gap=1e-4, flip=False)


@pytest.fixture(scope="module")
def kept(result: InterventionResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "result"
    result.save(folder)
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "copy"))


def test_a_saved_displacement_is_read_back_unchanged(
    result: InterventionResult, kept: Path
) -> None:
    read = load_displacement(kept)
    assert isinstance(result, Displacement)
    assert result.attribution is not None
    assert result.elasticity_range
    assert type(read) is Displacement
    assert read.summary() == result.summary()
    assert read.verdict == result.verdict
    assert list(read.plans) == list(result.plans)
    for name, plan in read.plans.items():
        assert plan.summary() == result.plans[name].summary()


CHANGES: dict[str, tuple[dict[str, Any], type[InterventionResult]]] = {
    "step": ({"efficiency": {"energy_factor": 0.5}}, ReboundResult),
    "wires": ({"grid": [{"zone": "Z", "added_mw": 1}]}, GridReturnResult),
}


@pytest.mark.thin(3)
@pytest.mark.parametrize("limit_mw", [3, 0])
@pytest.mark.parametrize(("change", "kind"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_figures_is_read_back_as_its_own_type(
    change: dict[str, Any],
    kind: type[InterventionResult],
    limit_mw: float,
    tmp_path: Path,
    result: InterventionResult,
) -> None:
    edits = {"zones.Z.limit_mw": limit_mw, "interventions": [{"id": "new", **change}]}
    if not limit_mw:
        edits["classes.chat.must_serve"] = True
    changed = displacement(one_cloud(10, edits), "new", elasticity_range=False, flip=False)
    assert bool(changed.plans) == bool(limit_mw)
    changed.save(tmp_path)
    read = load_displacement(tmp_path)
    assert type(read) is type(changed) is kind
    assert read.summary() == changed.summary()
    assert read.summary().keys() == result.summary().keys()  # what does not apply is null
    if limit_mw:  # files of earlier versions do not name their kind
        document = json.loads((tmp_path / "displacement.json").read_text())
        del document["kind"]
        (tmp_path / "displacement.json").write_text(json.dumps(document))
        assert type(load_displacement(tmp_path)) is kind


def changed(folder: Path, **values: object) -> Path:
    file = folder / "displacement.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))
    return folder


def test_a_result_without_plans_is_read(folder: Path) -> None:
    for name in ("0", "1"):
        shutil.rmtree(folder / f"world-{name}")
    none = dict.fromkeys(("tokens", "energy", "peak", "draw", "refill", "attribution"))
    saved = read_displacement(changed(folder, status="infeasible", **none))
    assert saved.result.plans == {}
    assert {violation.where for violation in saved.violations()} >= {"verdict"}


def test_figures_without_their_plans_are_refused(folder: Path) -> None:
    shutil.rmtree(folder / "world-0")
    with pytest.raises(InputError, match="world-0"):
        load_displacement(folder)


def test_every_fault_is_reported_with_its_field(folder: Path) -> None:
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


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is this the folder that displacement wrote"):
        load_displacement(tmp_path / "none")
