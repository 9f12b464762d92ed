"""``verify`` believes nothing of a saved plan."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

Run = Callable[..., Any]


def change(folder: Path, **values: float) -> None:
    file = folder / "plan.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def test_a_valid_plan_is_verified(run: Run, plan_folder: Path) -> None:
    ran = run("verify", plan_folder)
    assert ran.code == 0
    assert ran.err == ""
    welfare = json.loads((plan_folder / "plan.json").read_text())["welfare_usd"]
    words = " ".join(ran.out.split())
    assert f"Recomputed welfare is ${welfare:,.2f}; the plan states ${welfare:,.2f}." in words
    placements = len(pd.read_parquet(plan_folder / "placement.parquet"))
    assert f"{placements:,} placements" in words
    assert f"The plan in {plan_folder} is verified." in words


def test_json(run: Run, plan_folder: Path) -> None:
    ran = run("verify", plan_folder, "--json")
    assert (ran.code, json.loads(ran.out)) == (0, {"verified": True, "violations": []})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("placement", "flow_gtok_per_h"),
        ("demand", "served_gtok_per_h"),
        ("power", "power_mw"),
        ("capacity", "pods_built"),
    ],
)
def test_an_inflated_figure_is_caught(run: Run, plan_folder: Path, table: str, column: str) -> None:
    file = plan_folder / f"{table}.parquet"
    frame = pd.read_parquet(file)
    row = frame[column].idxmax()
    frame.loc[row, column] = frame.loc[row, column] + 1.0
    frame.to_parquet(file, index=False)
    ran = run("verify", plan_folder)
    assert ran.code == 2
    assert "is invalid: " in ran.out
    document = json.loads(run("verify", plan_folder, "--json").out)
    assert document["verified"] is False
    assert set(document["violations"][0]) == {"family", "where", "claimed", "allowed", "message"}


@pytest.mark.parametrize("name", ["welfare_usd", "cost_usd", "gap"])
def test_a_better_headline_is_caught(run: Run, plan_folder: Path, name: str) -> None:
    was = json.loads((plan_folder / "plan.json").read_text())[name]
    change(plan_folder, **{name: was * 1.01 + 0.01})
    ran = run("verify", plan_folder)
    assert ran.code == 2
    assert name in ran.out


def test_another_instance_is_caught(run: Run, plan_folder: Path) -> None:
    file = plan_folder / "instance.json"
    file.write_text(file.read_text().replace('"Two regions"', '"Three regions"'))
    ran = run("verify", plan_folder)
    assert ran.code == 2
    assert "is not the instance that was solved" in ran.err


@pytest.mark.parametrize("name", ["plan.json", "instance.json", "placement.parquet"])
def test_a_folder_with_a_file_missing_is_refused(run: Run, plan_folder: Path, name: str) -> None:
    (plan_folder / name).unlink()
    ran = run("verify", plan_folder, "--json")
    assert ran.code == 2
    assert json.loads(ran.out)["status"] == "bad_input"
    assert "Traceback" not in ran.err


def test_a_run_without_a_plan_is_refused(run: Run, small_folder: Path, tmp_path: Path) -> None:
    infeasible = ["--set", "classes.agent.must_serve=true", "--set", "zones.Z.limit_mw=0"]
    no_campus = ["--set", "site_generators.campus/gt.max_units=0"]
    assert run("solve", small_folder, "--out", tmp_path / "p", *infeasible, *no_campus).code == 3
    ran = run("verify", tmp_path / "p")
    assert ran.code == 2
    assert "contains no plan to verify" in ran.err
