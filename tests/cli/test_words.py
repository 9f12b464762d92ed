"""What the commands print, and on which stream."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optimizer as op

Run = Callable[..., Any]


def test_validate(run: Run, small_folder: Path) -> None:
    ran = run("validate", small_folder / "instance.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert "is valid: small, Two regions." in ran.out
    assert "Years 2026, 2027; 2 representative days a year in steps of 6 h." in ran.out
    assert "3   1 device, 1 cloud, 1 offgrid" in ran.out


def test_validate_json(run: Run, small_folder: Path, kept_plan: Path) -> None:
    document = json.loads(run("validate", small_folder, "--json").out)
    assert document["status"] == "valid"
    assert document["counts"]["workloads"] == 4
    saved = (kept_plan / "instance.json").read_bytes()
    assert document["digest"] == hashlib.sha256(saved).hexdigest()
    assert document["digest"] == op.load_plan(kept_plan).run.digest


def test_solve_prints_what_a_planner_acts_on_in_order(
    run: Run, small_folder: Path, tmp_path: Path
) -> None:
    ran = run("solve", small_folder, "--gap", 0, "--out", tmp_path / "plan")
    in_order = [
        "Solved to optimality.",
        "small: present value in 2026, 2025 dollars",
        "of system cost: the best plan is at most $",
        "Peak load / limit of each zone at its tightest hour, MW",
        "$/MW-year",
        "peak covered by procured capacity, MW",
        "Built: units commissioned by year",
        "System cost by part, present value in 2026: $ million",
        "Tokens served by kind of site: Ttok/year and share",
        "Demand and how much of it is served: Ttok/year",
        "Price elasticity of chat",
        "1 more: optimizer info --assumptions.",
        "Warning: the demand curve is filled to its end",
        f"\n  optimizer verify {tmp_path / 'plan'}\n",
    ]
    places = [ran.out.find(text) for text in in_order]
    assert -1 not in places, in_order[places.index(-1)]
    assert places == sorted(places)
    tables = ran.out[: ran.out.index("Saved in")]
    assert max(map(len, tables.splitlines())) <= 100
    assert ran.out == "\n".join(line.rstrip() for line in ran.out.split("\n"))


def test_solve_json_is_the_plan_by_attribute(run: Run, small_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan"
    ran = run("solve", small_folder, "--out", out, "--json", "--set", "zones.Z.limit_mw=2")
    document = json.loads(ran.out)
    assert document.pop("instance") == "small"
    assert document.pop("out") == str(out)
    assert document.pop("set") == ["zones.Z.limit_mw=2"]
    plan = op.load_plan(out)
    assert document == json.loads(json.dumps(plan.summary()))
    assert document["welfare_usd"] == plan.welfare_usd


def test_overrides_are_printed(run: Run, small_folder: Path, tmp_path: Path) -> None:
    setting = "classes.chat.elasticity=-0.3"
    ran = run("solve", small_folder, "--out", tmp_path / "plan", "--set", setting)
    assert f"Overrides: {setting}" in ran.out


def test_quiet_prints_nothing_on_stderr(run: Run, small_folder: Path, tmp_path: Path) -> None:
    ran = run("solve", small_folder, "--out", tmp_path / "plan", "--quiet")
    assert ran.err == ""
    assert ran.out.startswith("Optimal to within ")


def test_info_of_an_instance(run: Run, small_folder: Path) -> None:
    ran = run("info", small_folder)
    assert (ran.code, ran.err) == (0, "")
    assert "Placements (workload, site, configuration) by kind of site" in ran.out
    assert "residency: the site is outside the area where the data must stay" in ran.out
    assert "Program: 9 arcs, " in ran.out
    assert "Price elasticity of chat" in ran.out
    assert "Real discount rate" not in ran.out
    assert "Real discount rate" in run("info", small_folder, "--assumptions").out


def test_info_json(run: Run, small_folder: Path) -> None:
    document = json.loads(run("info", small_folder, "--json").out)
    assert document["arcs"] == {"device": 1, "cloud": 4, "offgrid": 4}
    assert sum(document["arcs"].values()) == document["size"]["arcs"]
    every = [document["arcs"], *document["refused"].values()]
    assert sum(sum(by_kind.values()) for by_kind in every) == 4 * 3 * 3
    assert sum(day["days_per_year"] for day in document["days"]) == 365
    assert len(document["assumptions"]) == 2


def test_info_of_a_saved_plan(run: Run, kept_plan: Path) -> None:
    ran = run("info", kept_plan)
    assert ran.code == 0
    assert ran.out.startswith("Optimal to within ")
    assert "gap 0.001, time_limit_s none, backend highs" in ran.out
    document = json.loads(run("info", kept_plan, "--json").out)
    plan = op.load_plan(kept_plan)
    assert document["status"] == plan.status
    assert document["run"]["versions"] == dict(plan.run.versions)


def test_a_saved_plan_can_be_solved_again_as_an_instance(
    run: Run, kept_plan: Path, tmp_path: Path
) -> None:
    again = json.loads(run("solve", kept_plan, "--out", tmp_path / "plan", "--json").out)
    assert again["run"]["digest"] == op.load_plan(kept_plan).run.digest


def test_version(run: Run) -> None:
    from importlib.metadata import version

    assert run("--version").out == f"optimizer {version('optimizer')}\n"
