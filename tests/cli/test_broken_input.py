"""Every broken instance: its exact message, exit code 2, and nothing written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.errors import Problem
from tests.broken.case import Case, cases

CASES = cases()


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def broken(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    case: Case = request.param
    case.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    return case


def arguments(case: Case) -> list[str]:
    return [case.target, *(part for value in case.overrides for part in ("--set", value))]


@pytest.mark.parametrize("command", ["validate", "solve", "info"])
def test_message(run: Callable[..., Any], broken: Case, tmp_path: Path, command: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    ran = run(command, *arguments(broken))
    assert ran.err == broken.expected + "\n"
    assert ran.out == ""
    assert ran.code == 2
    assert sorted(tmp_path.rglob("*")) == before


def test_json(run: Callable[..., Any], broken: Case) -> None:
    ran = run("solve", *arguments(broken), "--json")
    document = json.loads(ran.out)
    assert document["status"] == "bad_input"
    told = [str(Problem(**problem)) for problem in document["problems"]]
    assert "\n".join(told) == broken.expected
    assert ran.code == 2
