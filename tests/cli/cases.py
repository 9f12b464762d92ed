"""Instances that the commands are tried on."""

from pathlib import Path
from typing import Any

import numpy as np

from optimizer.schema.instance import Instance


def small() -> Instance:
    """Two regions, a fleet of phones, a cloud site on a tight zone and an off-grid campus."""
    classes = {"chat": (500, -0.5, 30), "agent": (5000, -1.0, 60)}
    return Instance.model_validate(
        {
            "name": "small",
            "title": "Two regions",
            "money": {"dollar_year": 2025, "discount_rate": 0.07},
            "time": {"years": [2026, 2027], "days": 2, "hours_per_step": 6},
            "regions": [
                {"id": "E", "latitude_deg": 40, "longitude_deg": -75},
                {"id": "W", "latitude_deg": 41, "longitude_deg": -88},
            ],
            "classes": [
                {
                    "id": name,
                    "slo_ms": slo,
                    "elasticity": elasticity,
                    "max_demand_multiple": 3,
                    "quality_floor": floor,
                    "reference_price_usd_per_mtok": 1,
                    "choke_price_usd_per_mtok": 20,
                }
                for name, (slo, elasticity, floor) in classes.items()
            ],
            "workloads": [
                {"region": region, "class": name, "demand_gtok_per_h": 3}
                for region in "EW"
                for name in classes
            ],
            "zones": [{"id": "Z", "limit_mw": 3, "energy_price_usd_per_mwh": 50}],
            "capacity_areas": [
                {
                    "id": "RTO",
                    "zones": ["Z"],
                    "forecast_pool_requirement": 0.93,
                    "procured_ucap_mw": 100,
                    "other_peak_mw": 80,
                    "capacity_price_usd_per_mw_day": 300,
                }
            ],
            "models": [
                {"id": "s", "total_params_b": 8, "active_params_b": 8, "quality": 40},
                {"id": "l", "total_params_b": 70, "active_params_b": 70, "quality": 70},
            ],
            "hardware": [
                _hardware("phone", memory=8, idle=1, loaded=6, capex=0),
                _hardware("node", memory=640, idle=2000, loaded=10000, capex=300000),
            ],
            "serving": [
                _serving("s", "phone", rate=20, watts=6, memory=5, ttft=200),
                _serving("s", "node", rate=100000, watts=9500, memory=50, ttft=100),
                _serving("l", "node", rate=15000, watts=9500, memory=200, ttft=200),
            ],
            "generators": [
                {
                    "id": "gt",
                    "unit_mw": 0.5,
                    "capex_usd_per_kw": 1000,
                    "life_years": 20,
                    "heat_rate_mmbtu_per_mwh": 10,
                }
            ],
            "sites": [
                {"id": "phones", "kind": "device", "region": "E", "zone": "Z"},
                {"id": "city", "kind": "cloud", "region": "E", "zone": "Z", "pue": 1.2},
                {
                    "id": "campus",
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
                {"site": "phones", "hardware": "phone", "existing_units": 1e5, "duty_cycle": 0.05},
                {"site": "city", "hardware": "node", "existing_units": 20, **_pods(4, 100)},
                {"site": "campus", "hardware": "node", **_pods(4, 100)},
            ],
            "site_generators": [
                {
                    "site": "campus",
                    "generator": "gt",
                    "max_units": 20,
                    "fuel_price_usd_per_mmbtu": 3,
                }
            ],
            "assumptions": [
                {
                    "path": "classes.chat.elasticity",
                    "meaning": "Price elasticity of chat",
                    "unit": "ratio",
                    "value": -0.5,
                    "low": -1.1,
                    "high": -0.3,
                    "source": "ASSUMED",
                    "headline": True,
                },
                {
                    "path": "money.discount_rate",
                    "meaning": "Real discount rate",
                    "unit": "share a year",
                    "value": 0.07,
                    "low": 0.03,
                    "high": 0.1,
                    "source": "ASSUMED",
                },
            ],
        }
    )


def large(regions: int = 8, classes: int = 6, years: int = 4) -> Instance:
    """Many regions and pods: no gap of 0 within the time of a test."""
    random = np.random.default_rng(0)
    places = [f"r{i}" for i in range(regions)]
    clouds = places[: regions // 2]
    return Instance.model_validate(
        {
            "name": "large",
            "money": {"dollar_year": 2025, "discount_rate": 0.07},
            "time": {"years": list(range(2026, 2026 + years)), "days": 2, "hours_per_step": 4},
            "regions": [
                {
                    "id": place,
                    "latitude_deg": random.uniform(37, 42),
                    "longitude_deg": random.uniform(-88, -74),
                }
                for place in places
            ],
            "profiles": [
                {"id": "day", "values": 1 + 0.5 * np.sin((np.arange(24) - 8) / 24 * 2 * np.pi)}
            ],
            "classes": [
                {
                    "id": f"c{k}",
                    "slo_ms": [250, 800, 1500, 4000, 3000, 10000][k % 6],
                    "quality_floor": [30, 30, 45, 45, 60, 60][k % 6],
                    "profile": "day",
                    "elasticity": -random.uniform(0.3, 1.1),
                    "max_demand_multiple": 3,
                    "reference_price_usd_per_mtok": random.uniform(0.3, 2),
                    "choke_price_usd_per_mtok": 40,
                    "markup": 3,
                }
                for k in range(classes)
            ],
            "workloads": [
                {"region": place, "class": f"c{k}", "demand_gtok_per_h": random.uniform(2, 10)}
                for place in places
                for k in range(classes)
            ],
            "zones": [
                {
                    "id": f"z-{place}",
                    "limit_mw": {2026: 60, 2029: 25},
                    "energy_price_usd_per_mwh": random.uniform(30, 60),
                }
                for place in places
            ],
            "models": [
                {"id": "s", "total_params_b": 8, "active_params_b": 8, "quality": 50},
                {"id": "l", "total_params_b": 70, "active_params_b": 70, "quality": 80},
            ],
            "hardware": [
                _hardware("pc", memory=24, idle=60, loaded=460, capex=0),
                _hardware("box", memory=96, idle=300, loaded=1500, capex=40000),
                _hardware("node", memory=640, idle=2500, loaded=10000, capex=300000),
            ],
            "serving": [
                _serving("s", "pc", rate=150, watts=460, memory=10, ttft=200),
                _serving("s", "box", rate=2000, watts=1500, memory=10, ttft=150),
                _serving("s", "node", rate=25000, watts=9500, memory=50, ttft=100),
                _serving("l", "node", rate=4000, watts=9500, memory=200, ttft=300),
            ],
            "sites": [
                *(_site(f"d-{p}", "device", p) for p in places),
                *(_site(f"e-{p}", "edge", p, existing=False, opening_cost_usd=5e6) for p in places),
                *(_site(f"c-{p}", "cloud", p, pue=1.2) for p in clouds),
            ],
            "pools": [
                *(
                    {
                        "site": f"d-{p}",
                        "hardware": "pc",
                        "existing_units": 1e5,
                        "duty_cycle": 0.05,
                    }
                    for p in places
                ),
                *({"site": f"e-{p}", "hardware": "box", **_pods(64, 50)} for p in places),
                *({"site": f"c-{p}", "hardware": "node", **_pods(128, 90)} for p in clouds),
            ],
        }
    )


def write(instance: Instance, folder: Path) -> Path:
    """The instance as a folder with its file: JSON, which is YAML."""
    folder.mkdir(parents=True)
    (folder / "instance.yaml").write_text(instance.to_json(), encoding="utf-8")
    return folder


def _hardware(
    name: str, *, memory: float, idle: float, loaded: float, capex: float
) -> dict[str, Any]:
    return {
        "id": name,
        "memory_gb": memory,
        "idle_w": idle,
        "loaded_w": loaded,
        "capex_usd": capex,
        "life_years": 5,
    }


def _serving(
    model: str, hardware: str, *, rate: float, watts: float, memory: float, ttft: float
) -> dict[str, Any]:
    return {
        "id": f"{model}-{hardware}",
        "model": model,
        "hardware": hardware,
        "batch": 1,
        "tokens_per_s": rate,
        "loaded_w": watts,
        "memory_gb": memory,
        "ttft_ms": ttft,
    }


def _site(name: str, kind: str, region: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "region": region, "zone": f"z-{region}", **more}


def _pods(size: int, most: int) -> dict[str, Any]:
    return {"units_per_pod": size, "max_pods": most, "max_utilisation": 0.8}
