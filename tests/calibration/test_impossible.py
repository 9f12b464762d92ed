"""Cases without a markup, or with a doubtful one, and their exact messages."""

from typing import Any

import pytest

import optimizer as op
from optimizer.report.tables.calibration import left_as_they_are, status_in_words
from tests.calibration.test_calibrate import COST, ELASTIC, GAP, only, plain, two_regions
from tests.factory import one_site


def test_a_base_year_that_cannot_serve_d() -> None:
    calibration = op.calibrate(
        one_site({"classes.chat": ELASTIC, "zones.Z.limit_mw": 0.05}), gap=GAP
    )
    assert calibration.status == "infeasible"
    assert calibration.unserved == pytest.approx({"E/chat": 0.5})
    assert calibration.settings == ()
    assert only(calibration).after is None
    assert status_in_words(calibration) == (
        "Infeasible: within its limits the base year, 2026, cannot serve all demand at the"
        " reference price, so its cost is undefined. Even at a hundred times the choke price it"
        " serves only part of reference demand: E/chat 50.0%. Relax its limits, or select with"
        " --class the classes to calibrate, without chat."
    )


def test_a_workload_that_no_site_reaches_is_named() -> None:
    calibration = op.calibrate(plain(slo_ms=1), gap=GAP)
    assert calibration.unserved == {"E/chat": 0}


def test_a_base_year_that_is_infeasible_without_these_classes_too() -> None:
    forced = {"id": "other", "slo_ms": 1000, "must_serve": True}
    edits: dict[str, Any] = {
        "classes": [{"id": "chat", "slo_ms": 1000, **ELASTIC}, forced],
        "workloads.E/other": {"demand_gtok_per_h": 100},
    }
    calibration = op.calibrate(one_site(edits), gap=GAP)
    assert calibration.status == "infeasible"
    assert calibration.unserved == {}
    assert status_in_words(calibration).endswith(
        "It has no plan even if these classes are not served."
    )


def test_a_class_that_costs_nothing_has_no_multiplicative_markup() -> None:
    free = {"sites.C.serving_cost_usd_per_mtok": 0}
    calibration = op.calibrate(plain(free), gap=GAP)
    assert calibration.status == "impossible"
    assert status_in_words(calibration) == (
        "No markup reproduces reference demand in 2026, with existing hardware paid for, for chat."
    )
    assert only(calibration).why == (
        "serving E/chat costs 0 $/Mtok at the margin, and no multiple of that is the reference"
        " price, 2; use an additive markup instead"
    )
    assert only(calibration).accepted_over_d is None
    added = op.calibrate(plain(free, markup_kind="additive"), gap=GAP)
    assert only(added).after == pytest.approx(2)


def test_a_multiplicative_markup_above_its_maximum_is_refused() -> None:
    calibration = op.calibrate(plain({"sites.C.serving_cost_usd_per_mtok": 1e-5}), gap=GAP)
    assert calibration.status == "impossible"
    assert only(calibration).why == (
        "a markup of 200000 is not allowed: Input should be less than or equal to 10000"
    )


def test_an_additive_markup_may_not_exceed_the_choke_price_in_later_years() -> None:
    prices = {"reference_price_usd_per_mtok": {2026: 2, 2030: 29}, "choke_price_usd_per_mtok": 30}
    free = {"sites.C.serving_cost_usd_per_mtok": 0}
    time = {"time": {"years": [2026, 2030], "days": 1, "hours_per_step": 24}}
    assert op.calibrate(plain(free | time, markup_kind="additive", **prices)).settings == (
        "classes.chat.markup_usd_per_mtok={2026: 2.0, 2030: 29.0}",
    )
    earning = {"zones.Z.energy_price_usd_per_mwh": -1000, "time": time["time"]}
    calibration = op.calibrate(plain(free | earning, markup_kind="additive", **prices), gap=GAP)
    assert only(calibration).cost_low_usd_per_mtok == pytest.approx(-0.08 / 3.6)
    assert only(calibration).why == ""
    prices["reference_price_usd_per_mtok"] = {2026: 2, 2030: 29.8}
    calibration = op.calibrate(plain(free | earning, markup_kind="additive", **prices), gap=GAP)
    assert only(calibration).why == (
        "a markup of 2.02222 is not allowed: markup_usd_per_mtok (30.1311) must be below"
        " choke_price_usd_per_mtok (30), or there is no demand at any cost"
    )


