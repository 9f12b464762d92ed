"""Where there is no markup, or one to be wary of: what is said, word for word."""

from typing import Any

import pytest

import optimizer as op
from optimizer.report.tables.calibration import left_as_they_are, status_in_words
from tests.calibration.test_calibrate import COST, ELASTIC, GAP, only, plain, two_regions
from tests.factory import one_site


def test_a_base_year_that_cannot_serve_d() -> None:
    found = op.calibrate(one_site({"classes.chat": ELASTIC, "zones.Z.limit_mw": 0.05}), gap=GAP)
    assert found.status == "infeasible"
    assert found.unserved == pytest.approx({"E/chat": 0.5})
    assert found.settings == ()
    assert only(found).after is None
    assert status_in_words(found) == (
        "Infeasible: within its limits the base year, 2026, cannot serve all demand at the"
        " reference price, so its cost has no meaning. Even at a hundred times the choke price it"
        " serves only a part of D: E/chat 50.0%. Loosen what limits it, or name with --class the"
        " classes to calibrate, without chat."
    )


def test_a_workload_that_nothing_reaches_is_named() -> None:
    found = op.calibrate(plain(slo_ms=1), gap=GAP)
    assert found.unserved == {"E/chat": 0}


def test_a_base_year_without_a_plan_for_other_reasons() -> None:
    forced = {"id": "other", "slo_ms": 1000, "must_serve": True}
    edits: dict[str, Any] = {
        "classes": [{"id": "chat", "slo_ms": 1000, **ELASTIC}, forced],
        "workloads.E/other": {"demand_gtok_per_h": 100},
    }
    found = op.calibrate(one_site(edits), gap=GAP)
    assert found.status == "infeasible"
    assert found.unserved == {}
    assert status_in_words(found).endswith("It has no plan whatever these classes are served.")


def test_what_costs_nothing_has_no_ratio() -> None:
    free = {"sites.C.serving_cost_usd_per_mtok": 0}
    found = op.calibrate(plain(free), gap=GAP)
    assert found.status == "impossible"
    assert status_in_words(found) == (
        "No markup gives D in 2026, hardware that stands paid for, for chat."
    )
    assert only(found).why == (
        "serving E/chat costs 0 $/Mtok at the margin, and no multiple of that is the reference"
        " price, 2; a markup of kind additive can be"
    )
    assert only(found).accepted_over_d is None
    added = op.calibrate(plain(free, markup_kind="additive"), gap=GAP)
    assert only(added).after == pytest.approx(2)


def test_a_ratio_beyond_what_a_class_may_have() -> None:
    found = op.calibrate(plain({"sites.C.serving_cost_usd_per_mtok": 1e-5}), gap=GAP)
    assert found.status == "impossible"
    assert only(found).why == (
        "it may not have the markup 200000: Input should be less than or equal to 10000"
    )


def test_an_amount_that_later_prices_make_more_than_the_choke_price() -> None:
    prices = {"reference_price_usd_per_mtok": {2026: 2, 2030: 29}, "choke_price_usd_per_mtok": 30}
    free = {"sites.C.serving_cost_usd_per_mtok": 0}
    time = {"time": {"years": [2026, 2030], "days": 1, "hours_per_step": 24}}
    assert op.calibrate(plain(free | time, markup_kind="additive", **prices)).settings == (
        "classes.chat.markup_usd_per_mtok={2026: 2.0, 2030: 29.0}",
    )
    earning = {"zones.Z.energy_price_usd_per_mwh": -1000, "time": time["time"]}
    found = op.calibrate(plain(free | earning, markup_kind="additive", **prices), gap=GAP)
    assert only(found).cost_low_usd_per_mtok == pytest.approx(-0.08 / 3.6)
    assert only(found).why == ""
    prices["reference_price_usd_per_mtok"] = {2026: 2, 2030: 29.8}
    found = op.calibrate(plain(free | earning, markup_kind="additive", **prices), gap=GAP)
    assert only(found).why == (
        "it may not have the markup 2.02222: markup_usd_per_mtok (30.1311) must be below"
        " choke_price_usd_per_mtok (30), or nobody buys at any cost"
    )


