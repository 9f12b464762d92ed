"""Own power at sites: load, generators, storage."""

import optimizer as op
from optimizer.report.tables.builds import builds
from optimizer.report.tables.onsite_generation import onsite_power
from tests.batteries import with_battery
from tests.factory import off_grid, one_site


def figures(plan: op.Plan) -> dict[str, str]:
    table = onsite_power(plan)
    assert table is not None
    assert {row[0] for row in table.rows} == {"C"}
    return {row[1]: row[2] for row in table.rows}


def test_a_site_on_the_grid_with_a_battery() -> None:
    # 0.1 MW all year; each day 0.15 MWh go in and 0.108 come out.
    prices = {
        "profiles": [{"id": "price", "values": [1] * 12 + [4] * 12}],
        "zones.Z.price_profile": "price",
    }
    assert figures(op.solve(with_battery(one_site(prices), units=2))) == {
        "peak load, MW": "0.100",
        "from the grid, GWh": "0.907",
        "bat: installed capacity, MW": "0.040",
        "bat: discharge, GWh": "0.079",
    }


def test_a_campus_on_turbines() -> None:
    assert figures(op.solve(off_grid({"sites.C.redundant_units": 1}))) == {
        "peak load, MW": "0.100",
        "gt: installed capacity, MW": "0.150",
        "gt: generation, GWh": "0.876",
    }


def test_no_table_without_onsite_power() -> None:
    assert onsite_power(op.solve(one_site())) is None
    idle = {"workloads.E/chat.demand_gtok_per_h": 0}
    assert onsite_power(op.solve(off_grid(idle))) is None


def test_storage_built_is_told_once_a_year() -> None:
    # The table of storage says it in both slots of the day.
    prices = {
        "profiles": [{"id": "price", "values": [1] * 12 + [4] * 12}],
        "zones.Z.price_profile": "price",
        "storage.bat.capex_usd_per_kw": 10,
    }
    row = {"existing_units": 0, "max_units": 3}
    plan = op.solve(with_battery(one_site(), {**prices, "site_storage.C/bat": row}))
    assert [line[1:] for line in builds(plan).rows] == [("bat (0.12 MWh each)", "3", "0.0600")]
