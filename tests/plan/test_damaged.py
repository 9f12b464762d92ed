"""A folder that is not a complete plan is refused, with everything that is wrong with it."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import optimizer as op
from optimizer.plan.output_tables import TABLES
from tests.factory import one_site


@cache
def plan() -> op.Plan:
    return op.solve(one_site())


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    plan().save(tmp_path)
    return tmp_path


def change(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    file = folder / "plan.json"
    summary = json.loads(file.read_text())
    edit(summary)
    file.write_text(json.dumps(summary))


def problems(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(op.InputError) as caught:
        op.load_plan(folder)
    return [(problem.field, problem.message) for problem in caught.value.problems]


def test_a_missing_key_is_reported(saved: Path) -> None:
    file = saved / "plan.json"
    summary = json.loads(file.read_text())
    run = summary["run"]
    for key in summary.keys() - {"format"}:
        file.write_text(json.dumps({name: summary[name] for name in summary if name != key}))
        assert problems(saved) == [(key, "is missing")]
    for key in run:
        rest = {name: run[name] for name in run if name != key}
        file.write_text(json.dumps(summary | {"run": rest}))
        assert problems(saved) == [(f"run.{key}", "is missing")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", 3),
        ("welfare_usd", "much"),
        ("welfare_usd", float("nan")),
        ("bound_usd", float("inf")),
        ("gap", [1]),
        ("parts_usd", 7),
        ("run", None),
        ("run", []),
    ],
)
def test_a_wrong_type_is_reported(saved: Path, field: str, value: object) -> None:
    change(saved, lambda summary: summary.update({field: value}))
    assert [where for where, _ in problems(saved)] == [field]


def test_everything_wrong_is_reported_at_once(saved: Path) -> None:
    change(saved, lambda summary: summary.pop("gap"))
    change(saved, lambda summary: summary["run"].update(seconds={"build": "x"}))
    (saved / "power.parquet").write_bytes((saved / "power.parquet").read_bytes()[:-9])
    (saved / "zones.parquet").unlink()
    (saved / "instance.json").write_text("{")
    with pytest.raises(op.InputError) as caught:
        op.load_plan(saved)
    assert sorted(Path(problem.file).name for problem in caught.value.problems) == [
        "instance.json",
        "plan.json",
        "plan.json",
        "power.parquet",
        "zones.parquet",
    ]


@pytest.mark.parametrize("name", TABLES)
def test_a_truncated_table_is_reported(saved: Path, name: str) -> None:
    file = saved / f"{name}.parquet"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(op.InputError, match=f"{name}.parquet: cannot be read"):
        op.load_plan(saved)


@pytest.mark.parametrize("folder", ["x" * 300, "a\0b", "file/below"])
def test_a_folder_that_cannot_exist_is_reported(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(op.InputError, match="is this a folder that solve wrote"):
        op.load_plan(tmp_path / folder)


def test_a_folder_may_be_given_as_text(tmp_path: Path) -> None:
    plan().save(str(tmp_path / "deep" / "plan"))
    assert op.load_plan(str(tmp_path / "deep" / "plan")).summary() == plan().summary()


def test_a_saved_folder_holds_nothing_else(saved: Path) -> None:
    expected = {"plan.json", "instance.json", *(f"{name}.parquet" for name in TABLES)}
    assert {file.name for file in saved.iterdir()} == expected


def test_a_save_that_fails_leaves_no_summary(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (saved / "zones.parquet").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(OSError, match="No space"):
        plan().save(saved)
    assert not (saved / "plan.json").exists()
    assert (saved / "zones.parquet").read_bytes() == before
    assert not list(saved.glob("*.part"))
    with pytest.raises(op.InputError):
        op.load_plan(saved)
