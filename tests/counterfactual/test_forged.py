"""A saved displacement is believed in nothing that the plans of its worlds can show."""

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

import optimizer as op
from optimizer.counterfactual import displacement
from optimizer.counterfactual.results import (
    Displacement,
    GridReturnResult,
    InterventionResult,
    ReboundResult,
)
from optimizer.counterfactual.saved import SavedResult, load_displacement, read_displacement
from optimizer.errors import InputError
from optimizer.verification import verify_result
from optimizer.verification.claims import Claims
from optimizer.verification.intervention_result import check_result
from tests.cli.cases import small
from tests.counterfactual.cases import QUICK, one_cloud, same_zone, two_sites, unlocked
from tests.factory import changed

FORMATS = Path(__file__).parents[1] / "fixtures" / "formats"

BELIEVED = (
    "format",
    "seconds.*",
    "elasticity_range.*",
    "worlds.F.*",
    "worlds.inf.*",
    "worlds.*.builds",
    "attribution.noise_mwh",
    "attribution.gap",
    "step_share",
    "interval.*",
    "by_year.*.interval.*",
    "proved_interval.*",
    "verdicts.*.interval.*",
    "verdicts.*.proved_interval.*",
    "by_year.*.verdicts.*.interval.*",
    "by_year.*.verdicts.*.proved_interval.*",
    "flip.*",
    "refill.mw",
    "by_year.*.refill.mw",
)
"""Numbers that rest on other worlds or on the solver; ends of intervals may move outwards."""


@pytest.fixture(scope="module")
def result() -> InterventionResult:
    return displacement(small(), "edge", gap=1e-4)


@pytest.fixture(scope="module")
def kept(result: InterventionResult, tmp_path_factory: pytest.TempPathFactory) -> SavedResult:
    folder = tmp_path_factory.mktemp("saved") / "result"
    result.save(folder)
    return read_displacement(folder)


@pytest.fixture
def folder(kept: SavedResult, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept.folder, tmp_path / "copy"))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside:
        if isinstance(inner, dict | list) and inner:
            yield from leaves(inner, (*path, key))
        else:
            yield (*path, key)


def dotted(path: tuple[Any, ...]) -> str:
    return ".".join(map(str, path))


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    document = copy.deepcopy(document)
    above = document
    for key in path[:-1]:
        above = above[key]
    above[path[-1]] = value
    return document


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def reread(kept: SavedResult, document: dict[str, Any]) -> SavedResult:
    """The saved result with another displacement.json, and the same plans."""
    result = type(kept.result).model_validate(document)
    return replace(
        kept, document=document, result=result.model_copy(update={"plans": kept.result.plans})
    )


def write(folder: Path, document: Any) -> None:
    (folder / "displacement.json").write_text(json.dumps(document))


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_displacement(folder)
    return str(caught.value)


