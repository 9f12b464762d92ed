"""The package as users get it: a wheel in an empty environment, away from the repository."""

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import optimizer as op
from optimizer.templates import TEMPLATES

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
BUILT_FROM = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "optimizer", "instances")
LONGEST_S = 600


def run(*command: object, cwd: Path, environment: Path | None = None) -> str:
    """Run a command without access to the repository."""
    known = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    words = list(map(str, command))
    if environment is not None:
        words[0] = str(environment / ("Scripts" if os.name == "nt" else "bin") / words[0])
    done = subprocess.run(
        words, cwd=cwd, env=known, capture_output=True, text=True, timeout=LONGEST_S
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def pip(*words: object, cwd: Path, environment: Path) -> None:
    quietly = ("--quiet", "--disable-pip-version-check", "--constraint", CONSTRAINTS)
    run("python", "-m", "pip", "install", *quietly, *words, cwd=cwd, environment=environment)


def source(to: Path) -> Path:
    """Copy what the package is built from, since a build leaves files in its source."""
    to.mkdir()
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, to)
    return to


def names(folder: Path, *patterns: str) -> set[str]:
    return {str(path.relative_to(folder)) for pattern in patterns for path in folder.glob(pattern)}


def first_hour(environment: Path, home: Path) -> None:
    """Do what a planner does first, with every template."""
    for template in TEMPLATES:
        run(
            "optimizer", "init", template, "--template", template, cwd=home, environment=environment
        )
        run("optimizer", "validate", template, cwd=home, environment=environment)
    plan = run(
        *("optimizer", "solve", "tutorial", "--gap", "0", "--out", "plan", "--json"),
        cwd=home,
        environment=environment,
    )
    expected = op.solve(op.load_instance(ROOT / "instances" / "tutorial"), gap=0).welfare_usd
    assert json.loads(plan)["welfare_usd"] == pytest.approx(expected, rel=1e-9)
    assert "is verified." in run("optimizer", "verify", "plan", cwd=home, environment=environment)
    study = "import optimizer.studies as s; s.Study.load('tutorial/studies/first.yaml').check()"
    run("python", "-c", study, cwd=home, environment=environment)
    schema = run("optimizer", "schema", cwd=home, environment=environment)
    assert json.loads(schema) == op.json_schema()


@pytest.mark.slow
def test_a_wheel_and_an_installation_in_place_work_outside_the_repository(tmp_path: Path) -> None:
    copy, wheels = source(tmp_path / "source"), tmp_path / "wheels"
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels)
    run(sys.executable, "-m", "pip", *build, copy, cwd=tmp_path)
    (wheel,) = wheels.iterdir()
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    page = (f"optimizer/report/page/*.{kind}" for kind in ("css", "js", "json"))
    beside = ("optimizer/catalog/*.csv", "optimizer/py.typed", *page)
    code = names(ROOT, "optimizer/**/*.py", *beside)
    of_instances = ("instance.yaml", "*.csv", "README.md", "studies/*.yaml")
    data = names(ROOT, *(f"instances/*/{pattern}" for pattern in of_instances))
    assert packed == code | {f"optimizer/{name}" for name in data}

    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    pip(wheel, cwd=tmp_path, environment=environment)
    where = ("python", "-c", "import optimizer; print(optimizer.__file__)")
    home = tmp_path / "home"
    home.mkdir()
    assert run(*where, cwd=home, environment=environment).startswith(str(environment))
    first_hour(environment, home)

    pip("setuptools", cwd=tmp_path, environment=environment)
    in_place = ("--no-deps", "--no-build-isolation", "--force-reinstall", "--editable", copy)
    pip(*in_place, cwd=tmp_path, environment=environment)
    other = tmp_path / "other"
    other.mkdir()
    assert run(*where, cwd=other, environment=environment).startswith(str(copy))
    first_hour(environment, other)


def test_the_citation_has_what_the_format_requires_and_the_version_of_the_package() -> None:
    citation = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert str(citation["version"]) == version("optimizer")


def test_every_pin_is_the_installed_version() -> None:
    """Otherwise the checks do not run with the pinned versions (CONTRIBUTING.md, Versions)."""
    pins = [line.split("==") for line in CONSTRAINTS.read_text().splitlines() if "==" in line]
    assert len(pins) > 40
    installed = {}
    for name, _ in pins:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            installed[name] = "not installed"
    assert installed == dict(pins)
