"""Cost and welfare computed by hand, unit by unit."""

import pytest

import optimizer as op
from optimizer.schema.instance import Instance
from tests.factory import built_site, off_grid, one_site

HOURS = 8760
VALUE = 3.6 * HOURS * 20e3
"""Value of a year of `one_site`, $: 3.6 Gtok/h at 20 $/Mtok, which is 20 k$/Gtok."""

ENERGY = 0.1 * HOURS * 50
"""Ten nodes at 10 kW, $50/MWh."""

CRF_5 = 0.1 / (1 - 1.1**-5)
CRF_20 = 0.1 / (1 - 1.1**-20)
TWO_YEARS = {"time": {"years": [2026, 2027], "days": 1, "hours_per_step": 24}}


def solved(instance: Instance) -> op.Plan:
    plan = op.solve(instance, gap=1e-9)
    assert plan.status == "optimal"
    return plan


def check(instance: Instance, **parts: float) -> None:
    """Compare every nonzero part of welfare with a figure computed by hand."""
    plan = solved(instance)
    nonzero = {name: amount for name, amount in plan.parts_usd.items() if abs(amount) > 1e-3}
    assert nonzero == pytest.approx({"value": VALUE} | parts, rel=1e-9)
    assert plan.welfare_usd == pytest.approx(sum(nonzero.values()), rel=1e-12)
    assert plan.cost_usd == pytest.approx(nonzero["value"] - plan.welfare_usd, rel=1e-6)


def test_energy_is_idle_plus_marginal() -> None:
    check(one_site(), energy=-ENERGY)


def test_pue_multiplies_hardware_energy() -> None:
    check(one_site({"sites.C.pue": 1.3}), energy=-1.3 * ENERGY)


def test_surplus_units_are_switched_off() -> None:
    check(one_site({"pools.C/node.existing_units": 25}), energy=-ENERGY)


def test_a_lower_utilisation_or_duty_cycle_idles_more_units() -> None:
    # 20 units half loaded: 20 * 2 kW idle, and 10 units' worth of 8 kW.
    half = {"pools.C/node.existing_units": 25}
    for field in ("max_utilisation", "duty_cycle"):
        check(one_site(half | {f"pools.C/node.{field}": 0.5}), energy=-0.12 * HOURS * 50)


def test_energy_rate_and_token_multipliers_combine() -> None:
    # Rate 2, raw tokens 3: 15 units; energy at 0.08 J * 3 * 0.5 = 0.12 J a token of the answer.
    row = {"rate_multiplier": 2, "energy_multiplier": 0.5, "token_multiplier": 3}
    edits = {f"serving.m-node.{field}": value for field, value in row.items()}
    mwh = (15 * 0.002 + 3.6 * 0.12 / 3.6) * HOURS
    check(one_site(edits | {"pools.C/node.existing_units": 15}), energy=-mwh * 50)


def test_fixed_load_is_outside_pue() -> None:
    check(one_site({"sites.C.pue": 1.5, "sites.C.fixed_load_mw": 0.2}), energy=-(0.35) * HOURS * 50)


def test_energy_adder_serving_network_and_fixed_costs_add_up() -> None:
    check(
        one_site(
            {
                "sites.C.energy_adder_usd_per_mwh": 7,
                "sites.C.serving_cost_usd_per_mtok": 0.2,
                "sites.C.fixed_cost_usd_per_year": 1234,
                "network.cost_usd_per_mtok": 0.3,
                "hardware.node.operation_usd_per_unit_year": 100,
            }
        ),
        energy=-0.1 * HOURS * 57,
        network=-3.6 * HOURS * 0.5e3,
        opening=-1234,
        operation=-10 * 100,
    )


def test_devices_incur_neither_idle_energy_nor_operation() -> None:
    check(
        one_site({"sites.C.kind": "device", "hardware.node.operation_usd_per_unit_year": 100}),
        energy=-0.08 * HOURS * 50,
    )


def test_emissions_cost_the_co2_price() -> None:
    check(
        one_site({"zones.Z.co2_kg_per_mwh": 400, "policy.co2_price_usd_per_t": 30}),
        energy=-ENERGY,
        co2=-0.1 * HOURS * 0.4 * 30,
    )


