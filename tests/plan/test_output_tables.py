"""The dictionary of output tables matches the tables that plans have, and docs/outputs.md."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import optimizer as op
from optimizer.plan.output_tables import TABLES, Column, Kind
from optimizer.plan.outputs_page import outputs_page
from tests.factory import every_policy

ROOT = Path(__file__).resolve().parents[2]
SUFFIX = {
    "Gtok": "_gtok",
    "Gtok/h": "_gtok_per_h",
    "MW": "_mw",
    "MW UCAP": "_ucap_mw",
    "MWh": "_mwh",
    "$/Mtok": "_usd_per_mtok",
    "h": "_h",
    "days": "_per_year",
    "multiple of reference demand": "_multiple",
}
"""How the name of a column ends, by its unit."""
COUNTS = {"pods": "pods", "units": "units", "steps": "steps"}
"""How the name of a column of counts begins, by its unit."""
COLUMNS = [(name, column) for name, table in TABLES.items() for column in table.columns]


@cache
def plan(name: str) -> op.Plan:
    yearly = {"site_generators.off/gt.max_units_per_year": 9}
    instance = op.load_instance(ROOT / "instances" / name) if name else every_policy(yearly)
    return op.solve(instance, gap=1e-2)


@pytest.mark.parametrize("name", ["tutorial", "policies", ""])
def test_plans_have_exactly_the_documented_columns(name: str) -> None:
    expected = {table: [column.name for column in TABLES[table].columns] for table in TABLES}
    assert {table: list(rows.columns) for table, rows in plan(name).tables.items()} == expected


@pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=[f"{table}.{column.name}" for table, column in COLUMNS]
)
def test_a_column_holds_its_kind_in_the_unit_of_its_name(table: str, column: Column) -> None:
    values = plan("").tables[table][column.name]
    assert column.meaning
    if column.kind is Kind.BOOLEAN:
        assert pd.api.types.is_bool_dtype(values)
    elif column.kind in (Kind.NUMBER, Kind.NULLABLE):
        assert pd.api.types.is_numeric_dtype(values)
        named = column.name.endswith(SUFFIX.get(column.unit, "-")) or column.name.startswith(
            COUNTS.get(column.unit, "-")
        )
        assert named or (column.name, column.unit) in {
            ("step", ""),
            ("value", "as in measure"),
            ("limit", "as in measure"),
            ("left", "as in measure"),
            ("all_years", "as in measure, present value"),
            ("all_years_left", "as in measure, present value"),
        }
    if column.values:
        assert set(values) == set(column.values)


def test_keys_identify_the_rows() -> None:
    for name, table in TABLES.items():
        keys = [column.name for column in table.columns if column.kind is Kind.KEY]
        keys += ["step"] if name == "acceptance" else []
        assert not plan("").tables[name].duplicated(keys).any(), name


def test_the_page_is_up_to_date() -> None:
    """If not: ``optimizer schema --format outputs > docs/outputs.md``."""
    assert (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8") == outputs_page()
