"""``optimizer study`` at the command line."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import optimizer as op

Run = Callable[..., Any]
TUTORIAL = Path(__file__).parents[2] / "instances" / "tutorial"
STUDY = f"""\
format: 1
name: small
instance: {TUTORIAL}
overrides:
  dear: {{set: {{zones.*.energy_price_usd_per_mwh: 90}}}}
scenarios: {{base: [], dear: [dear]}}
axes:
  - {{name: phones, scale: pools.phones/handset.existing_units, values: [0.5, 2]}}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(STUDY, encoding="utf-8")
    return file


def test_0_every_scenario_has_a_row(run: Run, study: Path, tmp_path: Path) -> None:
    study.write_text(STUDY + "keep: {displacement: [edge]}\n", encoding="utf-8")
    out = tmp_path / "out"
    ran = run("study", study, "--out", out, "--jobs", 1)
    assert ran.code == 0, ran.err
    words = " ".join(ran.out.split())
    assert "small: 4 of 4 scenarios have a result; 0 without an answer." in words
    assert "base/phones=0.5 solved" in words
    assert "4 of 4 scenarios, " in ran.err
    assert ", 0 failed" in ran.err
    table = pd.read_parquet(out / "results.parquet")
    assert list(table["scenario"]) == [one.name for one in op.Study.load(study).scenarios]
    assert len(list((out / "scenarios").glob("*.parquet"))) == 4
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "dear/phones=2" in page

    again = run("study", study, "--out", out, "--json", "--jobs", 1)
    assert again.code == 0
    told = json.loads(again.out)
    assert told["complete"] is True
    assert (told["scenarios"], told["done"], told["failures"]) == (4, 4, 0)
    assert told["by_status"] == {"solved": 4}
    assert pd.read_parquet(out / "results.parquet").equals(table)


@pytest.mark.slow
def test_a_dry_run_counts_and_writes_nothing(run: Run, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("study", study, "--out", out, "--dry-run", "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert told["scenarios"] == 4
    assert told["names"][0] == "base/phones=0.5"
    assert told["estimate"]["left"] == 4
    assert told["estimate"]["seconds"] > 0
    assert not out.exists()
    words = run("study", study, "--out", out, "--dry-run").out
    assert "4 scenarios are left: about " in words
    run("study", study, "--out", out, "--jobs", 1)
    words = run("study", study, "--out", out, "--dry-run").out
    assert "Every scenario has a result: nothing is left to run." in words


@pytest.mark.slow
def test_failures_are_rows_counted_and_printed(run: Run, study: Path, tmp_path: Path) -> None:
    """Each edit is valid alone: a site without room, and a fleet beyond another's room."""
    text = STUDY + (
        "  - {name: forced, set: classes.*.must_serve, values: [false, true]}\n"
        "  - {name: limit, set: zones.RIVER.capacity_mw, values: [1270, 1100]}\n"
    )
    study.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    ran = run("study", study, "--out", out, "--jobs", 1)
    results = op.Study.load(study).results(out)
    failed = results[results["status"] != "solved"]
    assert len(results) == 16
    assert set(failed["status"]) == {"infeasible"}
    assert set(failed["reason"]) == {"plan: infeasible"}
    assert failed["welfare_usd"].isna().all()
    assert ran.code == 0
    words = " ".join(ran.out.split())
    assert f"{len(failed)} without an answer." in words
    assert "infeasible: plan: infeasible" in ran.err


@pytest.mark.slow
def test_4_stopped_early_and_resumed(run: Run, study: Path, tmp_path: Path) -> None:
    many = "values: {from: 0.5, to: 2, count: 60}"
    study.write_text(STUDY.replace("values: [0.5, 2]", many), encoding="utf-8")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "optimizer", "study", study, "--out", out, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        while not list((out / "scenarios").glob("*.parquet")):
            assert ran.poll() is None
            time.sleep(0.05)
        ran.send_signal(signal.SIGINT)
        printed, _ = ran.communicate()
    assert ran.returncode == 4
    told = json.loads(printed)
    assert told["scenarios"] == 120
    assert 0 < told["done"] < 120
    assert told["complete"] is False
    kept = {file.name for file in (out / "scenarios").glob("*.parquet")}
    assert len(kept) == told["done"]
    words = run("study", study, "--out", out, "--dry-run").out
    assert f"{120 - told['done']} scenarios are left: about " in words
    assert f"median of {told['done']} rows" in words


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--jobs", 0, "--dry-run"], "command line: --jobs = 0: must be at least 1"),
        (["--jobs", 0], "command line: --jobs = 0: must be at least 1 and at most 1024"),
        (["--cluster", "two"], "--cluster: two: must be local:N, N from 1 to 1024"),
        (
            ["--cluster", "local:2", "--scheduler", "tcp://127.0.0.1:1"],
            "--cluster: local:2: give --scheduler or --cluster, not both",
        ),
    ],
)
def test_2_options_out_of_range(
    run: Run, study: Path, tmp_path: Path, options: list[Any], message: str
) -> None:
    out = tmp_path / "out"
    ran = run("study", study, "--out", out, *options)
    assert ran.code == 2
    assert message in ran.err
    assert not out.exists()


@pytest.mark.slow
def test_4_rows_are_kept_if_the_table_of_results_cannot_be_written(
    run: Run, study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (out / "scenarios").mkdir(parents=True)
    (out / "results.parquet" / "in the way").mkdir(parents=True)
    ran = run("study", study, "--out", out, "--json", "--jobs", 1)
    assert ran.code == 4
    assert (
        "Every result is kept, but the table and the page of all results could not be written: "
        in ran.err
    )
    told = json.loads(ran.out)
    assert told["complete"] is True
    assert told["stopped"]


def test_2_the_folder_of_another_study_is_refused(run: Run, study: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    ran = run("study", study, "--out", tmp_path, "--json")
    assert ran.code == 2
    (problem,) = json.loads(ran.out)["problems"]
    assert problem["message"] == "contains something other than a study; choose another folder"
    other = tmp_path / "other.yaml"
    other.write_text(STUDY.replace("name: small", "name: large"), encoding="utf-8")
    study.write_text(STUDY.partition("axes:")[0], encoding="utf-8")
    assert run("study", study, "--out", tmp_path / "out", "--jobs", 1).code == 0
    ran = run("study", other, "--out", tmp_path / "out")
    assert ran.code == 2
    assert "contains the study small; choose another folder" in ran.err
