"""``optimizer compare``, and the options of ``solve`` that re-plan."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def more(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.cli.conftest import Ran

    out = tmp_path_factory.mktemp("plans") / "more"
    limit = ("--set", "zones.Z.limit_mw=0.5", "--gap", "0.001")
    ran = Ran("solve", small_folder, *limit, "--out", out, "--quiet")
    assert ran.code == 0, ran.err
    return out


@pytest.mark.slow
def test_plans(run: Run, kept_plan: Path, more: Path) -> None:
    ran = run("compare", kept_plan, more)
    assert ran.code == 0, ran.err
    assert ran.err == ""
    words = " ".join(ran.out.split())
    assert words.startswith(f"A is the plan {kept_plan}, B the plan {more}.")
    for text in (
        "Input: 1 value differs",
        "zones.Z.limit_mw 3 0.5",
        "Real 2025 dollars, summed over 2026 to 2027 and discounted at 7% a year",
        "Only welfare is proven, to its gap",
        "Differences in modelled load on each zone: MW",
    ):
        assert text in words, text


def test_json_has_everything(run: Run, kept_plan: Path, more: Path) -> None:
    ran = run("compare", kept_plan, more, "--json")
    document = json.loads(ran.out, parse_constant=pytest.fail)
    assert ran.code == 0
    assert document["a"] == {"name": str(kept_plan), "kind": "plan"}
    assert document["differs"] is True
    assert document["input"] == [{"path": "zones.Z.limit_mw", "a": 3.0, "b": 0.5, "how": "changed"}]
    assert document["displacement"] is None
    assert [zone["year"] for zone in document["plan"]["zones"]] == [2026, 2027]
    assert document["plan"]["verdict"] == "a is better"


def test_the_same_plan_has_no_differences(run: Run, kept_plan: Path, small_folder: Path) -> None:
    ran = run("compare", kept_plan, small_folder)
    assert ran.code == 0
    assert " ".join(ran.out.split()) == (
        f"A is the plan {kept_plan}, B the instance {small_folder}. Nothing differs. They are of"
        " different kinds, so only their inputs are compared."
    )


def test_long_lists_are_truncated_and_the_rest_is_counted(run: Run, tmp_path: Path) -> None:
    from tests.cli.cases import write
    from tests.factory import changed, every_kind

    profiles = [{"id": f"p{n}", "values": [n + 1.0] * 24} for n in range(60)]
    day = {"id": "day", "values": [1.0] * 23 + [2.0]}
    one = write(changed(every_kind(), {"profiles": [day]}), tmp_path / "one")
    day = {"id": "day", "values": [3.0] * 24}
    other = write(changed(every_kind(), {"profiles": [day, *profiles]}), tmp_path / "other")
    ran = run("compare", one, other)
    words = " ".join(ran.out.split())
    assert "Input: 84 values differ" in words
    assert (
        "21 more values of profiles.day.values differ. 23 more fields differ. --json has them all."
    ) in words
    assert len(json.loads(run("compare", one, other, "--json").out)["input"]) == 84


def test_2_errors_of_both_sides_are_reported_at_once(run: Run, tmp_path: Path) -> None:
    ran = run("compare", tmp_path / "nowhere", tmp_path / "neither")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        f"{tmp_path}/nowhere: no such file or folder",
        f"{tmp_path}/neither: no such file or folder",
    ]
    document = json.loads(run("compare", tmp_path / "x", tmp_path, "--json").out)
    assert document["status"] == "bad_input"
    assert len(document["problems"]) == 2


def test_solve_fixes_builds_and_reports_it(run: Run, small_folder: Path, kept_plan: Path) -> None:
    out = kept_plan.parent / "held"
    ran = run(
        "solve", small_folder, "--set", "zones.Z.limit_mw=4", "--out", out,
        "--fix-builds-from", kept_plan, "--until", "2026", "--start-from", kept_plan,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "Builds fixed up to 2026 from a plan of small: " in " ".join(ran.out.split())
    options = json.loads((out / "plan.json").read_text())["run"]["options"]
    assert options["held"]["until"] == 2026
    assert {one["year"] for one in options["held"]["builds"]} <= {2026}
    assert options["started_from"]["instance"] == "small"
    assert run("verify", out).code == 0
    told = " ".join(run("info", out).out.split())
    assert "fixed builds up to 2026: " in told
    assert "started from a plan of small, SHA-256 " in told


def test_2_builds_that_cannot_be_fixed(run: Run, small_folder: Path, kept_plan: Path) -> None:
    ran = run(
        "solve", small_folder, "--fix-builds-from", kept_plan,
        "--set", "pools.city/node.max_pods=0", "--set", "time.years=[2026]",
    )  # fmt: skip
    assert ran.code == 2
    lines = ran.err.splitlines()
    assert lines
    assert all(line.startswith(("command line: --fix-builds-from = ", "small: ")) for line in lines)
    assert any("pools.city/node in 2026: the plan builds " in line for line in lines)
    assert any(
        line.endswith("none may be commissioned in that year (lead time, or available_from)")
        for line in lines
    )


def test_2_until_alone_and_a_folder_without_a_plan(
    run: Run, small_folder: Path, tmp_path: Path
) -> None:
    ran = run("solve", small_folder, "--until", "2026", "--out", tmp_path / "out")
    assert ran.code == 2
    assert ran.err.splitlines()[-1] == (
        "command line: --until = 2026: requires fix_builds_from, the plan whose builds to fix"
    )
    ran = run("solve", small_folder, "--start-from", tmp_path)
    assert ran.code == 2
    assert "plan.json" in ran.err
