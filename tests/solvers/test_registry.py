"""One entry makes a backend, or a solving method, available everywhere."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import optimizer as op
from optimizer.schema.instance import Instance
from optimizer.solvers import registry
from optimizer.solvers.registry import BACKENDS, METHODS, Entry
from optimizer.studies.definition import study_schema
from tests.calibration.test_calibrate import plain
from tests.solvers.backends.toy import Toy
from tests.solvers.search import counting

ROOT = Path(__file__).resolve().parents[2]
TOY = Entry("tests.solvers.backends.toy:Toy", ("scipy",), "HiGHS, through SciPy")
STEP = {"id": "step", "efficiency": {"energy_factor": 0.5, "hardware_factor": 0.5}}


def tutorial() -> Instance:
    return op.load_instance(ROOT / "instances" / "tutorial")


def with_step() -> Instance:
    data = tutorial().model_dump(mode="json", by_alias=True)
    return Instance.model_validate({**data, "interventions": [STEP]})


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(BACKENDS, "toy", TOY)
    return "toy"


@pytest.mark.parametrize("backend", ["toy", Toy()], ids=["by name", "as an object"])
def test_a_new_backend_plans_and_answers(backend: Any, request: pytest.FixtureRequest) -> None:
    if backend == "toy":
        request.getfixturevalue("toy")
    plan = op.solve(tutorial(), gap=0.0, backend=backend)
    assert plan.status == "optimal"
    assert plan.welfare_usd == pytest.approx(4953.1e6, rel=1e-5)
    assert plan.run.options["backend"] == "toy"
    assert set(plan.run.versions) == {"optimizer", "scipy", "numpy"}
    answer = op.displacement(
        tutorial(), backend=backend, attribution=False, proof=False, flip=False
    )
    assert answer.energy.displacement == pytest.approx(0.3, abs=1e-6)
    assert any("fewer builds" in warning for warning in answer.warnings)


def test_a_new_backend_runs_a_study(toy: str, tmp_path: Path) -> None:
    axis = {"name": "river_mw", "set": "zones.RIVER.capacity_mw", "values": [1140, 1200]}
    study = op.Study(tutorial(), axes=[axis], options={"backend": toy})
    with ThreadPoolExecutor(1) as executor:
        results = study.run(tmp_path, executor=executor)
    assert results["status"].tolist() == ["solved", "solved"]


def test_a_backend_object_calibrates_and_finds_breakevens() -> None:
    calibration = op.calibrate(plain(), gap=1e-6, backend=Toy())
    assert calibration.status == op.calibrate(plain(), gap=1e-6).status
    breakeven = op.breakeven(
        tutorial(), "zones.RIVER.capacity_mw", 1140, 1200, samples=2, backend=Toy()
    )
    assert [point.displacement is not None for point in breakeven.points] == [True, True]


@pytest.mark.parametrize("ask", [op.solve, op.displacement, op.calibrate])
def test_an_object_that_is_not_a_backend_is_refused(ask: Any) -> None:
    with pytest.raises(op.InputError, match="a name, or an object with name, parallel and open"):
        ask(tutorial(), backend=42)


class Textual(Toy):
    packages = "scipy"  # type: ignore[assignment]


class Uninstalled(Toy):
    packages = ("nosuch",)


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        (Toy, "must be a name, or an object"),
        (Textual(), "must be a tuple of names"),
        (Uninstalled(), "names packages that are not installed: nosuch"),
    ],
    ids=["a class", "packages as text", "packages not installed"],
)
def test_a_backend_object_is_checked_before_it_solves(backend: Any, message: str) -> None:
    with pytest.raises(op.InputError, match=message):
        op.solve(tutorial(), backend=backend)


@pytest.mark.parametrize("name", [name for name, entry in BACKENDS.items() if entry.extra])
def test_the_extra_to_install_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    package, install = BACKENDS[name].packages[0], f"pip install 'optimizer[{name}]'"
    message = re.escape(f"backend = {name}: needs {package}: {install}")
    with pytest.raises(op.InputError, match=message):
        op.solve(tutorial(), backend=name)
    with pytest.raises(op.InputError, match=re.escape(install)):
        op.Study(tutorial(), options={"backend": name})


def test_every_extra_is_declared_and_pinned() -> None:
    project, pins = (ROOT / "pyproject.toml").read_text(), (ROOT / "constraints.txt").read_text()
    for entry in BACKENDS.values():
        for package in entry.packages:
            assert re.search(rf'"{package}>=', project)
            assert re.search(rf"^{package}==", pins, re.MULTILINE | re.IGNORECASE)
        if entry.extra:
            assert re.search(rf'^{entry.extra} = \["{entry.packages[0]}>=', project, re.MULTILINE)


def test_the_docs_list_every_backend() -> None:
    page = (ROOT / "docs" / "backends.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|", page, re.MULTILINE)
    assert rows == [
        (
            name,
            entry.solver,
            f"`pip install 'optimizer[{entry.extra}]'`" if entry.extra else "included",
            "yes" if entry.reports_others else "no",
        )
        for name, entry in BACKENDS.items()
    ]


def test_the_schema_of_study_files_lists_backends_and_methods() -> None:
    options = study_schema()["$defs"]["Options"]["properties"]
    assert options["backend"]["enum"] == list(BACKENDS)
    assert options["method"]["enum"] == ["auto", *METHODS]


@pytest.fixture
def uses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Register a method that counts its uses, and let every other fail."""
    monkeypatch.setitem(METHODS, "whole", "tests.solvers.search.counting:never")
    monkeypatch.setitem(METHODS, "counting", "tests.solvers.search.counting:solve_and_count")
    monkeypatch.setattr(counting, "USES", [])
    return counting.USES