@pytest.fixture
def plans_are_read_once(kept: SavedResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plans hold, and are laid out once for all forged documents."""
    read = {id(plan): Claims.read(plan.instance, plan) for plan in kept.result.plans.values()}
    monkeypatch.setattr("optimizer.verification.verify_plan", lambda *_: [])
    monkeypatch.setattr(Claims, "read", lambda _, plan: read[id(plan)])


@pytest.mark.slow
@pytest.mark.usefixtures("plans_are_read_once")
def test_every_number_that_the_plans_show_is_recomputed(kept: SavedResult) -> None:
    document = dict(kept.document)
    assert kept.violations() == []
    numbers = [
        path
        for path in leaves(document)
        if isinstance(at(document, path), float | int)
        and not any(fnmatch(dotted(path), pattern) for pattern in BELIEVED)
    ]
    assert len(numbers) > 60
    for path in numbers:
        value = at(document, path)
        forged = value + 1 if isinstance(value, int) else value * 1.01 + 0.01
        forged = not value if isinstance(value, bool) else forged
        violations = reread(kept, put(document, path, forged)).violations()
        assert violations, dotted(path)


def test_words_that_are_not_those_of_the_figures_are_found(kept: SavedResult) -> None:
    document = dict(kept.document)
    for path in (("verdict",), ("by_year", 0, "verdict"), ("status",), ("intervention",)):
        forged = reread(kept, put(document, path, "substitutes"))
        assert any(violation.where == dotted(path) for violation in check_result(forged.result))


def test_an_interval_must_hold_the_displacement(kept: SavedResult) -> None:
    document = dict(kept.document)
    found = document["energy"]["displacement"]
    for low, high in ((found + 0.01, found + 0.02), (None, found), (found, found - 0.01)):
        forged = reread(kept, put(document, ("interval",), {"low": low, "high": high}))
        assert "interval" in {violation.where for violation in check_result(forged.result)}


def test_a_verdict_is_proven_only_in_the_band_of_the_proven_interval(kept: SavedResult) -> None:
    wide = put(dict(kept.document), ("proved_interval",), {"low": -9.0, "high": 9.0})
    forged = reread(kept, put(wide, ("proved",), True))
    assert [violation.where for violation in check_result(forged.result)] == ["proved", "proved"]


def test_a_refused_folder_names_file_field_claim_and_figure(folder: Path) -> None:
    document = json.loads((folder / "displacement.json").read_text())
    document["energy"]["displacement"] = 0.99
    write(folder, document)
    message = refusal(folder)
    assert f"{folder / 'displacement.json'}: energy.displacement = 0.99: is not what" in message


def other(folder: Path, **edits: Any) -> op.Plan:
    """Save the plan of another instance as a world."""
    plan = op.load_plan(folder)
    again = op.solve(changed(plan.instance, edits), gap=1e-4, prices=False)
    again.save(folder)
    return again


SWAPS: dict[str, Callable[[Path], object]] = {
    "the baseline twice": lambda folder: copied(folder, "0", "1"),
    "the world with the intervention twice": lambda folder: copied(folder, "1", "0"),
    "the baseline of another limit": lambda folder: other(
        folder / "world-0", **{"zones.Z.limit_mw": 2.5}
    ),
    "the intervention in an instance with another price": lambda folder: other(
        folder / "world-1", **{"zones.Z.energy_price_usd_per_mwh": 51}
    ),
}


def copied(folder: Path, source: str, target: str) -> None:
    shutil.rmtree(folder / f"world-{target}")
    shutil.copytree(folder / f"world-{source}", folder / f"world-{target}")


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
def test_worlds_that_do_not_belong_together_are_refused(
    folder: Path, swap: Callable[[Path], object]
) -> None:
    swap(folder)
    assert "world-" in refusal(folder)


def test_the_first_field_that_differs_is_named(folder: Path) -> None:
    other(folder / "world-0", **{"zones.Z.limit_mw": 2.5})
    message = refusal(folder)
    assert "world-0/instance.json: zones.Z.limit_mw.0 = 2.5" in message
    assert message.rstrip().endswith(": 3")


def test_a_missing_truncated_or_empty_file_is_refused_by_name(
    kept: SavedResult, folder: Path
) -> None:
    files = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 30
    for name in files[:: len(files) // 7]:
        whole = (folder / name).read_bytes()
        for damage in (None, whole[: len(whole) // 2]):
            (folder / name).unlink()
            if damage is not None:
                (folder / name).write_bytes(damage)
            assert name.name in refusal(folder)
            (folder / name).write_bytes(whole)


def test_a_table_without_a_column_is_refused(folder: Path) -> None:
    for name, column in (
        ("world-0/power", "power_mw"),
        ("world-1/placement", "site"),
        ("by_year", "verdict"),
    ):
        file = folder / f"{name}.parquet"
        table = pd.read_parquet(file)
        table.drop(columns=column).to_parquet(file, index=False)
        assert column in refusal(folder)
        table.to_parquet(file, index=False)


def test_a_table_that_differs_from_the_file_is_refused(folder: Path) -> None:
    file = folder / "by_year.parquet"
    table = pd.read_parquet(file)
    table.loc[0, "energy_intervention_mwh"] += 1
    table.to_parquet(file, index=False)
    assert "by_year.parquet: energy_intervention_mwh" in refusal(folder)


@pytest.mark.slow
@pytest.mark.usefixtures("plans_are_read_once")
def test_a_key_or_value_of_the_wrong_kind_never_crashes(kept: SavedResult) -> None:
    document = dict(kept.document)
    groups = {path[:n] for path in leaves(document) for n in range(1, len(path) + 1)}
    # The format is read, and refused, before anything else.
    for path in sorted(groups - {("format",)}, key=dotted):
        for value in (None, "x", [], {}, -1, True):
            with suppress(ValidationError):  # a value of the wrong kind is named when read
                reread(kept, put(document, path, value)).violations()


@pytest.mark.parametrize("text", ["[" * 100_000, '{"format": NaN}', '{"format": 3', "\x00"])
def test_text_that_is_not_a_document_is_refused(folder: Path, text: str) -> None:
    (folder / "displacement.json").write_text(text)
    assert "displacement.json" in refusal(folder)


INSTANCES: dict[str, tuple[Callable[[], Any], str]] = {
    "a shared limit": (same_zone, "edge"),
    "work that must be served and only the edge reaches": (
        lambda: unlocked({"classes.fast.must_serve": True}),
        "edge",
    ),
    "a model at a site that is not new": (
        lambda: one_cloud(
            5,
            {
                "models.n": {"total_params_b": 8, "active_params_b": 8, "quality": 50},
                "serving.n-node": {
                    "model": "n",
                    "hardware": "node",
                    "batch": 1,
                    "tokens_per_s": 1e6 / 3.6 / 10,
                    "loaded_w": 5e4,
                    "memory_gb": 50,
                    "ttft_ms": 100,
                },
                "sites.C.pue": 1.3,
                "interventions": [{"id": "new", "models": ["n"]}],
            },
        ),
        "new",
    ),
    "a step in efficiency": (
        lambda: one_cloud(
            5, {"zones.Z.limit_mw": 3, "interventions": [{"id": "new", "efficiency": STEP}]}
        ),
        "new",
    ),
    "more grid in some years": (
        lambda: two_sites(
            5,
            1,
            {
                "time.years": [2026, 2028],
                "zones.Z.limit_mw": {2026: 2, 2028: 3},
                "interventions": [
                    {"id": "new", "grid": [{"zone": "Z", "added_mw": {2026: 0, 2028: 1}}]}
                ],
            },
        ),
        "new",
    ),
    "a policy that mandates it": (
        lambda: two_sites(5, 2, {"policy.min_edge_share": 0.3}),
        "edge",
    ),
}
STEP = {"energy_factor": 0.5, "hardware_factor": 0.8}


@pytest.mark.thin(2)
@pytest.mark.parametrize(("make", "name"), INSTANCES.values(), ids=INSTANCES)
def test_a_result_of_every_kind_verifies_against_its_instance_and_no_other(
    make: Callable[[], Any], name: str, tmp_path: Path
) -> None:
    instance = make()
    found = displacement(instance, name, gap=1e-7, **QUICK)
    assert found.status == "solved"
    assert op.verify(instance, found) == []
    dearer = changed(instance, {"money.discount_rate": 0.05})
    assert [each.where for each in op.verify(dearer, found)] == ["instance"]
    found.save(tmp_path)
    assert verify_result(load_displacement(tmp_path)) == []


def test_a_rebound_is_recomputed() -> None:
    make, name = INSTANCES["a step in efficiency"]
    found = displacement(make(), name, gap=1e-7, **QUICK)
    assert isinstance(found, ReboundResult)
    assert found.rebound is not None
    forged = replace(found.rebound, energy_with_mwh=found.rebound.energy_with_mwh * 0.9)
    faults = check_result(found.model_copy(update={"rebound": forged}))
    assert {"rebound.energy_with_mwh", "rebound.rebound"} <= {fault.where for fault in faults}
    faults = check_result(found.model_copy(update={"words": "backfire"}))
    assert [fault.where for fault in faults] == ["verdict"]


def test_a_grid_return_is_recomputed() -> None:
    make, name = INSTANCES["more grid in some years"]
    found = displacement(make(), name, gap=1e-7, **QUICK)
    assert isinstance(found, GridReturnResult)
    assert found.grid_return is not None
    forged = replace(found.grid_return, mwh_per_mw=2 * found.grid_return.mwh_per_mw)
    faults = check_result(found.model_copy(update={"grid_return": forged}))
    assert [fault.where for fault in faults] == ["grid_return.mwh_per_mw"]
    swapped = {"0": found.plans["1"], "1": found.plans["0"]}
    faults = check_result(found.model_copy(update={"plans": swapped}))
    assert any("zones.Z.limit_mw" in fault.where for fault in faults)


def test_a_displacement_of_format_1_verifies() -> None:
    saved = read_displacement(FORMATS / "displacement-1")
    assert isinstance(saved.result, Displacement)
    assert saved.violations() == []