@pytest.mark.parametrize(("kind", "markup"), [("multiplicative", 2 / 2.5), ("additive", -0.5)])
def test_a_reference_price_below_cost_gives_a_warning(kind: str, markup: float) -> None:
    costly = {"sites.C.serving_cost_usd_per_mtok": 2.5}
    calibration = op.calibrate(plain(costly, markup_kind=kind), gap=GAP)
    assert calibration.status == "calibrated"
    assert only(calibration).after == pytest.approx(markup)
    assert abs(only(calibration).accepted_over_d - 1) <= only(calibration).step_over_d
    assert calibration.warnings[1:] == (
        "chat is sold below cost: its reference price is 2 $/Mtok, and serving it costs 2.5 to 2.5",
    )


def test_a_workload_priced_above_its_choke_price_gives_a_warning() -> None:
    # E pays 0.5 where W pays 50, above the choke price: E asks for all of D, twice its own.
    calibration = op.calibrate(two_regions(0.1, 10, 0.5, choke_price_usd_per_mtok=30), gap=GAP)
    assert only(calibration).after == pytest.approx(5)
    assert calibration.workloads["asked_multiple"].tolist() == pytest.approx([2, 0])
    assert only(calibration).residual == pytest.approx(1)
    assert (
        "with the markup of chat, the price exceeds its choke price in W: no demand there, and more"
        " elsewhere"
    ) in calibration.warnings


def test_demand_that_jumps_across_d_gives_a_warning() -> None:
    # W stops at 55 $/Mtok, 5.5 times its cost: just before, 1.049 D are asked for, then 0.953.
    calibration = op.calibrate(two_regions(0.1, 10, 0.5, choke_price_usd_per_mtok=55), gap=GAP)
    assert only(calibration).after == pytest.approx(5.5)
    before, after = (0.05 * 5.5) ** -0.5 / 2 + (5 * 5.5) ** -0.5 / 2, (0.05 * 5.5) ** -0.5 / 2
    assert min(abs(only(calibration).asked_over_d - share) for share in (before, after)) < 1e-6
    assert any(
        warning.startswith("no markup gives chat exactly D, because its choke price cuts off")
        for warning in calibration.warnings
    )


LEFT = {
    "inelastic": ({"elasticity": 0}, "inelastic: demand is D at any price up to the choke price"),
    "forced": ({"must_serve": True}, "must be served at any cost"),
    "silent": ({"demand_multiplier": 0}, "no demand in the base year"),
}


@pytest.mark.parametrize(("fields", "why"), LEFT.values(), ids=LEFT)
def test_classes_that_do_not_respond_to_price_are_left_unchanged(
    fields: dict[str, Any], why: str
) -> None:
    calibration = op.calibrate(plain(**fields), gap=GAP)
    assert calibration.status == "calibrated"
    assert calibration.plans == {}
    assert left_as_they_are(calibration) == [f"Unchanged: chat ({why})."]
    assert status_in_words(calibration) == (
        "No class responds to price, so there is nothing to calibrate."
    )
    assert calibration.apply(plain(**fields)) == plain(**fields)


def test_only_selected_classes_are_calibrated() -> None:
    both = {
        "classes": [{"id": name, "slo_ms": 1000, **ELASTIC} for name in ("chat", "other")],
        "workloads.E/other": {"demand_gtok_per_h": 1},
    }
    calibration = op.calibrate(
        one_site(both | {"sites.C.serving_cost_usd_per_mtok": COST}), classes=["other"], gap=GAP
    )
    assert [row.after is None for row in calibration.classes] == [True, False]
    assert left_as_they_are(calibration) == ["Unchanged: chat (not selected)."]
    assert len(calibration.settings) == 1


def test_an_unknown_class_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(op.InputError) as caught:
        op.calibrate(plain(), classes=["chatt"])
    (problem,) = caught.value.problems
    assert str(problem) == "options: class = chatt: no such id in classes; did you mean chat?"


def test_markups_apply_only_to_an_instance_with_the_same_classes_and_kinds() -> None:
    calibration = op.calibrate(plain(), gap=GAP)
    with pytest.raises(op.InputError) as caught:
        calibration.apply(plain(markup_kind="additive"))
    assert str(caught.value) == (
        "one-site: classes.chat.markup_kind = additive: must be multiplicative, as it was"
        " calibrated"
    )
    renamed = {"classes": [{"id": "talk", "slo_ms": 1000, "choke_price_usd_per_mtok": 20}]}
    with pytest.raises(op.InputError, match="classes = chat: "):
        calibration.apply(
            one_site(
                renamed | {"workloads": [{"region": "E", "class": "talk", "demand_gtok_per_h": 1}]}
            )
        )
