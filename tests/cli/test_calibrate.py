"""``optimizer calibrate``: exit codes, the JSON document, files, and settings to apply."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import optimizer as op
from optimizer.solvers.backends.base import StopReason
from tests.cli.stops import Stops

Run = Callable[..., Any]
ROOM = ["--set", "zones.Z.limit_mw=30", "--set", "pools.city/node.existing_units=2000"]


def test_0_calibrated(run: Run, small_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "markups"
    ran = run("calibrate", small_folder, *ROOM, "--out", out)
    assert ran.code == 0, ran.err
    assert " ".join(ran.out.split()).startswith(
        "Calibrated: with these markups demand equals reference demand in 2026, with existing"
        " hardware paid for."
    )
    assert "Warning: existing hardware counts as paid for" in ran.out
    saved = json.loads((out / "calibration.json").read_text())
    assert saved["format"] == 1
    assert [one["id"] for one in saved["classes"]] == ["chat", "agent"]
    assert pd.read_csv(out / "classes.csv")["after"].tolist() == [
        one["after"] for one in saved["classes"]
    ]
    assert len(pd.read_csv(out / "workloads.csv")) == 4
    printed = [line.split("--set ")[1] for line in ran.out.splitlines() if "  --set " in line]
    assert printed == saved["settings"]
    again = run(
        "calibrate", small_folder, *ROOM, "--out", tmp_path / "again", "--json", "-q",
        *(part for one in printed for part in ("--set", one)),
    )  # fmt: skip
    for one, other in zip(json.loads(again.out)["classes"], saved["classes"], strict=True):
        assert one["before"] == other["after"]
        assert one["after"] == pytest.approx(other["after"])


def test_settings_with_spaces_are_quoted(run: Run, small_folder: Path, tmp_path: Path) -> None:
    added = ["--set", "classes.chat={markup_kind: additive, markup_usd_per_mtok: {2027: 0.1}}"]
    ran = run("calibrate", small_folder, *ROOM, *added, "--full-cost", "--out", tmp_path / "a")
    assert ran.code == 0, ran.err
    assert "  --set 'classes.chat.markup_usd_per_mtok={2027: " in ran.out
    assert "hardware paid" in ran.out


def test_json_is_one_document(run: Run, small_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "markups"
    ran = run("calibrate", small_folder, *ROOM, "--class", "chat", "--json", "-q", "--out", out)
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    assert document["status"] == "calibrated"
    assert document["set"] == [one for one in ROOM if one != "--set"]
    assert document["out"] == str(out)
    assert [one["why"] for one in document["classes"]] == ["", "not selected"]
    found = op.calibrate(op.load_instance(small_folder, document["set"]), classes=["chat"])
    assert document["classes"][0]["after"] == pytest.approx(found.classes[0].after)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ["--class", "chatt"],
            "command line: --class = chatt: no such id in classes; did you mean chat?",
        ),
        (["--gap", "-1"], "gap = -1.0: must be at least 0"),
        (
            ["--set", "classes.chat.markup_usd_per_mtok=1"],
            "classes.chat: markup_usd_per_mtok (1) applies to markup_kind additive; with"
            " multiplicative, give markup",
        ),
    ],
)
def test_2_bad_input(
    run: Run, small_folder: Path, tmp_path: Path, options: list[str], told: str
) -> None:
    ran = run("calibrate", small_folder, *options, "--json", "--out", tmp_path / "a")
    assert ran.code == 2
    assert told in ran.err
    assert json.loads(ran.out)["status"] == "bad_input"
    assert not (tmp_path / "a").exists()


def test_2_a_folder_with_another_result_is_refused(
    run: Run, small_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_text("{}")
    ran = run("calibrate", small_folder, "--out", tmp_path)
    assert ran.code == 2
    assert "contains something other than a calibration" in ran.err


def test_3_reference_demand_cannot_be_served(run: Run, small_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "markups"
    limit = ["--set", "zones.Z.limit_mw=0.1", "--set", "pools.campus/node.max_pods=0"]
    ran = run("calibrate", small_folder, *limit, "--out", out)
    assert ran.code == 3
    assert ran.out.startswith("Infeasible: within its limits the base year, 2026, cannot serve")
    assert json.loads((out / "calibration.json").read_text())["unserved"]
    assert "welfare" not in ran.err.split("how much of D can be served")[1]


def test_3_no_markup(run: Run, small_folder: Path, tmp_path: Path) -> None:
    free = ["--set", "zones.Z.energy_price_usd_per_mwh=0", "--set", "capacity_areas=[]"]
    ran = run("calibrate", small_folder, *ROOM, *free, "--json", "-q", "--out", tmp_path / "a")
    assert ran.code == 3
    assert json.loads(ran.out)["status"] == "impossible"


@pytest.mark.parametrize(("at_once", "code"), [(False, 4), (True, 5)])
def test_4_and_5_stopped(
    run: Run,
    small_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_once: bool,
    code: int,
) -> None:
    stops = Stops(StopReason.TIME_LIMIT, at_once)
    monkeypatch.setattr("optimizer.solvers.context.backend_named", lambda _: stops)
    options = ["--gap", "0", "--json", "-q", "--out", tmp_path / "a"]
    ran = run("calibrate", small_folder, *ROOM[:2], *options)
    assert ran.code == code
    assert json.loads(ran.out)["status"] == ("time_limit" if at_once else "stopped")
