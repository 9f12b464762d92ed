"""Every example in README.md and docs/ runs as printed.

Blocks tagged ``python``, ``console`` or ``bash`` run in order, file by file, in one folder that
links to ``instances``; a later block finds what an earlier one saved.

- ``python`` blocks share one namespace.
- ``console`` blocks run each line that begins with ``$ `` (a trailing backslash continues it):
  ``optimizer`` in this process, any other command in a shell.  The lines shown below a command
  must appear in its output, in that order; ``...`` stands for anything.
- ``bash`` blocks are scripts.
- ``make`` commands are skipped: they run this file.

After the tag, ``exit=2`` gives the exit code of the block's last command, and ``no-run REASON``
skips the block.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from optimizer.cli import app

ROOT = Path(__file__).resolve().parents[1]
FILES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LANGUAGES = {"python", "console", "bash"}
LEFT_OUT = {"make demo", "make test"}
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
LINKED = ("instances", "benchmarks")
SHELL = re.compile("[|<>$&;`~]")
"""What only a shell understands."""

LONGEST_COMMAND_S = 900

FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,}) *(?P<info>.*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its tag, the options after the tag, its text and its first line."""

    language: str
    options: str
    text: str
    line: int

    @property
    def exit_code(self) -> int:
        return int(self.options.removeprefix("exit=")) if self.options else 0

    @property
    def runs(self) -> bool:
        return not self.options.startswith("no-run")


@dataclass(frozen=True)
class Command:
    """A command of a console block and the lines shown below it."""

    text: str
    shown: tuple[str, ...]


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown file that have one of the tags."""
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        opening = FENCE.match(line)
        if opening is None:
            continue
        indent, ticks = opening["indent"], opening["ticks"]
        closing = re.compile(rf"^ *{re.escape(ticks[0])}{{{len(ticks)},}} *$")
        body = []
        for _, inner in lines:
            if closing.match(inner):
                break
            body.append(inner.removeprefix(indent))
        else:
            raise ValueError(f"the block of line {number} is not closed")
        language, _, options = opening["info"].strip().partition(" ")
        if language not in LANGUAGES:
            continue
        if not re.fullmatch(r"|no-run \S.*|exit=\d+", options):
            raise ValueError(f"line {number}: {options!r} is not `exit=N` or `no-run REASON`")
        if language == "python" and options.startswith("exit="):
            raise ValueError(f"line {number}: a python block has no exit code")
        yield Block(language, options, "\n".join(body) + "\n", number + 1)


def commands_of(block: Block) -> list[Command]:
    """Commands of a block, with the lines shown below each."""
    if block.language == "bash":
        kept = [line for line in block.text.splitlines() if line not in LEFT_OUT]
        return [Command("set -e\n" + "\n".join(kept), ())] if kept else []
    commands: list[Command] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append(Command(line[2:], ()))
        elif not commands:
            raise ValueError(f"line {block.line}: a console block begins with `$ `")
        else:
            last = commands[-1]
            if last.text.endswith("\\") and not last.shown:
                commands[-1] = Command(f"{last.text}\n{line.removeprefix('> ')}", ())
            elif line.strip():
                commands[-1] = Command(last.text, (*last.shown, line))
    return [command for command in commands if command.text not in LEFT_OUT]


def first_missing(shown: tuple[str, ...], printed: str) -> str | None:
    """Return the first of the lines shown that is not printed below the ones before it."""
    rest = iter(printed.splitlines())
    for line in shown:
        pattern = ".*".join(re.escape(part) for part in line.rstrip().split("..."))
        if line.strip() != "..." and not any(
            re.fullmatch(pattern, other.rstrip()) for other in rest
        ):
            return line
    return None


def printed_by(text: str, folder: Path) -> tuple[int, str]:
    """Exit code and output of a command: of `optimizer` alone in this process, else of a shell."""
    terminal = {"COLUMNS": "96", "NO_COLOR": "1"}
    if text.startswith("optimizer ") and not SHELL.search(text):
        result = CliRunner().invoke(app, shlex.split(text.replace("\\\n", " "))[1:], env=terminal)
        return result.exit_code, result.output
    done = subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env=os.environ
        | terminal
        | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",  # stdout and stderr in the order of a terminal
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_COMMAND_S,
    )
    return done.returncode, done.stdout


def run_command(command: Command, exit_code: int, folder: Path) -> None:
    ended, printed = printed_by(command.text, folder)
    assert ended == exit_code, f"exit code {ended}:\n$ {command.text}\n{printed}"
    missing = first_missing(command.shown, printed)
    assert missing is None, f"{missing!r} is not printed:\n$ {command.text}\n{printed}"


def run_block(block: Block, path: Path, folder: Path, namespace: dict[str, Any]) -> None:
    if block.language == "python":
        source = "\n" * (block.line - 1) + block.text  # a traceback names the file's own line
        exec(compile(source, str(path), "exec"), namespace)
        return
    commands = commands_of(block)
    for command in commands:
        run_command(command, block.exit_code if command is commands[-1] else 0, folder)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LINKED:
        if (ROOT / name).exists():
            (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks_of(path.read_text(encoding="utf-8")):
        if block.runs:
            try:
                run_block(block, path, tmp_path, namespace)
            except Exception as fault:
                fault.add_note(f"in the block of {path.relative_to(ROOT)}:{block.line}")
                raise


@pytest.mark.parametrize(
    "path", [*FILES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda path: path.name
)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("language", ["python", "console"])
def test_readme_has_examples(language: str) -> None:
    blocks = list(blocks_of((ROOT / "README.md").read_text(encoding="utf-8")))
    running = [block for block in blocks if block.language == language and block.runs]
    if language == "console":
        running = [block for block in running if commands_of(block)]
    assert running


MARKDOWN = """\
````markdown
```python
not_an_example
```
````
- In a list:

  ```console exit=3
  $ echo one \\
  >   two; exit 3
  one two
  ```

