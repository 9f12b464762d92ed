import hashlib
import math
import signal
import threading
from dataclasses import replace
from typing import Any

import pytest

import optimizer as op
from optimizer.planner import refine
from optimizer.solvers.backends.base import Outcome, Progress, StopReason
from optimizer.solvers.interrupts import stop_on_interrupt
from tests.factory import built_site, every_kind, one_site

MUST = {"classes.chat.must_serve": True}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"gap": -1}, {"gap"}),
        ({"gap": math.nan}, {"gap"}),
        ({"gap": math.inf}, {"gap"}),
        ({"time_limit_s": 0}, {"time_limit_s"}),
        ({"time_limit_s": math.nan}, {"time_limit_s"}),
        ({"method": "simplex"}, {"method"}),
        ({"threads": 0}, {"threads"}),
        ({"backend": "cplex"}, {"backend"}),
        (
            {"gap": -1, "time_limit_s": -1, "method": "x", "threads": -2},
            {"gap", "time_limit_s", "method", "threads"},
        ),
    ],
)
def test_all_bad_options_are_reported_at_once(options: dict[str, Any], named: set[str]) -> None:
    with pytest.raises(op.InputError) as caught:
        op.solve(one_site(), **options)
    assert {problem.field for problem in caught.value.problems} == named
    assert all(problem.file == "options" for problem in caught.value.problems)


def test_a_plan_records_how_it_was_made() -> None:
    instance = built_site()
    plan = op.solve(instance, gap=1e-4, time_limit_s=60, threads=1)
    digest = hashlib.sha256(instance.to_json().encode()).hexdigest()
    assert plan.run.digest == digest
    assert plan.run.options == {
        "gap": 1e-4,
        "time_limit_s": 60,
        "backend": "highs",
        "method": "whole",
        "threads": 1,
    }
    assert plan.run.size["arcs"] == 1
    assert plan.run.size["integers"] == 1
    assert {"build", "solve", "prices"} == set(plan.run.seconds)
    assert all(seconds >= 0 for seconds in plan.run.seconds.values())
    assert {"optimizer", "highspy", "numpy"} == set(plan.run.versions)
    assert op.solve(instance).run.options["time_limit_s"] is None


@pytest.mark.parametrize("gap", [0.2, 1e-3, 1e-6])
def test_the_gap_is_relative_to_system_cost(gap: float) -> None:
    plan = op.solve(every_kind(), gap=gap)
    assert plan.status in ("optimal", "gap_reached")
    assert plan.welfare_usd is not None
    assert plan.bound_usd is not None
    assert plan.cost_usd is not None
    assert plan.gap is not None
    assert plan.gap <= gap
    assert plan.gap == pytest.approx(
        max(plan.bound_usd - plan.welfare_usd, 0) / plan.cost_usd, abs=1e-12
    )
    costs = [v for k, v in plan.parts_usd.items() if k not in ("value", "shed")]
    assert plan.cost_usd == pytest.approx(-sum(costs))
    assert plan.welfare_usd == pytest.approx(sum(plan.parts_usd.values()))


def test_cost_has_a_bound_if_all_demand_must_be_served() -> None:
    plan = op.solve(built_site(MUST), gap=1e-9)
    assert plan.cost_usd is not None
    assert plan.cost_bound_usd == pytest.approx(plan.cost_usd, rel=1e-6)
    assert plan.cost_bound_usd <= plan.cost_usd * (1 + 1e-9)
    assert op.solve(built_site()).cost_bound_usd is None


def test_cost_has_no_bound_if_some_demand_is_optional() -> None:
    other = {
        "classes": [
            {"id": "chat", "slo_ms": 1000, "must_serve": True},
            {"id": "agent", "slo_ms": 1000, "choke_price_usd_per_mtok": 3},
        ],
        "workloads.E/agent": {"demand_gtok_per_h": 0.1},
    }
    assert op.solve(one_site(other)).cost_bound_usd is None


