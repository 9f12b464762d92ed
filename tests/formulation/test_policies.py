"""Policies, contracts and grid connections by hand, with the value of one more unit."""

from typing import Any

import pytest

import optimizer as op
from optimizer.schema.instance import Instance
from tests.factory import built_site, off_grid, one_site
from tests.formulation.test_by_hand import CRF_5, CRF_20, ENERGY, HOURS, TWO_YEARS, VALUE, check

A_NODE = {"energy": 0.01 * HOURS * 50, "value": 0.36 * HOURS * 20e3}
"""A year of one loaded node, $."""


def solved(instance: Instance) -> op.Plan:
    plan = op.solve(instance, gap=1e-9)
    assert plan.status == "optimal"
    return plan


def price(plan: op.Plan, measure: str, where: str = "whole instance", year: int = 2026) -> float:
    rows = plan.prices[plan.prices["run"] == "long-run"].set_index(["measure", "where", "year"])
    return float(rows.loc[(measure, where, year), "value"])


def counted(plan: op.Plan, measure: str, where: str = "whole instance", year: int = 2026) -> Any:
    rows = plan.tables["policy"].set_index(["measure", "where", "year"])
    return tuple(rows.loc[(measure, where, year), ["value", "limit"]])


CARBON = {"zones.Z.co2_kg_per_mwh": 400}
ALL_T = 0.1 * HOURS * 0.4


def test_a_co2_cap_limits_grid_draw() -> None:
    half = CARBON | {"policy.co2_cap_t_per_year": ALL_T / 2}
    plan = solved(one_site(half))
    assert plan.welfare_usd == pytest.approx((VALUE - ENERGY) / 2, rel=1e-9)
    assert counted(plan, "co2_t") == pytest.approx((ALL_T / 2, ALL_T / 2))
    # A tonne permits a draw of 2.5 MWh, which serves a node's hours.
    worth = (VALUE - ENERGY) / ALL_T
    assert price(plan, "co2_usd_per_t") == pytest.approx(worth, rel=1e-6)
    priced = solved(one_site(half | {"policy.co2_price_usd_per_t": 30}))
    assert price(priced, "co2_usd_per_t") == pytest.approx(worth - 30, rel=1e-6)


def test_emissions_are_reported_without_a_cap() -> None:
    plan = solved(one_site(CARBON))
    value, limit = counted(plan, "co2_t")
    assert value == pytest.approx(ALL_T)
    assert limit != limit
    assert "co2_usd_per_t" not in set(plan.prices["measure"])


def test_a_co2_cap_limits_on_site_generation() -> None:
    stack = {"generators.gt.co2_kg_per_mwh": 500, "policy.co2_cap_t_per_year": 0.5 * 438}
    plan = solved(off_grid(stack))
    assert plan.tables["demand"]["served_gtok_per_h"].sum() == pytest.approx(1.8)
    assert counted(plan, "co2_t")[0] == pytest.approx(0.05 * HOURS * 0.5)


def test_a_co2_cap_may_change_by_year() -> None:
    plan = solved(
        one_site(CARBON | TWO_YEARS | {"policy.co2_cap_t_per_year": {2026: 1000, 2027: ALL_T / 4}})
    )
    served = plan.tables["demand"].set_index("year")["served_gtok_per_h"]
    assert served.to_dict() == pytest.approx({2026: 3.6, 2027: 0.9})


def test_a_capital_budget_buys_whole_pods() -> None:
    """Pods of two nodes cost $600,000: money for two and a half buys two."""
    plan = solved(built_site({"policy.capital_budget_usd_per_year": 1.5e6}))
    assert plan.capacity["units_built"].sum() == 4
    assert counted(plan, "overnight_usd") == pytest.approx((1.2e6, 1.5e6))
    worth = (A_NODE["value"] - A_NODE["energy"] - 3e5 * CRF_5) / 3e5
    assert price(plan, "budget_usd_per_usd") == pytest.approx(worth, rel=1e-6)


def test_a_period_has_the_budgets_of_all_its_years() -> None:
    time = {"time": {"years": [2026, 2029], "days": 1, "hours_per_step": 24}}
    budget = {"policy.capital_budget_usd_per_year": {2026: 4e5, 2029: 0}}
    plan = solved(built_site(time | budget))
    built = plan.capacity.set_index("year")["units_built"]
    assert built.to_dict() == {2026: 4, 2029: 0}
    assert counted(plan, "overnight_usd", year=2029) == (0, 0)


def test_the_price_of_a_budget_is_in_dollars_of_its_year() -> None:
    early = {"pools.C/node.lead_years": 1, "policy.capital_budget_usd_per_year": 6e5}
    plan = solved(built_site(TWO_YEARS | early))
    worth = (A_NODE["value"] - A_NODE["energy"] - 3e5 * CRF_5) / 3e5
    assert price(plan, "budget_usd_per_usd", year=2027) == pytest.approx(worth, rel=1e-6)


