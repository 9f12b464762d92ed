"""Shipped studies load, every change in them has an effect, and they mean what they say.

Every study in `FOLDER` has to be counted here.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import optimizer as op
from optimizer.load import with_overrides
from optimizer.schema.instance import Instance
from optimizer.studies import Study
from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.worker import Base, ScenarioOutcome, Task, perform

FOLDER = Path("instances")
COUNTS = {
    "tutorial/first": 12,
    "tutorial/assumptions": 500,
    "pjm/jevons": 36,
    "pjm/grid-limit": 25,
    "pjm/choke-price": 6,
    "pjm/contrarian": 12,
    "pjm/assumptions": 64,
}


def file_of(name: str) -> Path:
    instance, study = name.split("/")
    return FOLDER / instance / "studies" / f"{study}.yaml"


def test_every_shipped_study_is_counted() -> None:
    shipped = {f"{file.parent.parent.name}/{file.stem}" for file in FOLDER.glob("*/studies/*")}
    assert shipped == set(COUNTS)
    assert all(file_of(name).is_file() for name in COUNTS)


@cache
def study_of(name: str) -> Study:
    return Study.load(file_of(name))


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", COUNTS)
def test_a_study_loads_with_the_stated_number_of_scenarios(name: str) -> None:
    study = study_of(name)
    assert len(study) == COUNTS[name]
    digests = {scenario.digest for scenario in study.scenarios}
    assert len(digests) == COUNTS[name]  # each asks something of its own
    assert study.instance.name == name.split("/")[0]
    assert study.definition.title
    assert study.definition.description


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name != "tutorial/first" else name
        for name in COUNTS
    ],
)
def test_every_change_changes_the_instance(name: str) -> None:
    study_of(name).check()


def made(study: Study) -> Iterator[tuple[str, Instance]]:
    """Instance of each scenario, with profiles cut to a day: no study of PJM changes them."""
    days = [
        profile.model_copy(update={"values": profile.values[:24]})
        for profile in study.instance.profiles
    ]
    instance = study.instance.model_copy(update={"profiles": tuple(days)})
    for scenario in study.scenarios:
        yield scenario.name, with_overrides(instance, scenario.edits)


@pytest.mark.slow
def test_a_jevons_step_scales_energy_and_hardware_alike() -> None:
    factors = set()
    for name, instance in made(study_of("pjm/jevons")):
        (step,) = instance.interventions
        assert step.efficiency is not None
        factors.add(step.efficiency.energy_factor)
        assert step.efficiency.hardware_factor == step.efficiency.energy_factor
        (elasticity,) = {group.elasticity for group in instance.classes}
        assert name.endswith(f"elasticity={elasticity:g}")
        # The curve must not end where the cheapest token is asked for.
        asked = step.efficiency.energy_factor**elasticity
        assert all(group.end_multiple >= min(asked, 300) for group in instance.classes)
    assert sorted(factors) == [0.025, 0.05, 0.1, 0.2, 0.4, 0.8]


def test_a_jevons_step_of_1_is_refused() -> None:
    """Why the axis does not begin at 1: an intervention has to change something."""
    study = study_of("pjm/jevons")
    at_one = op.Edit("interventions.cheaper.efficiency", "set", {"energy_factor": 1}, "here")
    also = op.Edit("interventions.cheaper.efficiency", "set", {"hardware_factor": 1}, "here")
    with pytest.raises(op.InputError, match="changes nothing"):
        with_overrides(study.instance, [*study.scenarios.of_base(), at_one, also])


@pytest.mark.slow
def test_the_grid_limit_study_changes_the_area_and_the_fleets() -> None:
    study = study_of("pjm/grid-limit")
    ucap, phones = set(), set()
    (before,) = study.instance.capacity_areas
    was = {pool.id: pool for pool in study.instance.pools}["DOM-devices/phone"].existing_units
    assert before.procured_ucap_mw is not None
    for _, instance in made(study):
        (area,) = instance.capacity_areas
        assert area.procured_ucap_mw is not None
        ucap |= {area.procured_ucap_mw[y] - before.procured_ucap_mw[y] for y in (2027, 2030)}
        pools = {pool.id: pool for pool in instance.pools}
        phones.add(round(pools["DOM-devices/phone"].existing_units[2030] / was[2030], 3))
        assert pools["DOM-edge/edge-h100"] == before_pool(study, "DOM-edge/edge-h100")
    assert ucap == {-2000, 0, 1000, 2000, 6623}
    assert phones == {0, 0.5, 1, 2, 4}


def before_pool(study: Study, name: str) -> object:
    return {pool.id: pool for pool in study.instance.pools}[name]


def test_the_lowest_choke_price_is_above_the_reference_price() -> None:
    """Below it there is no curve, and the scenario would be bad input."""
    for _, instance in made(study_of("pjm/choke-price")):
        for group in instance.classes:
            reference = max(group.reference_price_usd_per_mtok.values())
            assert group.choke_price_usd_per_mtok > reference


@pytest.mark.slow
def test_caps_limit_clouds_to_the_modelled_load_of_2026() -> None:
    study = study_of("pjm/contrarian")
    total = next(row for row in study.instance.assumptions if row.path == "workloads.*")
    capped = [i for name, i in made(study) if "caps=today" in name]
    assert len(capped) == 6
    for instance in capped:
        clouds = {site.zone for site in instance.sites if site.kind == "cloud"}
        assert {cap.zone for cap in instance.zone_caps} == clouds
        caps = [next(iter(cap.cap_mw.values())) for cap in instance.zone_caps if cap.cap_mw]
        assert sum(caps) == total.value == 5040
    assert not any(i.zone_caps for name, i in made(study) if "caps=none" in name)


def test_the_able_edge_may_serve_all_that_the_largest_model_serves() -> None:
    for name, instance in made(study_of("pjm/contrarian")):
        model = {model.id: model for model in instance.models}["phi-4-14b"]
        able = "edge=able" in name
        for group in instance.classes:
            assert not able or (
                model.quality >= group.quality_floor and "device" in group.site_kinds
            )
        coding = next(group for group in instance.classes if group.id == "coding")
        assert able == (model.quality >= coding.quality_floor)


def test_all_assumptions_but_shares_of_growth_are_drawn() -> None:
    study = study_of("pjm/assumptions")
    zones = {f"zones.{zone.id}.*" for zone in study.instance.zones}
    assert set(study.scenarios.left_out) == zones
    assert len(study.scenarios.distributions) == len(study.instance.assumptions) - len(zones)
    assert study.definition.sample is not None
    ((power, nodes, _),) = study.definition.sample.correlations
    draws = pd.DataFrame({name: study.scenarios.draws[name] for name in (power, nodes)})
    assert draws.corr("spearman").iloc[0, 1] == pytest.approx(0.8, abs=0.05)


@pytest.mark.slow
def test_the_first_study_runs_whole(tmp_path: Path) -> None:
    study = study_of("tutorial/first")
    with ThreadPoolExecutor(1) as pool:
        results = study.run(tmp_path, jobs=1, executor=pool)
    assert len(results) == 12
    assert (results["status"] == "solved").all()
    assert (results["edge_verdict"] == "mostly adds").all()  # as its README says
    assert len(list((tmp_path / "tables" / "capacity").glob("*.parquet"))) == 12
    few, many = (part for _, part in results.groupby("phones"))
    assert list(few["draw"]) == list(many["draw"]) == list(range(6))
    assert (few["voice"].to_numpy() == many["voice"].to_numpy()).all()
    # Phones take voice that the cloud would serve, the edge site voice that nobody else reaches
    # (docs/tutorial.md): with more phones, more is displaced for each MWh at the edge.
    assert (many["edge_displacement"].to_numpy() > few["edge_displacement"].to_numpy()).all()


def solved(name: str, *wanted: str) -> list[dict[str, Any]]:
    """What comes of some scenarios of a study, by their names."""
    study = study_of(name)
    scenarios = {scenario.name: scenario for scenario in study.scenarios}
    digest = digest_of_base(study.instance)
    base = Base.of(study.instance, digest)
    keep, options = study.definition.keep, study.definition.options
    rows = []
    for wanted_name in wanted:
        outcome = perform(Task(digest, base, scenarios[wanted_name].edits, keep, options, 1))
        assert isinstance(outcome, ScenarioOutcome)
        assert outcome.status == "solved", outcome.reason
        rows.append(dict(outcome.cells))
    return rows


@pytest.mark.slow
def test_backfire_begins_between_the_ends_of_the_elasticities() -> None:
    low, high = solved(
        "pjm/jevons",
        "base/token_factor=0.4/elasticity=-0.2",
        "base/token_factor=0.4/elasticity=-1.5",
    )
    assert 0 < low["cheaper_rebound_low"] <= low["cheaper_rebound_high"] < 1
    assert low["cheaper_rest_with_mwh"] < low["cheaper_rest_without_mwh"]
    assert high["cheaper_rebound_low"] > 1
    assert high["cheaper_rebound_words"] == "backfire"
    assert high["cheaper_rest_with_mwh"] > high["cheaper_rest_without_mwh"]


@pytest.mark.slow
def test_where_the_grid_is_not_short_edge_substitutes_less() -> None:
    short, roomy = solved(
        "pjm/grid-limit", "base/more_ucap_mw=0/devices=1", "base/more_ucap_mw=6623/devices=1"
    )
    assert "RTO" in short["edge_binding"]
    assert short["edge_verdict"] == "mostly substitutes"
    assert "RTO" not in (roomy["edge_binding"] or "")
    assert roomy["edge_high"] < short["edge_low"]
    assert roomy["grid_peak_mw"] > 1.05 * short["grid_peak_mw"]


@pytest.mark.slow
def test_a_low_choke_price_leaves_edge_less_to_do() -> None:
    low, assumed = solved("pjm/choke-price", "base/choke_price=0.15", "base/choke_price=1")
    assert low["edge_mwh"] < assumed["edge_mwh"]
    assert low["welfare_usd"] < assumed["welfare_usd"]


@pytest.mark.slow
def test_caps_on_clouds_bind_and_edge_adds() -> None:
    free, capped = solved(
        "pjm/contrarian",
        "base/edge=assumed/caps=none/willingness=assumed",
        "base/edge=assumed/caps=today/willingness=assumed",
    )
    assert "zone cap" not in (free["edge_binding"] or "")
    assert "zone cap DOM-cloud" in capped["edge_binding"]
    assert capped["edge_rest_with_mwh"] < free["edge_rest_with_mwh"]
    assert capped["edge_high"] < free["edge_low"]


@pytest.mark.slow
def test_a_draw_is_answered() -> None:
    (row,) = solved("pjm/assumptions", "base/draw-01")
    assert row["edge_low"] <= row["edge_displacement"] <= row["edge_high"]
