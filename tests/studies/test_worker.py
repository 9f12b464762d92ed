"""One scenario: its row is what the library answers, and whatever goes wrong is a row too."""

import itertools
from typing import Any

import pytest

import optimizer as op
from optimizer.load import load_instance, with_overrides
from optimizer.load.edits import Edit
from optimizer.schema.instance import Instance
from optimizer.studies import worker
from optimizer.studies.definition import Keep, Options
from optimizer.studies.result_schema import DISPLACEMENT, PLAN
from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.worker import Base, NeedsBase, ScenarioOutcome, Task, perform
from tests.factory import every_kind, one_site


def done(
    instance: Instance, *edits: Edit, keep: Keep | None = None, **options: Any
) -> ScenarioOutcome:
    digest = digest_of_base(instance)
    base = Base.of(instance, digest)
    task = Task(digest, base, edits, keep or Keep(), Options.model_validate(options), 1)
    found = perform(task)
    assert isinstance(found, ScenarioOutcome)
    return found


def set_to(path: str, value: object) -> Edit:
    return Edit(path, "set", value, "here")


def test_the_row_of_a_plan_matches_the_plan() -> None:
    instance = every_kind()
    found = done(instance, gap=1e-6)
    plan = op.solve(instance, gap=1e-6, threads=1)
    assert found.status == "solved"
    assert set(found.cells) == set(PLAN)
    assert plan.cost_usd is not None
    assert found.cells["welfare_usd"] == pytest.approx(plan.welfare_usd, rel=1e-6)
    demand, power = plan.tables["demand"], plan.power
    # Each period stands for the years to the next: sums count them all.
    years = instance.time.years
    spans = {year: later - year for year, later in itertools.pairwise(years)}
    spans[years[-1]] = instance.time.last_span_years
    hours = demand["length_h"] * demand["days_per_year"] * demand["year"].map(spans)
    assert found.cells["served_gtok"] == pytest.approx(
        (demand["served_gtok_per_h"] * hours).sum(), rel=1e-4
    )
    hours = power["length_h"] * power["days_per_year"] * power["year"].map(spans)
    assert found.cells["energy_mwh"] == pytest.approx((power["power_mw"] * hours).sum(), rel=1e-3)
    peak = power.groupby(["year", "day", "start_h"])["power_mw"].sum().max()
    assert found.cells["peak_mw"] == pytest.approx(peak, rel=1e-3)


def test_the_row_of_a_displacement_matches_it() -> None:
    instance = load_instance("instances/tutorial")
    keep = Keep(plan=False, displacement=("edge",), attribution=True, proof=True)
    found = done(instance, keep=keep)
    answer = op.displacement(instance, threads=1, elasticity_range=False, flip=False)
    assert answer.energy is not None
    assert answer.attribution is not None
    cells = found.cells
    assert set(cells) == {f"edge_{name}" for name in DISPLACEMENT}
    assert cells["edge_verdict"] == answer.verdict.words
    assert cells["edge_binding"] == "RIVER"
    assert cells["edge_forced_by"] == (", ".join(answer.forced_by) or None)
    assert cells["edge_displacement"] == pytest.approx(answer.energy.displacement, rel=1e-6)
    assert cells["edge_low"] == pytest.approx(answer.interval.low, rel=1e-4)
    assert cells["edge_proved_high"] == pytest.approx(answer.proved_interval.high, rel=1e-3)
    assert answer.tokens is not None
    assert cells["edge_rest_with_gtok"] == pytest.approx(answer.tokens.rest_with, rel=1e-6)
    causes = answer.attribution.energy
    assert cells["edge_unlocked_mwh"] == pytest.approx(causes.unlocked, rel=1e-4)
    assert cells["edge_rebound"] is None


def test_the_row_of_an_efficiency_step_has_the_rebound() -> None:
    step = {"id": "step", "efficiency": {"energy_factor": 0.5, "hardware_factor": 0.5}}
    instance = load_instance("instances/tutorial")
    data = instance.model_dump(mode="json", by_alias=True)
    instance = Instance.model_validate({**data, "interventions": [step]})
    found = done(instance, keep=Keep(plan=False, displacement=("step",)))
    answer = op.displacement(instance, "step", threads=1, elasticity_range=False, flip=False)
    assert answer.rebound is not None
    assert found.cells["step_rebound"] == pytest.approx(answer.rebound.rebound, abs=1e-4)
    assert found.cells["step_rebound_words"] == answer.rebound.words


def test_an_edit_with_a_wrong_path_becomes_a_row() -> None:
    found = done(one_site(), set_to("zones.Y.limit_mw", 1))
    assert found.status == "bad_input"
    assert found.reason == "here: no such id in zones; zones has Z"
    assert not found.cells


def test_an_infeasible_instance_becomes_a_row_without_figures() -> None:
    forced = [set_to("classes.*.must_serve", True), set_to("zones.Z.limit_mw", 0)]
    found = done(one_site(), *forced)
    assert (found.status, found.reason) == ("infeasible", "plan: infeasible")
    assert found.cells["plan_status"] == "infeasible"
    assert found.cells["welfare_usd"] is None
    assert "served_gtok" not in found.cells


def test_a_time_limit_without_a_plan_becomes_a_row() -> None:
    found = done(load_instance("instances/pjm"), time_limit_s=1e-6)
    assert found.status == "time_limit"
    assert found.cells["welfare_usd"] is None


def test_an_internal_error_becomes_a_row_and_drops_warm_sessions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of nothing")

    done(one_site())
    assert worker._state.warm
    monkeypatch.setattr(worker, "solve", fails)
    found = done(one_site())
    assert found.status == "failed"
    assert found.reason is not None
    assert found.reason.startswith("internal error: ZeroDivisionError: of nothing (")
    assert not worker._state.warm


def test_a_worker_requests_a_missing_base() -> None:
    instance = one_site()
    task = Task("nobody's", None, (), Keep(), Options(), 1)
    assert isinstance(perform(task), NeedsBase)
    digest = digest_of_base(instance)
    assert isinstance(
        perform(Task(digest, Base.of(instance, digest), (), Keep(), Options(), 1)), ScenarioOutcome
    )
    assert isinstance(perform(Task(digest, None, (), Keep(), Options(), 1)), ScenarioOutcome)


def test_kept_tables_are_complete() -> None:
    found = done(one_site(), keep=Keep(tables=("capacity", "prices")))
    assert set(found.tables) == {"capacity", "prices"}
    assert len(found.tables["prices"])


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["highs", "pulp"])
def test_scenarios_in_sequence_match_scenarios_alone(backend: str) -> None:
    """Warm sessions start elsewhere, but their plans are within the gap of cold ones."""
    instance = every_kind()
    tries = [
        (),
        (Edit("zones.*.energy_price_usd_per_mwh", "scale", 1.5, "a"),),
        (Edit("classes.*.choke_price_usd_per_mtok", "scale", 0.7, "b"),),
        (Edit("serving.*.loaded_w", "scale", 0.5, "c"),),
        (set_to("time.hours_per_step", 12),),
        (),
    ]
    for edits in tries:
        found = done(instance, *edits, gap=1e-6, backend=backend)
        alone = op.solve(with_overrides(instance, edits), gap=1e-6, threads=1, backend=backend)
        assert found.status == "solved"
        assert alone.welfare_usd is not None
        assert alone.cost_usd is not None
        assert found.cells["welfare_usd"] == pytest.approx(
            alone.welfare_usd, abs=3e-6 * alone.cost_usd
        )
