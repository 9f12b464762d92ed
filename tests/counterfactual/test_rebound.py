"""Steps in efficiency and grid expansion, against closed forms and hand calculations."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import optimizer as op
from optimizer.counterfactual.apply_intervention import changed_by
from optimizer.counterfactual.rebound import BACKFIRES, REBOUNDS, UNDEFINED, ratio
from optimizer.schema.instance import Instance
from tests.counterfactual.cases import GAP, GTOK_A_YEAR, RACK, one_cloud, serving
from tests.factory import Edits, changed, every_kind
from tests.properties.tiny import tiny_instances

HALF = {"id": "half", "efficiency": {"energy_factor": 0.5}}


def ask(instance: Instance, intervention: str = "half", gap: float = GAP) -> op.Displacement:
    result = op.displacement(instance, intervention, gap=gap, elasticity_range=False, flip=False)
    assert result.status == "solved"
    for plan in result.plans.values():
        assert op.verify(plan.instance, plan) == []
    return result


def priced(elasticity: float, intervention: dict[str, Any] = HALF) -> Instance:
    """Demand of 10 Gtok/h at the price of its energy, which is its only cost."""
    return one_cloud(
        10,
        {
            "classes.chat.elasticity": elasticity,
            "classes.chat.reference_price_usd_per_mtok": 1,
            "classes.chat.max_demand_multiple": 30,
            "pools.C/node.existing_units": 1000 * RACK,
            "interventions": [intervention],
        },
    )


@pytest.mark.thin(3)
@pytest.mark.parametrize("factor", [0.5, 0.8])
@pytest.mark.parametrize("elasticity", [-0.3, -0.5, -1.0, -1.5])
def test_rebound_of_iso_elastic_demand_matches_the_closed_form(
    elasticity: float, factor: float
) -> None:
    """With m times less energy per token, energy changes by m^(|e| - 1): backfire from e = -1."""
    step = {"id": "half", "efficiency": {"energy_factor": factor}}
    result = ask(priced(elasticity, step))
    times = 1 / factor
    exact = (times ** (-elasticity - 1) - factor) / (1 - factor)
    # Each world ends within a step of its exact demand, and the saving is a share of that.
    assert result.step_share is not None
    assert result.rebound.rebound == pytest.approx(exact, abs=0.05)
    assert result.rebound.low <= result.rebound.rebound <= result.rebound.high
    if elasticity > -1:
        assert result.verdict.words == REBOUNDS
    if elasticity < -1:
        assert result.verdict.words == BACKFIRES
    assert result.rebound.energy_frozen_mwh == pytest.approx(
        factor * result.rebound.energy_without_mwh, rel=1e-6
    )
    grown = result.tokens.rest_with / result.tokens.rest_without
    assert grown == pytest.approx(times**-elasticity, rel=0.05)


def test_inelastic_demand_takes_nothing_back() -> None:
    result = ask(one_cloud(10, {"interventions": [HALF]}))
    assert result.rebound.rebound == pytest.approx(0, abs=1e-6)
    assert result.rebound.words == REBOUNDS
    assert result.rebound.peak_ratio == pytest.approx(1)
    assert result.energy.displacement is None
    assert result.energy.rest_with == pytest.approx(5 * GTOK_A_YEAR)


def test_a_binding_limit_takes_all_of_the_saving_back() -> None:
    """3 MW for a demand of 10 Gtok/h: half the energy per token serves twice as many."""
    result = ask(one_cloud(10, {"zones.Z.limit_mw": 3, "interventions": [HALF]}))
    assert result.rebound.rebound == pytest.approx(1)
    assert result.tokens.rest_with == pytest.approx(2 * result.tokens.rest_without)
    assert result.rebound.peak_ratio == pytest.approx(2)


def test_built_hardware_counts_as_infrastructure() -> None:
    """Half the racks per token, all to be built, and demand is not limited by them."""
    step = {"id": "half", "efficiency": {"energy_factor": 0.5, "hardware_factor": 0.5}}
    instance = one_cloud(
        10,
        {
            "zones.Z.limit_mw": 3,
            "interventions": [step],
            "hardware.node.capex_usd": 1000,
            "pools.C/node.existing_units": 0,
            "pools.C/node.units_per_pod": 1,
            "pools.C/node.max_pods": 200,
        },
    )
    result = ask(instance)
    built = {world: plan.capacity["units"].sum() for world, plan in result.plans.items()}
    # 3 Gtok/h by 30 units of a tenth; then 6 by 30 of a fifth, where 3 would take 15.
    assert built == {"0": 30, "1": 30}
    assert result.rebound.capital_ratio == pytest.approx(2)


def test_rebound_is_undefined_without_a_saving() -> None:
    """Twice the energy per token: fixed service saves nothing, and a warning says so."""
    worse = {"id": "half", "efficiency": {"energy_factor": 2}}
    result = ask(one_cloud(10, {"interventions": [worse]}))
    assert result.rebound.rebound is None
    assert result.verdict.words == UNDEFINED
    assert any("no saving" in warning for warning in result.warnings)


def test_densing_is_a_step_in_efficiency() -> None:
    """Doubling every 12 months from 2026: half the energy in 2027, the same in 2026."""
    law = {"id": "half", "efficiency": {"densing_doubling_months": 12}}
    edits: Edits = {"interventions": [law], "time.years": [2026, 2027]}
    result = ask(one_cloud(10, edits))
    assert result.energy.rest_without == pytest.approx(20 * GTOK_A_YEAR)
    assert result.energy.rest_with == pytest.approx(15 * GTOK_A_YEAR)


def test_a_step_may_apply_to_some_configurations_only() -> None:
    step = {"id": "half", "efficiency": {"energy_factor": 0.5, "serving": ["m-box"]}}
    instance = one_cloud(10, {"interventions": [step]})
    after = changed_by(instance, instance.interventions[0])
    by_id = {one.id: one.energy_multiplier for one in after.serving}
    assert by_id == {"m-node": {0: 1.0}, "m-box": {0: 0.5}} or by_id["m-box"] != by_id["m-node"]
    result = ask(instance)
    assert result.verdict.words == UNDEFINED


@settings(max_examples=8)
@given(tiny_instances(), st.sampled_from([0.5, 0.9]))
def test_a_step_in_efficiency_never_reduces_welfare(instance: Instance, factor: float) -> None:
    step = {
        "id": "half",
        "efficiency": {"energy_factor": factor, "hardware_factor": factor},
    }
    # At negative prices more energy is better.
    instance = changed(
        instance,
        {"interventions": [step], "zones.Z.energy_price_usd_per_mwh": 50, "contracts": []},
    )
    result = op.displacement(instance, "half", gap=GAP, elasticity_range=False, flip=False)
    if not result.plans:
        return
    better, before = result.worlds["1"].welfare_usd, result.worlds["0"].welfare_usd
    # Its demand steps may differ by one step from those of the baseline.
    assert better >= before - 1e-3 * max(abs(before), 1.0)


def test_the_json_of_a_step_with_every_kind_of_site(tmp_path: Path) -> None:
    result = ask(every_kind({"interventions": [HALF]}), gap=1e-3)
    summary = result.summary()
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["rebound"]["rebound"] == result.rebound.rebound  # type: ignore[union-attr]
    result.save(tmp_path / "answer")
    assert op.load_plan(tmp_path / "answer" / "world-1").status in ("optimal", "gap_reached")


def test_rebound_over_the_published_range_of_elasticities() -> None:
    result = op.displacement(priced(-0.7), "half", gap=GAP)
    assert [one.elasticity for one in result.elasticity_range] == [-0.3, -1.11]
    for one in result.elasticity_range:
        exact = (2 ** (-one.elasticity - 1) - 0.5) / 0.5
        assert one.rebound == pytest.approx(exact, abs=0.05)
        assert one.displacement is None


@pytest.mark.parametrize("limit", ["limit_mw", "capacity_mw"])
def test_a_grid_expansion_serves_what_the_limit_held_back(limit: str) -> None:
    """3 of 10 Gtok/h at 1 MW each: 2 MW more serve 2 Gtok/h more all year, 8 more serve 7."""
    for added, more in ((2, 2), (8, 7)):
        grid = {"id": "lines", "grid": [{"zone": "Z", "added_mw": added}]}
        edits: dict[str, Any] = {f"zones.Z.{limit}": 3, "interventions": [grid]}
        if limit == "capacity_mw":
            edits |= {"zones.Z.capacity_mw": 3.6, "zones.Z.reserve_margin": 0.2}
        result = ask(one_cloud(10, edits), "lines")
        assert result.grid_return.added_mw == added
        assert result.grid_return.mwh_per_mw == pytest.approx(more / added * GTOK_A_YEAR)
        assert result.grid_return.gtok_per_mw == pytest.approx(more / added * GTOK_A_YEAR)
        assert result.verdict.words == "serves more"


def test_more_accredited_capacity_serves_more() -> None:
    area = {
        "id": "A",
        "zones": ["Z"],
        "forecast_pool_requirement": 0.9,
        "procured_ucap_mw": 2.7,
        "capacity_price_usd_per_mw_day": 0,
    }
    grid = {"id": "lines", "grid": [{"capacity_area": "A", "added_mw": 0.9}]}
    result = ask(one_cloud(10, {"capacity_areas": [area], "interventions": [grid]}), "lines")
    # 0.9 MW of UCAP covers 1 MW of peak.
    assert result.grid_return.mwh_per_mw == pytest.approx(GTOK_A_YEAR / 0.9)


def test_an_expansion_without_demand_changes_nothing() -> None:
    grid = {"id": "lines", "grid": [{"zone": "Z", "added_mw": 5}]}
    result = ask(one_cloud(10, {"zones.Z.limit_mw": 50, "interventions": [grid]}), "lines")
    assert result.verdict.words == "changes nothing"


@pytest.mark.parametrize("edit", [{"zones.Z.limit_mw": 0.1}])
def test_a_world_without_a_plan_gives_no_figures(edit: Edits) -> None:
    must = {"classes.chat.must_serve": True, "interventions": [HALF]}
    result = op.displacement(one_cloud(10, must | dict(edit)), "half")
    assert result.status == "infeasible"
    assert result.rebound is None
    assert result.energy is None
    assert result.verdict.words == "undetermined"
    assert any("has no plan: infeasible" in warning for warning in result.warnings)


def test_the_ratio_is_none_without_a_saving() -> None:
    assert ratio(10, 9, 10) is None
    assert ratio(10, 9, 8) == pytest.approx(0.5)
    assert ratio(10, 11, 8) == pytest.approx(1.5)
    assert ratio(10, 7, 8) == pytest.approx(-0.5)
    assert math.isclose(ratio(10, 8, 8) or 0.0, 0.0)


@pytest.mark.parametrize(
    ("intervention", "message"),
    [
        ({"id": "a"}, "give at least one of site_kinds, sites, models, efficiency, grid"),
        (HALF | {"models": ["m"]}, "mixes sites or models, efficiency, and grid"),
        ({"id": "a", "efficiency": {}}, "changes nothing: give energy_factor"),
        ({"id": "a", "grid": [{"added_mw": 1}]}, "give either zone or capacity_area"),
        ({"id": "a", "grid": [{"zone": "ZZ", "added_mw": 1}]}, "no such id in zones"),
        ({"id": "a", "grid": [{"zone": "Y", "added_mw": 1}]}, "has no limit to raise"),
        (
            {"id": "a", "efficiency": {"energy_factor": 0.5, "serving": ["m-nod"]}},
            "no such id in serving; did you mean m-node?",
        ),
    ],
)
def test_impossible_interventions_are_refused(intervention: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        one_cloud(10, {"interventions": [intervention]})
    assert message in str(caught.value)


@pytest.mark.parametrize("elasticity", [0.0, -0.5])
def test_a_new_model_has_both_rebound_and_displacement(elasticity: float) -> None:
    """The new model takes half the energy on the same racks: fixed service saves half."""
    edits: dict[str, Any] = {
        "models.new": {"total_params_b": 8, "active_params_b": 8, "quality": 50},
        "serving.new-node": serving("new-node", "new", "node", 1.0) | {"energy_multiplier": 0.5},
        "interventions": [{"id": "better", "models": ["new"]}],
    }
    result = op.displacement(
        changed(priced(elasticity), edits), "better", gap=GAP, elasticity_range=False, flip=False
    )
    exact = 0.0 if elasticity == 0 else (2 ** (-elasticity - 1) - 0.5) / 0.5
    assert result.rebound.rebound == pytest.approx(exact, abs=0.05)
    assert result.energy.displacement is not None


def test_rebound_is_reported_without_its_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """If an extreme is not found, rebound is that of the plans, undetermined, with the reason."""

    def late(*_: object) -> None:
        raise op.SolverError("an extreme was late")

    monkeypatch.setattr(sys.modules["optimizer.counterfactual.before_after"], "rebound", late)
    result = op.displacement(priced(-0.5), "half", gap=GAP, elasticity_range=False, flip=False)
    assert result.rebound.rebound == pytest.approx(2**0.5 - 1, abs=0.05)
    assert result.rebound.low is None
    assert result.verdict.words == "undetermined"
    assert any("an extreme was late" in warning for warning in result.warnings)
