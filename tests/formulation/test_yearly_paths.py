"""Densing and tokens per query by hand; each test fails without its path."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.schema.instance import Instance
from tests.factory import every_kind, one_site
from tests.formulation.test_by_hand import HOURS, VALUE, solved

TWO_YEARS = {"time": {"years": [2026, 2027], "days": 1, "hours_per_step": 24}}
UNITS = {"pools.C/node.existing_units": 40}


def in_use(plan: op.Plan) -> list[float]:
    return [float(units) for units in plan.capacity["units_in_use"]]


def power(plan: op.Plan) -> list[float]:
    return [float(mw) for mw in plan.power["power_mw"]]


@pytest.mark.parametrize(
    ("law", "units"),
    [
        ({"doubling_months": 12}, [10, 5]),
        ({"doubling_months": 6}, [10, 2.5]),
        ({"doubling_months": 12, "base_year": 2025}, [5, 2.5]),
        ({"doubling_months": 12, "base_year": 2027}, [20, 10]),
        ({"doubling_months": 12, "base_year": 2024, "last_year": 2026}, [2.5, 2.5]),
        ({"doubling_months": None, "base_year": 2024}, [10, 10]),
    ],
)
def test_densing_halves_hardware_and_energy_every_doubling(
    law: dict[str, Any], units: list[float]
) -> None:
    plan = solved(one_site(TWO_YEARS | UNITS | {"densing": law}))
    assert in_use(plan) == pytest.approx(units)
    assert power(plan) == pytest.approx([0.01 * used for used in units])


def test_densing_multiplies_a_rows_own_paths() -> None:
    edits = {
        "densing": {"doubling_months": 12},
        "serving.m-node.rate_multiplier": {2026: 1, 2027: 2},
        "serving.m-node.energy_multiplier": {2026: 1, 2027: 0.5},
    }
    plan = solved(one_site(TWO_YEARS | UNITS | edits))
    assert in_use(plan) == pytest.approx([10, 2.5])
    assert power(plan) == pytest.approx([0.1, 0.025])


QUERIES = {"classes.chat.tokens_per_query": {2026: 1, 2027: 3}}
IN_DEMAND = QUERIES | {"classes.chat.tokens_per_query_enters": "demand"}


@pytest.mark.parametrize(("edits", "answer"), [(QUERIES, 3.6), (IN_DEMAND, 10.8)])
def test_longer_queries_add_load_at_the_same_value(edits: dict[str, Any], answer: float) -> None:
    plan = solved(one_site(TWO_YEARS | UNITS | edits))
    assert in_use(plan) == pytest.approx([10, 30])
    assert power(plan) == pytest.approx([0.1, 0.3])
    assert list(plan.tables["demand"]["served_gtok_per_h"]) == pytest.approx([3.6, answer])
    assert plan.parts_usd["value"] == pytest.approx(VALUE * (1 + 1 / 1.1), rel=1e-9)


def test_only_tokens_that_are_read_are_carried() -> None:
    network = TWO_YEARS | UNITS | {"network.cost_usd_per_mtok": 0.3}
    carried = 3.6 * HOURS * 0.3e3
    for edits, times in ((QUERIES, 1), (IN_DEMAND, 3)):
        plan = solved(one_site(network | edits))
        assert plan.parts_usd["network"] == pytest.approx(-carried * (1 + times / 1.1))


def test_shedding_costs_the_value_of_a_query() -> None:
    # Capacity for a third of each hour's work, but acceptance cannot follow the hours.
    edits = {
        "profiles": [{"id": "limit", "values": [0.0] * 21 + [1.0] * 3}],
        "zones.Z.capacity_mw": 0.3,
        "zones.Z.other_peak_mw": 0.15,
        "zones.Z.other_profile": "limit",
        "classes.chat.shed_penalty_usd_per_mtok": 5,
        "classes.chat.tokens_per_query": 3,
        "classes.chat.tokens_per_query_enters": "demand",
        "time.hours_per_step": 1,
    }
    plan = solved(one_site(UNITS | edits))
    # 30 nodes idle at 0.06 MW of the 0.15; 0.09 MW serve 4.05 of 10.8 Gtok/h.
    assert plan.parts_usd["shed"] == pytest.approx(-6.75 * 3 * 365 * 25e3 / 3)
    assert op.verify(plan.instance, plan) == []


ELASTIC = {
    "classes.chat.elasticity": -0.7,
    "classes.chat.reference_price_usd_per_mtok": 0.01,
    "classes.chat.choke_price_usd_per_mtok": 1,
    "classes.chat.shed_penalty_usd_per_mtok": 0.1,
    "classes.chat.demand_steps": 20,
    "classes.chat.max_demand_multiple": 3,
    "pools.C/node": {"existing_units": 0, "max_pods": 200, "units_per_pod": 1},
    "hardware.node.capex_usd": 1000,
}


@settings(max_examples=10)
@given(st.floats(0.5, 5), st.sampled_from([-0.4, -1, -1.6]))
def test_both_ways_of_entering_give_the_same_queries_and_welfare(
    times: float, elasticity: float
) -> None:
    """Without a cost of carrying tokens, both are one program in different units."""

    def plan(enters: str) -> op.Plan:
        edits = {
            "classes.chat.tokens_per_query": times,
            "classes.chat.tokens_per_query_enters": enters,
            "classes.chat.elasticity": elasticity,
        }
        return op.solve(one_site(ELASTIC | edits), gap=1e-9)

    thought, read = plan("raw_tokens"), plan("demand")
    assert read.welfare_usd == pytest.approx(thought.welfare_usd, rel=1e-6)
    assert power(read) == pytest.approx(power(thought), rel=1e-5)
    a, b = (p.tables["acceptance"]["accepted_multiple"].sum() for p in (thought, read))
    assert b == pytest.approx(a, rel=1e-5)


LOADS = {"3 serving capacity", "4 site power"}
LONGER = {"tokens_per_query": {2026: 1, 2028: 2}}
PATHS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("densing", {"doubling_months": 24}, LOADS),
    ("densing", {"doubling_months": 24, "base_year": 2028}, LOADS),
    ("classes.agent", LONGER, LOADS),
    ("classes.agent", LONGER | {"tokens_per_query_enters": "demand"}, {"2 demand curve"}),
]


@pytest.mark.parametrize(("path", "value", "families"), PATHS)
def test_only_a_plan_made_with_the_path_verifies(path: str, value: Any, families: set[str]) -> None:
    with_path = op.solve(every_kind({path: value}), gap=1e-4)
    assert op.verify(with_path.instance, with_path) == []
    without = op.solve(every_kind(), gap=1e-4)
    assert with_path.has_point
    for plan, instance in ((without, with_path.instance), (with_path, without.instance)):
        violated = {violation.family for violation in op.verify(instance, plan)}
        assert families & violated


def test_hardware_may_get_cheaper_by_year() -> None:
    """With a life of one year, ten pods are built each year at that year's price."""
    edits = {
        "hardware.node.capex_usd": {2026: 300e3, 2027: 100e3},
        "hardware.node.life_years": 1,
        "pools.C/node": {"existing_units": 0, "max_pods": 20},
    }
    plan = solved(one_site(TWO_YEARS | edits))
    assert plan.parts_usd["hardware"] == pytest.approx(-10 * 1.1 * (300e3 + 100e3 / 1.1))


def test_densing_beyond_numerical_range_is_rejected() -> None:
    with pytest.raises(ValueError, match=r"densing.doubling_months: gives 24 doublings"):
        one_site(TWO_YEARS | {"densing": {"doubling_months": 0.5}})
    allowed: Instance = one_site(
        TWO_YEARS | {"densing": {"doubling_months": 0.5, "last_year": 2026}}
    )
    assert allowed.densing.last_year == 2026
    with pytest.raises(ValueError, match=r"last_year \(2025\) must be at least base_year \(2026\)"):
        one_site({"densing": {"doubling_months": 4, "base_year": 2026, "last_year": 2025}})
