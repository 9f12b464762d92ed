"""Folders of plans, and what is never overwritten."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import optimizer as op

Run = Callable[..., Any]


@pytest.fixture
def unsolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("solved before the folder was checked")

    monkeypatch.setattr("optimizer.planner.solve", fail)


def test_every_run_has_its_own_folder_by_default(
    run: Run, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run("solve", small_folder).code == 0
    names = sorted(folder.name for folder in (tmp_path / "runs").iterdir())
    assert len(names) == 2
    assert all(re.fullmatch(r"small-\d{8}-\d{6}(-2)?", name) for name in names)
    for name in names:
        assert op.load_plan(tmp_path / "runs" / name).has_point


def test_a_plan_is_overwritten(run: Run, small_folder: Path, plan_folder: Path) -> None:
    ran = run("solve", small_folder, "--out", plan_folder, "--set", "zones.Z.limit_mw=2")
    assert ran.code == 0
    plan = op.load_plan(plan_folder)
    assert plan.instance.zones[0].limit_mw == {0: 2.0}
    assert op.verify(plan.instance, plan) == []


def test_an_empty_folder_is_accepted(run: Run, small_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "empty"
    out.mkdir()
    assert run("solve", small_folder, "--out", out).code == 0
    assert (out / "plan.json").is_file()


@pytest.mark.usefixtures("unsolved")
def test_a_folder_with_other_files_is_refused(run: Run, small_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    ran = run("solve", small_folder, "--out", tmp_path, "--quiet")
    assert ran.code == 2
    assert (
        ran.err
        == f"--out: {tmp_path}: contains something other than a plan; choose another folder\n"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.usefixtures("unsolved")
@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("file", "is a file; a plan needs a folder"),
        ("file/below", "cannot be written: Not a directory"),
        ("x" * 300, "cannot be written: File name too long"),
    ],
)
def test_a_folder_that_cannot_be_written_is_reported_before_solving(
    run: Run, small_folder: Path, tmp_path: Path, out: str, told: str
) -> None:
    (tmp_path / "file").write_text("")
    ran = run("solve", small_folder, "--out", tmp_path / out, "--quiet")
    assert ran.code == 2
    assert ran.err == f"--out: {tmp_path / out}: {told}\n"


def test_a_refused_option_leaves_no_folder(run: Run, small_folder: Path, tmp_path: Path) -> None:
    assert run("solve", small_folder, "--out", tmp_path / "a" / "b", "--gap", "-1").code == 2
    assert list(tmp_path.iterdir()) == []