@pytest.mark.parametrize(("budget", "open_from"), [(9e5, 2026), (8e5, None)])
def test_a_budget_pays_for_a_site_in_the_period_in_which_it_opens(
    budget: float, open_from: int | None
) -> None:
    candidate = {
        "sites.C.existing": False,
        "sites.C.opening_cost_usd": 9e5,
        "pools.C/node.existing_units": 10,
        "policy.capital_budget_usd_per_year": {2026: budget, 2027: 0},
    }
    plan = solved(one_site(TWO_YEARS | candidate))
    opened = plan.tables["sites"].set_index("year")["open"]
    assert opened.to_dict() == dict.fromkeys((2026, 2027), open_from is not None)
    spent = [counted(plan, "overnight_usd", year=year)[0] for year in (2026, 2027)]
    assert spent == ([9e5, 0] if open_from else [0, 0])


def test_a_budget_pays_for_turbines_and_connections() -> None:
    plan = solved(off_grid({"policy.capital_budget_usd_per_year": 6e4}))
    assert plan.tables["generators"]["units_built"].sum() == 1
    assert counted(plan, "overnight_usd")[0] == pytest.approx(5e4)
    connection = {
        "sites.C.interconnection_cost_usd_per_mw": 1e6,
        "sites.C.interconnection_step_mw": 0.05,
        "policy.capital_budget_usd_per_year": 9e4,
    }
    plan = solved(one_site(connection))
    assert plan.tables["connections"]["built_mw"].sum() == pytest.approx(0.05)
    assert counted(plan, "overnight_usd")[0] == pytest.approx(5e4)


def test_a_zone_cap_has_its_own_price_beside_the_grid_limit() -> None:
    edits = {"zone_caps": [{"id": "cap", "zone": "Z", "cap_mw": 0.05}], "zones.Z.limit_mw": 0.08}
    plan = solved(one_site(edits))
    assert counted(plan, "cap_mw", "cap") == pytest.approx((0.05, 0.05))
    worth = (VALUE - ENERGY) / 0.1
    assert price(plan, "cap_usd_per_mw_year", "cap") == pytest.approx(worth, rel=1e-6)
    assert price(plan, "zone_usd_per_mw_year", "Z") == pytest.approx(0, abs=1e-6)
    lifted = solved(one_site(edits | {"zone_caps.cap.cap_mw": None}))
    assert counted(lifted, "cap_mw", "cap")[0] == pytest.approx(0.08)
    assert price(lifted, "zone_usd_per_mw_year", "Z") == pytest.approx(worth, rel=1e-6)
    assert price(lifted, "cap_usd_per_mw_year", "cap") == 0


@pytest.mark.parametrize(("kinds", "served"), [(["cloud"], 1.8), (["edge", "device"], 3.6)])
def test_a_zone_cap_counts_only_its_kinds_of_site(kinds: list[str], served: float) -> None:
    cap = {"id": "cap", "zone": "Z", "site_kinds": kinds, "cap_mw": {2026: 0.05}}
    plan = solved(one_site({"zone_caps": [cap]}))
    assert plan.tables["demand"]["served_gtok_per_h"].sum() == pytest.approx(served)


EDGE = {
    "sites.E": {"kind": "edge", "region": "E", "zone": "Z", "serving_cost_usd_per_mtok": 2},
    "pools.E/node": {"existing_units": 10},
}


def test_an_edge_share_costs_the_extra_cost_of_edge() -> None:
    plan = solved(one_site(EDGE | {"policy.min_edge_share": 0.25}))
    assert counted(plan, "edge_gtok", "all classes") == pytest.approx((0.9 * HOURS, 0.9 * HOURS))
    assert plan.parts_usd["network"] == pytest.approx(-0.9 * HOURS * 2e3)
    assert price(plan, "edge_share_usd_per_mtok", "all classes") == pytest.approx(2, rel=1e-6)


def test_an_edge_share_is_a_share_of_served_tokens() -> None:
    """Two edge nodes serve 0.72: a share of one half leaves 0.72 to the cloud."""
    few = EDGE | {"pools.E/node.existing_units": 2, "classes.chat.min_edge_share": 0.5}
    plan = solved(one_site(few))
    assert plan.tables["demand"]["served_gtok_per_h"].sum() == pytest.approx(1.44)
    # Requiring one Mtok less lets the cloud serve two, each worth 20 less 1/720 of energy.
    worth = 2 * (VALUE - ENERGY) / (3.6 * HOURS * 1e3)
    assert price(plan, "edge_share_usd_per_mtok", "chat") == pytest.approx(worth, rel=1e-6)


