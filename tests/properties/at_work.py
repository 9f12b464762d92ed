"""Random instances, small enough to try every choice, in which one family or another is at work."""

from typing import Any

from hypothesis import strategies as st

from optimizer.schema.instance import Instance
from tests.factory import changed, one_site

Draw = st.DrawFn
Edits = dict[str, Any]


def whole(draw: Draw, low: int, high: int) -> int:
    return draw(st.integers(low, high))


def two_years(draw: Draw) -> Edits:
    return {"time.years": [2026, 2028], "time.last_span_years": whole(draw, 1, 3)}


@st.composite
def grounds(draw: Draw) -> Instance:
    """Two regions and classes; a cloud and an edge site on one zone; twelve hours to a step."""
    chat = {
        "id": "chat",
        "slo_ms": 1000,
        "profile": draw(st.sampled_from([None, "day"])),
        "choke_price_usd_per_mtok": 20,
        "reference_price_usd_per_mtok": whole(draw, 1, 6),
        "elasticity": draw(st.sampled_from([0, -0.5, -1, -1.5])),
        "max_demand_multiple": 2,
        "demand_steps": whole(draw, 2, 4),
        "markup": whole(draw, 1, 2),
        "shed_penalty_usd_per_mtok": whole(draw, 0, 2),
    }
    agent = {"id": "agent", "slo_ms": 1000, "choke_price_usd_per_mtok": whole(draw, 1, 9)}
    node = {
        "idle_w": 1000 * whole(draw, 0, 3),
        "capex_usd": 1e5 * whole(draw, 1, 9),
        "life_years": whole(draw, 1, 4),
        "operation_usd_per_unit_year": 1000 * whole(draw, 0, 9),
    }
    return one_site(
        {
            "time.hours_per_step": 12,
            "profiles": [{"id": "day", "values": [1] * 12 + [whole(draw, 2, 4)] * 12}],
            "regions.W": {"latitude_deg": 41, "longitude_deg": -88},
            "classes": [chat, agent],
            "workloads": [
                {"region": "E", "class": "chat", "demand_gtok_per_h": whole(draw, 1, 4)},
                {"region": "W", "class": "agent", "demand_gtok_per_h": whole(draw, 1, 4)},
            ],
            "hardware.node": node,
            "network.cost_usd_per_mtok": whole(draw, 0, 2) / 10,
            "sites.C.pue": 1.2,
            "sites.C.fixed_load_mw": whole(draw, 0, 1) / 100,
            "pools.C/node": {
                "existing_units": whole(draw, 0, 8),
                "units_per_pod": 3,
                "max_pods": 1,
                "max_utilisation": 0.9,
            },
            "sites.D": {
                "kind": "edge",
                "region": "W",
                "zone": "Z",
                "pue": 1.4,
                "energy_adder_usd_per_mwh": 40,
                "serving_cost_usd_per_mtok": whole(draw, 0, 1) / 10,
            },
            "pools.D/node": {"existing_units": whole(draw, 0, 6)},
        }
    )


def campus(draw: Draw) -> Edits:
    return {
        "sites.O": {
            "kind": "offgrid",
            "region": "W",
            "redundant_units": whole(draw, 0, 1),
            "fixed_load_mw": whole(draw, 0, 1) / 100,
        },
        "pools.O/node": {"existing_units": whole(draw, 2, 9)},
        "generators": [
            {
                "id": "gt",
                "unit_mw": 0.04,
                "capex_usd_per_kw": 1000 * whole(draw, 1, 20),
                "life_years": whole(draw, 1, 3),
                "heat_rate_mmbtu_per_mwh": 10,
                "fixed_om_usd_per_kw_year": 20,
                "variable_om_usd_per_mwh": 4,
                "co2_kg_per_mwh": 500,
                "derate": 0.9,
            }
        ],
        "site_generators": [
            {
                "site": "O",
                "generator": "gt",
                "existing_units": whole(draw, 1, 2),
                "max_units": 2,
                "fuel_price_usd_per_mmbtu": whole(draw, 1, 9),
                "availability_profile": draw(st.sampled_from([None, "half"])),
            }
        ],
        "profiles": [
            {"id": "day", "values": [1] * 12 + [2] * 12},
            {"id": "half", "values": [0.7] * 12 + [1] * 12},
        ],
    }


