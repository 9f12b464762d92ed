"""Family 8 and storage's share of family 7, computed by hand."""

from typing import Any

import numpy as np
import pytest

import optimizer as op
from optimizer.formulation import storage as family
from optimizer.schema.instance import Instance
from tests.batteries import with_battery
from tests.composed import composed
from tests.factory import Edits, changed, every_kind, off_grid, one_site

HOURS, DAYS = 8760, 365
ENERGY = 0.1 * HOURS * 50
CRF_10 = 0.1 / (1 - 1.1**-10)

UP_AND_DOWN = {
    "profiles": [{"id": "price", "values": [1] * 12 + [4] * 12}],
    "zones.Z.price_profile": "price",
}
"""$20/MWh in the first half of each day and $80 in the second."""

LOW_AND_HIGH = {
    "profiles": [{"id": "load", "values": [1] * 12 + [4] * 12}],
    "classes.chat.profile": "load",
    "classes.chat.must_serve": True,
    "hardware.node.idle_w": 0,
    "pools.C/node.existing_units": 20,
}
"""0.04 MW in the first half of each day and 0.16 in the second: 10 kW a node, none idle."""


def solved(instance: Instance) -> op.Plan:
    plan = op.solve(instance, gap=1e-9)
    assert plan.status == "optimal"
    assert op.verify(instance, plan) == []
    return plan


def priced(edits: Edits | None = None, units: int = 1) -> Instance:
    return with_battery(one_site(UP_AND_DOWN), edits, units)


def test_energy_moves_from_the_low_price_half_to_the_high_price_half() -> None:
    # Storing 0.12 MWh per day takes 0.15 MWh at $20 and supplies 0.108 MWh at $80.
    plan = solved(priced())
    assert plan.parts_usd["energy"] == pytest.approx(-ENERGY + DAYS * (0.108 * 80 - 0.15 * 20))
    assert plan.parts_usd["operation"] == pytest.approx(-DAYS * 0.108 * 0.01)
    rows = plan.tables["storage"]
    assert rows["units"].tolist() == [1, 1]
    assert rows["charge_mw"].tolist() == pytest.approx([0.15 / 12, 0])
    assert rows["discharge_mw"].tolist() == pytest.approx([0, 0.108 / 12])
    assert rows["stored_mwh"].tolist() == pytest.approx([0.12, 0], abs=1e-9)
    power = plan.power
    assert power["charge_mw"].tolist() == pytest.approx(rows["charge_mw"].tolist())
    balance = power["draw_mw"] + power["discharge_mw"] - power["charge_mw"] - power["power_mw"]
    assert balance.to_numpy() == pytest.approx(0, abs=1e-9)


def test_power_limits_a_large_store() -> None:
    # 12 h at 0.02 MW store 0.192 MWh, of which 0.1728 MWh return.
    plan = solved(priced({"storage.bat.unit_mwh": 10}))
    saved = 12 * 0.02 * 0.72 * 80 - 12 * 0.02 * 20
    assert plan.parts_usd["energy"] == pytest.approx(-ENERGY + DAYS * saved)


def test_losses_and_wear_may_exceed_the_spread() -> None:
    # 0.72 of a MWh returns: bought at 20 and sold at 80 it earns 37.6 $/MWh, less wear of 53.
    assert solved(priced({"storage.bat.variable_om_usd_per_mwh": 52.2})).parts_usd[
        "operation"
    ] == pytest.approx(-DAYS * 0.108 * 52.2)
    for edits in (
        {"storage.bat.variable_om_usd_per_mwh": 52.3},
        {"storage.bat.charge_efficiency": 0.27},
    ):
        plan = solved(priced(edits))
        assert plan.tables["storage"][["charge_mw", "discharge_mw"]].to_numpy().max() < 1e-9


@pytest.mark.parametrize(("capex", "units"), [(10, 2), (400, 0)])
def test_storage_is_built_if_it_pays(capex: float, units: int) -> None:
    edits = {
        "storage.bat.capex_usd_per_kw": capex,
        "storage.bat.capex_usd_per_kwh": 3 * capex,
        "storage.bat.fixed_om_usd_per_kw_year": 5,
        "site_storage.C/bat": {"max_units": 2},
    }
    plan = solved(priced(edits, units=0))
    # A unit earns $2,058 a year and costs 5 * 20 kW and the annuity of 20 kW and 120 kWh.
    assert plan.tables["storage"]["units_built"].tolist() == [units] * 2
    annuity = (20 * capex + 120 * 3 * capex) * CRF_10
    assert plan.parts_usd["storage"] == pytest.approx(-units * annuity)
    fixed = units * (5 * 20 + DAYS * 0.108 * 0.01)
    assert plan.parts_usd["operation"] == pytest.approx(-fixed)


