"""Files of another format are read as they were meant, or refused: never misread.

`plan-1` and `plan-1-first` were saved in format 1: the first with every table that plans have now,
the second before there were policies and storage.  `plan-2` was saved in format 2, with its demand
curve cut into chords.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import optimizer as op
from optimizer.io.file_versions import fault_of_format
from tests.factory import built_site, changed, one_site

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "plan-1", tmp_path / "plan-1"))


def error_of(path: Path) -> str:
    with pytest.raises(op.InputError) as caught:
        (op.load_plan if path.is_dir() and (path / "plan.json").exists() else op.load_instance)(
            path
        )
    return str(caught.value).replace(f"{path.parent}/", "")


def test_a_plan_of_format_1_is_read_and_valid(old: Path) -> None:
    assert json.loads((old / "plan.json").read_text())["format"] == 1
    assert "deferred_gtok" not in pd.read_parquet(old / "demand.parquet")
    plan = op.load_plan(old)
    assert (plan.tables["demand"]["deferred_gtok"] == 0).all()
    assert plan.welfare_usd == pytest.approx(630676200)
    assert op.verify(plan.instance, plan) == []
    assert plan.run.digest == plan.instance.digest()


def test_a_plan_of_format_1_is_saved_in_format_3(old: Path, tmp_path: Path) -> None:
    op.load_plan(old).save(tmp_path / "new")
    assert json.loads((tmp_path / "new" / "plan.json").read_text())["format"] == 3
    again = op.load_plan(tmp_path / "new")
    assert op.verify(again.instance, again) == []


def test_a_plan_valued_by_chords_of_its_demand_curve_is_valid() -> None:
    """As before tangents; its class responds to price and is cut short within a step."""
    plan = op.load_plan(FIXTURES / "plan-2")
    taken = plan.tables["acceptance"].query("0 < accepted_multiple < to_multiple - from_multiple")
    assert len(taken) == 1
    assert op.verify(plan.instance, plan) == []
    assert plan.welfare_usd is not None
    for forged in (1.0001 * plan.welfare_usd, 0.9999 * plan.welfare_usd):
        assert op.verify(plan.instance, replace(plan, welfare_usd=forged))


def test_prices_of_a_plan_of_format_2_have_one_side(tmp_path: Path) -> None:
    op.solve(built_site({"zones.Z.limit_mw": 0.05})).save(tmp_path)
    rows = pd.read_parquet(tmp_path / "prices.parquet")
    rows = rows[~rows["measure"].str.contains("pod")].drop(
        columns=["left", "all_years", "all_years_left"]
    )
    rows.to_parquet(tmp_path / "prices.parquet", index=False)
    summary = json.loads((tmp_path / "plan.json").read_text())
    (tmp_path / "plan.json").write_text(json.dumps(summary | {"format": 2}))
    plan = op.load_plan(tmp_path)
    assert plan.prices["value"].tolist() == rows["value"].tolist()
    assert plan.prices[["left", "all_years", "all_years_left"]].isna().all(axis=None)
    assert op.verify(plan.instance, plan) == []


def test_a_missing_storage_table_is_empty_if_the_instance_has_no_storage(old: Path) -> None:
    (old / "storage.parquet").unlink()
    power = pd.read_parquet(old / "power.parquet").drop(columns=["charge_mw", "discharge_mw"])
    power.to_parquet(old / "power.parquet", index=False)
    plan = op.load_plan(old)
    assert plan.tables["storage"].empty
    assert op.verify(plan.instance, plan) == []


def test_another_instance_does_not_inherit_the_digest_of_the_one_solved(old: Path) -> None:
    text = (old / "instance.json").read_text()
    (old / "instance.json").write_text(text.replace('"name":"one-site"', '"name":"other"'))
    plan = op.load_plan(old)
    assert plan.run.digest != plan.instance.digest()


def test_a_plan_without_figures_that_cannot_be_derived_is_refused(old: Path) -> None:
    assert error_of(FIXTURES / "plan-1-first") == (
        "plan-1-first: is a plan of format 1 without contracts, connections, policy, which cannot"
        " be derived from the rest: solve its instance.json again"
    )
    deferring = changed(
        one_site(), {"classes.chat.flexible_share": 0.5, "classes.chat.defer_within_h": 4}
    )
    (old / "instance.json").write_text(deferring.to_json())
    assert error_of(old) == (
        "plan-1: is a plan of format 1 without demand.deferred_gtok, which cannot be derived"
        " from the rest: solve its instance.json again"
    )


def test_a_plan_of_this_format_must_have_every_table(old: Path) -> None:
    summary = json.loads((old / "plan.json").read_text())
    (old / "plan.json").write_text(json.dumps(summary | {"format": 3}))
    (old / "policy.parquet").unlink()
    assert error_of(old) == "plan-1/policy.parquet: no such file"


def test_a_newer_plan_is_refused_in_one_line(old: Path) -> None:
    (old / "plan.json").write_text('{"format": 4, "welfare": {"eur": 7}}')
    (old / "power.parquet").unlink()
    assert error_of(old) == (
        "plan-1/plan.json: format = 4: written by a newer optimizer; update this one, which reads"
        " plan formats up to 3"
    )


def test_a_newer_instance_is_refused_in_one_line(tmp_path: Path) -> None:
    data = one_site().model_dump(mode="json", by_alias=True)
    (tmp_path / "instance.json").write_text(json.dumps(data | {"format": 2, "moons": []}))
    assert error_of(tmp_path / "instance.json") == (
        "instance.json: format = 2: written by a newer optimizer; update this one, which reads"
        " instance formats up to 1"
    )


def test_a_newer_workbook_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "case.xlsx"
    op.write_workbook(one_site(), file)
    book = openpyxl.load_workbook(file)
    assert (book["instance"]["A2"].value, book["instance"]["B2"].value) == ("format", 1)
    book["instance"]["B2"].value = 2
    book.create_sheet("moons").append(["id"])
    book.save(file)
    assert error_of(file) == (
        "case.xlsx:instance!B2: format = 2: written by a newer optimizer; update this one, which"
        " reads instance formats up to 1"
    )


def test_an_instance_without_a_format_is_of_format_1(tmp_path: Path) -> None:
    data = one_site().model_dump(mode="json", by_alias=True)
    assert data.pop("format") == 1
    (tmp_path / "instance.yaml").write_text(json.dumps(data))
    assert op.load_instance(tmp_path) == one_site()


@pytest.mark.parametrize("given", [0, -1, None, "1", 1.0, True, [], {}])
def test_a_value_that_is_not_a_format_is_reported(given: object) -> None:
    message = "must be from 1 to 2, the plan format of this version"
    assert fault_of_format(given, 2, "plan") == message
    assert fault_of_format(given, 2, "plan", oldest=2) == message.replace("from 1 to 2", "2")


def test_known_formats_are_read() -> None:
    assert [fault_of_format(given, 2, "plan") for given in (1, 2)] == ["", ""]
    assert fault_of_format(1, 2, "plan", oldest=2).startswith("must be 2")
