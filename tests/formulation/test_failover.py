"""N-1 by hand: how much may be served so that any one site may fail, and what limits it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import optimizer as op
from optimizer.schema.instance import Instance
from tests.factory import changed, one_site

TWO_SITES: dict[str, Any] = {
    "classes.chat.survives_site_outage": True,
    "zones.Y": {"energy_price_usd_per_mwh": 50},
    "sites.D": {"kind": "cloud", "region": "E", "zone": "Y"},
    "pools.D/node": {"existing_units": 6},
}
"""Ten nodes at C and six at D, each in its own zone."""


def two_sites(edits: dict[str, Any] | None = None) -> Instance:
    return one_site(TWO_SITES | (edits or {}))


def served(instance: Instance) -> float:
    plan = op.solve(instance, gap=1e-9)
    assert plan.status == "optimal"
    return float(plan.tables["demand"].groupby("year")["served_gtok_per_h"].sum().iloc[0])


def test_the_smaller_site_limits_what_is_served() -> None:
    """With x at C and y at D, C can carry all if x + y <= 10, and D if x + y <= 6."""
    assert served(changed(two_sites(), {"classes.chat.survives_site_outage": False})) == (
        pytest.approx(3.6)
    )
    assert served(two_sites()) == pytest.approx(6 * 0.36)


def test_standby_units_are_switched_on() -> None:
    """Six nodes at each site idle at 2 kW, and six nodes' work adds 8 kW each."""
    plan = op.solve(two_sites(), gap=1e-9)
    assert plan.capacity["units_in_use"].tolist() == pytest.approx([6, 6])
    assert plan.parts_usd["energy"] == pytest.approx(-(12 * 0.002 + 6 * 0.008) * 8760 * 50)


def test_a_single_site_serves_nothing() -> None:
    """Nothing could take its work over; demand is shed, and the plan has a warning."""
    edits = {"classes.chat.survives_site_outage": True}
    assert served(one_site(edits)) == 0
    plan = op.solve(one_site(edits))
    assert any("must survive" in warning and "E/chat" in warning for warning in plan.run.warnings)
    assert op.solve(one_site(edits | {"classes.chat.must_serve": True})).status == "infeasible"


def test_three_sites_share_idle_capacity() -> None:
    """Six nodes at each of three sites: with one out, twelve carry all that was served."""
    third = {
        "pools.C/node.existing_units": 6,
        "sites.F": {"kind": "cloud", "region": "E", "zone": "Y"},
        "pools.F/node": {"existing_units": 6},
        "workloads.E/chat.demand_gtok_per_h": 10,
    }
    assert served(two_sites(third)) == pytest.approx(12 * 0.36)


def test_outages_share_one_reserve() -> None:
    """One workload at C and one at D, each able to fail over to F alone, at different times.

    Six idle nodes at F cover either; a reserve for each would ask for twelve.
    """
    regions = {"regions.W": {"latitude_deg": 41, "longitude_deg": -88}}
    apart = {
        "workloads.W/chat": {"demand_gtok_per_h": 6 * 0.36},
        "workloads.E/chat.demand_gtok_per_h": 6 * 0.36,
        "sites.F": {"kind": "cloud", "region": "E", "zone": "Y"},
        "pools.F/node": {"existing_units": 6},
        "links": [
            {"region": "W", "site": "C", "rtt_ms": 5000},
            {"region": "E", "site": "D", "rtt_ms": 5000},
        ],
    }
    assert served(two_sites(regions | apart)) == pytest.approx(12 * 0.36)


@pytest.mark.parametrize("limit_mw", [0.03, 0.06])
def test_the_zone_must_supply_the_takeover(limit_mw: float) -> None:
    """D's zone supplies n nodes at 10 kW each when C is out, so at most n in total."""
    edits = {"zones.Y.limit_mw": limit_mw, "pools.C/node.existing_units": 20}
    assert served(two_sites(edits)) == pytest.approx(limit_mw / 0.01 * 0.36)


