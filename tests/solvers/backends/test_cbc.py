"""CBC as a process: what its output means, and what it does not prove."""

import os
import stat
from pathlib import Path

import numpy as np
import pulp
import pytest

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import SolveOptions, StopReason
from optimizer.solvers.backends.cbc import run_cbc
from optimizer.solvers.backends.pulp import Pulp, _Model
from tests.programs import INF, knapsack, program

CBC = pulp.PULP_CBC_CMD.pulp_cbc_path
SOLVE = ["-ratio", "0", "-solve"]


def written(folder: Path, integer: bool, items: int = 60) -> Path:
    file = folder / "program.mps"
    _Model(knapsack(items, 20, integer=integer)).write(file)
    return file


def test_vectors_have_full_precision(tmp_path: Path) -> None:
    file = tmp_path / "program.mps"
    third = program([3, 1], [[3, 0], [1, 1]], [1, 1], upper=[9, 9])
    _Model(third).write(file)
    outcome = run_cbc(CBC, file, ["-initialSolve"], SolveOptions(), None)
    assert outcome.x is not None
    assert outcome.x.tolist() == pytest.approx([1 / 3, 2 / 3], rel=1e-14)


def test_a_stopped_linear_program_has_neither_proof_nor_feasible_point(tmp_path: Path) -> None:
    """CBC reports "Stopped on iterations" and writes a point that violates rows."""
    whole = knapsack(6000, 20, integer=False)
    file = written(tmp_path, integer=False, items=6000)
    outcome = run_cbc(CBC, file, ["-initialSolve"], SolveOptions(time_limit_s=1e-9), None)
    assert outcome.reason is StopReason.TIME_LIMIT
    assert outcome.x is not None
    assert (whole.matrix @ outcome.x > whole.row_upper + 1).any()


def test_a_stopped_integer_program_has_no_point(tmp_path: Path) -> None:
    """CBC writes the fractional point of the relaxation."""
    options = SolveOptions(time_limit_s=1e-9)
    outcome = run_cbc(CBC, written(tmp_path, integer=True), SOLVE, options, None)
    assert outcome.reason is StopReason.TIME_LIMIT
    assert "no integer solution" in outcome.message
    assert outcome.x is None
    assert np.isnan(outcome.objective)


def test_an_unknown_command_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SolverError, match="CBC refused a command: No match for"):
        run_cbc(CBC, written(tmp_path, integer=True), ["-noSuchThing"], SolveOptions(), None)


def test_a_failure_of_cbc_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SolverError, match="CBC ended with code 3: out of memory"):
        run_cbc(
            fake(tmp_path, "echo out of memory; exit 3"),
            tmp_path / "program.mps",
            SOLVE,
            SolveOptions(),
            None,
        )


def test_a_cbc_that_will_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.solvers.backends.cbc.GRACE_S", 0.1)
    deaf = fake(tmp_path, "trap '' INT; echo $$ > pid; while true; do sleep 0.05; done")
    options = SolveOptions(should_stop=lambda: (tmp_path / "pid").is_file())
    monkeypatch.chdir(tmp_path)
    outcome = run_cbc(deaf, tmp_path / "program.mps", SOLVE, options, None)
    assert outcome.reason is StopReason.INTERRUPTED
    assert outcome.x is None
    late = run_cbc(deaf, tmp_path / "program.mps", SOLVE, SolveOptions(time_limit_s=0.1), None)
    assert late.reason is StopReason.TIME_LIMIT
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_infeasibility_counts_only_if_cbc_ended_by_itself(tmp_path: Path) -> None:
    says = fake(tmp_path, 'echo "Infeasible - objective value 0" > "${1%.mps}.sol"; sleep 0.2')
    file = tmp_path / "program.mps"
    assert run_cbc(says, file, SOLVE, SolveOptions(), None).reason is StopReason.INFEASIBLE
    cut = run_cbc(says, file, SOLVE, SolveOptions(time_limit_s=0.1), None)
    assert cut.reason is StopReason.TIME_LIMIT


def test_infeasibility_contradicted_by_a_known_point_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = fake(tmp_path, 'echo "Infeasible - objective value 0" > "${1%.mps}.sol"')
    monkeypatch.setattr("pulp.PULP_CBC_CMD.pulp_cbc_path", wrong)
    whole = program([1], [[2]], [3], upper=[9], integer=True)
    with pytest.raises(SolverError, match="infeasible that has a feasible point"):
        Pulp().open(None).solve(whole, SolveOptions(), np.array([1.0]))


def test_columns_added_by_pulp_are_left_out() -> None:
    outcome = (
        Pulp()
        .open(None)
        .solve(program([0.0], [[1]], [3], row_lower=[3], upper=[INF]), SolveOptions())
    )
    assert outcome.x is not None
    assert outcome.x.tolist() == [3]


def fake(folder: Path, script: str) -> str:
    """Write a script that stands in for CBC."""
    file = folder / "cbc"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)
