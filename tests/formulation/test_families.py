"""Leaving out any constraint family shows."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import optimizer as op
from optimizer.formulation.compose import FAMILIES
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from tests.batteries import with_battery
from tests.composed import composed
from tests.factory import built_site, every_kind, every_policy, off_grid, one_site

WELFARE = 3.6 * 8760 * 20e3 - 0.1 * 8760 * 50
"""`one_site`, $: 3.6 Gtok/h at 20 k$/Gtok, less 0.1 MW at $50/MWh."""

TWO_CANDIDATES = {
    "pools.C/node.existing_units": 0,
    "sites.A": {"kind": "cloud", "region": "E", "zone": "Z", "existing": False},
    "sites.B": {"kind": "cloud", "region": "E", "zone": "Z", "existing": False},
    "pools.A/node": {"existing_units": 5},
    "pools.B/node": {"existing_units": 5},
    "policy.max_open_sites": 1,
}

HALF_EACH = {
    "classes.chat.single_site": True,
    "pools.C/node.existing_units": 6,
    "sites.B": {"kind": "cloud", "region": "E", "zone": "Z"},
    "pools.B/node": {"existing_units": 6},
}
"""Ten units are needed; two sites have six each."""
SECOND_SITE = {
    "sites.D": {"kind": "edge", "region": "E", "zone": "Z"},
    "pools.D/node": {"existing_units": 6},
}

UP_AND_DOWN = {
    "profiles": [{"id": "day", "values": [1] * 12 + [3] * 12}],
    "classes.chat.profile": "day",
    "time.hours_per_step": 12,
}
"""1.8 Gtok/h in the first half of each day and 5.4 in the second; ten nodes serve 3.6."""

NEEDED = {
    "1 demand": one_site(),
    "1 deferral": one_site(
        UP_AND_DOWN | {"classes.chat.flexible_share": 0.25, "classes.chat.defer_within_h": 12}
    ),
    "3 serving capacity": one_site(),
    "4 site power": one_site(),
    "5 site balance": one_site(),
    "6 grid limit": one_site({"zones.Z.limit_mw": 0.05}),
    "7 generation": off_grid({"site_generators.C/gt.max_units": 1}),
    "8 storage": with_battery(
        one_site(
            {
                "profiles": [{"id": "price", "values": [1] * 12 + [4] * 12}],
                "zones.Z.price_profile": "price",
            }
        )
    ),
    "9 investment": built_site({"pools.C/node.max_pods": 2}),
    "9 interconnection": one_site(
        {
            "sites.C.interconnection_cost_usd_per_mw": 1e6,
            "sites.C.existing_interconnection_mw": 0.05,
            "sites.C.interconnection_lead_years": 1,
        }
    ),
    "10 linking": one_site(TWO_CANDIDATES),
    "10 single site": one_site(HALF_EACH),
    "11 CO2 cap": one_site({"zones.Z.co2_kg_per_mwh": 400, "policy.co2_cap_t_per_year": 100}),
    "11 capital budget": built_site({"policy.capital_budget_usd_per_year": 1.5e6}),
    "11 zone cap": one_site({"zone_caps": [{"id": "cap", "zone": "Z", "cap_mw": 0.05}]}),
    "11 edge share": one_site(
        SECOND_SITE | {"sites.D.serving_cost_usd_per_mtok": 1, "policy.min_edge_share": 0.5}
    ),
    "11 failover": one_site(SECOND_SITE | {"classes.chat.survives_site_outage": True}),
}
CHEAPER = {"id": "ppa", "zone": "Z", "limit_mw": 0.06, "price_usd_per_mwh": 20}
PRICED = {
    "5 contracts": (
        one_site({"contracts": [CHEAPER], "zones.Z.energy_price_usd_per_mwh": 9e3}),
        WELFARE - 8760 * (0.1 * (9e3 - 50) - 0.06 * (9e3 - 20)),
    ),
    "2 demand curve": (one_site(), WELFARE),
    "12 objective": (
        one_site({"network.cost_usd_per_mtok": 0.5}),
        WELFARE - 3.6 * 8760 * 0.5e3,
    ),
}


def test_every_family_is_covered() -> None:
    assert {*NEEDED, *PRICED} == set(FAMILIES)


@pytest.mark.parametrize("family", NEEDED)
def test_a_plan_made_without_a_family_breaks_it(family: str) -> None:
    instance = NEEDED[family]
    _, whole, plan = composed(instance)
    assert op.verify(instance, plan) == []
    _, without, loose = composed(instance, without=family)
    broken = op.verify(instance, loose)
    assert family in {violation.family for violation in broken}
    assert without.objective > whole.objective


@pytest.mark.parametrize("family", PRICED)
def test_an_objective_without_a_family_differs(family: str) -> None:
    instance, welfare_usd = PRICED[family]
    _, whole, plan = composed(instance)
    assert op.verify(instance, plan) == []
    assert whole.objective * 1e3 == pytest.approx(welfare_usd, rel=1e-9)
    _, without, _ = composed(instance, without=family)
    assert abs(without.objective * 1e3 - welfare_usd) > 1e-3 * abs(welfare_usd)


OPTIONAL = {f for f in FAMILIES if f.startswith(("10", "11"))} | {
    "1 deferral",
    "5 contracts",
    "9 interconnection",
}
"""Families that apply only to instances with such records."""


@cache
def with_every_family(make: Callable[[], op.Instance]) -> Any:
    return composed(make())


@pytest.mark.parametrize("family", [f for f in FAMILIES if f not in OPTIONAL])
def test_an_instance_with_every_kind_of_site_needs_every_family(family: str) -> None:
    _, whole, _ = with_every_family(every_kind)
    _, without, _ = composed(every_kind(), without=family)
    assert abs(without.objective - whole.objective) > 1e-3 * abs(whole.objective)


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(f for f in OPTIONAL if f[:2] != "10"))
def test_each_policy_is_needed_beside_all_others(family: str) -> None:
    _, whole, plan = with_every_family(every_policy)
    assert op.verify(plan.instance, plan) == []
    _, without, _ = composed(every_policy(), without=family)
    assert abs(without.objective - whole.objective) > 1e-5 * abs(whole.objective)


def test_leaving_out_the_accredited_peak_shows() -> None:
    area = {
        "id": "A",
        "zones": ["Z"],
        "forecast_pool_requirement": 0.8,
        "procured_ucap_mw": 8.04,
        "other_peak_mw": 10,
        "capacity_price_usd_per_mw_day": 100,
    }
    instance = one_site({"capacity_areas": [area]})
    _, whole, plan = composed(instance)
    assert op.verify(instance, plan) == []
    # 8.04 / 0.8 - 10 = 0.05 MW: half of the demand is served, at the cost of 0.04 MW of UCAP.
    assert whole.objective * 1e3 == pytest.approx(WELFARE / 2 - 0.04 * 100 * 365, rel=1e-9)
    _, _, loose = composed(instance, without="6 grid limit")
    assert "6 grid limit" in {violation.family for violation in op.verify(instance, loose)}


def test_linking_tightens_the_relaxation() -> None:
    candidate = {
        "sites.C.existing": False,
        "sites.C.opening_cost_usd": 1e8,
        "pools.C/node.existing_units": 1000,
    }
    instance = one_site(candidate)
    program, whole, _ = composed(instance)
    loose, _, _ = composed(instance, without="10 linking")

    bounds = [
        Highs().open(None).solve(each.relaxed(), SolveOptions()).objective
        for each in (program, loose)
    ]
    assert bounds[0] == pytest.approx(whole.objective, rel=1e-9)
    assert bounds[1] > whole.objective * 1.01


@pytest.mark.parametrize("elasticity", [0, -0.5, -1.5])
def test_linking_restricts_no_work(elasticity: float) -> None:
    curve = {
        "classes.chat.elasticity": elasticity,
        "classes.chat.reference_price_usd_per_mtok": 5,
        "pools.C/node.existing_units": 100,
        "profiles": [{"id": "day", "values": [1.0, 3.0] * 12}],
        "classes.chat.profile": "day",
        "time.hours_per_step": 1,
    }
    _, standing, _ = composed(one_site(curve))
    _, opened, _ = composed(one_site(curve | {"sites.C.existing": False}))
    assert opened.objective == pytest.approx(standing.objective, rel=1e-9)