def test_welfare_without_a_choke_price_is_minus_cost() -> None:
    plan = op.solve(one_site(MUST | {"classes.chat.choke_price_usd_per_mtok": 0}))
    assert plan.welfare_usd == pytest.approx(-0.1 * 8760 * 50)
    assert plan.cost_bound_usd == pytest.approx(0.1 * 8760 * 50)


@pytest.mark.parametrize("site", [one_site, built_site])
def test_an_infeasible_plan_has_no_numbers(site: Any) -> None:
    plan = op.solve(site(MUST | {"zones.Z.limit_mw": 0.01}))
    assert plan.status == "infeasible"
    assert not plan.has_point
    numbers = (plan.welfare_usd, plan.bound_usd, plan.cost_usd, plan.cost_bound_usd, plan.gap)
    assert numbers == (None,) * 5
    assert all(table.empty for table in plan.tables.values())
    assert plan.parts_usd == {}


def test_a_time_limit_without_a_point_has_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    none = Outcome(StopReason.TIME_LIMIT, None, math.nan, 5.0, None, None, 0.0)
    monkeypatch.setattr(refine, "solve_in", lambda *_: none)
    plan = op.solve(one_site())
    assert plan.status == "time_limit"
    assert not plan.has_point
    assert plan.bound_usd == 5000
    assert (plan.welfare_usd, plan.cost_usd, plan.gap) == (None, None, None)
    assert all(table.empty for table in plan.tables.values())


def test_a_plan_that_does_not_verify_is_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    def loose(*given: Any) -> Outcome:
        outcome = solve_in(*given)
        return replace(outcome, x=outcome.point * 1.5)

    solve_in = refine.solve_in
    monkeypatch.setattr(refine, "solve_in", loose)
    with pytest.raises(op.SolverError, match="does not verify"):
        op.solve(one_site())


def test_progress_is_reported() -> None:
    reports: list[Progress] = []
    op.solve(every_kind(), gap=1e-6, on_progress=reports.append)
    assert reports
    assert reports[0].bound >= reports[0].objective


def test_an_interrupt_keeps_the_best_plan() -> None:
    def press(progress: Progress) -> None:
        signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    plan = op.solve(every_kind(), gap=0, on_progress=press)
    assert plan.status == "interrupted"
    assert plan.has_point
    assert op.verify(plan.instance, plan) == []
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_aborts() -> None:
    with stop_on_interrupt() as asked:
        assert not asked()
        signal.raise_signal(signal.SIGINT)
        assert asked()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_solves_outside_the_main_thread() -> None:
    plans: list[op.Plan] = []
    thread = threading.Thread(target=lambda: plans.append(op.solve(one_site())))
    thread.start()
    thread.join()
    assert plans[0].status == "optimal"


def warnings(edits: dict[str, Any]) -> str:
    return "; ".join(op.solve(one_site(edits)).run.warnings)


def test_plan_warnings() -> None:
    assert warnings({}) == ""
    assert "no site can serve E/chat" in warnings({"classes.chat.slo_ms": 1})
    overloaded = {
        "zones.Z.capacity_mw": 1,
        "zones.Z.other_peak_mw": 2,
        "classes.chat.shed_penalty_usd_per_mtok": 1,
    }
    assert "exceeds the limit in 1 zone-slots" in warnings(overloaded)


def test_shed_demand_is_a_warning() -> None:
    edits = {
        "profiles": [{"id": "limit", "values": [0.0] * 21 + [1.0] * 3}],
        "zones.Z.capacity_mw": 0.1,
        "zones.Z.other_peak_mw": 0.05,
        "zones.Z.other_profile": "limit",
        "time.hours_per_step": 1,
        "classes.chat.shed_penalty_usd_per_mtok": 1,
    }
    # 2.25 of 3.6 Gtok/h in three hours of 24.
    assert "7.8% of accepted demand is shed" in warnings(edits)


def test_stop_reasons_that_count_as_solved() -> None:
    def outcome(reason: StopReason) -> Outcome:
        return Outcome(reason, None, math.nan, math.inf, None, None, 0.0)

    solved = {reason for reason in StopReason if outcome(reason).solved}
    assert solved == {StopReason.OPTIMAL, StopReason.GAP_REACHED}