def test_the_peak_costs_the_capacity_price() -> None:
    area = {
        "id": "A",
        "zones": ["Z"],
        "forecast_pool_requirement": 0.9,
        "capacity_price_usd_per_mw_day": 300,
    }
    check(one_site({"capacity_areas": [area]}), energy=-ENERGY, capacity=-0.1 * 0.9 * 300 * 365)


def test_supply_blocks_fill_from_the_cheapest() -> None:
    blocks = [
        {"size_mw": 0.06, "adder_usd_per_mwh": 5},
        {"size_mw": 0.03, "adder_usd_per_mwh": 10},
        {"size_mw": None, "adder_usd_per_mwh": 40},
    ]
    adders = (0.06 * 5 + 0.03 * 10 + 0.01 * 40) * HOURS
    check(one_site({"zones.Z.supply_blocks": blocks}), energy=-ENERGY - adders)


def test_finite_supply_blocks_are_a_limit() -> None:
    plan = solved(one_site({"zones.Z.supply_blocks": [{"size_mw": 0.05, "adder_usd_per_mwh": 0}]}))
    assert plan.welfare_usd == pytest.approx((VALUE - ENERGY) / 2, rel=1e-9)


def test_builds_cost_an_annuity_for_whole_pods() -> None:
    # Ten nodes are needed: three pods of four.
    check(
        built_site({"pools.C/node.units_per_pod": 4}),
        energy=-ENERGY,
        hardware=-12 * 300e3 * CRF_5,
    )


def test_without_interest_the_annuity_is_an_equal_share() -> None:
    check(built_site({"money.discount_rate": 0}), energy=-ENERGY, hardware=-10 * 300e3 / 5)


def test_a_second_year_is_discounted_to_the_first() -> None:
    factor = 1 + 1 / 1.1
    check(
        one_site(TWO_YEARS | {"sites.C.fixed_cost_usd_per_year": 100}),
        value=factor * VALUE,
        energy=-factor * ENERGY,
        opening=-factor * 100,
    )


def test_a_build_costs_from_its_commissioning_onwards() -> None:
    # Cost falls from 300 to 200 k$ a unit; demand doubles, so ten units are bought each year.
    edits = {
        "hardware.node.capex_usd": {2026: 300e3, 2027: 200e3},
        "classes.chat.demand_multiplier": {2026: 1, 2027: 2},
        "pools.C/node.max_pods": 20,
    }
    check(
        built_site(TWO_YEARS | edits),
        value=VALUE * (1 + 2 / 1.1),
        energy=-ENERGY * (1 + 2 / 1.1),
        hardware=-CRF_5 * (10 * 300e3 * (1 + 1 / 1.1) + 10 * 200e3 / 1.1),
    )


def test_retired_hardware_is_rebuilt() -> None:
    edits = {"hardware.node.life_years": 1, "pools.C/node.max_pods": 10}
    plan = solved(built_site(TWO_YEARS | edits))
    assert list(plan.capacity["pods_built"]) == [5, 5]
    assert list(plan.capacity["units"]) == [10, 10]
    assert plan.parts_usd["hardware"] == pytest.approx(-10 * 300e3 * 1.1 * (1 + 1 / 1.1))


def test_periods_weight_their_years_and_lives_span_them() -> None:
    # 2026 covers 2026-27, 2028 covers 2028-29, 2030 three years; a life of 4 spans two periods.
    factors = [1 + 1.1**-1, 1.1**-2 + 1.1**-3, 1.1**-4 + 1.1**-5 + 1.1**-6]
    edits = {
        "time": {
            "years": [2026, 2028, 2030],
            "days": 1,
            "hours_per_step": 24,
            "last_span_years": 3,
        },
        "hardware.node.life_years": 4,
        "pools.C/node.max_pods": 20,
    }
    plan = solved(built_site(edits))
    assert list(plan.capacity["units_built"]) == [10, 0, 10]
    assert plan.parts_usd["value"] == pytest.approx(sum(factors) * VALUE)
    assert plan.parts_usd["energy"] == pytest.approx(-sum(factors) * ENERGY)
    crf = 0.1 / (1 - 1.1**-4)
    assert plan.parts_usd["hardware"] == pytest.approx(-sum(factors) * 10 * 300e3 * crf)