def test_units_serve_from_lead_time_to_end_of_life() -> None:
    time = {"years": [2026, 2027, 2028], "days": 1, "hours_per_step": 12}
    row = {"existing_units": 1, "max_units": 3, "max_units_per_year": 1, "lead_years": 1}
    plan = solved(priced({"time": time, "storage.bat.life_years": 1, "site_storage.C/bat": row}))
    rows = plan.tables["storage"].drop_duplicates("year")
    assert rows["units_built"].tolist() == [0, 1, 1]
    assert rows["units"].tolist() == [1, 2, 2]


def test_a_closed_site_has_no_storage() -> None:
    shut = {"sites.C.existing": False, "sites.C.opening_cost_usd": 1e12}
    plan = solved(priced({**shut, "site_storage.C/bat.max_units": 3}))
    assert plan.tables["storage"][["units", "units_built"]].to_numpy().max() == 0


def test_with_one_step_per_day_storage_does_nothing() -> None:
    plan = solved(priced({"time.hours_per_step": 24}))
    assert plan.parts_usd["energy"] == pytest.approx(-ENERGY)


def test_steps_of_unequal_length_conserve_energy_not_power() -> None:
    # The peak hour, 23, is its own step: steps of 12, 11 and 1 hours, the last two at high prices.
    load = {"id": "other", "values": [1] * 23 + [2]}
    other = {
        "profiles.other": load,
        "zones.Z.other_profile": "other",
        "zones.Z.other_peak_mw": 1,
        "zones.Z.capacity_mw": 1000,
    }
    plan = solved(priced(other))
    rows = plan.tables["storage"]
    assert rows["length_h"].tolist() == [12, 11, 1]
    assert (rows["discharge_mw"] * rows["length_h"]).sum() == pytest.approx(0.108)
    assert plan.parts_usd["energy"] == pytest.approx(-ENERGY + DAYS * (0.108 * 80 - 0.15 * 20))


@pytest.mark.parametrize(("units", "status"), [(3, "infeasible"), (4, "optimal")])
def test_storage_carries_a_load_above_the_limit(units: int, status: str) -> None:
    # 0.16 MW at a limit of 0.13: 0.36 MWh need 0.4 MWh stored, more than three units hold.
    plan = op.solve(
        with_battery(one_site(LOW_AND_HIGH | {"zones.Z.limit_mw": 0.13}), units=units), gap=1e-9
    )
    assert plan.status == status
    if plan.has_point:
        assert plan.power["draw_mw"].max() <= 0.13 + 1e-9


@pytest.mark.parametrize(
    ("efficiencies", "derate", "batteries", "turbines"),
    [
        ((1, 1), 1, 0, 5),
        ((1, 1), 1, 6, 3),
        ((1, 1), 1, 5, 4),
        ((0.8, 0.9), 1, 1, 5),
        ((0.8, 0.9), 1, 2, 4),
        ((0.8, 0.9), 1, 1000, 4),
        ((0.8, 0.9), 0.5, 2, 5),
        ((0.8, 0.9), 0.5, 3, 4),
    ],
)
def test_storage_is_accredited_for_what_its_energy_sustains(
    efficiencies: tuple[float, float], derate: float, batteries: int, turbines: int
) -> None:
    # One of u turbines of 0.05 MW out.  Three left (0.15 MW): 0.01 MW are short for 12 h, 0.12
    # MWh, or 0.133 stored with losses.  Two left: 0.06 MW, 0.72 MWh, and in the other half just
    # 0.06 MW to spare, so without losses six batteries of 0.12 MWh do, and with them none would.
    edits = {
        "storage.bat.charge_efficiency": efficiencies[0],
        "storage.bat.discharge_efficiency": efficiencies[1],
        "storage.bat.derate": derate,
    }
    site = off_grid(LOW_AND_HIGH | {"sites.C.redundant_units": 1})
    plan = solved(with_battery(site, edits, batteries))
    assert plan.tables["generators"]["units"].item() == turbines


def test_no_battery_replaces_a_turbine_under_a_flat_load() -> None:
    # An outage may last: the site must recharge on the same day what storage supplies.
    site = off_grid({"sites.C.redundant_units": 1, "classes.chat.must_serve": True})
    assert solved(with_battery(site, units=100)).tables["generators"]["units"].item() == 3


@pytest.mark.parametrize(("batteries", "status"), [(11, "infeasible"), (12, "optimal")])
def test_sun_and_batteries_supply_an_off_grid_site_alone(batteries: int, status: str) -> None:
    # A night of 1.2 MWh needs 1.333 MWh stored (12 batteries) and 1.667 MWh of sun: 0.239 MW.
    sun = {
        "profiles": [{"id": "sun", "values": [1] * 12 + [0] * 12}],
        "site_generators.C/gt.availability_profile": "sun",
        "classes.chat.must_serve": True,
        "hardware.node.idle_w": 0,
    }
    plan = op.solve(with_battery(off_grid(sun), units=batteries), gap=1e-9)
    assert plan.status == status
    if plan.has_point:
        assert plan.tables["generators"]["units"].item() == 5


