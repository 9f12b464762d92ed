"""``optimizer breakeven`` at the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
TUTORIAL = Path(__file__).parents[2] / "instances" / "tutorial"
RANGE = ("--path", "pools.phones/handset.existing_units", "--low", 0, "--high", 2e7)


def test_0_reports_where_the_verdict_flips(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("breakeven", TUTORIAL, *RANGE, "--tolerance", 1e6, "--out", out)
    assert ran.code == 0, ran.err
    words = " ".join(ran.out.split())
    assert words.startswith(
        "The verdict on edge flips once between 0 and 20 million of"
        " pools.phones/handset.existing_units: from adds to mostly adds between "
    )
    assert "10 million 0.30 mostly adds" in words
    assert json.loads((out / "breakeven.json").read_text())["format"] == 1


def test_no_flip_and_json(run: Run, tmp_path: Path) -> None:
    some = ("--path", "zones.RIVER.capacity_mw", "--low", 1200, "--high", 1300, "--samples", 2)
    ran = run("breakeven", TUTORIAL, *some, "--out", tmp_path / "out")
    assert ran.code == 0
    assert (
        "does not flip between 1,200 and 1,300 of zones.RIVER.capacity_mw: mostly adds at all 2"
        in (" ".join(ran.out.split()))
    )
    document = json.loads(run("breakeven", TUTORIAL, *some, "--json", "--out", tmp_path / "o").out)
    assert document["flips"] == []
    assert [one["words"] for one in document["points"]] == ["mostly adds"] * 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--path", "zones.RIVR.capacity_mw", "--low", 1, "--high", 2), "did you mean RIVER?"),
        (
            ("--path", "zones.RIVER.capacity_mw", "--low", 2, "--high", 1),
            "--low = 2: must be below",
        ),
        (("--low", 2, "--high", 1), "Missing option '--path'"),
    ],
)
def test_2_bad_input(run: Run, tmp_path: Path, options: tuple[object, ...], told: str) -> None:
    out = tmp_path / "out"
    ran = run("breakeven", TUTORIAL, *options, "--out", out)
    assert ran.code == 2
    assert told in " ".join(ran.err.replace("│", " ").split())
    assert not out.exists()


def test_4_stopped_early(run: Run, tmp_path: Path) -> None:
    ran = run("breakeven", TUTORIAL, *RANGE, "--time-limit", 0.2, "--out", tmp_path / "out")
    assert ran.code in (4, 5)
    assert "Stopped" in ran.out
