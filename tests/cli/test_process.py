"""The commands as processes: streams, signals, pipes and imports."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import optimizer as op
from tests.cli.cases import large, write

COMMAND = [sys.executable, "-m", "optimizer"]
LONGEST_S = 300


def command(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        timeout=LONGEST_S,
    )


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(large(), tmp_path_factory.mktemp("large") / "large")


def test_stdout_has_only_the_json_document(small_folder: Path, tmp_path: Path) -> None:
    done = command("solve", small_folder, "--json", "--out", "plan", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document, end = json.JSONDecoder().raw_decode(done.stdout)
    assert done.stdout[end:] == "\n"
    assert document["status"] in ("optimal", "gap_reached")
    assert "solving to a gap of 0.001" in done.stderr
    stages = ["program of", "solving", "prices"]
    assert [s for line in done.stderr.splitlines() for s in stages if line.startswith(s)] == stages
    assert "HiGHS" not in done.stdout + done.stderr
    plan = op.load_plan(tmp_path / "plan")
    assert op.verify(plan.instance, plan) == []


def test_a_time_limit_too_short_for_a_plan(large_folder: Path, tmp_path: Path) -> None:
    done = command("solve", large_folder, "--time-limit", "0.001", "--out", "plan", cwd=tmp_path)
    assert done.returncode == 5, done.stderr
    assert done.stdout.startswith("Stopped at the time limit before finding a plan.")
    assert (tmp_path / "plan" / "plan.json").is_file()


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_plan(large_folder: Path, tmp_path: Path) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen(
        [*COMMAND, "solve", str(large_folder), "--gap", "0", "--out", "plan"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    ) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if " welfare $" in line:
                process.send_signal(signal.SIGINT)
            if line == "Stopping with the best plan so far; press Ctrl-C again to abort\n":
                break
        out, rest = process.communicate(timeout=LONGEST_S)
    errors = "".join(told) + rest
    assert process.returncode == 4, errors
    assert "Traceback" not in errors
    assert told[-1].startswith("Stopping"), errors
    assert out.startswith("Interrupted; the best plan so far is ")
    assert max(map(len, out.splitlines())) <= 100
    plan = op.load_plan(tmp_path / "plan")
    assert plan.status == "interrupted"
    assert op.verify(plan.instance, plan) == []


def test_a_reader_that_leaves_is_not_an_error(small_folder: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "solve", str(small_folder), "--out", "plan"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        assert process.wait(LONGEST_S) == 0, errors
    assert "Broken" not in errors
    assert "Traceback" not in errors
    assert op.load_plan(tmp_path / "plan").has_point


def test_a_terminal_shows_one_live_line(small_folder: Path, tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "solve", str(small_folder), "--out", "plan"],
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        cwd=tmp_path,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(terminal)
        shown = b""
        try:
            while piece := os.read(controller, 1000):
                shown += piece
        except OSError:  # Linux reports the end of a terminal so
            pass
        assert process.wait(LONGEST_S) == 0
    os.close(controller)
    assert b"solving to a gap of 0.001 (Ctrl-C stops and keeps the best plan)" in shown
    assert b" of cost" in shown
    assert b"\x1b[2K" in shown  # the line is erased at the end
    assert b"Traceback" not in shown


def test_a_closed_stderr_is_not_an_error(small_folder: Path) -> None:
    script = f"{' '.join(COMMAND)} validate {small_folder} 2>&-"
    done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0
    assert "is valid: " in done.stdout


def test_a_broken_instance(tmp_path: Path) -> None:
    (tmp_path / "instance.yaml").write_text("name: x\nfrob: 1\n")
    done = command("solve", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "instance.yaml:2: frob = 1:" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["instance.yaml"]


HELP = """
import sys
from typer.testing import CliRunner
from optimizer.cli import COMMANDS, app

for command in COMMANDS:
    result = CliRunner().invoke(app, [command.__name__, "--help"])
    assert result.exit_code == 0 and "Usage" in result.stdout, command
heavy = {"highspy", "numpy", "pandas", "plotly", "pulp", "pyarrow", "pyomo", "scipy"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_help_of_every_command_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
