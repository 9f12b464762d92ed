"""``optimizer init``: what it says, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_init_validate_and_solve(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    ran = run("init", mine, "--template", "blank")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"Written to {mine} from the template blank: 11 files.\n"
        f"Start with {mine / 'README.md'}, then run:\n"
        f"  optimizer validate {mine}\n"
        f"  optimizer solve {mine}\n"
    )
    assert run("validate", mine).out.startswith(f"{mine} is valid: blank, A blank case.")
    assert run("solve", mine, "--out", tmp_path / "plan").code == 0
    assert run("verify", tmp_path / "plan").code == 0


def test_json(run: Run, tmp_path: Path) -> None:
    document = json.loads(run("init", tmp_path, "--json").out)
    assert document["template"] == "tutorial"
    assert document["folder"] == str(tmp_path)
    there = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert set(document["files"]) == {str(file.relative_to(tmp_path)) for file in there}
    assert "studies/first.yaml" in document["files"]


def test_2_bad_input(run: Run, tmp_path: Path) -> None:
    ran = run("init", tmp_path / "mine", "--template", "pjn")
    assert ran.code == 2
    assert ran.err == (
        "command line: --template = pjn: must be one of tutorial, pjm, offgrid, blank;"
        " did you mean pjm?\n"
    )
    (tmp_path / "x").write_text("")
    ran = run("init", tmp_path, "--json")
    assert ran.code == 2
    (problem,) = json.loads(ran.out)["problems"]
    assert problem["message"] == "is not empty: choose a new or empty folder"
