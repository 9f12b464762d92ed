"""Every exit code, with its message and its files."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import optimizer as op
from optimizer.solvers.backends.base import Backend, StopReason
from tests.cli.stops import Stops

Run = Callable[..., Any]


def stop(monkeypatch: pytest.MonkeyPatch, reason: StopReason, *, at_once: bool) -> None:
    backend: Backend = Stops(reason, at_once)
    monkeypatch.setattr("optimizer.solvers.context.backend_named", lambda _: backend)


def test_0_solved(run: Run, small_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan"
    ran = run("solve", small_folder, "--gap", 0, "--out", out)
    assert ran.code == 0
    assert ran.out.startswith("Solved to optimality.")
    assert f"Saved in {out}." in ran.out
    assert op.load_plan(out).status in ("optimal", "gap_reached")


def test_1_an_internal_error_is_one_line_and_a_file(
    run: Run, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("never meant to happen\nat all")

    monkeypatch.setattr("optimizer.planner.solve", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out = tmp_path / "plan"
    ran = run("solve", small_folder, "--out", out, "--quiet", "--json")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "ZeroDivisionError: never meant to happen" in ran.err
    (saved,) = tmp_path.glob("optimizer-*.txt")
    assert str(saved) in ran.err
    assert "Traceback (most recent call last)" in saved.read_text()
    assert json.loads(ran.out)["status"] == "fault"
    assert not out.exists()


def test_1_debug_shows_the_traceback(
    run: Run, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise op.SolverError("the solver refused")

    monkeypatch.setattr("optimizer.planner.solve", fail)
    ran = run("solve", small_folder, "--out", tmp_path / "plan", "--debug")
    assert ran.code == 1
    assert "Traceback (most recent call last)" in ran.err
    assert "Solver error: the solver refused" in ran.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--gap", "-1"], "gap = -1.0: must be at least 0"),
        (["--gap", "nan"], "gap = nan: must be at least 0"),
        (["--time-limit", "0"], "command line: --time-limit = 0.0: must be above 0 (s)"),
        (["--threads", "0"], "threads = 0: must be at least 1"),
        (["--method", "magic"], "method = magic: must be auto or whole"),
        (["--backend", "abacus"], "backend = abacus: must be highs, pulp, pyomo, scip or gurobi"),
        (["--set", "zones.Q.limit_mw=1"], "zones.Q"),
    ],
)
def test_2_bad_option(
    run: Run, small_folder: Path, tmp_path: Path, options: list[str], told: str
) -> None:
    out = tmp_path / "plan"
    ran = run("solve", small_folder, "--out", out, "--json", "--quiet", *options)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err
    document = json.loads(ran.out)
    assert document["status"] == "bad_input"
    assert set(document["problems"][0]) == {"file", "line", "field", "value", "message", "cell"}
    assert not out.exists()


@pytest.mark.parametrize("options", [["--gap", "much"], ["--frob"], ["second"]])
def test_2_usage(run: Run, small_folder: Path, options: list[str]) -> None:
    ran = run("solve", small_folder, *options)
    assert ran.code == 2
    assert ran.out == ""
    assert "Usage: " in ran.err
    document = json.loads(run("solve", small_folder, "--json", *options).out)
    assert document["status"] == "bad_input"
    assert document["problems"][0]["file"] == "command line"


def test_3_infeasible(run: Run, small_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan"
    ran = run(
        *("solve", small_folder, "--out", out),
        *("--set", "classes.agent.must_serve=true", "--set", "zones.Z.limit_mw=0.1"),
        *("--set", "site_generators.campus/gt.max_units=0"),
    )
    assert ran.code == 3
    assert ran.out.startswith("Infeasible: no plan satisfies every constraint.")
    assert "Classes that must be served: agent." in ran.out
    assert op.load_plan(out).status == "infeasible"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (StopReason.TIME_LIMIT, "Stopped at the time limit; the plan is optimal to within"),
        (StopReason.INTERRUPTED, "Interrupted; the best plan so far"),
    ],
)
def test_4_stopped_with_a_plan(
    run: Run,
    small_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reason: StopReason,
    words: str,
) -> None:
    stop(monkeypatch, reason, at_once=False)
    out = tmp_path / "plan"
    ran = run("solve", small_folder, "--out", out, "--gap", "0")
    assert ran.code == 4
    assert ran.out.startswith(words)
    plan = op.load_plan(out)
    assert plan.status == reason.value
    assert plan.gap is not None
    assert plan.gap > 0
    assert run("verify", out).code == 0


@pytest.mark.thin(2)
@pytest.mark.parametrize("reason", [StopReason.TIME_LIMIT, StopReason.INTERRUPTED])
def test_5_stopped_without_a_plan(
    run: Run,
    small_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reason: StopReason,
) -> None:
    stop(monkeypatch, reason, at_once=True)
    out = tmp_path / "plan"
    ran = run("solve", small_folder, "--out", out, "--json")
    assert ran.code == 5
    document = json.loads(ran.out)
    assert document["status"] == reason.value
    assert document["welfare_usd"] is None
    assert op.load_plan(out).has_point is False


def test_5_interrupted_before_the_solver(
    run: Run, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("optimizer.planner.solve", interrupted)
    ran = run("solve", small_folder, "--out", tmp_path / "plan", "--json")
    assert ran.code == 5
    assert json.loads(ran.out) == {"status": "interrupted"}


def test_1_a_solver_without_an_answer(
    run: Run, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop(monkeypatch, StopReason.FAILED, at_once=True)
    ran = run("solve", small_folder, "--out", tmp_path / "plan")
    assert ran.code == 1
    assert "The solver stopped without an answer: failed." in ran.out