def devices(draw: Draw) -> Edits:
    return {
        "hardware.phone": {
            "memory_gb": 60,
            "idle_w": 1,
            "loaded_w": 6,
            "capex_usd": 800,
            "life_years": 3,
            "operation_usd_per_unit_year": 5,
        },
        "serving.m-phone": {
            "model": "m",
            "hardware": "phone",
            "batch": 1,
            "tokens_per_s": 20,
            "loaded_w": 6,
            "memory_gb": 5,
            "ttft_ms": 100,
            "token_multiplier": whole(draw, 1, 2),
        },
        "sites.P": {"kind": "device", "region": "E", "zone": "Z"},
        "pools.P/phone": {"existing_units": 1e5 * whole(draw, 1, 9), "duty_cycle": 0.1},
    }


def candidates(draw: Draw) -> Edits:
    found: Edits = two_years(draw)
    for site, region in (("A", "E"), ("B", "W")):
        found[f"sites.{site}"] = {
            "kind": draw(st.sampled_from(["cloud", "edge"])),
            "region": region,
            "zone": "Z",
            "existing": False,
            "opening_cost_usd": whole(draw, 0, 9) * 1e6,
            "opening_life_years": 10,
            "fixed_cost_usd_per_year": whole(draw, 0, 3) * 1e5,
            "it_limit_mw": whole(draw, 4, 9) / 100,
        }
        units = whole(draw, 1, 4)
        found[f"pools.{site}/node"] = {"existing_units": units}
    found["pools.C/node.max_pods"] = 0
    return found | {"policy.max_open_sites": 1}


def budgeted(draw: Draw) -> Edits:
    budget = {"policy.capital_budget_usd_per_year": whole(draw, 0, 12) * 3e5}
    site = {
        "kind": "cloud",
        "region": "E",
        "zone": "Z",
        "existing": False,
        "opening_cost_usd": whole(draw, 1, 9) * 2e5,
    }
    pool = {"existing_units": 0, "max_pods": 1, "units_per_pod": 4}
    return two_years(draw) | budget | {"sites.A": site, "pools.A/node": pool}


def contracted(draw: Draw) -> Edits:
    return two_years(draw) | {
        "contracts": [
            {
                "id": "ppa",
                "zone": "Z",
                "limit_mw": whole(draw, 1, 4) / 100,
                "price_usd_per_mwh": 20,
            },
            {
                "id": "own",
                "site": "D",
                "limit_mw": {2026: whole(draw, 1, 3) / 100, 2028: 0.05},
                "price_usd_per_mwh": whole(draw, 10, 90),
                "last_year": 2026,
            },
        ],
        "zones.Z.supply_blocks": [
            {"size_mw": whole(draw, 1, 4) / 100, "adder_usd_per_mwh": 0},
            {"size_mw": None, "adder_usd_per_mwh": 5000},
        ],
    }


def connected(draw: Draw) -> Edits:
    # Two steps take the whole of the site's load, 11 units at 12 kW and a little besides.
    return two_years(draw) | {
        "sites.C.interconnection_cost_usd_per_mw": 1e6 * whole(draw, 1, 40),
        "sites.C.existing_interconnection_mw": whole(draw, 0, 6) / 100,
        "sites.C.interconnection_step_mw": 0.08,
        "sites.C.interconnection_life_years": whole(draw, 1, 5),
        "sites.C.interconnection_lead_years": whole(draw, 0, 1),
    }


def areas(draw: Draw) -> Edits:
    return {
        "zones.Z.limit_mw": whole(draw, 2, 12) / 100,
        "capacity_areas": [
            {
                "id": "R",
                "zones": ["Z"],
                "forecast_pool_requirement": 0.9,
                "procured_ucap_mw": whole(draw, 8, 14) / 100,
                "other_peak_mw": 0.05,
                "capacity_price_usd_per_mw_day": whole(draw, 0, 3) * 5e3,
            }
        ],
    }


