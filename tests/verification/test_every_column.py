"""Every column of every table is checked: no change and no omission goes unnoticed."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import optimizer as op
from optimizer.plan.output_tables import TABLES
from tests.factory import every_kind, every_policy

UNVERIFIABLE = {("prices", "value"), ("prices", "left")}
"""Without the program only their order can be checked, and that each is a finite number."""

FAMILY_OF_NULL = {
    ("zones", "limit_mw"): "6 grid limit",
    ("areas", "peak_limit_mw"): "6 grid limit",
    ("policy", "limit"): "11 zone cap",
}


@cache
def valid() -> op.Plan:
    """Every kind of site, every policy, and a second zone and area, without limits."""
    free_zone = {"energy_price_usd_per_mwh": 50}
    free_area = {
        "zones": ["Y"],
        "forecast_pool_requirement": 0.9,
        "capacity_price_usd_per_mw_day": 0,
    }
    edits = {"zones.Y": free_zone, "capacity_areas.FREE": free_area, "sites.edge.zone": "Y"}
    return op.solve(every_policy(edits), gap=1e-4)


def violations_of(table: str, rows: pd.DataFrame) -> list[op.Violation]:
    plan = replace(valid(), tables={**valid().tables, table: rows})
    return op.verify(plan.instance, plan)


def is_number(values: "pd.Series[Any]") -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def test_the_plan_is_valid_and_fills_every_table() -> None:
    assert op.verify(valid().instance, valid()) == []
    assert all(len(valid().tables[name]) for name in TABLES)
    assert valid().tables["zones"]["limit_mw"].isna().any()
    assert valid().tables["areas"]["peak_limit_mw"].isna().any()
    assert valid().tables["policy"]["limit"].isna().any()


def changed(values: "pd.Series[Any]", change: str) -> "pd.Series[Any]":
    """The same column with one value altered, or every value if it is a truth."""
    if pd.api.types.is_bool_dtype(values):
        return ~values
    if not is_number(values):
        return values.where(values.index != values.index[0], "bogus")
    values = values.astype(float)
    at = values.fillna(0).idxmax()
    was = 0.0 if np.isnan(values[at]) else values[at]
    values[at] = was * 1.001 + 0.001 if change == "scaled" else was + max(1.0, 0.01 * was)
    return values


@pytest.mark.thin(5)
@pytest.mark.parametrize("change", ["scaled", pytest.param("moved", marks=pytest.mark.slow)])
@pytest.mark.parametrize("table", TABLES)
def test_a_changed_value_is_reported_in_every_column(table: str, change: str) -> None:
    rows = valid().tables[table]
    unnoticed = {
        (table, column)
        for column in rows
        if not violations_of(table, rows.assign(**{column: changed(rows[column], change)}))
    }
    assert unnoticed == {(name, column) for name, column in UNVERIFIABLE if name == table}


@pytest.mark.thin(5)
@pytest.mark.parametrize("table", TABLES)
def test_a_value_that_is_not_a_finite_number_is_reported_in_every_column(table: str) -> None:
    rows = valid().tables[table]
    for column in rows:
        for value in (np.nan, np.inf, -np.inf):
            values = rows[column]
            if is_number(values):
                first = values.index[values.notna()][0]
                values = values.astype(float).where(values.index != first, value)
            else:
                values = pd.Series(value, values.index)
            assert violations_of(table, rows.assign(**{column: values})), (column, value)


@pytest.mark.parametrize(("table", "column"), sorted(FAMILY_OF_NULL))
def test_an_invented_limit_is_reported(table: str, column: str) -> None:
    rows = valid().tables[table].copy()
    rows.loc[rows.index[rows[column].isna()][0], column] = 1e9
    assert {v.family for v in violations_of(table, rows)} == {FAMILY_OF_NULL[table, column]}


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_column_is_reported(table: str) -> None:
    rows = valid().tables[table]
    for column in rows:
        (violation,) = violations_of(table, rows.drop(columns=column))
        assert (violation.where, violation.message) == (f"{table}.{column}", "is missing")


@pytest.mark.thin(5)
@pytest.mark.parametrize("table", TABLES)
def test_text_instead_of_numbers_is_reported_in_every_column(table: str) -> None:
    rows = valid().tables[table]
    for column in filter(lambda name: is_number(rows[name]), rows):
        assert violations_of(table, rows.assign(**{column: "12"})), column


@pytest.mark.thin(5)
@pytest.mark.parametrize("table", TABLES)
def test_a_doubled_row_is_reported(table: str) -> None:
    rows = valid().tables[table]
    violations = violations_of(table, pd.concat([rows, rows.iloc[[1]]], ignore_index=True))
    assert {(v.family, v.message) for v in violations} == {
        ("tables", "appears in more than one row")
    }


@pytest.mark.thin(5)
@pytest.mark.parametrize("position", [0, -1])
@pytest.mark.parametrize("table", TABLES)
def test_a_missing_row_is_reported(table: str, position: int) -> None:
    rows = valid().tables[table]
    assert violations_of(table, rows.drop(index=rows.index[position]))


@pytest.mark.thin(5)
@pytest.mark.parametrize("table", [name for name in TABLES if name != "prices"])
def test_an_empty_table_is_reported(table: str) -> None:
    assert violations_of(table, valid().tables[table].iloc[:0])
    assert violations_of(table, pd.DataFrame())


@pytest.mark.thin(5)
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("acceptance", "region", "nowhere"),
        ("acceptance", "class", "none"),
        ("acceptance", "year", 2027),
        ("capacity", "hardware", "phone"),
        ("areas", "area", "Z"),
        ("prices", "where", "nowhere"),
        ("prices", "run", "medium-run"),
        ("prices", "year", 2027),
        ("power", "start_h", 3),
        ("contracts", "contract", "none"),
        ("connections", "site", "edge"),
        ("policy", "where", "none"),
        ("policy", "measure", "co2_kg"),
        ("placement", "serving", "s-tablet"),
    ],
)
def test_a_row_about_something_unknown_is_reported(table: str, column: str, value: object) -> None:
    rows = valid().tables[table].copy()
    rows.loc[rows.index[-1], column] = value
    violations = violations_of(table, rows)
    assert all(v.family == "tables" for v in violations)
    assert any(str(value) in v.where for v in violations)


@pytest.mark.thin(5)
@pytest.mark.parametrize("table", [name for name in TABLES if name != "prices"])
def test_the_order_of_rows_does_not_matter(table: str) -> None:
    assert violations_of(table, valid().tables[table].sample(frac=1, random_state=2)) == []


def test_placement_on_a_missing_pool_is_reported() -> None:
    rows = valid().tables["placement"].copy()
    at = rows.index[rows["site"] == "cloud"][0]
    rows.loc[at, ["serving", "model", "hardware"]] = ["s-phone", "s", "phone"]
    assert [(v.where, v.message) for v in violations_of("placement", rows)] == [
        ("placement: cloud/phone", "is not a pool of the instance")
    ]


def test_a_negative_flow_is_reported() -> None:
    rows = valid().tables["placement"].copy()
    rows.loc[rows.index[0], "flow_gtok_per_h"] *= -1
    assert "flow is negative" in {v.message for v in violations_of("placement", rows)}


def test_supply_beyond_the_last_block_is_reported() -> None:
    instance = every_kind({"zones.Z.supply_blocks": [{"size_mw": 0.1, "adder_usd_per_mwh": 0}]})
    plan = op.solve(every_kind(), gap=1e-3)
    messages = {v.message for v in op.verify(instance, replace(plan, instance=instance))}
    assert "draw exceeds the supply (MW)" in messages


@pytest.mark.thin(5)
@pytest.mark.parametrize("claim", ["welfare_usd", "cost_usd", "bound_usd", "gap", "cost_bound_usd"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_money_that_is_not_finite_is_reported(claim: str, value: float) -> None:
    plan = replace(valid(), **{claim: value})
    assert "12 objective" in {v.family for v in op.verify(plan.instance, plan)}


def test_a_part_that_is_not_finite_is_reported() -> None:
    plan = replace(valid(), parts_usd={**valid().parts_usd, "energy": np.nan})
    assert [v.where for v in op.verify(plan.instance, plan)] == ["energy"]


def test_a_missing_cost_is_reported() -> None:
    plan = replace(valid(), cost_usd=None)
    assert "cost_usd" in {v.where for v in op.verify(plan.instance, plan)}


def test_the_bound_on_cost_follows_from_the_bound_if_demand_is_forced() -> None:
    edits = {f"classes.{name}.must_serve": True for name in ("chat", "agent")}
    edits |= {
        f"workloads.{region}/{name}.demand_gtok_per_h": 1
        for region in "EW"
        for name in ("chat", "agent")
    }
    plan = op.solve(every_kind(edits), gap=1e-3)
    assert plan.cost_bound_usd is not None
    assert op.verify(plan.instance, plan) == []
    for wrong in (None, plan.cost_bound_usd * 1.01):
        violations = op.verify(plan.instance, replace(plan, cost_bound_usd=wrong))
        assert [v.where for v in violations] == ["cost_bound_usd"]
