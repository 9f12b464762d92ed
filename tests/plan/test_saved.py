import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import optimizer as op
from optimizer.plan.output_tables import TABLES
from optimizer.plan.plan import finite_or_none
from tests.factory import every_kind


@cache
def plan() -> op.Plan:
    return op.solve(every_kind(), gap=1e-6)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    plan().save(tmp_path / "deep" / "plan")
    return tmp_path / "deep" / "plan"


def test_a_saved_plan_reads_back_as_the_plan(saved: Path) -> None:
    again = op.load_plan(saved)
    assert again.instance == plan().instance
    assert again.summary() == plan().summary()
    for name in TABLES:
        pd.testing.assert_frame_equal(again.tables[name], plan().tables[name], check_dtype=False)
    assert op.verify(again.instance, again) == []
    assert op.load_plan(str(saved)).welfare_usd == plan().welfare_usd


def test_the_summary_is_plain_json(saved: Path) -> None:
    text = (saved / "plan.json").read_text(encoding="utf-8")
    summary = json.loads(text, parse_constant=pytest.fail)
    assert summary["welfare_usd"] == plan().welfare_usd
    assert summary["format"] == 3
    assert text.endswith("}\n")


def test_shorthand_properties_are_the_tables() -> None:
    for name in ("placement", "capacity", "power", "prices"):
        assert getattr(plan(), name) is plan().tables[name]


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda folder: (folder / "plan.json").unlink(), "plan.json"),
        (lambda folder: (folder / "plan.json").write_text("{"), "plan.json"),
        (lambda folder: (folder / "plan.json").write_text("[]"), "plan format"),
        (lambda folder: (folder / "plan.json").write_text('{"format": 4}'), "plan format"),
        (lambda folder: (folder / "power.parquet").unlink(), "power.parquet"),
        (lambda folder: (folder / "power.parquet").write_bytes(b"PAR1"), "power.parquet"),
        (lambda folder: (folder / "instance.json").write_text("{}"), "instance.json"),
    ],
)
def test_a_broken_folder_is_reported(saved: Path, damage: object, expected: str) -> None:
    assert callable(damage)
    damage(saved)
    with pytest.raises(op.InputError, match=expected):
        op.load_plan(saved)


def test_every_missing_table_is_reported(saved: Path) -> None:
    for name in ("power", "zones"):
        (saved / f"{name}.parquet").unlink()
    with pytest.raises(op.InputError) as caught:
        op.load_plan(saved)
    assert len(caught.value.problems) == 2


def test_a_folder_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    with pytest.raises(op.InputError, match="folder that solve wrote"):
        op.load_plan(tmp_path / "nowhere")


def test_json_has_neither_infinity_nor_nan() -> None:
    assert [finite_or_none(v) for v in (1.0, float("inf"), float("nan"))] == [1.0, None, None]
