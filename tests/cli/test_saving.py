"""A plan that was found is saved, however often Ctrl-C is pressed meanwhile."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import optimizer as op

Run = Callable[..., Any]


def test_ctrl_c_while_saving(
    run: Run, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = op.Plan.save
    before = signal.getsignal(signal.SIGINT)

    def pressed(plan: op.Plan, folder: Path) -> None:
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
        save(plan, folder)

    monkeypatch.setattr(op.Plan, "save", pressed)
    ran = run("solve", small_folder, "--out", tmp_path / "plan")
    assert ran.code == 0, ran.err
    assert op.load_plan(tmp_path / "plan").has_point
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("command", ["validate", "solve", "info", "verify"])
def test_a_name_too_long_is_bad_input(run: Run, tmp_path: Path, command: str) -> None:
    ran = run(command, tmp_path / ("x" * 300))
    assert ran.code == 2
    assert "File name too long" in ran.err
