"""Small instances for tests, each a line away from the next.

`one_site` has round numbers for computing by hand; `every_kind` has all kinds of site, generators,
a capacity area, candidates and two periods.  `changed` sets any field by its ``--set`` path::

    changed(one_site(), {"pools.C/node.existing_units": 5, "zones.Z.limit_mw": 0.1})
"""

import copy
from collections.abc import Mapping
from typing import Any

from optimizer.schema.instance import Instance
from optimizer.schema.references import KEYS

Edits = Mapping[str, Any]


def changed(instance: Instance, edits: Edits) -> Instance:
    """Return the instance with some fields set.

    A path is dotted, with records named by id or key: ``zones.Z.limit_mw``.  A path of one word
    replaces a whole section.  The value None removes a record (``sites.C``); a mapping adds the
    record or is merged into the existing one.
    """
    data = instance.model_dump(mode="json", by_alias=True)
    for path, value in edits.items():
        _set(data, path.split("."), copy.deepcopy(value))
    return Instance.model_validate(data)


def _set(data: dict[str, Any], path: list[str], value: Any) -> None:
    section, *rest = path
    if not rest:
        data[section] = value
        return
    if not isinstance(data[section], list):
        _set(data[section], rest, value)
        return
    rows, (name, *field) = data[section], rest
    fields = KEYS.get(section, ("id",))
    matching = [i for i, row in enumerate(rows) if "/".join(str(row[f]) for f in fields) == name]
    if not field and value is None:
        rows.pop(matching[0])
    elif not field and matching:
        rows[matching[0]] |= value
    elif not field:
        rows.append(dict(zip(fields, name.split("/"), strict=True)) | value)
    else:
        _set(rows[matching[0]], field, value)


def one_site(edits: Edits | None = None) -> Instance:
    """One workload, one cloud site on one zone, one year in one step.

    A node serves 0.36 Gtok/h at 8 kW above 2 kW idle, so the demand of 3.6 Gtok/h loads ten
    nodes, which draw 0.1 MW before PUE.
    """
    instance = Instance.model_validate(
        {
            "name": "one-site",
            "money": {"dollar_year": 2025, "discount_rate": 0.1},
            "time": {"years": [2026], "days": 1, "hours_per_step": 24},
            "network": {"base_ms": 0, "ms_per_km": 0},
            "regions": [{"id": "E", "latitude_deg": 40, "longitude_deg": -75}],
            "classes": [{"id": "chat", "slo_ms": 1000, "choke_price_usd_per_mtok": 20}],
            "workloads": [{"region": "E", "class": "chat", "demand_gtok_per_h": 3.6}],
            "zones": [{"id": "Z", "energy_price_usd_per_mwh": 50}],
            "models": [{"id": "m", "total_params_b": 8, "active_params_b": 8, "quality": 50}],
            "hardware": [
                {
                    "id": "node",
                    "memory_gb": 640,
                    "idle_w": 2000,
                    "loaded_w": 10000,
                    "capex_usd": 300000,
                    "life_years": 5,
                }
            ],
            "serving": [
                {
                    "id": "m-node",
                    "model": "m",
                    "hardware": "node",
                    "batch": 64,
                    "tokens_per_s": 100000,
                    "loaded_w": 10000,
                    "memory_gb": 50,
                    "ttft_ms": 100,
                }
            ],
            "sites": [{"id": "C", "kind": "cloud", "region": "E", "zone": "Z"}],
            "pools": [{"site": "C", "hardware": "node", "existing_units": 10}],
        }
    )
    return changed(instance, edits or {})


def three_by_three(edits: Edits | None = None) -> Instance:
    """Three regions, each of which reaches all of three sites."""
    sites = {f"sites.{s}": {"kind": "cloud", "region": "E", "zone": "Z"} for s in "DF"}
    pools = {f"pools.{s}/node": {"existing_units": 4} for s in "DF"}
    regions = {
        "regions.W": {"latitude_deg": 41, "longitude_deg": -88},
        "regions.N": {"latitude_deg": 44, "longitude_deg": -80},
    }
    workloads = {"workloads": chats("EWN")}
    return changed(one_site(regions | workloads | sites | pools), edits or {})


def chats(regions: str) -> list[dict[str, Any]]:
    """A workload of chat in each of these regions."""
    return [{"region": r, "class": "chat", "demand_gtok_per_h": 1} for r in regions]


def built_site(edits: Edits | None = None) -> Instance:
    """`one_site` without hardware: pods of two nodes must be built, at most twelve nodes."""
    pool = {"existing_units": 0, "units_per_pod": 2, "max_pods": 6}
    return one_site({"pools.C/node": pool} | dict(edits or {}))