def stored(draw: Draw) -> Edits:
    return two_years(draw) | {
        "zones.Z.price_profile": "day",
        "zones.Z.energy_price_usd_per_mwh": whole(draw, 5, 200),
        "zones.Z.limit_mw": whole(draw, 3, 20) / 100,
        "storage": [
            {
                "id": "bat",
                "unit_mw": 0.02,
                "unit_mwh": whole(draw, 2, 8) / 25,
                "capex_usd_per_kw": whole(draw, 0, 3) * 100,
                "capex_usd_per_kwh": 20,
                "life_years": whole(draw, 1, 3),
                "fixed_om_usd_per_kw_year": 2,
                "variable_om_usd_per_mwh": 1,
                "charge_efficiency": 0.9,
                "discharge_efficiency": whole(draw, 6, 10) / 10,
            }
        ],
        "site_storage": [
            {"site": "C", "storage": "bat", "existing_units": whole(draw, 0, 1), "max_units": 2}
        ],
    }


def surviving(draw: Draw) -> Edits:
    return campus(draw) | {
        "site_generators.O/gt.max_units": 1,
        "pools.C/node.max_pods": 0,
        "classes.chat.survives_site_outage": True,
        "classes.agent.survives_site_outage": draw(st.booleans()),
        "zones.Z.limit_mw": whole(draw, 4, 20) / 100,
        "sites.D.interconnection_cost_usd_per_mw": 1e7,
        "sites.D.existing_interconnection_mw": whole(draw, 4, 9) / 100,
        "sites.D.interconnection_step_mw": 0.08,
    }


def trained(draw: Draw) -> Edits:
    hours = {"models.m.training_accelerator_hours": 2e5}
    cost = {"models.m.training_cost_usd": 3e5}
    by_hours = draw(st.booleans())
    run = {
        "id": "r",
        "site": "C",
        "model": "m",
        "hardware": "node",
        "start_year": 2026,
        "days": 100 + 100 * whole(draw, 0, 2),
        "usd_per_accelerator_hour": None if by_hours else 2.0,
    }
    return two_years(draw) | {
        **(hours if by_hours else cost),
        "time.days": 2,
        "hardware.node.accelerators_per_unit": 8,
        "training_runs": [run],
        "zones.Z.limit_mw": whole(draw, 16, 30) / 100,
    }


def thinking(draw: Draw) -> Edits:
    return two_years(draw) | {
        "densing.doubling_months": whole(draw, 12, 40),
        "densing.last_year": draw(st.sampled_from([None, 2027])),
        "classes.chat.tokens_per_query": {2026: 1, 2028: whole(draw, 1, 3)},
        "classes.chat.tokens_per_query_enters": draw(st.sampled_from(["raw_tokens", "demand"])),
        "serving.m-node.rate_multiplier": {2026: 1, 2028: 1.5},
        "serving.m-node.energy_multiplier": {2026: 1, 2028: 0.8},
    }


AT_WORK = {
    "1 demand": devices,
    "2 demand curve": two_years,
    "3 serving capacity": thinking,
    "4 site power": trained,
    "5 site balance": campus,
    "5 contracts": contracted,
    "6 grid limit": areas,
    "7 generation": campus,
    "8 storage": stored,
    "9 investment": two_years,
    "9 interconnection": connected,
    "10 linking": candidates,
    "10 single site": lambda draw: (
        candidates(draw)
        | {"classes.chat.single_site": True, "time.years": [2026], "policy.max_open_sites": 2}
    ),
    "11 CO2 cap": lambda draw: (
        campus(draw)
        | {
            "zones.Z.co2_kg_per_mwh": 400,
            "policy.co2_cap_t_per_year": whole(draw, 50, 500),
            "policy.co2_price_usd_per_t": whole(draw, 0, 50),
        }
    ),
    "11 capital budget": budgeted,
    "11 zone cap": lambda draw: {
        "zone_caps": [
            {
                "id": "cap",
                "zone": "Z",
                "site_kinds": draw(st.sampled_from([["cloud"], ["cloud", "edge"]])),
                "cap_mw": whole(draw, 1, 9) / 100,
            }
        ]
    },
    "11 edge share": lambda draw: (
        devices(draw)
        | {
            "policy.min_edge_share": draw(st.sampled_from([None, 0.3, 0.6])),
            "classes.chat.min_edge_share": draw(st.sampled_from([None, 0.4])),
        }
    ),
    "11 failover": surviving,
    "12 objective": campus,
}
"""What is added to the grounds so that a family is at work."""


@st.composite
def instances(draw: Draw, family: str) -> Instance:
    return changed(draw(grounds()), AT_WORK[family](draw))
