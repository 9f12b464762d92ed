"""Work that may wait within its day, computed by hand."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from tests.composed import composed
from tests.factory import Edits, every_kind, one_site

DAYS, ASKED = 365, 24 * 3.6
WORTH = 20e3 - 0.1 / 3.6 * 50
"""Value of a Gtok served, $: its choke price less 1/36 MWh at $50."""

PEAK_AT_18 = [1.0] * 18 + [2.0, 0.5, 0.5] + [1.0] * 3
PEAK_AT_23 = [0.5, 0.5] + [1.0] * 21 + [2.0]
"""Means of 1: hours of 3.6 Gtok/h, except one of 7.2 and the next two, of 1.8."""


def peaked(share: float, within_h: int | None, edits: Edits | None = None) -> dict[str, Any]:
    """Edits of `one_site`: ten nodes, without idle power, serve half of the hour of 7.2 Gtok/h."""
    return {
        "profiles": [{"id": "day", "values": PEAK_AT_18}],
        "classes.chat.profile": "day",
        "classes.chat.flexible_share": share,
        "classes.chat.defer_within_h": within_h,
        "time.hours_per_step": 1,
        "hardware.node.idle_w": 0,
    } | dict(edits or {})


def solved(edits: Edits) -> op.Plan:
    plan = op.solve(one_site(edits), gap=0)
    assert op.verify(plan.instance, plan) == []
    return plan


def column(plan: op.Plan, name: str) -> list[float]:
    """A column of the demand table by hour, without numerical noise."""
    return [float(value) for value in plan.tables["demand"][name].round(9) + 0.0]


@pytest.mark.parametrize(
    ("share", "within_h", "lost"),
    [
        (0.0, None, 3.6),
        (0.25, 2, 1.8),  # 5.4 of the peak's 7.2 Gtok may not wait
        (0.5, 1, 0.9),  # at most 0.9 of 19:00 may be left at 20:00, once 1.8 of 18:00 is done
        (0.5, 2, 0.0),
        (0.5, 23, 0.0),
        (1.0, 1, 0.0),
    ],
)
def test_deferred_work_is_served_in_the_hours_after_the_peak(
    share: float, within_h: int | None, lost: float
) -> None:
    plan = solved(peaked(share, within_h))
    assert plan.welfare_usd == pytest.approx(DAYS * (ASKED - lost) * WORTH, rel=1e-9)
    assert sum(column(plan, "served_gtok_per_h")) == pytest.approx(ASKED - lost)


def test_the_plan_reports_when_work_is_served_and_its_backlog() -> None:
    plan = solved(peaked(0.5, 2))
    assert column(plan, "accepted_gtok_per_h") == pytest.approx([3.6 * v for v in PEAK_AT_18])
    assert column(plan, "served_gtok_per_h") == pytest.approx([3.6] * 24)
    assert column(plan, "deferred_gtok") == pytest.approx([0] * 18 + [3.6, 1.8] + [0] * 4)
    assert column(plan, "shed_gtok_per_h") == [0] * 24
    assert plan.placement["flow_gtok_per_h"].to_numpy() == pytest.approx(3.6)


def test_a_backlog_carries_over_midnight() -> None:
    edits = peaked(0.5, 2, {"profiles": [{"id": "day", "values": PEAK_AT_23}]})
    plan = solved(edits)
    assert column(plan, "deferred_gtok") == pytest.approx([1.8] + [0] * 22 + [3.6])
    assert plan.welfare_usd == pytest.approx(DAYS * ASKED * WORTH, rel=1e-9)
    # Of the 7.2 Gtok demanded before midnight, 2.7 may wait if the deadline is one hour.
    within_an_hour = solved(peaked(0.5, 1, {"profiles": edits["profiles"]}))
    assert within_an_hour.welfare_usd == pytest.approx(DAYS * (ASKED - 0.9) * WORTH, rel=1e-9)


@pytest.mark.parametrize(("within_h", "lost"), [(1, 1.8), (2, 0.0), (3, 0.0)])
def test_a_deadline_applies_within_a_long_step(within_h: int, lost: float) -> None:
    """Steps of 6 h, the peak hour apart: after it 5 h of 2.88 Gtok/h, done at one rate.

    The 3.6 Gtok put off shrink by a fifth an hour, so an hour later 2.88 are left.  Within an hour
    only 1.44 may be, half of what came in then: 1.8 Gtok are lost.  At the ends of the steps
    alone nothing of that is seen.
    """
    plan = solved(peaked(0.5, within_h, {"time.hours_per_step": 6}))
    assert plan.tables["demand"]["length_h"].tolist() == [6, 6, 6, 1, 5]
    assert plan.welfare_usd == pytest.approx(DAYS * (ASKED - lost) * WORTH, rel=1e-9)
    assert column(plan, "deferred_gtok")[3] == pytest.approx(3.6 - lost)


def test_with_one_step_per_day_nothing_waits() -> None:
    flat = peaked(0.5, 5, {"time.hours_per_step": 24, "classes.chat.profile": None})
    plan = solved(flat)
    assert column(plan, "deferred_gtok") == [0]
    assert column(plan, "served_gtok_per_h") == pytest.approx([3.6])


def test_each_representative_day_has_its_own_backlog() -> None:
    """One day has the peak and 364 do not: its backlog is never served on another day."""
    year = PEAK_AT_18 + [1.0] * 24 * 364
    edits = peaked(0.5, 1, {"profiles": [{"id": "day", "values": year}], "time.days": 2})
    plan = solved(edits)
    assert plan.welfare_usd == pytest.approx((365 * ASKED - 0.9) * WORTH, rel=1e-9)
    rows = plan.tables["demand"]
    assert rows.groupby("day")["deferred_gtok"].max().round(9).tolist() == [2.7, 0]


def test_work_that_must_be_served_may_still_wait() -> None:
    forced = {"classes.chat.must_serve": True}
    assert op.solve(one_site(peaked(0, None, forced))).status == "infeasible"
    assert op.solve(one_site(peaked(0.5, 1, forced))).status == "infeasible"
    plan = solved(peaked(0.5, 2, forced))
    assert column(plan, "served_gtok_per_h") == pytest.approx([3.6] * 24)
    assert plan.cost_usd == pytest.approx(DAYS * ASKED * 0.1 / 3.6 * 50)


CHEAP_AT_18: dict[str, Any] = {
    "profiles": [
        {"id": "day", "values": PEAK_AT_18},
        {"id": "price", "values": [1.0] * 18 + [0.0] + [1.0] * 5},
    ],
    "zones.Z.price_profile": "price",
    "pools.C/node.existing_units": 1000,
}
"""Energy is free from 18:00 to 19:00, and nodes are unlimited."""


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"sites.C.existing": False, "sites.C.opening_cost_usd": 1},
        {"classes.chat.single_site": True},
        {"classes.chat.single_site": True, "sites.C.existing": False},
    ],
)
@pytest.mark.parametrize(
    ("share", "within_h", "hours"),
    [(1.0, 23, 24), (1.0, 4, 2 + 4), (0.5, 7, 2 + 0.5 * 7), (0.5, 22, 2 + 0.5 * (21 + 0.5))],
)
def test_a_slot_serves_at_most_its_own_demand_and_all_backlog(
    where: Edits, share: float, within_h: int, hours: float
) -> None:
    """M of family 10, in hours of mean demand, is reached and restricts nothing."""
    plan = solved(peaked(share, within_h, CHEAP_AT_18 | dict(where)))
    at_peak = 3.6 * hours
    assert max(column(plan, "served_gtok_per_h")) == pytest.approx(at_peak)
    case = compile_case(plan.instance)
    assert case.deferral.most[0, 0, 18] == pytest.approx(at_peak)


def test_a_price_reflects_the_hours_that_would_serve_more() -> None:
    """Energy alternates between $20 and $80: flexible work costs 20, the rest 50 on average."""
    prices = {
        "profiles": [{"id": "price", "values": [0.4, 1.6] * 12}],
        "zones.Z.price_profile": "price",
        "time.hours_per_step": 1,
        "hardware.node.idle_w": 0,
        "pools.C/node.existing_units": 20,
    }
    for share, usd_per_mwh in ((0.0, 50.0), (0.5, 35.0), (1.0, 20.0)):
        waits = {"classes.chat.flexible_share": share, "classes.chat.defer_within_h": 1}
        plan = solved(prices | waits)
        assert plan.cost_usd == pytest.approx(8760 * 0.1 * usd_per_mwh)
        rows = plan.prices[plan.prices["measure"] == "workload_usd_per_mtok"]
        assert rows["value"].to_numpy() == pytest.approx(usd_per_mwh / 36e3)


def test_without_flexible_work_there_are_no_columns_or_rows() -> None:
    program, _ = compose(compile_case(every_kind()))
    assert program.columns["deferred"].size == 0
    assert program.rows["at_once"].size == program.rows["deadline"].size == 0
    idle, _ = compose(compile_case(every_kind({"classes.agent.defer_within_h": 5})))
    assert idle.size == program.size


def test_deadlines_have_rows_only_at_ends_and_bends() -> None:
    """Steps of 12 h plus the peak hour; backlog may be largest 5 h after each start."""
    edits = {"classes.agent.flexible_share": 0.3, "classes.agent.defer_within_h": 5}
    case = compile_case(every_kind(edits))
    of = case.deferral.slot, case.deferral.hour
    points = sorted({(int(k), int(h)) for k, h in zip(*of, strict=True)})
    start = case.horizon.start_h
    for slot, hour in points:
        assert start[slot] < hour <= start[slot] + case.horizon.length_h[slot]
    of_peak = sorted(h for k, h in points if case.horizon.day[k] == case.horizon.peak_day)
    assert of_peak == [5, 12, 17, 18, 19, 23, 24]
    assert (case.deferral.recent_h.sum(axis=1) == 5).all()


TOLD = [
    ({"classes.chat.defer_within_h": 1}, "work is done after its deadline (Gtok)"),
    ({"classes.chat.flexible_share": 0.25}, "work that may not wait is not done at once (Gtok/h)"),
    ({"classes.chat.flexible_share": 0}, "work that may not wait is deferred (Gtok)"),
]


@pytest.mark.parametrize("hours_per_step", [1, 6])
@pytest.mark.parametrize(("edits", "message"), TOLD)
def test_verify_finds_work_that_waits_too_long(
    edits: Edits, message: str, hours_per_step: int
) -> None:
    steps = {"time.hours_per_step": hours_per_step}
    plan = solved(peaked(0.5, 2, steps))
    stricter = one_site(peaked(0.5, 2, steps | dict(edits)))
    violations = op.verify(stricter, replace(plan, instance=stricter))
    assert message in {v.message for v in violations if v.family == "1 deferral"}


def messages(plan: op.Plan, change: Any) -> set[str]:
    rows: pd.DataFrame = change(plan.tables["demand"].copy())
    violations = op.verify(plan.instance, replace(plan, tables={**plan.tables, "demand": rows}))
    return {violation.message for violation in violations}


def test_verify_finds_an_invented_backlog() -> None:
    plan = solved(peaked(0.5, 2))

    def standing(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(deferred_gtok=rows["deferred_gtok"] + 0.1)

    def ahead(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(deferred_gtok=rows["deferred_gtok"] - 0.1)

    def jump(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[5, "deferred_gtok"] += 0.1
        return rows

    assert messages(plan, standing) == {"backlog is never cleared in the course of a day (Gtok)"}
    assert "work is done before it arrives (Gtok)" in messages(plan, ahead)
    assert "served, shed and deferred do not add up to accepted demand (Gtok/h)" in messages(
        plan, jump
    )


def test_a_program_without_deadlines_breaks_only_that_family() -> None:
    instance = one_site(peaked(0.5, 1))
    _, whole, _ = composed(instance)
    _, loose, plan = composed(instance, without="1 deferral")
    assert loose.objective > whole.objective
    assert {v.family for v in op.verify(instance, plan)} == {"1 deferral"}
