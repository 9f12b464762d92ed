"""The baseline is the instance without the intervention; without a plan there are no figures."""

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.counterfactual import worlds
from optimizer.counterfactual.apply_intervention import without_intervention
from optimizer.formulation.world_program import world_program
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from tests.counterfactual.cases import (
    GAP,
    RACK,
    ask,
    off_grid,
    other_zone,
    slack,
    two_sites,
    unlocked,
    whole,
)
from tests.counterfactual.compared import INTERVENTIONS, OWN, compared
from tests.counterfactual.market import market
from tests.factory import changed, every_kind
from tests.properties.tiny import tiny_instances


@settings(max_examples=15)
@given(tiny_instances(), st.sampled_from(INTERVENTIONS))
def test_the_baseline_has_the_welfare_of_the_instance_without_the_intervention(
    instance: Instance, intervention: str
) -> None:
    """Inelastic, so that demand steps make no difference."""
    check_baseline(changed(instance, {"classes.chat.elasticity": 0} | OWN), intervention, GAP)


@pytest.mark.parametrize(
    "edits",
    [
        {"sites.metro-edge.fixed_cost_usd_per_year": 20000000},
        {"classes.voice.must_serve": True},
    ],
)
def test_fixed_service_keeps_existing_sites_open(edits: dict[str, object]) -> None:
    """Fixed service starts from the baseline's point, but closes no site that exists."""
    tutorial = op.load_instance(Path("instances/tutorial"))
    result = ask(changed(tutorial, edits))
    assert result.status == "solved"
    assert result.refill.mw == pytest.approx(0, abs=1e-4)
    assert result.worlds["F"].welfare_usd != result.worlds["0"].welfare_usd


def test_a_world_that_serves_nothing_is_a_valid_result() -> None:
    result = ask(changed(slack(), {"pools.C/node.existing_units": 0}))
    assert result.status == "solved"
    assert result.energy.rest_without == 0


@pytest.mark.thin(2)
@pytest.mark.parametrize("intervention", ["edge", "offgrid"])
def test_the_baseline_of_every_kind_of_site(intervention: str) -> None:
    rigid = {"classes.chat.elasticity": 0, "classes.agent.elasticity": 0}
    check_baseline(every_kind(rigid), intervention, 1e-4)


@pytest.mark.thin(2)
@pytest.mark.thin(2)
@pytest.mark.parametrize("intervention", ["edge", "offgrid"])
def test_the_baseline_of_every_kind_of_site_with_paths_and_training(intervention: str) -> None:
    """A training run at a site of the intervention does not exist in the baseline."""
    run = {"model": "l", "hardware": "node", "start_year": 2026, "days": 60}
    hours = {"cloud": 2400, "edge": 4800, "off": 9600}
    edits = {
        "classes.chat.elasticity": 0,
        "classes.agent.elasticity": 0,
        "classes.agent.tokens_per_query": {2026: 1, 2028: 2},
        "densing": {"doubling_months": 36},
        "training_runs": [
            run | {"id": site, "site": site, "accelerator_hours": amount}
            for site, amount in hours.items()
        ],
    }
    check_baseline(every_kind(edits), intervention, 1e-4)


def check_baseline(instance: Instance, intervention: str, gap: float) -> None:
    scenarios = compared(instance, intervention, gap)
    baseline = without_intervention(scenarios.case, scenarios.scope)
    for world, own in ((worlds.BASELINE, baseline), (worlds.WITH_INTERVENTION, instance)):
        alone = op.solve(own, gap=gap, prices=False)
        assert alone.welfare_usd is not None
        assert alone.cost_usd is not None
        welfare = 1e3 * scenarios.worlds[world].welfare_kusd(scenarios.point(world))
        slack_usd = 2 * gap * abs(alone.cost_usd) + 1e-6 * abs(alone.welfare_usd) + 1
        assert welfare == pytest.approx(alone.welfare_usd, abs=slack_usd), world


@pytest.mark.parametrize("instance", [slack(), other_zone(), whole(other_zone()), unlocked()])
def test_the_plans_of_both_worlds_verify_and_can_be_solved_again(instance: Instance) -> None:
    result = ask(instance)
    assert set(result.plans) == {"0", "1"}
    assert result.plans["1"].instance == instance
    for plan in result.plans.values():
        assert op.verify(plan.instance, plan) == []
    again = op.solve(result.plans["0"].instance, gap=GAP)
    assert again.welfare_usd == pytest.approx(result.plans["0"].welfare_usd, rel=1e-6)
    assert set(result.plans["0"].tables["placement"]["site"]) == {"C"}
    assert result.plans["0"].welfare_usd == result.worlds["0"].welfare_usd


def test_the_baseline_instance_is_valid() -> None:
    """It can be written to a file and read back: nothing refers to what was removed."""
    result = ask(whole(off_grid()), "offgrid")
    baseline = result.plans["0"].instance
    text = baseline.model_dump_json(by_alias=True)
    assert Instance.model_validate_json(text) == baseline
    assert baseline.site_generators == ()


def test_the_unconstrained_grid_serves_demand_that_a_limit_holds_back() -> None:
    """Zone Z limits 10 Gtok/h to 3; without grid limits all are served."""
    scenarios = compared(other_zone(), "edge", GAP)
    served = {
        name: scenarios.layout.served.of(scenarios.point(name)).sum() for name in worlds.NAMES
    }
    assert served == pytest.approx({"0": 3, "1": 5, "F": 3, "inf": 10})