def off_grid(edits: Edits | None = None) -> Instance:
    """`one_site` off the grid, with turbines of 0.05 MW that burn 10 MMBtu/MWh at $3."""
    return one_site(
        {
            "generators": [
                {
                    "id": "gt",
                    "unit_mw": 0.05,
                    "capex_usd_per_kw": 1000,
                    "life_years": 20,
                    "heat_rate_mmbtu_per_mwh": 10,
                }
            ],
            "sites.C.kind": "offgrid",
            "sites.C.zone": None,
            "site_generators": [
                {"site": "C", "generator": "gt", "max_units": 6, "fuel_price_usd_per_mmbtu": 3}
            ],
        }
        | dict(edits or {})
    )


def every_kind(edits: Edits | None = None) -> Instance:
    """Two regions, two classes, two periods; device, edge, cloud and off-grid sites.

    The zone's limit and the area's peak bind, the edge and off-grid sites are candidates, and
    pods, turbines and batteries are integer.
    """
    day = [0.5 + 0.5 * (8 <= hour < 20) + 0.2 * (hour == 18) for hour in range(24)]
    instance = Instance.model_validate(
        {
            "name": "every-kind",
            "money": {"dollar_year": 2025, "discount_rate": 0.07},
            "time": {"years": [2026, 2028], "days": 2, "hours_per_step": 12, "last_span_years": 3},
            "network": {"cost_usd_per_mtok": 0.02},
            "policy": {"co2_price_usd_per_t": 30},
            "profiles": [{"id": "day", "values": day}],
            "regions": [
                {"id": "E", "latitude_deg": 40, "longitude_deg": -75},
                {"id": "W", "latitude_deg": 41, "longitude_deg": -88},
            ],
            "classes": [
                {
                    "id": "chat",
                    "slo_ms": 500,
                    "quality_floor": 30,
                    "profile": "day",
                    "elasticity": -0.5,
                    "max_demand_multiple": 3,
                    "reference_price_usd_per_mtok": 1,
                    "choke_price_usd_per_mtok": 20,
                    "markup": 2,
                    "shed_penalty_usd_per_mtok": 3,
                    "demand_steps": 6,
                },
                {
                    "id": "agent",
                    "slo_ms": 5000,
                    "quality_floor": 60,
                    "elasticity": -1,
                    "max_demand_multiple": 3,
                    "reference_price_usd_per_mtok": {2026: 1, 2028: 0.8},
                    "choke_price_usd_per_mtok": 20,
                    "demand_steps": 6,
                },
            ],
            "workloads": [
                {"region": region, "class": group, "demand_gtok_per_h": {2026: 3, 2028: 5}}
                for region in "EW"
                for group in ("chat", "agent")
            ],
            "zones": [
                {
                    "id": "Z",
                    "capacity_mw": 13.5,
                    "reserve_margin": 0.2,
                    "other_peak_mw": 10,
                    "other_profile": "day",
                    "energy_price_usd_per_mwh": 50,
                    "price_profile": "day",
                    "co2_kg_per_mwh": 400,
                    "supply_blocks": [
                        {"size_mw": 0.5, "adder_usd_per_mwh": 0},
                        {"size_mw": None, "adder_usd_per_mwh": 20},
                    ],
                }
            ],
            "capacity_areas": [
                {
                    "id": "RTO",
                    "zones": ["Z"],
                    "forecast_pool_requirement": 0.9,
                    "procured_ucap_mw": 10.08,
                    "other_peak_mw": 10,
                    "capacity_price_usd_per_mw_day": 300,
                }
            ],
            "models": [
                {"id": "s", "total_params_b": 8, "active_params_b": 8, "quality": 40},
                {"id": "l", "total_params_b": 70, "active_params_b": 70, "quality": 70},
            ],
            "hardware": [
                {
                    "id": "phone",
                    "memory_gb": 8,
                    "idle_w": 1,
                    "loaded_w": 6,
                    "capex_usd": 0,
                    "life_years": 3,
                },
                {
                    "id": "node",
                    "memory_gb": 640,
                    "idle_w": 2000,
                    "loaded_w": 10000,
                    "capex_usd": 300000,
                    "life_years": 5,
                    "operation_usd_per_unit_year": 5000,
                },
            ],
            "serving": [
                {
                    "id": "s-phone",
                    "model": "s",
                    "hardware": "phone",
                    "batch": 1,
                    "tokens_per_s": 20,
                    "loaded_w": 6,
                    "memory_gb": 5,
                    "ttft_ms": 200,
                },
                {
                    "id": "s-node",
                    "model": "s",
                    "hardware": "node",
                    "batch": 64,
                    "tokens_per_s": 100000,
                    "loaded_w": 9500,
                    "memory_gb": 50,
                    "ttft_ms": 100,
                },
                {
                    "id": "l-node",
                    "model": "l",
                    "hardware": "node",
                    "batch": 64,
                    "tokens_per_s": 15000,
                    "loaded_w": 9500,
                    "memory_gb": 200,
                    "ttft_ms": 200,
                    "rate_multiplier": {2026: 1, 2028: 1.5},
                },
            ],
            "generators": [
                {
                    "id": "gt",
                    "unit_mw": 0.5,
                    "capex_usd_per_kw": 1000,
                    "life_years": 20,
                    "heat_rate_mmbtu_per_mwh": 10,
                    "fixed_om_usd_per_kw_year": 15,
                    "variable_om_usd_per_mwh": 4,
                    "co2_kg_per_mwh": 500,
                    "derate": 0.9,
                }
            ],
            "sites": [
                {"id": "D", "kind": "device", "region": "E", "zone": "Z"},
                {
                    "id": "edge",
                    "kind": "edge",
                    "region": "W",
                    "zone": "Z",
                    "pue": 1.4,
                    "existing": False,
                    "opening_cost_usd": 1e5,
                    "it_limit_mw": 0.3,
                },
                {
                    "id": "cloud",
                    "kind": "cloud",
                    "region": "E",
                    "zone": "Z",
                    "pue": 1.2,
                    "fixed_load_mw": 0.1,
                    "fixed_cost_usd_per_year": 1000,
                },
                {
                    "id": "off",
                    "kind": "offgrid",
                    "latitude_deg": 40,
                    "longitude_deg": -80,
                    "pue": 1.2,
                    "redundant_units": 1,
                    "existing": False,
                    "opening_cost_usd": 1e6,
                },
            ],
            "pools": [
                {"site": "D", "hardware": "phone", "existing_units": 1e5, "duty_cycle": 0.05},
                {"site": "edge", "hardware": "node", "max_pods": 20, "units_per_pod": 2},
                {
                    "site": "cloud",
                    "hardware": "node",
                    "existing_units": 20,
                    "max_pods": 30,
                    "units_per_pod": 4,
                    "max_utilisation": 0.8,
                    "lead_years": 1,
                },
                {
                    "site": "off",
                    "hardware": "node",
                    "max_pods": 40,
                    "max_pods_per_year": 10,
                    "units_per_pod": 4,
                    "max_utilisation": 0.8,
                },
            ],
            "site_generators": [
                {"site": "off", "generator": "gt", "max_units": 20, "fuel_price_usd_per_mmbtu": 3}
            ],
            "storage": [
                {
                    "id": "bat",
                    "unit_mw": 0.03,
                    "unit_mwh": 0.2,
                    "capex_usd_per_kw": {2026: 100, 2028: 80},
                    "capex_usd_per_kwh": 30,
                    "life_years": 10,
                    "fixed_om_usd_per_kw_year": 2,
                    "variable_om_usd_per_mwh": 1,
                    "charge_efficiency": 0.95,
                    "discharge_efficiency": 0.9,
                    "derate": 0.9,
                }
            ],
            "site_storage": [
                {"site": "cloud", "storage": "bat", "existing_units": 1, "max_units": 1},
                {"site": "off", "storage": "bat", "max_units": 8, "max_units_per_year": 2},
            ],
        }
    )
    return changed(instance, edits or {})


