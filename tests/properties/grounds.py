"""Base of random instances, and what it may have: an off-grid site, devices, candidates."""

from typing import Any

from hypothesis import strategies as st

from optimizer.schema.instance import Instance
from tests.factory import one_site

Draw = st.DrawFn
Edits = dict[str, Any]


def whole(draw: Draw, low: int, high: int) -> int:
    return draw(st.integers(low, high))


def two_years(draw: Draw) -> Edits:
    return {"time.years": [2026, 2028], "time.last_span_years": whole(draw, 1, 3)}


@st.composite
def grounds(draw: Draw) -> Instance:
    """Two regions and classes; a cloud and an edge site in one zone; steps of twelve hours."""
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
    edits: Edits = two_years(draw)
    for site, region in (("A", "E"), ("B", "W")):
        edits[f"sites.{site}"] = {
            "kind": draw(st.sampled_from(["cloud", "edge"])),
            "region": region,
            "zone": "Z",
            "existing": False,
            "opening_cost_usd": whole(draw, 0, 9) * 1e6,
            "opening_life_years": 10,
            "fixed_cost_usd_per_year": whole(draw, 0, 3) * 1e5,
            "it_limit_mw": 0.12,
        }
        edits[f"pools.{site}/node"] = {"existing_units": whole(draw, 1, 12)}
    edits["pools.C/node.max_pods"] = 0
    edits["workloads.E/chat.demand_gtok_per_h"] = {2026: 4, 2028: whole(draw, 0, 4)}
    return edits | {"policy.max_open_sites": 1}