def test_an_edge_share_of_one_class_does_not_affect_another() -> None:
    other = {"classes.batch": {"slo_ms": 1000, "choke_price_usd_per_mtok": 20}}
    work = {"workloads.E/batch": {"demand_gtok_per_h": 3.6}, "pools.C/node.existing_units": 20}
    plan = solved(one_site(EDGE | other | work | {"classes.batch.min_edge_share": 0.5}))
    edge = plan.placement[plan.placement["kind"] == "edge"].groupby("class")["flow_gtok_per_h"]
    assert edge.sum().to_dict() == pytest.approx({"batch": 1.8})


PPA = {"id": "ppa", "zone": "Z", "limit_mw": 0.04, "price_usd_per_mwh": 20}


def test_a_contract_replaces_the_zones_price() -> None:
    delivered = {"contracts": [PPA], "sites.C.energy_adder_usd_per_mwh": 7}
    check(one_site(delivered), energy=-HOURS * (0.04 * 27 + 0.06 * 57))
    plan = solved(one_site({"contracts": [PPA]}))
    worth = price(plan, "contract_usd_per_mw_year", "ppa")
    assert worth == pytest.approx(30 * HOURS, rel=1e-6)


def test_a_high_price_contract_is_not_used() -> None:
    check(one_site({"contracts": [PPA | {"price_usd_per_mwh": 51}]}), energy=-ENERGY)


def test_a_contract_is_used_before_rising_blocks() -> None:
    blocks = [
        {"size_mw": 0.03, "adder_usd_per_mwh": 5},
        {"size_mw": None, "adder_usd_per_mwh": 40},
    ]
    edits = {"zones.Z.supply_blocks": blocks, "contracts": [PPA]}
    check(one_site(edits), energy=-HOURS * (0.04 * 20 + 0.03 * 55 + 0.03 * 90))


def test_a_contract_applies_only_in_its_term() -> None:
    term = PPA | {"first_year": 2027, "last_year": 2027, "limit_mw": {2026: 1, 2027: 0.05}}
    years = {"time": {"years": [2026, 2027, 2028], "days": 1, "hours_per_step": 24}}
    plan = solved(one_site(years | {"contracts": [term]}))
    drawn = plan.tables["contracts"].set_index("year")["draw_mw"]
    assert drawn.to_dict() == pytest.approx({2026: 0, 2027: 0.05, 2028: 0})


def test_a_contract_of_a_site_serves_only_that_site() -> None:
    """The edge draws 0.04 MW and the cloud the rest: the edge's contract of 0.1 supplies 0.04."""
    share = EDGE | {"policy.min_edge_share": 0.4}
    own = {"id": "own", "site": "E", "limit_mw": 0.1, "price_usd_per_mwh": 20}
    plan = solved(one_site(share | {"contracts": [own]}))
    assert plan.parts_usd["energy"] == pytest.approx(-HOURS * (0.04 * 20 + 0.06 * 50))
    both = solved(one_site(share | {"contracts": [own, PPA | {"limit_mw": 0.08}]}))
    assert both.parts_usd["energy"] == pytest.approx(-HOURS * 0.1 * 20)


def test_rising_blocks_may_change_by_year() -> None:
    blocks = [
        {"size_mw": {2026: 0.1, 2027: 0.02}, "adder_usd_per_mwh": 5},
        {"size_mw": None, "adder_usd_per_mwh": {2026: 40, 2027: 60}},
    ]
    check(
        one_site(TWO_YEARS | {"zones.Z.supply_blocks": blocks}),
        value=VALUE * (1 + 1 / 1.1),
        energy=-HOURS * (0.1 * 55 + (0.02 * 55 + 0.08 * 110) / 1.1),
    )


CONNECTED = {
    "sites.C.interconnection_cost_usd_per_mw": 5e5,
    "sites.C.interconnection_step_mw": 0.04,
}


def test_an_interconnection_is_built_in_whole_steps() -> None:
    check(one_site(CONNECTED), energy=-ENERGY, interconnection=-3 * 0.04 * 5e5 * CRF_20)
    there = CONNECTED | {"sites.C.existing_interconnection_mw": 0.06}
    check(one_site(there), energy=-ENERGY, interconnection=-0.04 * 5e5 * CRF_20)


def test_an_interconnection_outlives_the_hardware_it_serves() -> None:
    years = {"time": {"years": [2026, 2031], "days": 1, "hours_per_step": 24}}
    long = solved(one_site(years | CONNECTED))
    assert long.tables["connections"]["steps_built"].tolist() == [3, 0]
    short = solved(one_site(years | CONNECTED | {"sites.C.interconnection_life_years": 5}))
    assert short.tables["connections"]["steps_built"].tolist() == [3, 3]
    assert short.tables["connections"]["connection_mw"].tolist() == pytest.approx([0.12, 0.12])


def test_an_interconnection_has_a_lead_time() -> None:
    late = CONNECTED | {"sites.C.interconnection_lead_years": 1}
    plan = solved(one_site(TWO_YEARS | late))
    served = plan.tables["demand"].set_index("year")["served_gtok_per_h"]
    assert served.to_dict() == pytest.approx({2026: 0, 2027: 3.6})