def paid_to_draw(units: int = 1) -> Instance:
    return with_battery(one_site({"zones.Z.energy_price_usd_per_mwh": -50}), units=units)


def test_at_negative_prices_storage_cycles_but_does_not_burn_energy() -> None:
    # Charging in one half and discharging in the other loses 0.042 MWh a day, which earns money.
    plan = solved(paid_to_draw())
    assert plan.parts_usd["energy"] == pytest.approx(50 * (0.1 * HOURS + 0.042 * DAYS))


def test_verify_finds_charging_while_discharging(monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole, _ = composed(paid_to_draw())
    monkeypatch.setattr(family, "_add_one_way", lambda *_: None)
    _, loose, plan = composed(paid_to_draw())
    assert loose.objective > whole.objective + 1e-6
    messages = {violation.message for violation in op.verify(paid_to_draw(), plan)}
    assert "charges and discharges at the same time (MW)" in messages


@pytest.mark.parametrize(
    "edits",
    [
        {"generators.gt.variable_om_usd_per_mwh": -60},
        {"zones.Z.supply_blocks": [{"size_mw": None, "adder_usd_per_mwh": -60}]},
        {"sites.C.energy_adder_usd_per_mwh": -60},
        {
            "contracts": [
                {"id": "ppa", "zone": "Z", "limit_mw": 9, "price_usd_per_mwh": -60},
            ]
        },
    ],
)
def test_every_source_with_a_negative_cost_is_found(edits: dict[str, Any]) -> None:
    on_grid = {"sites.C.kind": "cloud", "sites.C.zone": "Z"}
    plan = solved(
        with_battery(
            off_grid(
                on_grid
                | {"site_generators.C/gt.existing_units": 4}
                | {"site_generators.C/gt.fuel_price_usd_per_mmbtu": 0}
                | edits
            )
        )
    )
    both = plan.tables["storage"][["charge_mw", "discharge_mw"]].min(axis=1)
    assert both.max() < 1e-9
    assert plan.tables["storage"]["charge_mw"].max() > 0


def test_free_energy_is_curtailed_rather_than_burnt() -> None:
    # Solar energy is free, so burning it would cost only wear: the plan must not do it.
    sun = {
        "profiles": [{"id": "sun", "values": [1] * 12 + [0.2] * 12}],
        "site_generators.C/gt.availability_profile": "sun",
        "site_generators.C/gt.existing_units": 20,
        "site_generators.C/gt.fuel_price_usd_per_mmbtu": 0,
        "hardware.node.idle_w": 0,
    }
    plan = solved(with_battery(off_grid(sun), units=3))
    assert plan.parts_usd["operation"] == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_the_baseline_has_no_storage_at_sites_that_it_lacks() -> None:
    answer = op.displacement(every_kind(), "offgrid", gap=1e-3, flip=False)
    assert set(answer.plans["0"].tables["storage"]["site"]) == {"cloud"}
    assert set(answer.plans["1"].tables["storage"]["site"]) == {"cloud", "off"}


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("stored_mwh", 0.01),
        ("charge_mw", 0.01),
        ("discharge_mw", 0.01),
        ("discharge_mw", -0.001),
        ("units", 1),
        ("units_built", 1),
    ],
)
def test_verify_finds_a_changed_figure(column: str, change: float) -> None:
    instance = priced()
    plan = solved(instance)
    plan.tables["storage"].loc[1, column] += change
    assert {violation.family for violation in op.verify(instance, plan)} & {
        "8 storage",
        "9 investment",
    }


def test_all_faults_of_storage_are_reported_together() -> None:
    with pytest.raises(ValueError, match="device fleet") as error:
        changed(every_kind(), {"site_storage.D/bat": {"max_units": 1}, "storage.bat.unit_mw": 1})
    assert "is a device fleet, which cannot have storage" in str(error.value)
    with pytest.raises(ValueError, match=r"did you mean bat\?"):
        changed(every_kind(), {"site_storage.cloud/bta": {"max_units": 1}})
    with pytest.raises(ValueError, match=r"greater than or equal to 0\.01"):
        changed(every_kind(), {"storage.bat.variable_om_usd_per_mwh": 0})


def test_a_program_without_storage_has_no_such_columns_or_rows() -> None:
    program, _, plan = composed(one_site())
    assert plan.tables["storage"].empty
    blocks = ("storage_built", "charge", "discharge", "stored", "charging", "standby")
    assert [program.columns[name].size for name in blocks] == [0] * len(blocks)
    assert np.isfinite(program.objective).all()
