"""Whether displacements differ beyond their intervals."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import optimizer as op
from optimizer.counterfactual.saved import load_displacement
from optimizer.counterfactual.verdict import Bounds
from optimizer.diff.displacements import (
    AT_BUILDS,
    PROVED,
    SAME,
    UNDETERMINED,
    compare_displacements,
)
from optimizer.diff.inputs import Difference
from optimizer.report.tables.diff import sentences, tables

OLD = Path(__file__).parents[1] / "fixtures" / "formats" / "displacement-1"
TUTORIAL = Path(__file__).parents[2] / "instances" / "tutorial"


def answer(d: float, interval: tuple[Any, Any], proved: tuple[Any, Any]) -> dict[str, Any]:
    data = copy.deepcopy(load_displacement(OLD).summary())
    data["energy"]["displacement"] = d
    data["interval"] = dict(zip(("low", "high"), interval, strict=True))
    data["proved_interval"] = dict(zip(("low", "high"), proved, strict=True))
    return data


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("a", "b", "telling"),
    [
        ((0.3, (0.2, 0.4), (0.1, 0.5)), (0.3, (0.2, 0.4), (0.1, 0.5)), SAME),
        ((0.3, (0.2, 0.4), (0.1, 0.5)), (0.7, (0.6, 0.8), (0.6, 0.9)), PROVED),
        ((0.7, (0.6, 0.8), (0.6, 0.9)), (0.3, (0.2, 0.4), (0.1, 0.5)), PROVED),
        ((0.3, (0.2, 0.4), (0.1, 0.7)), (0.7, (0.6, 0.8), (0.5, 0.9)), AT_BUILDS),
        ((0.3, (0.2, 0.4), (0.1, 0.5)), (0.7, (0.6, 0.8), (None, None)), AT_BUILDS),
        ((0.3, (0.2, 0.6), (0.1, 0.7)), (0.7, (0.5, 0.8), (0.5, 0.9)), UNDETERMINED),
        ((0.3, (0.2, 0.4), (0.1, 0.5)), (0.7, (None, None), (0.6, 0.9)), UNDETERMINED),
        ((0.3, (0.2, 0.4), (0.1, 0.5)), (0.3, (0.2, 0.4), (None, None)), UNDETERMINED),
    ],
)
def test_the_intervals_decide_whether_displacements_differ(a: Any, b: Any, telling: str) -> None:
    compared = compare_displacements(answer(*a), answer(*b))
    assert compared.telling == telling
    assert compared.differs == (telling != SAME)


def test_every_difference_is_listed_with_both_values() -> None:
    a, b = (answer(0.3, (0.2, 0.4), (0.1, 0.5)) for _ in range(2))
    b["verdict"], b["tokens"]["intervention"] = "adds", 7.0
    b["by_year"][0]["verdict"] = "adds"
    b["by_year"][0]["energy"]["displacement"] = 0.05
    compared = compare_displacements(a, b)
    assert compared.words == (Difference("verdict", "mostly adds", "adds"),)
    assert compared.measures == (Difference("tokens.intervention", 1576800.0, 7.0),)
    assert [(difference.path, difference.b) for difference in compared.by_year] == [
        ("2026.verdict", "adds"),
        ("2026.energy.displacement", 0.05),
    ]


def test_a_displacement_of_format_1_is_read_with_its_unknowns() -> None:
    assert json.loads((OLD / "displacement.json").read_text())["format"] == 1
    read = load_displacement(OLD)
    assert read.proved_interval == Bounds(None, None)
    assert (read.verdict.proved, read.elasticity_range) == (False, ())
    for plan in read.plans.values():
        assert op.verify(plan.instance, plan) == []
    comparison = op.compare(OLD, read)
    assert not comparison.differs
    assert sentences(comparison)[1:] == [
        "Nothing differs.",
        "Energy displacement D is the same, 0.30.",
    ]


def test_a_displacement_without_plans_has_no_input() -> None:
    comparison = op.compare(OLD, load_displacement(OLD).model_copy(update={"plans": {}}))
    assert comparison.input is None
    assert "A world has no plan, so there is no input to compare." in sentences(comparison)
    assert comparison.summary()["input"] is None


@pytest.mark.slow
def test_saved_displacements_and_those_in_memory_are_compared(tmp_path: Path) -> None:
    instance = op.load_instance(TUTORIAL)
    options: dict[str, Any] = {
        "gap": 0,
        "attribution": False,
        "elasticity_range": False,
        "flip": False,
    }
    first = op.displacement(instance, **options)
    more = op.load_instance(TUTORIAL, ["classes.voice.slo_ms=900"])
    second = op.displacement(more, **options)
    first.save(tmp_path / "first")
    assert not op.compare(first, tmp_path / "first").differs
    comparison = op.compare(tmp_path / "first", second)
    assert comparison.input == (Difference("classes.voice.slo_ms", 250.0, 900.0),)
    assert comparison.answers is not None
    assert comparison.answers.telling == AT_BUILDS
    assert comparison.answers.a["displacement"] == pytest.approx(0.3)
    assert comparison.answers.b["displacement"] == pytest.approx(0.5)
    assert (
        "Energy displacement D is 0.30 in A and 0.50 in B; the intervals at the builds found do not"
        " overlap, but plans within the gaps with other builds may have the same D."
    ) in sentences(comparison)
    rows = {row[0]: row[1:] for table in tables(comparison) for row in table.rows}
    assert rows["verdict"] == ("mostly adds", "mixed")
    assert rows["energy: D"] == ("0.30", "0.50")
    assert rows["tokens: intervention, Gtok"] == ("1,576,800", "788,400")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"format": 4}',
            "displacement.json: format = 4: written by a newer optimizer; update this one, which"
            " reads displacement formats up to 3",
        ),
        (
            "[]",
            "displacement.json: format = None: must be from 1 to 3, the displacement format of"
            " this version",
        ),
        (
            "{",
            "displacement.json:1: is not JSON: Expecting property name enclosed in double quotes",
        ),
    ],
)
def test_a_file_that_is_not_a_displacement_is_reported(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "displacement.json").write_text(text)
    with pytest.raises(op.InputError) as caught:
        op.compare(tmp_path, OLD)
    assert str(caught.value) == f"{tmp_path}/{message}"


def test_missing_fields_are_reported(tmp_path: Path) -> None:
    data = json.loads((OLD / "displacement.json").read_text())
    del data["verdict"], data["tokens"]
    (tmp_path / "displacement.json").write_text(json.dumps(data))
    with pytest.raises(op.InputError) as caught:
        op.compare(tmp_path, OLD)
    assert [problem.field for problem in caught.value.problems] == ["verdict", "tokens"]
