"""Markups against hand calculations, and properties that every calibration must have."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import bisect

import optimizer as op
from optimizer.calibration.base_year import base_year, hardware_rebuilt
from optimizer.problem.annuity import capital_recovery_factor
from optimizer.schema.instance import Instance
from tests.factory import built_site, changed, every_kind, one_site

GAP = 1e-9
COST = 0.8
ELASTIC = {
    "elasticity": -0.5,
    "max_demand_multiple": 3,
    "reference_price_usd_per_mtok": 2,
    "choke_price_usd_per_mtok": 30,
    "demand_steps": 60,
}
ADDED = {"markup_kind": "additive"}
SLACK = {"pools.C/node.existing_units": 1000, "zones.Z.energy_price_usd_per_mwh": 0}


def plain(edits: dict[str, Any] | None = None, **fields: Any) -> Instance:
    """One workload whose only cost is its serving cost, 0.8 $/Mtok."""
    cost = {"sites.C.serving_cost_usd_per_mtok": COST}
    return one_site({**SLACK, **cost, "classes.chat": ELASTIC | fields} | (edits or {}))


def two_regions(near: float, far: float, share: float, **fields: Any) -> Instance:
    """Serving E costs `near` and W `far` $/Mtok; W has `share` of all demand."""
    edits = {
        "regions.W": {"latitude_deg": 41, "longitude_deg": -88},
        "workloads.E/chat.demand_gtok_per_h": 10 * (1 - share),
        "workloads.W/chat": {"demand_gtok_per_h": 10 * share},
        "links.E/C": {"rtt_ms": 10, "cost_usd_per_mtok": near},
        "links.W/C": {"rtt_ms": 10, "cost_usd_per_mtok": far},
    }
    return plain({"sites.C.serving_cost_usd_per_mtok": 0} | edits, **fields)


def only(calibration: op.Calibration) -> Any:
    (row,) = calibration.classes
    return row


def test_a_multiplicative_markup_matches_the_hand_calculation() -> None:
    calibration = op.calibrate(plain(), gap=GAP)
    row = only(calibration)
    assert calibration.status == "calibrated"
    assert calibration.year == 2026
    assert row.after == pytest.approx(2 / COST, rel=1e-9)
    assert (row.before, row.reference_usd_per_mtok) == (1, 2)
    assert row.cost_low_usd_per_mtok == row.cost_high_usd_per_mtok == pytest.approx(COST)
    assert row.residual == pytest.approx(0, abs=1e-9)
    assert row.asked_over_d == pytest.approx(1)


def test_an_additive_markup_matches_the_hand_calculation() -> None:
    row = only(op.calibrate(plain(**ADDED, markup_usd_per_mtok=0.3), gap=GAP))
    assert row.after == pytest.approx(2 - COST, rel=1e-9)
    assert row.before == 0.3


@pytest.mark.parametrize("kind", [{}, ADDED])
def test_with_the_markup_the_base_year_accepts_d(kind: dict[str, str]) -> None:
    calibration = op.calibrate(plain(**kind), gap=GAP)
    row = only(calibration)
    assert 0 < row.step_over_d < 0.1
    assert abs(row.accepted_over_d - 1) <= row.step_over_d
    without = op.solve(base_year(plain(**kind)), gap=GAP).tables["acceptance"]
    assert without["accepted_multiple"].sum() > 1 + row.step_over_d
    for plan in calibration.plans.values():
        assert op.verify(plan.instance, plan) == []


@pytest.mark.thin(5)
@pytest.mark.parametrize("elasticity", [-0.3, -1, -2.5])
@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_two_regions_match_bisection(elasticity: float, kind: str, share: float) -> None:
    near, far = 0.5, 0.7
    calibration = op.calibrate(
        two_regions(near, far, share, markup_kind=kind, elasticity=elasticity), gap=GAP
    )

    def excess(markup: float) -> float:
        paid = [cost + markup if kind == "additive" else cost * markup for cost in (near, far)]
        asked = [(price / 2) ** elasticity for price in paid]
        return (1 - share) * asked[0] + share * asked[1] - 1

    row = only(calibration)
    assert row.after == pytest.approx(bisect(excess, 0.1, 10, xtol=1e-13), rel=1e-9)
    asked = calibration.workloads.set_index("region")["asked_multiple"]
    assert asked["E"] > 1 > asked["W"]
    assert (1 - share) * asked["E"] + share * asked["W"] == pytest.approx(1)
    assert row.residual == pytest.approx(max(asked["E"] - 1, 1 - asked["W"]))
    assert (row.cost_low_usd_per_mtok, row.cost_high_usd_per_mtok) == pytest.approx((near, far))


@pytest.mark.slow
def test_the_two_kinds_differ_in_pass_through() -> None:
    """Calibrated at 0.8 $/Mtok; at 0.4 people pay half the reference price, or 0.4 less than it."""
    taken = {}
    for kind, price in (("multiplicative", 1.0), ("additive", 1.6)):
        instance = plain(markup_kind=kind, demand_steps=2000)
        instance = op.calibrate(instance, gap=GAP).apply(instance)
        cheaper = changed(instance, {"sites.C.serving_cost_usd_per_mtok": COST / 2})
        accepted = op.solve(cheaper, gap=GAP).tables["acceptance"]["accepted_multiple"]
        taken[kind] = accepted.sum()
        assert taken[kind] == pytest.approx((price / 2) ** -0.5, rel=2e-3)
    assert taken["multiplicative"] > taken["additive"]


YEARS = {"time": {"years": [2026, 2028, 2030], "days": 1, "hours_per_step": 24}}


@pytest.mark.parametrize("path", [0, {2027: 0.2, 2030: 0.4}])
def test_an_additive_markup_follows_the_reference_price(path: Any) -> None:
    fields = {"reference_price_usd_per_mtok": {2026: 2, 2030: 1}, "markup_usd_per_mtok": path}
    instance = plain(YEARS, **ADDED, **fields)
    after = op.calibrate(instance, gap=GAP).apply(instance).classes[0].markup_usd_per_mtok
    wanted = {2026: 1.2, 2030: 0.6} | ({2027: 1.05} if path else {})
    assert after == pytest.approx(wanted)


def test_later_years_do_not_affect_the_base_year() -> None:
    """Demand that grows a hundredfold needs nodes that the base year does not need."""
    grown = plain(YEARS, demand_multiplier={2026: 1, 2030: 100})
    assert only(op.calibrate(grown, gap=GAP)).after == pytest.approx(2 / COST)
    cut = base_year(grown)
    assert cut.time.years == (2026,)
    assert cut.time.last_span_years == 2
    assert base_year(cut) == cut


BUILT = {"classes.chat": ELASTIC, "pools.C/node.max_pods": 40}


ENERGY = 0.1 / 3.6 * 50 / 1e3
ANNUITY = 10 * 300e3 * capital_recovery_factor(0.1, 5) / (3.6e3 * 8760)
"""Of ten nodes that serve 3.6 Gtok/h and draw 0.1 MW; $/Mtok."""


@pytest.mark.parametrize("span", [1, 4])
def test_cost_includes_annuities_regardless_of_the_span_of_the_period(span: int) -> None:
    instance = built_site(BUILT | {"time.last_span_years": span})
    assert only(op.calibrate(instance, gap=GAP)).after == pytest.approx(2 / (ENERGY + ANNUITY))


def test_full_cost_counts_existing_hardware() -> None:
    standing = one_site({"classes.chat": ELASTIC, "pools.C/node.existing_units": 50})
    sunk, whole = (op.calibrate(standing, full_cost=full, gap=GAP) for full in (False, True))
    assert only(sunk).after == pytest.approx(2 / ENERGY)
    assert only(whole).after == pytest.approx(2 / (ENERGY + ANNUITY))
    assert only(whole).standing_over_d == pytest.approx(3)
    assert abs(only(whole).accepted_over_d - 1) <= only(whole).step_over_d
    assert only(sunk).standing_over_d is None
    assert len(sunk.warnings) == 1
    assert sunk.warnings[0].startswith("existing hardware counts as paid for")
    assert whole.warnings == ()


def test_as_many_units_can_be_rebought_as_exist_or_could_be_added_at_once() -> None:
    pool = {"existing_units": 10.5, "units_per_pod": 4, "max_pods": 30, "max_pods_per_year": 5}
    for lead, most in ((0, 11 + 4 * 5 * 3), (1, 11)):
        instance = one_site(
            {"pools.C/node": pool | {"lead_years": lead}, "time.last_span_years": 3}
        )
        (anew,) = hardware_rebuilt(base_year(instance)).pools
        assert (anew.max_pods, anew.units_per_pod, anew.lead_years) == (most, 1, 0)
        assert anew.existing_units == {0: 0}
    (fleet, *_) = hardware_rebuilt(base_year(every_kind())).pools
    assert fleet == every_kind().pools[0]


def rich() -> Instance:
    """Every kind of site, demand small enough to be served in full, a class of each kind."""
    return every_kind(
        {
            "classes.agent": {"markup_kind": "additive", "markup_usd_per_mtok": 0.1},
            "classes.chat.demand_steps": 40,
            "classes.agent.demand_steps": 40,
            **{
                f"workloads.{region}/{name}.demand_gtok_per_h": demand
                for region in "EW"
                for name, demand in (("chat", 3), ("agent", 0.4))
            },
        }
    )


@pytest.mark.thin(2)
@pytest.mark.parametrize("full", [False, True])
def test_calibrating_a_calibrated_instance_changes_nothing(full: bool) -> None:
    instance = rich()
    once = op.calibrate(instance, full_cost=full, gap=1e-7)
    again = op.calibrate(once.apply(instance), full_cost=full, gap=1e-7)
    assert once.status == again.status == "calibrated"
    for first, second in zip(once.classes, again.classes, strict=True):
        assert second.before == first.after
        assert second.after == pytest.approx(first.after, rel=1e-6)
        assert second.accepted_over_d == pytest.approx(first.accepted_over_d, abs=1e-3)


def test_markups_do_not_depend_on_names_or_order() -> None:
    instance = rich()
    text = instance.model_dump_json(by_alias=True)
    for name in ("chat", "agent", "node", "cloud", "edge", "Z"):
        text = text.replace(f'"id":"{name}"', f'"id":"x{name}"')
        for field in ("class", "hardware", "site", "zone"):
            text = text.replace(f'"{field}":"{name}"', f'"{field}":"x{name}"')
    other = Instance.model_validate_json(text.replace('"zones":["Z"]', '"zones":["xZ"]'))
    other = other.model_copy(
        update={
            table: tuple(reversed(getattr(other, table)))
            for table in ("classes", "workloads", "sites", "pools", "regions")
        }
    )
    calibration = {row.id: row.after for row in op.calibrate(instance, gap=1e-7).classes}
    named = {row.id: row.after for row in op.calibrate(other, gap=1e-7).classes}
    assert named == pytest.approx(
        {f"x{name}": markup for name, markup in calibration.items()}, rel=1e-5
    )


def test_cost_includes_a_mandated_share_at_the_edge() -> None:
    """A quarter costs 0.8 $/Mtok more: demand is D only if people pay for that."""
    edge = {"kind": "edge", "region": "E", "zone": "Z", "serving_cost_usd_per_mtok": COST + 0.8}
    edits = {
        "sites.B": edge,
        "pools.B/node": {"existing_units": 50},
        "policy.min_edge_share": 0.25,
    }
    row = only(op.calibrate(plain(edits), gap=GAP))
    assert row.after == pytest.approx(2 / (COST + 0.25 * 0.8))
    assert abs(row.accepted_over_d - 1) <= row.step_over_d


def test_longer_answers_enter_cost_and_value() -> None:
    """Tokens per query double and enter demand: both the cost and the value of a query count."""
    longer = {"tokens_per_query": 2, "tokens_per_query_enters": "demand"}
    for kind, wanted in (("multiplicative", 2 / (2 * COST)), ("additive", 2 - 2 * COST)):
        instance = plain(markup_kind=kind, **longer)
        row = only(op.calibrate(instance, gap=GAP))
        assert row.after == pytest.approx(wanted)
        assert abs(row.accepted_over_d - 1) <= row.step_over_d


def test_settings_have_the_same_effect_as_apply(tmp_path: Any) -> None:
    instance = rich()
    calibration = op.calibrate(instance, gap=1e-6)

    (tmp_path / "instance.json").write_text(instance.to_json())
    assert op.load_instance(tmp_path, calibration.settings) == calibration.apply(instance)


def test_workloads_without_demand_are_left_out() -> None:
    calibration = op.calibrate(two_regions(0.5, 0.7, 0.0), gap=GAP)
    assert only(calibration).after == pytest.approx(2 / 0.5)
    assert calibration.workloads["region"].tolist() == ["E"]
    assert np.isfinite(calibration.workloads["cost_usd_per_mtok"]).all()
