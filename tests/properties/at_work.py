"""Random instances, small enough to try every choice, each with one family in use."""

from hypothesis import strategies as st

from optimizer.schema.instance import Instance
from tests.factory import changed
from tests.properties.grounds import (
    Draw,
    Edits,
    campus,
    candidates,
    devices,
    grounds,
    two_years,
    whole,
)


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
    grows = {2026: whole(draw, 0, 2), 2028: 4}
    return (
        two_years(draw)
        | budget
        | {
            "sites.A": site,
            "pools.A/node": pool,
            "pools.C/node.max_pods": 2,
            "workloads.E/chat.demand_gtok_per_h": grows,
            "hardware.node.capex_usd": {2026: 3e5, 2028: 2e5},
        }
    )


def marked_up(draw: Draw) -> Edits:
    added = {
        "classes.chat.markup": 1,
        "classes.chat.markup_kind": "additive",
        "classes.chat.markup_usd_per_mtok": {2026: whole(draw, -1, 3) / 4, 2028: 0.5},
    }
    return two_years(draw) | draw(st.sampled_from([{}, added]))


def full(draw: Draw) -> Edits:
    return two_years(draw) | {
        "hardware.node.loaded_w": 12000,
        "pools.C/node.max_pods": 2,
        "sites.C.it_limit_mw": {2026: 0.096, 2028: 0.096 + whole(draw, 0, 4) * 0.02},
        "workloads.W/agent.demand_gtok_per_h": {2026: 2, 2028: whole(draw, 0, 6)},
    }


def contracted(draw: Draw) -> Edits:
    blocks = [
        {"size_mw": whole(draw, 1, 4) / 100, "adder_usd_per_mwh": 0},
        {"size_mw": None, "adder_usd_per_mwh": 5000},
    ]
    return two_years(draw) | {
        "contracts": [
            {
                "id": "ppa",
                "zone": "Z",
                "limit_mw": whole(draw, 1, 20) / 100,
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
        "zones.Z.supply_blocks": draw(st.sampled_from([[], blocks])),
    }


def connected(draw: Draw) -> Edits:
    # Two steps cover the site's whole load, 11 units at 12 kW and a little more.
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
    elsewhere: Edits = {}
    if draw(st.booleans()):
        elsewhere = campus(draw) | {"site_generators.O/gt.max_units": 1}
    return elsewhere | {
        "pools.C/node.max_pods": 0,
        "pools.D/node.existing_units": whole(draw, 2, 9),
        "classes.chat.survives_site_outage": True,
        "classes.agent.survives_site_outage": draw(st.booleans()),
        "zones.Z.limit_mw": whole(draw, 1, 14) / 100,
        "sites.D.interconnection_cost_usd_per_mw": 1e7,
        "sites.D.existing_interconnection_mw": whole(draw, 4, 12) / 100,
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
    "2 demand curve": marked_up,
    "3 serving capacity": thinking,
    "4 site power": trained,
    "5 site balance": campus,
    "5 contracts": contracted,
    "6 grid limit": areas,
    "7 generation": campus,
    "8 storage": stored,
    "9 investment": full,
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
            "policy.min_edge_share": draw(st.sampled_from([None, None, 0.6])),
            "classes.chat.min_edge_share": draw(st.sampled_from([None, 0.5, 0.9])),
            # The cloud is cheaper but too small for all, so chat does not use the edge first.
            "pools.C/node.existing_units": whole(draw, 2, 9),
            "pools.D/node.existing_units": whole(draw, 4, 9),
            "pools.P/phone.existing_units": 1e5 * whole(draw, 0, 2),
            "sites.D.serving_cost_usd_per_mtok": 0.5,
        }
    ),
    "11 failover": surviving,
    "12 objective": campus,
}
"""Edits of the base instance that bring each family into use."""


@st.composite
def instances(draw: Draw, family: str) -> Instance:
    return changed(draw(grounds()), AT_WORK[family](draw))