def test_a_failed_site_returns_its_megawatts_to_the_zone() -> None:
    """Both sites on Z: with either out, the other draws all that is served at 10 kW a node.

    In service twelve nodes stand by and six are loaded: 0.072 MW.
    """
    shared = {"sites.D.zone": "Z", "zones.Z.limit_mw": 0.072}
    assert served(two_sites(shared)) == pytest.approx(6 * 0.36)


def test_the_off_grid_site_must_power_the_takeover() -> None:
    """D, off the grid with one turbine of 0.05 MW, takes over five nodes but not six."""
    campus = {
        "sites.D": {"kind": "offgrid", "region": "E", "zone": None},
        "generators": [{"id": "gt", "unit_mw": 0.05, "capex_usd_per_kw": 1000, "life_years": 20}],
        "site_generators": [{"site": "D", "generator": "gt", "max_units": 1}],
    }
    assert served(two_sites(campus)) == pytest.approx(5 * 0.36)


def test_the_connection_must_supply_the_takeover() -> None:
    connection = {
        "sites.D.interconnection_cost_usd_per_mw": 5e7,
        "sites.D.existing_interconnection_mw": 0.045,
        "sites.D.interconnection_lead_years": 9,
    }
    assert served(two_sites(connection)) == pytest.approx(4.5 * 0.36)


def test_devices_take_work_over_and_have_no_outage() -> None:
    """Phones carry the work of a failed cloud; nobody needs to carry theirs."""
    fleet = {"sites.D": {"kind": "device", "region": "E", "zone": "Z"}}
    # C may serve what D leaves idle: x <= 6 - y, without a limit on y.
    assert served(two_sites(fleet)) == pytest.approx(6 * 0.36)
    only = two_sites(fleet | {"pools.C/node.existing_units": 0})
    assert served(only) == pytest.approx(6 * 0.36)


def test_work_of_other_classes_stays_in_place() -> None:
    """Work that need not survive occupies nodes at D, which are then not idle."""
    batch = {
        "classes.batch": {"slo_ms": 1000, "choke_price_usd_per_mtok": 90, "must_serve": True},
        "workloads.E/batch": {"demand_gtok_per_h": 12 * 0.36},
    }
    plan = op.solve(two_sites(batch), gap=1e-9)
    chat = plan.tables["demand"].set_index("class").loc["chat", "served_gtok_per_h"]
    # 16 nodes less 12 for batch leave 4: half serve and half stand by, at both sites.
    assert chat == pytest.approx(2 * 0.36)


def test_verify_finds_a_plan_that_fails_in_an_outage() -> None:
    """A plan made without the rule is valid, until the rule is required."""
    free = changed(two_sites(), {"classes.chat.survives_site_outage": False})
    plan = op.solve(free, gap=1e-9)
    assert op.verify(free, plan) == []
    violations = op.verify(two_sites(), replace(plan, instance=two_sites()))
    assert {v.family for v in violations} == {"11 failover"}
    flow = plan.placement.groupby("site")["flow_gtok_per_h"].sum()
    idle = {"C": 3.6 - flow.get("C", 0), "D": 2.16 - flow.get("D", 0)}
    for violation in violations:
        (site,) = (name for name in idle if violation.where.startswith(name))
        (other,) = set(idle) - {site}
        assert violation.claimed == pytest.approx(flow[site])
        in_use = plan.capacity.set_index("site")["units_in_use"][other] * 0.36
        assert violation.allowed <= in_use - flow.get(other, 0) + 1e-4


def test_verify_accepts_a_plan_that_survives() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        sizes = {f"pools.{s}/node.existing_units": int(rng.integers(1, 12)) for s in "CD"}
        plan = op.solve(two_sites(sizes), gap=1e-9)
        least = min(*sizes.values(), 10)
        total = plan.tables["demand"]["served_gtok_per_h"].sum()
        assert total == pytest.approx(least * 0.36)