@pytest.mark.parametrize(("kind", "markup"), [("multiplicative", 2 / 2.5), ("additive", -0.5)])
def test_a_reference_price_below_cost_is_a_warning(kind: str, markup: float) -> None:
    dear = {"sites.C.serving_cost_usd_per_mtok": 2.5}
    found = op.calibrate(plain(dear, markup_kind=kind), gap=GAP)
    assert found.status == "calibrated"
    assert only(found).after == pytest.approx(markup)
    assert abs(only(found).accepted_over_d - 1) <= only(found).step_over_d
    assert found.warnings[1:] == (
        "chat is sold below cost: its reference price is 2 $/Mtok, and serving it costs 2.5 to 2.5",
    )


def test_a_workload_beyond_its_choke_price() -> None:
    # E pays 0.5 where W pays 50, above the choke price: E asks for all of D, twice its own.
    found = op.calibrate(two_regions(0.1, 10, 0.5, choke_price_usd_per_mtok=30), gap=GAP)
    assert only(found).after == pytest.approx(5)
    assert found.workloads["asked_multiple"].tolist() == pytest.approx([2, 0])
    assert only(found).residual == pytest.approx(1)
    assert (
        "with the markup of chat, people would pay more than its choke price in W: nothing is asked"
        " for there, and more elsewhere"
    ) in found.warnings


def test_where_demand_jumps_over_d() -> None:
    # W stops at 55 $/Mtok, 5.5 times its cost: just before, 1.049 D are asked for, then 0.953.
    found = op.calibrate(two_regions(0.1, 10, 0.5, choke_price_usd_per_mtok=55), gap=GAP)
    assert only(found).after == pytest.approx(5.5)
    before, after = (0.05 * 5.5) ** -0.5 / 2 + (5 * 5.5) ** -0.5 / 2, (0.05 * 5.5) ** -0.5 / 2
    assert min(abs(only(found).asked_over_d - one) for one in (before, after)) < 1e-6
    assert any(
        warning.startswith("no markup gives chat D exactly, because its choke price cuts off")
        for warning in found.warnings
    )


LEFT = {
    "inelastic": ({"elasticity": 0}, "inelastic: asks for D at any price up to the choke price"),
    "forced": ({"must_serve": True}, "must be served, whatever that costs"),
    "silent": ({"demand_multiplier": 0}, "asks for nothing in the base year"),
}


@pytest.mark.parametrize(("fields", "why"), LEFT.values(), ids=LEFT)
def test_classes_that_are_left(fields: dict[str, Any], why: str) -> None:
    found = op.calibrate(plain(**fields), gap=GAP)
    assert found.status == "calibrated"
    assert found.plans == {}
    assert left_as_they_are(found) == [f"Left as before: chat ({why})."]
    assert status_in_words(found) == (
        "No class responds to price, so there is nothing to calibrate."
    )
    assert found.apply(plain(**fields)) == plain(**fields)


def test_only_the_classes_asked_for() -> None:
    both = {
        "classes": [{"id": name, "slo_ms": 1000, **ELASTIC} for name in ("chat", "other")],
        "workloads.E/other": {"demand_gtok_per_h": 1},
    }
    found = op.calibrate(
        one_site(both | {"sites.C.serving_cost_usd_per_mtok": COST}), classes=["other"], gap=GAP
    )
    assert [one.after is None for one in found.classes] == [True, False]
    assert left_as_they_are(found) == ["Left as before: chat (not asked for)."]
    assert len(found.settings) == 1


def test_a_class_that_there_is_not() -> None:
    with pytest.raises(op.InputError) as caught:
        op.calibrate(plain(), classes=["chatt"])
    (problem,) = caught.value.problems
    assert str(problem) == "options: class = chatt: no such id in classes; did you mean chat?"


def test_markups_fit_only_an_instance_of_the_same_classes_and_kinds() -> None:
    found = op.calibrate(plain(), gap=GAP)
    with pytest.raises(op.InputError) as caught:
        found.apply(plain(markup_kind="additive"))
    assert str(caught.value) == (
        "one-site: classes.chat.markup_kind = additive: must be multiplicative, as it was"
        " calibrated"
    )
    renamed = {"classes": [{"id": "talk", "slo_ms": 1000, "choke_price_usd_per_mtok": 20}]}
    with pytest.raises(op.InputError, match="classes = chat: "):
        found.apply(
            one_site(
                renamed | {"workloads": [{"region": "E", "class": "talk", "demand_gtok_per_h": 1}]}
            )
        )
