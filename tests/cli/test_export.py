"""``optimizer export``: what it writes, what it says, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy
import pytest

import optimizer as op

Run = Callable[..., Any]


@pytest.mark.parametrize(("form", "sign"), [("mps", -1), ("lp", 1)])
def test_an_exported_program_has_the_plans_welfare(
    run: Run, small_folder: Path, tmp_path: Path, form: str, sign: int
) -> None:
    file = tmp_path / f"small.{form}"
    ran = run(
        "export", small_folder, "--format", form, "--out", file, "--set", "zones.Z.limit_mw=2"
    )
    assert ran.code == 0, ran.err
    assert f"in {file}." in ran.out
    assert ("minimise minus welfare" if sign < 0 else "maximise welfare") in ran.out
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.readModel(str(file))
    highs.run()
    instance = op.load_instance(small_folder, ["zones.Z.limit_mw=2"])
    plan = op.solve(instance, gap=1e-6)
    assert plan.welfare_usd is not None
    assert plan.cost_usd is not None
    found = sign * highs.getInfo().objective_function_value * 1000
    # Its tangents lie above the demand curve.
    assert found >= plan.welfare_usd - 2e-6 * plan.cost_usd
    assert found == pytest.approx(plan.welfare_usd, abs=1e-4 * plan.cost_usd)


def test_json(run: Run, small_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.mps"
    document = json.loads(run("export", small_folder, "--out", file, "--json").out)
    assert document["instance"] == "small"
    assert document["format"] == "mps"
    assert document["out"] == str(file)
    size = document["size"]
    lines = file.read_text().splitlines()
    assert lines.index("COLUMNS") - lines.index("ROWS") - 2 == size["rows"]
    assert document["size"]["integers"] > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "nl"], "format = nl: must be mps, lp or xlsx"),
        (["--set", "zones.Z.limit=2"], "zones.Z.limit"),
        (["--set", "serving.s-node.tokens_per_s=1e15"], "serving.s-node.tokens_per_s or"),
    ],
)
def test_2_bad_input(
    run: Run, small_folder: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    file = tmp_path / "small.mps"
    ran = run("export", small_folder, "--out", file, *arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.out == ""
    assert list(tmp_path.iterdir()) == []


def test_2_a_file_that_cannot_be_written(run: Run, small_folder: Path, tmp_path: Path) -> None:
    ran = run("export", small_folder, "--out", tmp_path / "none" / "x.lp", "--format", "lp")
    assert ran.code == 2
    assert "cannot be written" in ran.err


@pytest.mark.parametrize("form", ["mps", "lp"])
def test_export_and_solve_warn_alike_about_numerics(
    run: Run, small_folder: Path, tmp_path: Path, form: str
) -> None:
    dust = ("--set", "network.cost_usd_per_mtok=1e-11")
    file = tmp_path / f"small.{form}"
    ran = run("export", small_folder, "--format", form, "--out", file, *dust)
    assert ran.code == 0, ran.err
    assert file.exists()
    told = "look at network.cost_usd_per_mtok"
    assert told in " ".join(ran.out.split())
    assert "Warning: the network of flow[" in ran.out
    document = json.loads(run("export", small_folder, "--out", file, *dust, "--json").out)
    warnings = op.solve(op.load_instance(small_folder, [dust[1]])).run.warnings
    assert document["warnings"] == [warning for warning in warnings if told in warning]
    assert json.loads(run("export", small_folder, "--out", file, "--json").out)["warnings"] == []