```python no-run needs a cluster
1 / 0
```
"""


def test_tagged_blocks_are_found() -> None:
    console, python = blocks_of(MARKDOWN)
    assert (console.language, console.exit_code, console.line) == ("console", 3, 9)
    assert commands_of(console) == [Command("echo one \\\n  two; exit 3", ("one two",))]
    assert not python.runs


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```python no-run\n```", "no-run REASON"),
        ("```console quietly\n```", "exit=N"),
        ("```python exit=1\n```", "has no exit code"),
        ("```python\n1", "not closed"),
    ],
)
def test_faulty_blocks_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(blocks_of(text))


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        (("gap 0.1%", "...", "saved in runs/a"), None),
        (("gap ...%", "saved in ..."), None),
        (("gap 0.2%",), "gap 0.2%"),
        (("gap",), "gap"),
        (("saved in runs/a", "gap 0.1%"), "gap 0.1%"),
    ],
)
def test_shown_lines_must_be_printed_in_order(shown: tuple[str, ...], missing: str | None) -> None:
    assert first_missing(shown, "gap 0.1%\nwelfare 3\nsaved in runs/a\n") == missing


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ false\n$ true\n```",
        "```console exit=2\n$ true\n```",
        "```console\n$ echo a\nb\n```",
        "```bash\nfalse\ntrue\n```",
        "```python\nassert False\n```",
    ],
    ids=[
        "command fails",
        "wrong exit code",
        "line not printed",
        "script fails",
        "python fails",
    ],
)
def test_a_wrong_example_fails(text: str, tmp_path: Path) -> None:
    (block,) = blocks_of(text)
    with pytest.raises(AssertionError):
        run_block(block, tmp_path / "page.md", tmp_path, {})


def test_make_targets_are_skipped() -> None:
    console, script = blocks_of("```console\n$ make demo\nok\n```\n```bash\nmake test\n```\n")
    assert commands_of(console) == commands_of(script) == []