def test_a_plan_is_solved_by_the_method_asked_for(uses: list[str]) -> None:
    plan = op.solve(tutorial(), method="counting")
    assert len(uses) == 1
    assert plan.run.options["method"] == "counting"


def test_an_infeasible_plan_with_fixed_builds_is_solved_again_by_the_method(
    uses: list[str],
) -> None:
    plan = op.solve(tutorial(), method="counting")
    short = op.load_instance(
        ROOT / "instances" / "tutorial", ["classes.*.must_serve=true", "zones.RIVER.capacity_mw=0"]
    )
    del uses[:]
    assert op.solve(short, method="counting", fix_builds_from=plan).status == "infeasible"
    assert len(uses) == 2


def test_worlds_and_attribution_are_solved_by_the_method_asked_for(uses: list[str]) -> None:
    op.displacement(
        tutorial(), method="counting", attribution=False, elasticity_range=False, flip=False
    )
    worlds = len(uses)
    assert worlds >= 4
    op.displacement(tutorial(), method="counting", elasticity_range=False, flip=False)
    assert len(uses) - worlds > worlds


def test_before_and_after_are_solved_by_the_method_asked_for(uses: list[str]) -> None:
    op.displacement(with_step(), "step", method="counting", elasticity_range=False, flip=False)
    assert len(uses) >= 3


def test_calibration_and_breakeven_solve_by_the_method_asked_for(uses: list[str]) -> None:
    op.calibrate(plain(), method="counting")
    calibrated = len(uses)
    assert calibrated >= 2
    op.breakeven(tutorial(), "zones.RIVER.capacity_mw", 1140, 1200, samples=2, method="counting")
    assert len(uses) >= calibrated + 4


def test_a_study_solves_by_the_method_asked_for(uses: list[str], tmp_path: Path) -> None:
    study = op.Study(tutorial(), options={"method": "counting"})
    with ThreadPoolExecutor(1) as executor:
        assert study.run(tmp_path, executor=executor)["status"].tolist() == ["solved"]
    assert len(uses) == 1
