"""Faulty study files: every error in its place, with what is allowed, all at once."""

from pathlib import Path
from typing import Any

import pytest

import optimizer as op
from optimizer.solvers.registry import BACKENDS, wording
from tests.factory import one_site

HEAD = "format: 1\nname: a\ninstance: {instance}\n"
TUTORIAL = Path(__file__).parents[2] / "instances" / "tutorial"
VARIED = "name: p, scale: zones.*.capacity_mw"

FAULTS = {
    "axis: []": ["4: axis: unknown key; did you mean axes?"],
    "scenarios: [a]": ["4: scenarios: must be a mapping"],
    "scenarios: {x: [no]}": ["4: scenarios.x[0] = no: no such id in overrides; overrides has none"],
    "axes: [{name: e, values: [1]}]": [
        "4: axes[0]: name the paths that take the values: set, scale or add, a path or a list"
    ],
    f"axes: [{{{VARIED}}}]": ["4: axes[0]: give either values or overrides by label"],
    f"axes: [{{{VARIED}, values: [a]}}]": [
        "4: axes[0]: values to scale by or add must be numbers",
    ],
    f"axes: [{{{VARIED}, values: [.nan, .inf]}}]": [
        "4: axes[0].values[0] = nan: must be a finite number",
        "4: axes[0].values[1] = inf: must be a finite number",
    ],
    f"axes: [{{{VARIED}, values: [1, 1.0]}}]": ["4: axes[0]: contains a value twice: 1.0"],
    f"axes: [{{{VARIED}, values: {{from: 0, to: 2, count: 3, spacing: log}}}}]": [
        "4: axes[0].values: log spacing needs two ends of the same sign, neither of them 0"
    ],
    f"axes: [{{{VARIED.replace('p', 'gap', 1)}, values: [1]}}]": [
        "4: axes[0].name = gap: is taken: it is a column of every study"
    ],
    f"axes: [{{{VARIED}, values: [1]}}, {{{VARIED}, values: [2]}}]": [
        "4: axes[1].name = p: is taken: it is the name of axes[0]"
    ],
    "sample: {method: sobol, draws: 100}": [
        "4: sample: sobol needs a power of two for draws: 64 or 128"
    ],
    "sample: {method: lhs, draws: -1}": [
        "4: sample.method = lhs: must be latin_hypercube, sobol, monte_carlo or saltelli",
        "4: sample.draws = -1: must be at least 1",
    ],
    f"sample: {{draws: 9, parameters: [{{{VARIED}, distribution: {{triangular: [3, 2, 1]}}}}]}}": [
        "4: sample.parameters[0].distribution: the figures of triangular must rise"
    ],
    f"sample: {{draws: 9, parameters: [{{{VARIED}, distribution: {{unifrom: [1, 2]}}}}]}}": [
        "4: sample.parameters[0].distribution.unifrom: unknown key; did you mean uniform?"
    ],
    "keep: {plan: false}": ["4: keep: keep the plan, a displacement, or both"],
    "keep: {tables: [capcity]}": [
        "4: keep.tables[0] = capcity: no such id in the tables of a plan; did you mean capacity?"
    ],
    "options: {gap: -1, backend: higs}": [
        "4: options.gap = -1: must be at least 0",
        f"4: options.backend = higs: must be {wording(BACKENDS)}; did you mean highs?",
    ],
}
"""Text below the head, and the errors reported."""

AGAINST_THE_INSTANCE = {
    "axes: [{name: e, set: classes.*.elasticty, values: [0]}]": [
        "4: axes[0].set = 0: no field elasticty in classes.voice; did you mean elasticity?"
    ],
    "overrides: {a: {scale: {zones.RIVR.capacity_mw: 2}}}": [
        "4: overrides.a.scale.zones.RIVR.capacity_mw = 2: no such id in zones; did you mean RIVER?"
    ],
    "axes: [{name: e, set: zones.*.capacity_mw, values: [1000, -5, 1.0e+12]}]": [
        "4: axes[0].set = -5: must be at least 0 (MW)",
        "4: axes[0].set = 1000000000000: must be at most 1,000,000 (MW); a unit off by a million?",
    ],
    "keep: {displacement: [egde]}": [
        "4: keep.displacement[0] = egde: must be one of edge, offgrid; did you mean edge?"
    ],
    "sample: {draws: 9, assumptions: [zones.RIVER.capacity]}": [
        "4: sample.assumptions[0] = zones.RIVER.capacity: no such id in assumptions;"
        " did you mean zones.RIVER.capacity_mw?"
    ],
    f"sample: {{draws: 9, assumptions: none, parameters: [{{{VARIED}, distribution:"
    " {uniform: [1, 2]}}], correlations: [[p, q, 0.5]]}": [
        "4: sample.correlations[0][1] = q: no such id in the sample; the sample has p"
    ],
}


def faults_of(text: str, folder: Path, check: bool) -> list[str]:
    file = folder / "s.yaml"
    file.write_text(HEAD.format(instance=TUTORIAL) + text + "\n", encoding="utf-8")
    attempt = op.Study.load(file).check if check else lambda: op.Study.load(file)
    with pytest.raises(op.InputError) as raised:
        attempt()
    return [str(one).removeprefix(f"{file}:") for one in raised.value.problems]


@pytest.mark.parametrize("text", FAULTS)
def test_an_error_is_reported_in_its_place(text: str, tmp_path: Path) -> None:
    assert faults_of(text, tmp_path, check=False) == FAULTS[text]


@pytest.mark.parametrize("text", AGAINST_THE_INSTANCE)
def test_an_error_that_only_the_instance_reveals(text: str, tmp_path: Path) -> None:
    assert faults_of(text, tmp_path, check=True) == AGAINST_THE_INSTANCE[text]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"a: [", "is not valid YAML: a value is missing at the end"),
        (b"- a", "is not a study: expected a mapping"),
        (b"format: 1\nname: a", "instance: is required: a folder or a file"),
        (
            b"format: 2\nname: a",
            "format = 2: written by a newer optimizer; update this one, which reads study formats"
            " up to 1",
        ),
    ],
)
def test_a_file_that_is_not_a_study(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(content)
    with pytest.raises(op.InputError) as raised:
        op.Study.load(file)
    (problem,) = raised.value.problems
    assert str(problem).endswith(message)


def test_a_study_built_in_python_reports_the_same_errors() -> None:
    with pytest.raises(op.InputError) as raised:
        op.Study(one_site(), axes=[{"name": "e", "set": "x", "value": [1]}], kep={})
    assert [str(one) for one in raised.value.problems] == [
        "study: axes[0].value: unknown key; did you mean values?",
        "study: kep: unknown key; did you mean keep?",
    ]


def test_changes_that_fail_only_together_become_a_row_not_an_error() -> None:
    """Each value of an axis is valid with the first value of the other, so the study may start."""
    study = op.Study(one_site(), **clashing())
    study.check()
    assert len(study) == 4


def clashing() -> dict[str, Any]:
    """A site has room for either of two fleets, but not for both."""
    room = {"name": "room", "set": "sites.C.it_limit_mw", "values": [10.0, 0.05]}
    fleet = {"name": "fleet", "set": "pools.C/node.existing_units", "values": [0.0, 100.0]}
    return {"axes": [room, fleet]}
