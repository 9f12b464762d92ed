"""Every broken instance gets its exact message and exit code 2, and nothing is written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.errors import Problem
from tests.broken.case import Case, cases

CASES = cases()
KINDS = ("book_cells", "encoding", "links", "missing_files", "overrides", "yaml_syntax")
"""A workbook, bytes, a link, a missing file, `--set`, and YAML."""

every_case = pytest.mark.parametrize("broken", CASES, indirect=True, ids=lambda case: case.name)
one_of_a_kind = pytest.mark.parametrize(
    "broken",
    [case for case in CASES if case.name in KINDS],
    indirect=True,
    ids=lambda case: case.name,
)


@pytest.fixture
def broken(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    case: Case = request.param
    case.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    return case


def arguments(case: Case) -> list[str]:
    return [case.target, *(part for value in case.overrides for part in ("--set", value))]


@every_case
def test_validate_prints_the_message(run: Callable[..., Any], broken: Case, tmp_path: Path) -> None:
    check_message(run, broken, tmp_path, "validate")


@one_of_a_kind
@pytest.mark.parametrize("command", ["solve", "info"])
def test_other_commands_print_the_same(
    run: Callable[..., Any], broken: Case, tmp_path: Path, command: str
) -> None:
    check_message(run, broken, tmp_path, command)


def check_message(run: Callable[..., Any], broken: Case, tmp_path: Path, command: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    ran = run(command, *arguments(broken))
    assert ran.err == broken.expected + "\n"
    assert ran.out == ""
    assert ran.code == 2
    assert sorted(tmp_path.rglob("*")) == before


@one_of_a_kind
def test_json_holds_every_problem(run: Callable[..., Any], broken: Case) -> None:
    ran = run("solve", *arguments(broken), "--json")
    document = json.loads(ran.out)
    assert document["status"] == "bad_input"
    told = [str(Problem(**problem)) for problem in document["problems"]]
    assert "\n".join(told) == broken.expected
    assert ran.code == 2