def test_a_yearly_build_limit_applies_to_each_year_of_a_period() -> None:
    # One pod of two nodes a year: two pods in 2026's span of two years, and one in 2028.
    edits = {
        "time": {"years": [2026, 2028], "days": 1, "hours_per_step": 24},
        "pools.C/node.max_pods_per_year": 1,
    }
    plan = solved(built_site(edits))
    assert list(plan.capacity["pods_built"]) == [2, 1]
    served = plan.tables["demand"]["served_gtok_per_h"]
    assert list(served) == pytest.approx([4 * 0.36, 6 * 0.36])


def test_total_pods_and_lead_time_limit_builds() -> None:
    edits = {"pools.C/node.max_pods": 3, "pools.C/node.lead_years": 1}
    plan = solved(built_site(TWO_YEARS | edits))
    assert list(plan.capacity["pods_built"]) == [0, 3]


def test_a_site_serves_from_its_first_year() -> None:
    plan = solved(one_site(TWO_YEARS | {"sites.C.available_from": 2027}))
    assert list(plan.tables["demand"]["served_gtok_per_h"]) == [0, 3.6]
    assert plan.welfare_usd == pytest.approx((VALUE - ENERGY) / 1.1, rel=1e-9)


def test_existing_hardware_costs_nothing_before_its_site_is_available() -> None:
    edits = {"sites.C.available_from": 2027, "hardware.node.operation_usd_per_unit_year": 1000}
    plan = solved(one_site(TWO_YEARS | edits))
    assert plan.parts_usd["operation"] == pytest.approx(-10 * 1000 / 1.1)


def test_opening_costs_an_annuity_and_a_yearly_fee() -> None:
    edits = {
        "sites.C.existing": False,
        "sites.C.opening_cost_usd": 5e6,
        "sites.C.fixed_cost_usd_per_year": 2000,
    }
    check(one_site(edits), energy=-ENERGY, opening=-5e6 * CRF_20 - 2000)


def test_a_site_that_costs_more_than_it_earns_stays_closed() -> None:
    edits = {
        "sites.C.existing": False,
        "sites.C.opening_cost_usd": 1.01 * (VALUE - ENERGY) / CRF_20,
    }
    plan = solved(one_site(edits))
    assert not plan.tables["sites"]["open"].any()
    assert plan.welfare_usd == pytest.approx(0, abs=1e-6)


def test_an_open_site_stays_open() -> None:
    # The second year has no value, yet the site is still paid for.
    edits = {
        "sites.C.existing": False,
        "sites.C.opening_cost_usd": 5e6,
        "classes.chat.demand_multiplier": {2026: 1, 2027: 0},
    }
    plan = solved(one_site(TWO_YEARS | edits))
    assert plan.parts_usd["opening"] == pytest.approx(-5e6 * CRF_20 * (1 + 1 / 1.1))


def test_space_limits_whole_pods_at_loaded_power() -> None:
    # 0.075 MW of space holds three pods of two nodes at 10 kW.
    plan = solved(built_site({"sites.C.it_limit_mw": 0.075}))
    assert plan.capacity["units"].item() == 6


def test_existing_hardware_takes_space_too() -> None:
    # Existing nodes take three of the 0.075 MW: two pods of two at 10 kW fit beside them.
    edits = {"sites.C.it_limit_mw": 0.075, "pools.C/node.existing_units": 3}
    plan = solved(built_site(edits))
    assert plan.capacity["units"].item() == 7


def test_existing_turbines_cost_fixed_operation() -> None:
    edits = {
        "generators.gt.fixed_om_usd_per_kw_year": 15,
        "site_generators.C/gt.existing_units": 4,
        "site_generators.C/gt.max_units": 0,
    }
    check(off_grid(edits), operation=-4 * 50 * 15, fuel=-0.1 * HOURS * 10 * 3)


@pytest.mark.parametrize(("redundant", "served"), [(0, True), (1, True), (2, False)])
def test_redundancy_removes_the_largest_units_of_any_type(redundant: int, served: bool) -> None:
    # 2 of 0.05 MW and 2 of 0.04 MW exist; less k of 0.05 MW they must cover 0.1 MW.
    edits = {
        "sites.C.redundant_units": redundant,
        "site_generators.C/gt.existing_units": 2,
        "site_generators.C/gt.max_units": 0,
        "generators.small": {
            "unit_mw": 0.04,
            "capex_usd_per_kw": 1000,
            "life_years": 20,
            "heat_rate_mmbtu_per_mwh": 10,
        },
        "site_generators.C/small": {
            "existing_units": 2,
            "max_units": 0,
            "fuel_price_usd_per_mmbtu": 3,
        },
    }
    plan = solved(off_grid(edits))
    assert (plan.tables["demand"]["served_gtok_per_h"].item() == pytest.approx(3.6)) == served


