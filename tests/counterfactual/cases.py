"""Instances whose displacement is known in closed form.

A rack of ten units serves 1 Gtok/h; a rack of nodes draws 1 MW, so a Gtok takes 1 MWh and
$1000/MWh is $1/Mtok.  The cloud C is in zone Z at that price; the edge site X, in zone Y, pays a
twentieth of it.
"""

from typing import Any

import optimizer as op
from optimizer.schema.instance import Instance
from tests.factory import Edits, changed, one_site

GAP = 1e-7
QUICK = {"attribution": False, "proof": False, "elasticity_range": False, "flip": False}
"""Only worlds and interval."""
GTOK_A_YEAR = 8760.0
"""Gtok or MWh per year from 1 Gtok/h or 1 MW."""

RACK = 10
UNIT_TOKENS_PER_S = 1e6 / 3.6 / RACK
"""A tenth of a Gtok/h."""


def hardware(name: str, loaded_mw: float, idle_mw: float = 0.0) -> dict[str, Any]:
    """Hardware with the given power per rack."""
    return {
        "id": name,
        "memory_gb": 640,
        "idle_w": idle_mw * 1e6 / RACK,
        "loaded_w": loaded_mw * 1e6 / RACK,
        "capex_usd": 0,
        "life_years": 5,
    }


def serving(name: str, model: str, on: str, loaded_mw: float) -> dict[str, Any]:
    return {
        "id": name,
        "model": model,
        "hardware": on,
        "batch": 1,
        "tokens_per_s": UNIT_TOKENS_PER_S,
        "loaded_w": loaded_mw * 1e6 / RACK,
        "memory_gb": 50,
        "ttft_ms": 100,
    }


def one_cloud(demand: float, edits: Edits | None = None, *, box_mw: float = 1.0) -> Instance:
    """A cloud with room for everything; boxes are defined, but none is installed."""
    base: dict[str, Any] = {
        "workloads.E/chat.demand_gtok_per_h": demand,
        "zones.Z.energy_price_usd_per_mwh": 1000,
        "zones.Y": {"energy_price_usd_per_mwh": 50},
        "hardware": [hardware("node", 1.0), hardware("box", box_mw)],
        "serving": [
            serving("m-node", "m", "node", 1.0),
            serving("m-box", "m", "box", box_mw),
        ],
        "pools": [{"site": "C", "hardware": "node", "existing_units": 100 * RACK}],
    }
    return one_site(base | dict(edits or {}))


def two_sites(
    demand: float, fleet: float, edits: Edits | None = None, *, box_mw: float = 1.0
) -> Instance:
    """`one_cloud` and an edge site with `fleet` racks of boxes."""
    edge = {
        "sites.X": {"kind": "edge", "region": "E", "zone": "Y"},
        "pools.X/box": {"existing_units": fleet * RACK},
    }
    return one_cloud(demand, edge | dict(edits or {}), box_mw=box_mw)


def whole(instance: Instance) -> Instance:
    """The same with everything still to be built: whole racks, and X as a candidate site.

    Builds cost something, but too little to change any decision.
    """
    edits: dict[str, Any] = {}
    for hardware_type in instance.hardware:
        edits[f"hardware.{hardware_type.id}.capex_usd"] = 1000
    for pool in instance.pools:
        racks, rest = divmod(pool.existing_units[0], RACK)
        assert rest == 0
        edits |= {
            f"pools.{pool.id}.existing_units": 0,
            f"pools.{pool.id}.units_per_pod": RACK,
            f"pools.{pool.id}.max_pods": int(racks),
        }
    for generators in instance.site_generators:
        edits |= {
            f"site_generators.{generators.id}.existing_units": 0,
            f"site_generators.{generators.id}.max_units": generators.existing_units,
        }
    edits |= {"sites.X.existing": False, "sites.X.opening_cost_usd": 1e4}
    return changed(instance, edits)


def made(instance: Instance, integers: bool) -> Instance:
    return whole(instance) if integers else instance


def ask(
    instance: Instance, intervention: str = "edge", *, attribution: bool = False
) -> op.Displacement:
    """Solved displacement, whose interval contains it."""
    options = QUICK | {"attribution": attribution}
    result = op.displacement(instance, intervention, gap=GAP, **options)
    assert result.status == "solved"
    assert result.interval.low is None or (
        result.energy is not None
        and result.energy.displacement is not None
        and result.interval.high is not None
        and result.interval.low <= result.energy.displacement <= result.interval.high
    )
    return result


def has_integers(result: op.Displacement) -> bool:
    return result.plans["1"].run.size["integers"] > 0


def slack() -> Instance:
    """No limit: 2 of 5 Gtok/h move from a cloud of PUE 1.2 to boxes of 2 MWh/Gtok, PUE 1.5."""
    return two_sites(5, 2, {"sites.C.pue": 1.2, "sites.X.pue": 1.5}, box_mw=2.0)


SLACK_D = 1.2 / (2.0 * 1.5)


def other_zone() -> Instance:
    """Zone Z limits the cloud to 3 of 10 Gtok/h; X serves 2 more in zone Y."""
    return two_sites(10, 2, {"zones.Z.limit_mw": 3, "zones.Y.limit_mw": 50}, box_mw=2.0)


def off_grid() -> Instance:
    """Zone Z limits the cloud to 3 of 10 Gtok/h; a campus on its own turbines serves 2 more."""
    return two_sites(
        10,
        2,
        {
            "zones.Z.limit_mw": 3,
            "sites.X.kind": "offgrid",
            "sites.X.zone": None,
            "generators": [
                {
                    "id": "gt",
                    "unit_mw": 1,
                    "capex_usd_per_kw": 1,
                    "life_years": 20,
                    "heat_rate_mmbtu_per_mwh": 10,
                }
            ],
            "site_generators": [
                {
                    "site": "X",
                    "generator": "gt",
                    "existing_units": 4,
                    "fuel_price_usd_per_mmbtu": 3,
                }
            ],
        },
        box_mw=2.0,
    )


def same_zone() -> Instance:
    """Cloud and X share the 3 MW of zone Z; X takes half a MWh per Gtok, 2 Gtok/h at most."""
    return two_sites(10, 2, {"zones.Z.limit_mw": 3, "sites.X.zone": "Z"}, box_mw=0.5)


def unlocked(edits: Edits | None = None) -> Instance:
    """The class `fast` needs an answer in 150 ms, and the cloud is 100 ms away."""
    return two_sites(
        5,
        4,
        {
            "classes.chat.site_kinds": ["cloud"],
            "classes.fast": {"slo_ms": 150, "choke_price_usd_per_mtok": 20},
            "workloads.E/fast": {"demand_gtok_per_h": 2},
            "links": [{"region": "E", "site": "C", "rtt_ms": 100}],
        }
        | dict(edits or {}),
    )
