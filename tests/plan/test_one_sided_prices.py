"""Prices have two sides and a value for good: by hand, on several solvers, in any order of rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.plan.prices import price_table
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.context import SolveContext
from tests.factory import Edits, built_site, one_site

TUTORIAL = Path(__file__).resolve().parents[2] / "instances" / "tutorial"
KEYS = ["run", "measure", "where", "year"]
COLUMNS = ["value", "left", "all_years", "all_years_left"]
THREE = {"time.years": [2026, 2027, 2028]}
FOR_GOOD = 1 + 1 / 1.1 + 1 / 1.21
CRF = 0.1 / (1 - 1.1**-5)
WORK = (36 * 20e3 - 50) * 8760
"""What a MW serves in a year, less its energy, $."""
NODES = 100 * 300e3 * CRF
"""Annuity of the nodes of a MW, $."""


def prices(instance: Instance, measure: str, run: str = "long-run") -> list[list[float]]:
    """Both sides and all years, by year."""
    rows = op.solve(instance, gap=1e-9).prices
    rows = rows[(rows["run"] == run) & (rows["measure"] == measure)]
    return rows[COLUMNS].to_numpy(dtype=float).tolist()  # type: ignore[no-any-return]


def near(expected: list[list[float]]) -> object:
    return [pytest.approx(row, rel=1e-6, abs=1e-3, nan_ok=True) for row in expected]


def limited(years: Edits) -> Instance:
    """Nodes for half of the demand can be powered, in every year."""
    return built_site({"zones.Z.limit_mw": 0.05, **years})


@pytest.mark.parametrize(
    "rule", [{"sites.C.existing": False}, {"classes.chat.single_site": True}], ids=str
)
def test_one_more_token_costs_its_energy_wherever_all_of_a_workload_is_at_one_site(
    rule: Edits,
) -> None:
    idle_nodes = {"pools.C/node.existing_units": 20, "classes.chat.must_serve": True}
    per_mtok = 0.1 * 50 / 3.6 / 1e3
    assert prices(one_site(rule | idle_nodes), "workload_usd_per_mtok") == near([[per_mtok] * 4])


def test_a_megawatt_of_one_year_bears_its_nodes_for_the_rest_of_the_horizon() -> None:
    # One more MW needs nodes until the end; one less saves nodes only before they are needed.
    for_good = (WORK - NODES) * FOR_GOOD
    assert prices(limited(THREE), "zone_usd_per_mw_year") == near(
        [
            [WORK - NODES * FOR_GOOD, WORK - NODES, for_good, for_good],
            [WORK - NODES * (1 + 1 / 1.1), WORK, for_good, for_good],
            [WORK - NODES, WORK, for_good, for_good],
        ]
    )


def test_in_the_tutorial_only_a_megawatt_of_all_years_saves_a_turbine() -> None:
    instance = op.load_instance(TUTORIAL, ["time.years=[2026,2027,2028]"])
    rows = prices(instance, "zone_usd_per_mw_year")
    assert [row[0] for row in rows] == [0, 0, 0]
    assert [round(row[1]) for row in rows] == [812_138, 868_988, 929_817]
    assert {round(amount) for row in rows for amount in row[2:]} == {812_138}


def table(instance: Instance, backend: str = "highs") -> pd.DataFrame:
    found = op.solve(instance, gap=1e-9, backend=backend, threads=1).prices
    return found.set_index(KEYS)[COLUMNS].sort_index().fillna(-1.0)


def reversed_rows(instance: Instance) -> Instance:
    """The instance with every table upside down."""
    names = ("workloads", "regions", "classes", "zones", "sites", "pools", "serving", "hardware")
    return instance.model_copy(
        update={name: tuple(reversed(getattr(instance, name))) for name in names}
    )


def same(first: pd.DataFrame, second: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(first, second, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("backend", ["pulp", "pyomo"])
def test_solvers_return_the_same_prices(backend: str) -> None:
    same(table(limited(THREE)), table(limited(THREE), backend))


def test_the_order_of_rows_does_not_change_prices() -> None:
    instance = op.load_instance(TUTORIAL, ["time.years=[2026,2027,2028]"])
    same(table(instance), table(reversed_rows(instance)))


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["pulp", "pyomo"])
def test_solvers_return_the_same_prices_of_the_tutorial(backend: str) -> None:
    instance = op.load_instance(TUTORIAL, ["time.years=[2026,2027,2028]"])
    same(table(instance), table(reversed_rows(instance), backend))


def test_the_number_of_threads_does_not_change_prices() -> None:
    program, _ = compose(case := compile_case(limited(THREE)))
    tables = []
    for threads in (1, 4):
        context = SolveContext(gap=1e-9, threads=threads)
        tables.append(price_table(case, search.solve(program, context), context.pricing()))
    pd.testing.assert_frame_equal(*tables, rtol=1e-9)


def test_a_limit_of_zero_cannot_be_lower() -> None:
    ((value, left, *_),) = prices(one_site({"zones.Z.limit_mw": 0}), "zone_usd_per_mw_year")
    assert value == pytest.approx(WORK)
    assert np.isnan(left)


def test_a_megawatt_more_leaves_none_while_other_load_exceeds_the_capacity() -> None:
    overloaded = {"zones.Z": {"capacity_mw": 10, "reserve_margin": 0, "other_peak_mw": 11}}
    assert prices(one_site(overloaded), "zone_usd_per_mw_year") == [[0, 0, 0, 0]]


def test_space_bears_nodes_and_power() -> None:
    worth = WORK - NODES
    edits = {"sites.C.it_limit_mw": 0.05}
    assert prices(built_site(edits), "space_usd_per_mw_year") == near([[worth] * 4])


def test_space_at_a_closed_site_is_worth_nothing() -> None:
    closed = {"sites.C": {"existing": False, "opening_cost_usd": 1e12, "it_limit_mw": 0.05}}
    assert prices(built_site(closed), "space_usd_per_mw_year") == [[0, 0, 0, 0]]


def test_a_connection_that_cannot_be_extended_yet_has_a_price() -> None:
    connection = {
        "existing_interconnection_mw": 0.05,
        "interconnection_cost_usd_per_mw": 1e6,
        "interconnection_lead_years": 1,
    }
    rows = prices(one_site({"sites.C": connection}), "connection_usd_per_mw_year")
    assert rows == near([[WORK] * 4])


def test_a_pod_more_in_total() -> None:
    pod = 0.02 * (WORK - NODES)  # two nodes of 10 kW
    assert prices(built_site({"pools.C/node.max_pods": 4}), "pods_usd_per_pod") == near([[pod] * 4])


def test_with_builds_fixed_a_pod_more_is_worth_nothing_and_one_less_is_impossible() -> None:
    rows = prices(built_site({"pools.C/node.max_pods": 4}), "pods_usd_per_pod", "short-run")
    assert rows == near([[0, np.nan, 0, np.nan]])


def test_a_pod_more_in_a_year_serves_from_then_on() -> None:
    pod = 0.02 * (WORK - NODES)
    edits = {**THREE, "pools.C/node.max_pods": 9, "pools.C/node.max_pods_per_year": 1}
    for_good = pod * (FOR_GOOD + (1 / 1.1 + 1 / 1.21) + 1 / 1.21)
    assert prices(built_site(edits), "pods_in_year_usd_per_pod") == near(
        [
            [pod * FOR_GOOD] * 2 + [for_good] * 2,
            [pod * (1 + 1 / 1.1)] * 2 + [for_good] * 2,
            [pod] * 2 + [for_good] * 2,
        ]
    )
    assert prices(built_site(edits), "pods_usd_per_pod") == [[0, 0, 0, 0]]


def test_a_year_before_the_lead_time_has_passed_has_no_price() -> None:
    edits = {"pools.C/node": {"max_pods": 9, "max_pods_per_year": 1, "lead_years": 1}, **THREE}
    assert prices(built_site(edits), "pods_in_year_usd_per_pod")[0][:2] == [0, 0]


def test_a_token_less_saves_energy_where_one_more_needs_another_node() -> None:
    # Ten nodes are just full: the next token is not worth a node's wear at any price but the choke.
    (row,) = prices(one_site(), "workload_usd_per_mtok")
    energy = 0.1 / 3.6 * 50 / 1e3
    assert row == pytest.approx([energy, 20, energy, 20])


def test_without_time_a_plan_has_no_prices() -> None:
    program, _ = compose(case := compile_case(limited(THREE)))
    context = SolveContext(gap=1e-9)
    solved = search.solve(program, context)
    assert price_table(case, solved, replace(context.pricing(), time_limit_s=0.0)).empty


def test_ctrl_c_while_prices_are_computed_ends_them() -> None:
    program, _ = compose(case := compile_case(limited(THREE)))
    solved = search.solve(program, SolveContext(gap=1e-9))
    answers = iter([False] * 3)
    context = SolveContext(gap=1e-9, should_stop=lambda: next(answers, True))
    assert price_table(case, solved, context.pricing()).empty
    asked_before = SolveContext(gap=1e-9, should_stop=lambda: True)
    assert len(price_table(case, solved, asked_before.pricing()))


def test_a_damaged_order_of_prices_is_a_violation() -> None:
    plan = op.solve(limited(THREE), gap=1e-9)
    rows = plan.prices
    at = rows.index[rows["measure"] == "zone_usd_per_mw_year"][1]
    for column, factor, message in (
        ("left", 0.9, "costs less than one more is worth"),
        ("all_years", 0.5, "is less than the sum of its years"),
        ("all_years_left", 3.0, "is more than the sum of its years"),
        ("all_years", 1.001, "differs between years"),
    ):
        damaged = rows.copy()
        damaged.loc[at, column] *= factor
        if column == "left":
            damaged.loc[at, "left"] = damaged.loc[at, "value"] * factor
        violations = op.verify(
            plan.instance, replace(plan, tables={**plan.tables, "prices": damaged})
        )
        assert message in [violation.message for violation in violations], column


def test_edits_that_change_nothing_change_no_price() -> None:
    slack = {"sites.C.it_limit_mw": 9, "zone_caps": [{"id": "cap", "zone": "Z", "cap_mw": 9}]}
    free, bound = (table(limited({**THREE, **edits})) for edits in ({}, slack))
    same(free, bound.loc[free.index])
    assert (bound.drop(free.index) == 0).all(axis=None)
