"""Any field of a row of the catalog may be given anew, in YAML and in CSV; all others stay."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer import catalog
from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.load.field_types import TABLES, fields
from tests.broken.case import BASE

ROWS = {
    "models": "deepseek-v4",
    "hardware": "b200-node",
    "serving": "deepseek-v4+b200-node",
    "generators": "gas-turbine-34mw",
}
RECORDS: dict[str, Callable[[str], Any]] = {
    "models": catalog.model,
    "hardware": catalog.hardware,
    "serving": catalog.serving,
    "generators": catalog.generator,
}
NAMES = {"id", "model", "hardware"}
FIELDS = [(table, name) for table in ROWS for name in fields(TABLES[table]) if name not in NAMES]
OWN = json.loads(load_instance(BASE).to_json())


def another(table: str, name: str, present: Any) -> Any:
    """An allowed value of a field that is not the one it has."""
    shape = fields(TABLES[table])[name]
    if shape.kind == "boolean":
        return not present
    if shape.kind == "choice":
        return next(choice for choice in shape.choices if choice != present)
    if shape.kind == "text":
        return f"not {present}"
    if shape.kind == "yearly":
        return {2026: 7.0, 2027: 6.0}
    if shape.kind == "integer":
        return (present or 0) + 1
    return 0.99 * present if present else 1.0


def instance(tmp_path: Path, table: str, rows: list[dict[str, Any]] | str) -> Any:
    """Records of a table of the base instance, whose own rows follow those given."""
    data = {**OWN, table: rows if isinstance(rows, str) else [*rows, *OWN[table]]}
    if table == "serving":
        for other in ("models", "hardware"):
            data[other] = [ROWS[other], *OWN[other]]
    (tmp_path / "instance.yaml").write_text(json.dumps(data))  # JSON is YAML
    return getattr(load_instance(tmp_path), table)[0]


def as_csv(tmp_path: Path, table: str, rows: list[dict[str, Any]]) -> str:
    flat = []
    for row in rows:
        cells: dict[str, Any] = {}
        for key, value in row.items():
            if isinstance(value, dict):
                cells |= {f"{key}.{year}": one for year, one in value.items()}
            elif value is not None:
                cells[key] = str(value).lower() if isinstance(value, bool) else value
        flat.append(cells)
    with (tmp_path / f"{table}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in flat for key in row)))
        writer.writeheader()
        writer.writerows(flat)
    return f"{table}.csv"


@pytest.mark.parametrize("form", ["yaml", "csv"])
@pytest.mark.parametrize(("table", "name"), FIELDS)
def test_a_field_can_be_replaced_without_changing_others(
    tmp_path: Path, table: str, name: str, form: str
) -> None:
    row = RECORDS[table](ROWS[table])
    value = another(table, name, getattr(row, name))
    given = {"id": ROWS[table], name: value}
    if form == "yaml":
        found = instance(tmp_path, table, [given])
    else:
        found = instance(tmp_path, table, as_csv(tmp_path, table, [given, *OWN[table]]))
    assert getattr(found, name) != getattr(row, name)
    assert found == type(row).model_validate({**row.model_dump(), name: value})


@pytest.mark.parametrize("table", ROWS)
def test_a_row_can_be_used_unchanged_by_its_id(tmp_path: Path, table: str) -> None:
    rows = as_csv(tmp_path, table, [{"id": ROWS[table]}, *OWN[table]])
    for taken in (
        instance(tmp_path, table, rows),
        instance(tmp_path, table, [{"id": ROWS[table]}]),
    ):
        assert taken == RECORDS[table](ROWS[table])


def test_a_figure_can_be_removed(tmp_path: Path) -> None:
    given = [{"id": "deepseek-v3", "training_accelerator_hours": None}]
    found = instance(tmp_path, "models", given)
    assert found.training_accelerator_hours is None
    assert found.training_cost_usd == 5_576_000


def test_an_invalid_override_is_reported_with_its_line(tmp_path: Path) -> None:
    rows = as_csv(tmp_path, "hardware", [{"id": "b200-node", "idle_w": -1}, *OWN["hardware"]])
    with pytest.raises(InputError) as caught:
        instance(tmp_path, "hardware", rows)
    assert "hardware.csv:2: hardware.b200-node.idle_w = -1: must be at least 0 (W)" in str(
        caught.value
    )


def test_solar_without_a_profile_is_reported(tmp_path: Path) -> None:
    unit = {"site": "ashburn", "generator": "solar-10mw", "max_units": 1}
    sun = {"id": "sun", "values": [0.0] * 12 + [1.0] * 12}
    data = {**OWN, "generators": ["solar-10mw"], "site_generators": [unit]}
    data["profiles"] = [*OWN["profiles"], sun]
    (tmp_path / "instance.yaml").write_text(json.dumps(data))
    with pytest.raises(
        InputError, match="availability_profile: is required, since the output of solar"
    ):
        load_instance(tmp_path)
    given = load_instance(tmp_path, ["site_generators.ashburn/solar-10mw.availability_profile=sun"])
    assert given.site_generators[0].availability_profile == "sun"
