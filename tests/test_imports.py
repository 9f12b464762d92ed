"""Asking for help is quick: nothing heavy is imported until a command needs it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

HEAVY = {
    *("SALib", "highspy", "numpy", "openpyxl", "pandas", "plotly", "pulp", "pyarrow", "pyomo"),
    *("matplotlib", "scipy"),
}

IMPORT = "import optimizer"
HELP = """
import sys
from optimizer.cli import main

sys.argv = ["optimizer", "--help"]
try:
    code = main()
except SystemExit as stop:
    code = stop.code
assert not code, f"--help ended with {code}"
"""
LIST_MODULES = """
import json, sys
print()
print(json.dumps(sorted(sys.modules)))
"""


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules_after(code: str) -> set[str]:
    return set(json.loads(run("-c", code + LIST_MODULES).splitlines()[-1]))


@pytest.mark.parametrize("code", [IMPORT, HELP], ids=["import optimizer", "optimizer --help"])
def test_nothing_heavy_is_imported(code: str) -> None:
    modules = modules_after(f"\n{code}\n")
    assert "optimizer" in modules
    assert not {name.partition(".")[0] for name in modules} & HEAVY


def test_a_heavy_import_would_be_noticed() -> None:
    assert "numpy" in modules_after("\nimport optimizer, numpy\n")


def test_runs_as_a_module() -> None:
    assert "Usage" in run("-m", "optimizer", "--help")


def test_the_documented_layers_are_those_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line.replace("\\|", "/") for line in page.split("| layer |")[1].splitlines()[2:]]
    written = [row.split("|")[1].strip(" `") for row in rows[: rows.index("")]]
    assert written == [row.replace("|", "/") for row in contracts["contracts"][0]["layers"]]


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_/]+/[a-z_]+\.py)`", text))
    assert len(named) > 5
    assert [path for path in named if not {*ROOT.glob(path), *ROOT.glob(f"optimizer/{path}")}] == []