def test_turbines_cost_fuel_and_operation() -> None:
    edits = {
        "generators.gt.fixed_om_usd_per_kw_year": 15,
        "generators.gt.variable_om_usd_per_mwh": 4,
        "generators.gt.co2_kg_per_mwh": 500,
        "policy.co2_price_usd_per_t": 30,
    }
    mwh = 0.1 * HOURS
    check(
        off_grid(edits),
        generators=-2 * 0.05 * 1000 * 1000 * CRF_20,
        operation=-(2 * 50 * 15 + mwh * 4),
        fuel=-mwh * 10 * 3,
        co2=-mwh * 0.5 * 30,
    )


@pytest.mark.parametrize(("redundant", "derate", "units"), [(0, 1, 2), (1, 1, 3), (2, 0.8, 5)])
def test_builds_cover_the_load_with_units_out(redundant: int, derate: float, units: int) -> None:
    # (u - k) * 0.05 MW * derate must cover 0.1 MW: u = k + 2, or k + 3 at a derate of 0.8.
    edits = {"sites.C.redundant_units": redundant, "generators.gt.derate": derate}
    plan = solved(off_grid(edits))
    assert plan.tables["generators"]["units"].item() == units


def test_an_open_off_grid_site_keeps_spare_units_even_without_load() -> None:
    edits = {"sites.C.redundant_units": 1, "workloads.E/chat.demand_gtok_per_h": 0}
    plan = solved(off_grid(edits))
    assert plan.tables["generators"]["units"].item() == 1


def test_a_turbine_at_a_grid_site_replaces_expensive_energy() -> None:
    on_grid = {"sites.C.kind": "cloud", "sites.C.zone": "Z"}
    gas = 10 * 3 + 1000 * 1000 * CRF_20 / HOURS
    for price, units in ((gas - 0.1, 0), (gas + 0.1, 2)):
        plan = solved(off_grid(on_grid | {"zones.Z.energy_price_usd_per_mwh": price}))
        assert plan.tables["generators"]["units"].item() == units


def test_demand_worth_less_than_its_cost_is_not_accepted() -> None:
    # 0.1 MW at $50 for 3.6 Gtok/h is 1.389 $/Gtok, that is 0.001389 $/Mtok.
    for choke, served in ((0.0013, 0.0), (0.0015, 3.6)):
        plan = solved(one_site({"classes.chat.choke_price_usd_per_mtok": choke}))
        assert plan.tables["demand"]["served_gtok_per_h"].item() == pytest.approx(served)


def test_shedding_costs_the_choke_price_and_the_penalty() -> None:
    # Ten nodes stay on all year: of 0.05 MW in three hours a day, 0.02 MW idle, and 0.03 MW
    # serve 1.35 Gtok/h.  The other 2.25 cost 20 + 5 $/Mtok.
    edits = {
        "profiles": [{"id": "limit", "values": [0.0] * 21 + [1.0] * 3}],
        "zones.Z.capacity_mw": 0.1,
        "zones.Z.other_peak_mw": 0.05,
        "zones.Z.other_profile": "limit",
        "classes.chat.shed_penalty_usd_per_mtok": 5,
        "time.hours_per_step": 1,
    }
    plan = solved(one_site(edits))
    shed_gtok = 2.25 * 3 * 365
    assert plan.parts_usd["shed"] == pytest.approx(-shed_gtok * 25e3)
    assert plan.parts_usd["value"] == pytest.approx(VALUE)


def test_shedding_that_costs_more_than_it_saves_is_not_accepted() -> None:
    edits = {
        "profiles": [{"id": "limit", "values": [0.0] * 3 + [1.0] * 21}],
        "zones.Z.capacity_mw": 0.1,
        "zones.Z.other_peak_mw": 0.05,
        "zones.Z.other_profile": "limit",
        "classes.chat.shed_penalty_usd_per_mtok": 5,
        "time.hours_per_step": 1,
    }
    plan = solved(one_site(edits))
    assert plan.parts_usd["shed"] == pytest.approx(0, abs=1e-3)
    assert plan.parts_usd["value"] == pytest.approx(VALUE / 2)
