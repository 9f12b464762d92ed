"""Random instances small enough to try every choice of integers."""

from typing import Any

from hypothesis import strategies as st

from optimizer.schema.instance import Instance
from tests.factory import one_site


@st.composite
def markups(draw: st.DrawFn) -> dict[str, Any]:
    """Fields of a markup of either kind: above cost, at cost or (additive) below cost."""
    if draw(st.booleans()):
        return {"markup": draw(st.integers(1, 2))}
    return {"markup_kind": "additive", "markup_usd_per_mtok": draw(st.integers(-1, 3)) / 2}


@st.composite
def tiny_instances(draw: st.DrawFn) -> Instance:
    """Two regions and classes, an open site with pods to build, a candidate, an off-grid site.

    Every family has rows, whatever is drawn.
    """
    whole = st.integers
    costly = draw(whole(0, 3)) * 2e7
    price = draw(st.sampled_from([50, 50, -5]))
    # Below 0 every slot adds a choice of charging or not, so there are few slots.
    most = whole(1, 2 if price > 0 else 1)
    elasticity = draw(st.sampled_from([0, -0.5, -1, -1.5]))
    classes = [
        {
            "id": "chat",
            "slo_ms": 1000,
            "choke_price_usd_per_mtok": 20,
            "reference_price_usd_per_mtok": draw(whole(1, 6)),
            "elasticity": elasticity,
            "max_demand_multiple": 3,
            "demand_steps": draw(whole(1, 5)),
            **draw(markups()),
            "profile": draw(st.sampled_from([None, "day"])),
            "shed_penalty_usd_per_mtok": draw(whole(0, 2)),
            "flexible_share": draw(st.sampled_from([0, 0, 0.3, 1])),
            "defer_within_h": draw(whole(1, 23)),
        },
        {
            "id": "agent",
            "slo_ms": 1000,
            "choke_price_usd_per_mtok": draw(whole(1, 9)),
            "quality_floor": draw(st.sampled_from([0, 60])),
        },
    ]
    serving = [
        {
            "id": f"{model}-{hardware}",
            "model": model,
            "hardware": hardware,
            "batch": 1,
            "tokens_per_s": rate * (1 if hardware == "node" else 0.5),
            "loaded_w": 8000,
            "memory_gb": 10,
            "ttft_ms": 100,
        }
        for model, rate in (("m", 100000), ("big", 40000))
        for hardware in ("node", "box")
    ]
    hardware = [
        {
            "id": name,
            "memory_gb": 100,
            "idle_w": 1000 * draw(whole(0, 2)),
            "loaded_w": 10000,
            "capex_usd": costly,
            "life_years": draw(whole(1, 3)),
            "operation_usd_per_unit_year": 100 * draw(whole(0, 3)),
        }
        for name in ("node", "box")
    ]
    return one_site(
        {
            "storage": [
                {
                    "id": "bat",
                    "unit_mw": 0.02,
                    "unit_mwh": draw(whole(1, 5)) / 25,
                    "capex_usd_per_kw": draw(whole(0, 2)) * 100,
                    "capex_usd_per_kwh": draw(whole(0, 2)) * 50,
                    "life_years": draw(whole(1, 3)),
                    "variable_om_usd_per_mwh": draw(whole(1, 5)),
                    "charge_efficiency": 0.9,
                    "discharge_efficiency": draw(whole(5, 10)) / 10,
                    "derate": 0.9,
                }
            ],
            "site_storage": [
                {
                    "site": draw(st.sampled_from("CBO")),
                    "storage": "bat",
                    "existing_units": draw(whole(0, 1)),
                    "max_units": draw(whole(0, 1)),
                }
            ],
            "zones.Z.energy_price_usd_per_mwh": price,
            "zones.Z.price_profile": draw(st.sampled_from([None, "day"])),
            "time": {
                "years": [2026, 2028][: draw(most)],
                "days": draw(most),
                "hours_per_step": 12,
            },
            "profiles": [{"id": "day", "values": [1, 2, 3, 2] * 6}],
            "regions.W": {"latitude_deg": 41, "longitude_deg": -88},
            "classes": classes,
            "workloads": [
                {"region": region, "class": group, "demand_gtok_per_h": draw(whole(0, 4))}
                for region in "EW"
                for group in ("chat", "agent")
            ],
            "models.big": {"total_params_b": 70, "active_params_b": 70, "quality": 70},
            "hardware": hardware,
            "serving": serving,
            "zones.Z.limit_mw": draw(whole(0, 6)) / 20,
            "zones.Z.co2_kg_per_mwh": 400,
            "zones.Z.supply_blocks": [
                {"size_mw": draw(whole(0, 3)) / 20, "adder_usd_per_mwh": 0},
                {"size_mw": None, "adder_usd_per_mwh": 10 * draw(whole(0, 3))},
            ],
            "policy.max_open_sites": 1,
            "policy.co2_price_usd_per_t": draw(whole(0, 50)),
            "capacity_areas": [
                {
                    "id": "A",
                    "zones": ["Z"],
                    "forecast_pool_requirement": 0.9,
                    "procured_ucap_mw": draw(whole(0, 6)) / 20,
                    "capacity_price_usd_per_mw_day": draw(whole(0, 300)),
                }
            ],
            "network.cost_usd_per_mtok": draw(whole(0, 2)) / 10,
            "sites.B": {
                "kind": "cloud",
                "region": "W",
                "zone": "Z",
                "existing": False,
                "opening_cost_usd": draw(whole(0, 4)) * 1e8,
                "it_limit_mw": draw(whole(1, 9)) / 100,
                "fixed_load_mw": draw(whole(0, 1)) / 100,
            },
            "sites.O": {
                "kind": "offgrid",
                "region": "W",
                "redundant_units": draw(whole(0, 1)),
            },
            "pools": [
                {
                    "site": "C",
                    "hardware": "node",
                    "existing_units": draw(whole(0, 4)),
                    "units_per_pod": 4,
                    "max_pods": 1,
                },
                {"site": "B", "hardware": "box", "existing_units": draw(whole(0, 9))},
                {"site": "O", "hardware": "node", "existing_units": draw(whole(0, 9))},
            ],
            "generators": [
                {
                    "id": "gt",
                    "unit_mw": 0.04,
                    "capex_usd_per_kw": 1000 * draw(whole(1, 20)),
                    "life_years": 2,
                    "heat_rate_mmbtu_per_mwh": 10,
                }
            ],
            "site_generators": [
                {
                    "site": "O",
                    "generator": "gt",
                    "max_units": 2,
                    "existing_units": draw(whole(0, 1)),
                    "fuel_price_usd_per_mmbtu": draw(whole(0, 5)),
                }
            ],
        }
    )
