"""``verify`` believes nothing of a saved plan."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from optimizer.counterfactual import displacement
from tests.cli.cases import small
from tests.counterfactual.cases import QUICK

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


def forge(folder: Path) -> None:
    file = folder / "displacement.json"
    document = json.loads(file.read_text())
    document["energy"]["displacement"] = 0.99
    document["verdict"] = "substitutes"
    document["interval"] = {"low": 0.98, "high": 1.0}
    file.write_text(json.dumps(document))


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edge") / "edge"
    displacement(small(), "edge", gap=1e-3, **QUICK).save(folder)
    return folder


def test_a_displacement_is_recomputed_from_both_plans(run: Run, edge: Path) -> None:
    ran = run("verify", edge)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("Recomputed welfare is") == 2
    assert f"The displacement in {edge} is verified." in ran.out
    assert json.loads(run("verify", edge, "--json").out) == {"verified": True, "violations": []}


def test_a_forged_verdict_is_listed_with_what_is_recomputed(
    run: Run, edge: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(edge, tmp_path / "forged"))
    was = json.loads((folder / "displacement.json").read_text())
    forge(folder)
    ran = run("verify", folder)
    assert ran.code == 2
    assert "result: energy.displacement: is not what the plans of the two worlds give" in ran.out
    document = json.loads(run("verify", folder, "--json").out)
    by_place = {violation["where"]: violation for violation in document["violations"]}
    assert by_place["energy.displacement"]["claimed"] == 0.99
    recomputed = by_place["energy.displacement"]["allowed"]
    assert recomputed == pytest.approx(was["energy"]["displacement"])
    assert {"interval", "verdict"} <= by_place.keys()


@pytest.mark.parametrize("command", ["report", "info", "compare", "verify"])
def test_no_command_reads_a_forged_displacement(
    run: Run, edge: Path, tmp_path: Path, command: str
) -> None:
    folder = Path(shutil.copytree(edge, tmp_path / "forged"))
    forge(folder)
    sides = [edge] if command == "compare" else []
    ran = run(command, folder, *sides)
    assert ran.code == 2
    assert "energy.displacement" in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("command", ["report", "info", "compare"])
def test_no_command_reads_a_forged_plan(run: Run, plan_folder: Path, command: str) -> None:
    change(plan_folder, welfare_usd=1e12)
    sides = [plan_folder] if command == "compare" else []
    ran = run(command, plan_folder, *sides)
    assert ran.code == 2
    assert f"{plan_folder}: welfare_usd = 1e+12: does not add up" in ran.err
