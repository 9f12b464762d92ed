"""The JSON Schema takes what the loader takes, and refuses a key that is misspelt."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

import optimizer as op
from optimizer import catalog
from optimizer.errors import InputError
from optimizer.io.tables import Place
from optimizer.load.raw_instance import RawInstance
from optimizer.load.validate import validate
from tests.cli.cases import small

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = op.json_schema()
EVERY = [
    *sorted((ROOT / "instances").glob("*/instance.yaml")),
    ROOT / "tests" / "broken" / "base" / "instance.yaml",
]


def read(file: Path) -> Any:
    return YAML(typ="safe", pure=True).load(file)


def as_json(document: Any) -> Any:
    """The document as an editor has it: every key is text."""
    return json.loads(json.dumps(document))


def faults(document: Any) -> list[str]:
    found = Draft7Validator(SCHEMA).iter_errors(as_json(document))
    return [f"{'.'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in found]


def set_at(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    changed = deepcopy(document)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return changed


TUTORIAL = read(ROOT / "instances" / "tutorial" / "instance.yaml")
SMALL = small().model_dump(mode="json", by_alias=True)


def test_the_schema_is_valid() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert len(EVERY) >= 7


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.parent.name)
def test_every_shipped_instance_is_accepted(file: Path) -> None:
    assert faults(read(file)) == []


def test_a_complete_instance_is_accepted() -> None:
    assert faults(SMALL) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("zonez",), "zones.csv", "'zonez' was unexpected"),
        (("money", "discount"), 0.07, "'discount' was unexpected"),
        (("hardware", 0, "idle_watts"), 1, "'idle_watts' was unexpected"),
        (("hardware", 0, "idle_w"), -1, "-1 is less than the minimum of 0"),
        (("hardware", 0, "idle_w"), "much", "'much' does not match"),
        (("hardware", 0, "idle_w"), {2026: 1}, "is not of type 'number', 'string'"),
        (("time", "hours_per_step"), 5, "5 is not one of [1, 2, 3, 4, 6, 8, 12, 24]"),
        (("time", "years"), [], "[] should be non-empty"),
        (("format",), 2, "1 was expected"),
        (("format",), True, "1 was expected"),
        (("time", "hours_per_step"), True, "True is not one of"),
        (("regions",), [], "[] should be non-empty"),
        (("zones",), None, "None is not of type 'array'"),
        (("zones",), "", "'' should be non-empty"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(
    path: tuple[str | int, ...], value: Any, fault: str, tmp_path: Path
) -> None:
    changed = set_at(TUTORIAL, path, value)
    assert any(fault in message for message in _deep(changed)), _deep(changed)
    for table in (ROOT / "instances" / "tutorial").glob("*.csv"):
        (tmp_path / table.name).write_text(table.read_text())
    with (tmp_path / "instance.yaml").open("w") as file:
        YAML(typ="safe").dump(changed, file)
    with pytest.raises(InputError):
        op.load_instance(tmp_path)


def _deep(document: Any) -> list[str]:
    """Messages, those within alternatives too."""
    waiting = list(Draft7Validator(SCHEMA).iter_errors(as_json(document)))
    found = []
    while waiting:
        fault = waiting.pop()
        found.append(fault.message)
        waiting += fault.context
    return found


ROW = {"hardware": "h100-node", "generators": "solar-10mw", "storage": "battery-4h-10mw"}


@pytest.mark.parametrize(("table", "row"), ROW.items())
def test_catalog_rows_may_be_ids_or_records(table: str, row: str) -> None:
    def with_row(record: Any) -> list[str]:
        return faults({**TUTORIAL, table: [record]})

    assert with_row(row) == []
    assert with_row({"id": row, "life_years": 7}) == []
    assert with_row({"id": row, "life_yearz": 7}) != []
    assert with_row({"id": "mine", "life_years": 7}) != []
    assert with_row({**catalog.rows(table)[row], "id": "mine"}) == []
    assert with_row("mine") != []


def test_profile_values_are_a_list_or_a_column() -> None:
    def with_profile(**more: Any) -> list[str]:
        return faults({**TUTORIAL, "profiles": [{"id": "day", **more}]})

    assert with_profile(values=[1.0] * 24) == []
    assert with_profile(table="day.csv", column="load") == []
    assert with_profile(table="day.csv", column="load", daylight_saving=True) == []
    assert with_profile(table="day.csv", column="load", daylight_saving="FALSE") == []
    assert with_profile(table="day.csv", column="load", daylight_saving="summer") != []
    assert with_profile(values=[1.0], table="day.csv", column="load") != []
    assert with_profile(table="day.csv") != []
    assert with_profile() != []


def test_descriptions_end_with_the_unit() -> None:
    zone, region = SCHEMA["$defs"]["Zone"], SCHEMA["$defs"]["Region"]
    assert zone["properties"]["limit_mw"]["description"].endswith(" in every hour (MW)")
    assert region["properties"]["id"]["description"].endswith(" paths")
    assert SCHEMA["properties"]["zones"]["description"] == (
        "Parts of the grid, with their limits; a list, or the path of a CSV table in this folder"
    )
    assert zone["properties"]["other_peak_mw"]["default"] == 0


PLACES = [
    *((name,) for name in SMALL),
    *(
        (table, 0, field)
        for table, rows in SMALL.items()
        if isinstance(rows, list) and rows
        for field in rows[0]
    ),
    *(("money", field) for field in SMALL["money"]),
    *(("time", field) for field in SMALL["time"]),
    *(("policy", field) for field in SMALL["policy"]),
]
NUMBERS = st.one_of(
    st.integers(-2, 2),
    st.sampled_from([0.5, 24, 2026, 2026.0, 1e3, 1e7]),
    st.sampled_from(["5", " 2.5 ", "1e3", "2_026", "3.", ".5", "+4", "5.0", "inf", "x", "1.2.3"]),
)
ODD = st.sampled_from(
    [None, True, "yes", "OFF", "maybe", "", [], {}, ["E"], "E", "Z", "device", ["edge"], "any"]
)
YEARS = st.sampled_from([2026, "2027", "x"])
VALUES = st.one_of(NUMBERS, ODD, st.dictionaries(YEARS, NUMBERS | st.none(), max_size=2))


def loaded(document: Any) -> bool:
    raw = RawInstance(data=deepcopy(document), places={(): Place("instance.yaml", None)})
    try:
        validate(raw)
    except InputError:
        return False
    return True


def test_enough_values_are_accepted_to_compare() -> None:
    """The property below says something: there are changes that the loader takes."""
    assert loaded(SMALL)
    assert loaded(set_at(SMALL, ("zones", 0, "limit_mw"), {"2027": "1e3"}))
    assert loaded(set_at(SMALL, ("sites", 2, "existing"), "OFF"))
    assert loaded(set_at(SMALL, ("time", "days"), "5.0"))


@given(st.sampled_from(PLACES), VALUES)
def test_the_schema_accepts_what_the_loader_accepts(
    path: tuple[str | int, ...], value: Any
) -> None:
    document = set_at(SMALL, path, value)
    if loaded(document):
        assert faults(document) == []
