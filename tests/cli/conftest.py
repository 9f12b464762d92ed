"""Folders of instances and of a plan, and the commands run in this process."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from tests.cli.cases import small, write


class Ran:
    """Output and exit code of a command."""

    def __init__(self, *arguments: object) -> None:
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    monkeypatch.setenv("COLUMNS", "100")
    return Ran


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(small(), tmp_path_factory.mktemp("instances") / "small")


@pytest.fixture(scope="session")
def kept_plan(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plans") / "small"
    ran = Ran("solve", small_folder, "--out", out, "--quiet")
    assert ran.code == 0, ran.err
    return out


@pytest.fixture
def plan_folder(kept_plan: Path, tmp_path: Path) -> Path:
    """A copy of a saved plan, to be tampered with."""
    return Path(shutil.copytree(kept_plan, tmp_path / "plan"))