POLICIES: Mapping[str, Any] = {
    "contracts": [
        {"id": "ppa", "zone": "Z", "limit_mw": 0.1, "price_usd_per_mwh": 5, "last_year": 2027},
        {"id": "own", "site": "cloud", "limit_mw": 0.05, "price_usd_per_mwh": {2026: 40, 2028: 45}},
    ],
    "sites.cloud.interconnection_cost_usd_per_mw": {2026: 5e6, 2028: 6e6},
    "sites.cloud.interconnection_step_mw": 0.05,
    "sites.cloud.existing_interconnection_mw": 0.3,
    "policy.co2_cap_t_per_year": 5000,
    "policy.capital_budget_usd_per_year": 1e7,
    "zone_caps": [
        {"id": "cloud-cap", "zone": "Z", "site_kinds": ["cloud"], "cap_mw": {2026: 0.4, 2028: 0.5}},
        {"id": "lifted", "zone": "Z"},
    ],
    "policy.min_edge_share": 0.2,
    "classes.chat.min_edge_share": {2026: 0.25, 2028: 0.35},
    "classes.agent.survives_site_outage": True,
    "classes.agent.flexible_share": 0.1,
    "classes.agent.defer_within_h": 2,
}
"""Policies of `every_policy` by path; each of them binds."""


def every_policy(edits: Edits | None = None) -> Instance:
    """`every_kind` with contracts, a connection to build, flexible work, and every policy."""
    return every_kind(dict(POLICIES) | dict(edits or {}))
