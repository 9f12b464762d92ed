"""A workbook from the command line: written, edited, taken by every command, and refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import optimizer as op

Run = Callable[..., Any]


@pytest.fixture
def book(run: Run, small_folder: Path, tmp_path: Path) -> Path:
    file = tmp_path / "small.xlsx"
    ran = run("export", small_folder, "--format", "xlsx", "--out", file)
    assert ran.code == 0, ran.err
    assert f"rows, in {file}." in ran.out
    assert f"optimizer validate {file}" in ran.out
    return file


def test_a_workbook_is_the_same_instance(run: Run, small_folder: Path, book: Path) -> None:
    document = json.loads(run("validate", book, "--json").out)
    assert document["digest"] == op.load_instance(small_folder).digest()
    assert document["warnings"] == []


def test_overrides_are_written(run: Run, small_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "set.xlsx"
    setting = "zones.Z.limit_mw=2"
    ran = run("export", small_folder, "--format", "xlsx", "--out", file, "--set", setting, "--json")
    document = json.loads(ran.out)
    assert (document["format"], document["out"]) == ("xlsx", str(file))
    assert document["rows"]["sites"] == 3
    assert op.load_instance(file) == op.load_instance(small_folder, [setting])


def test_every_command_accepts_a_workbook(run: Run, book: Path, tmp_path: Path) -> None:
    for command in ("validate", "info"):
        assert run(command, book).code == 0
    ran = run("solve", book, "--out", tmp_path / "plan", "--quiet")
    assert ran.code == 0, ran.err
    assert run("verify", tmp_path / "plan").code == 0
    assert run("export", book, "--out", tmp_path / "small.mps").code == 0
    ran = run("displacement", book, "--out", tmp_path / "edge", "--quick", "-q")
    assert ran.code == 0, ran.err


def test_2_an_error_names_its_cell(run: Run, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook["zones"]["C2"] = -3
    workbook.save(book)
    ran = run("validate", book, "--json")
    assert ran.code == 2
    (problem,) = json.loads(ran.out)["problems"]
    assert problem["cell"] == "zones!C2"
    assert problem["line"] == 2
    assert ran.err == f"{book}:zones!C2: zones.Z.limit_mw = -3: must be at least 0 (MW)\n"


@pytest.mark.parametrize("name", ["case.xls", "case.xlsx", "none.xlsx"])
def test_2_a_file_that_is_not_a_workbook(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "case.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    (tmp_path / "case.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    ran = run("solve", tmp_path / name)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_2_another_ending(run: Run, small_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.mps"
    ran = run("export", small_folder, "--format", "xlsx", "--out", file)
    assert ran.code == 2
    assert ran.err == f"--out: {file}: must end in .xlsx, which identifies a workbook\n"


def test_warnings_are_shown(run: Run, small_folder: Path, tmp_path: Path) -> None:
    day = [1.0] * 23 + [99.0]
    setting = f"profiles=[{{id: day, values: {day}}}]"
    ran = run("validate", small_folder, "--set", setting)
    warning = "profiles.day exceeds 10 times its 99th percentile (1): 99 at hour 23 (from 0)"
    assert f"Warning: {warning}." in ran.out
    document = json.loads(run("validate", small_folder, "--set", setting, "--json").out)
    assert document["warnings"] == [warning]
