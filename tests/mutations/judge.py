"""A command on a mutant, and what of its answer may not be so."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from optimizer.cli import app

ALLOWED = (0, 2, 3, 4, 5)
RAW = ("Input should", "pydantic", "Traceback", "object at 0x", "<class", "Errno", "NoneType")
"""What is no word of a planner's."""


@dataclass(frozen=True)
class Answer:
    """How a command on a mutant ended."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str
    faults: tuple[str, ...]

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What the user is told is wrong."""
        document = json.loads(self.out)
        return list(document.get("problems", ()))


def judged(*arguments: object, within: Path) -> Answer:
    """Run a command with ``--json --quiet --debug``, and look for what it may not do.

    `within` is the folder all of whose files must stay as they are where the exit code is 2.
    """
    words = tuple(str(one) for one in arguments)
    before = _contents(within)
    result = CliRunner().invoke(app, [*words, "--json", "--quiet", "--debug"])
    error = result.exception
    faults = list(_faults(result.exit_code, result.stdout, result.stderr))
    if error is not None and not isinstance(error, SystemExit):
        faults.append(f"raises {type(error).__name__}: {error}")
    if result.exit_code == 2 and _contents(within) != before:
        faults.append("writes although the input is bad")
    return Answer(words, result.exit_code, result.stdout, result.stderr, tuple(faults))


def _contents(folder: Path) -> list[tuple[str, int]]:
    return sorted(
        (str(file.relative_to(folder)), 0 if file.is_dir() else file.lstat().st_mtime_ns)
        for file in folder.rglob("*")
    )


def _faults(code: int, out: str, err: str) -> Iterator[str]:
    if code not in ALLOWED:
        yield f"exit code {code}"
    if "Traceback" in out + err:
        yield "a traceback"
    try:
        document = json.loads(out, parse_constant=_not_json)
    except ValueError as error:
        yield f"stdout is no JSON document: {error}"
        return
    problems = document.get("problems", ())
    if code == 2 and not (problems or document.get("violations")):
        yield "bad input, and not a word of what is wrong"
    for problem in problems:
        said = problem["message"]
        if not said.strip() or len(said) > 1000:
            yield f"a message of {len(said)} characters"
        if any(word in said for word in RAW):
            yield f"raw words: {said}"
    if problems and code == 2 and len(err.splitlines()) != len(problems):
        yield f"{len(problems)} problems on {len(err.splitlines())} lines"


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is not of JSON")