@pytest.mark.parametrize(
    ("units", "world"),
    [(3, "0"), (1, "1")],
    ids=["only in the baseline", "with the intervention too"],
)
def test_a_world_without_a_plan_gives_no_figures(units: int, world: str) -> None:
    """5 Gtok/h that must be served, by `units` at the cloud and at most 2 at X."""
    instance = two_sites(
        5, 2, {"classes.chat.must_serve": True, "pools.C/node.existing_units": units * RACK}
    )
    result = op.displacement(instance, gap=GAP, flip=False)
    assert result.status == "infeasible"
    assert result.verdict.words == "undetermined"
    assert (result.interval.low, result.interval.high) == (None, None)
    for name in ("tokens", "energy", "peak", "draw", "refill", "step_share"):
        assert getattr(result, name) is None
    assert result.by_year == result.zones == ()
    assert result.plans == {}
    assert result.worlds[world].welfare_usd is None
    assert any(warning.startswith(worlds.title(world)) for warning in result.warnings)


def test_demand_that_must_be_served_is_displaced_in_full() -> None:
    result = ask(two_sites(5, 2, {"classes.chat.must_serve": True}))
    assert result.tokens.displacement == pytest.approx(1)
    assert result.plans["1"].cost_bound_usd is not None


@pytest.mark.parametrize("integers", [False, True])
def test_the_summary_is_plain_json(integers: bool, tmp_path: Path) -> None:
    result = ask(whole(other_zone()) if integers else other_zone(), attribution=True)
    summary = result.summary()
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["verdict"] == "adds"
    assert summary["forced_by"] == ["Z"]
    assert summary["energy"] == {
        **dataclasses.asdict(result.energy),
        "additionality": result.energy.additionality,
        "attributional_share": pytest.approx(4 / 7),
    }
    result.save(tmp_path / "answer")
    saved = json.loads((tmp_path / "answer" / "displacement.json").read_text())
    assert saved == {"format": 3, "kind": "displacement", **summary}
    years = pd.read_parquet(tmp_path / "answer" / "by_year.parquet")
    assert years["year"].tolist() == [year.year for year in result.by_year]
    assert years["energy_displacement"].tolist() == [result.by_year[0].energy.displacement]
    assert years["energy_rest_with_mwh"].tolist() == [result.by_year[0].energy.rest_with]
    zones = pd.read_parquet(tmp_path / "answer" / "zones.parquet")
    assert zones["mwh"].tolist() == [zone.mwh for zone in result.zones]
    binding = pd.read_parquet(tmp_path / "answer" / "binding.parquet")
    assert binding[["limit", "hours_without", "hours_with"]].to_numpy().tolist() == [
        ["Z", 8760, 8760]
    ]
    for name, plan in result.plans.items():
        again = op.load_plan(tmp_path / "answer" / f"world-{name}")
        assert again.summary() == plan.summary()


def test_the_unconstrained_grid_lifts_the_accredited_peak_too() -> None:
    """3 MW of the area's peak are covered; demand is 10 Gtok/h at a MW each."""
    area = {
        "id": "A",
        "zones": ["Z"],
        "forecast_pool_requirement": 1,
        "procured_ucap_mw": 3,
        "capacity_price_usd_per_mw_day": 0,
    }
    scenarios = compared(two_sites(10, 2, {"capacity_areas": [area]}), "edge", GAP)
    served = {
        name: scenarios.layout.served.of(scenarios.point(name)).sum() for name in worlds.NAMES
    }
    assert served == pytest.approx({"0": 3, "1": 5, "F": 3, "inf": 10})


@pytest.mark.parametrize(("demand", "share"), [(99, 0.0), (101, None)])
def test_the_refill_share_needs_a_thousandth_of_the_rest_to_be_freed(
    demand: float, share: float | None
) -> None:
    """X takes 0.1 of the cloud's load, slightly more or less than a thousandth of it."""
    result = ask(two_sites(demand, 0.1, {"pools.C/node.existing_units": 200 * RACK}))
    for refill in (result.refill, result.by_year[0].refill):
        assert refill.share == (None if share is None else pytest.approx(share, abs=1e-5))


@pytest.mark.parametrize("highest", [0, 1])
def test_the_overall_peak_is_that_of_the_highest_year(highest: int) -> None:
    multiples = {2026: 1.0, 2027: 1.0} | {2026 + highest: 2.0}
    result = ask(
        two_sites(5, 2, {"time.years": [2026, 2027], "classes.chat.demand_multiplier": multiples})
    )
    assert result.peak == result.by_year[highest].peak
    assert result.peak != result.by_year[1 - highest].peak
    assert result.peak.rest_without == pytest.approx(10)


def test_the_bound_of_coarse_tangents_holds_for_the_curve() -> None:
    """Few tangents overestimate more: their optimum is above that of many, and of the curve."""
    optima = []
    for steps in (40, 3):
        made = world_program(
            compile_case(market(-1.0, 0.1, 1.0, 0.1, {"classes.chat.demand_steps": steps}))
        )
        outcome = Highs().open(None).solve(made.program, SolveOptions(GAP))
        optima += [made.welfare_kusd(outcome.point), outcome.objective]
    worth_fine, fine, worth_coarse, coarse = optima
    assert worth_coarse < worth_fine < fine < coarse - 1
