"""Ids are unique, references are met, and both are judged in little time."""

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from optimizer.load import load_instance
from optimizer.schema.instance import Instance
from optimizer.schema.references import (
    REFERENCES,
    address,
    check_references,
    key_of,
    near_miss,
    unknown,
)
from tests.broken.case import BASE

SOUND: dict[str, list[dict[str, Any]]] = {
    "regions": [{"id": "EAST"}, {"id": "WEST"}],
    "classes": [{"id": "chat", "profile": None}],
    "workloads": [{"region": "EAST", "class": "chat"}, {"region": "WEST", "class": "chat"}],
    "zones": [{"id": "DOM"}, {"id": "AEP"}],
    "capacity_areas": [{"id": "RTO", "zones": ("DOM", "AEP")}],
}


def faults(**tables: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    found = check_references({**SOUND, **tables})
    return [(fault.location, fault.value, str(fault)) for fault in found]


def test_valid_references_have_no_faults() -> None:
    assert faults() == []


def test_a_dangling_reference_is_reported() -> None:
    assert faults(workloads=[{"region": "EATS", "class": "chat"}]) == [
        (("workloads", 0, "region"), "EATS", "no such id in regions; did you mean EAST?")
    ]


def test_every_element_of_a_list_is_a_reference() -> None:
    assert faults(capacity_areas=[{"id": "RTO", "zones": ["DOM", "PPL", "AEP"]}]) == [
        (("capacity_areas", 0, "zones", 1), "PPL", "no such id in zones; zones has DOM, AEP")
    ]


def test_every_duplicate_is_reported() -> None:
    own = "an id of its own would be EAST-2"
    assert faults(regions=[{"id": "EAST"}, {"id": "WEST"}, {"id": "EAST"}, {"id": "EAST"}]) == [
        (("regions", 2), None, f"is given twice, first in row 1; {own}"),
        (("regions", 3), None, f"is given twice, first in row 1; {own}"),
    ]


def test_references_to_unread_tables_are_not_checked() -> None:
    tables: dict[str, list[dict[str, Any]]] = dict(SOUND)
    del tables["regions"]
    assert list(check_references({**tables, "sites": [{"id": "a"}, {}, {}]})) == []


def test_two_fields_identify_a_workload() -> None:
    assert key_of("workloads", {"region": "EAST", "class": "chat"}) == "EAST/chat"
    assert key_of("workloads", {"region": "EAST"}) is None
    assert key_of("zones", {"id": 5}) is None


def test_addresses_name_records_by_id() -> None:
    names: dict[str, list[dict[str, Any]]] = {**SOUND, "sites": [{}]}
    assert address(("workloads", 1, "class"), names) == "workloads.WEST/chat.class"
    assert address(("zones", 0, "limit_mw", 2027), names) == "zones.DOM.limit_mw.2027"
    assert address(("sites", 0, "kind"), names) == "sites[row 1].kind"
    assert address(("time", "years", 0), names) == "time.years.0"


def test_near_misses_ignore_case() -> None:
    assert near_miss("dom", ["AEP", "DOM"]) == "; did you mean DOM?"
    assert near_miss("xyz", ["AEP", "DOM"]) == ""


def test_long_lists_are_shortened() -> None:
    assert unknown("x", [f"zone{n}" for n in range(9)], "zones").endswith("zone7, ...")


def test_every_reference_is_a_field() -> None:
    tables = Instance.model_fields
    for (table, field), target in REFERENCES.items():
        assert target in tables
        record = tables[table].annotation.__args__[0]  # type: ignore[union-attr]
        assert field in {info.alias or name for name, info in record.model_fields.items()}


@pytest.fixture(scope="module")
def base() -> Instance:
    return load_instance(BASE)


@given(st.data())
def test_an_instance_with_a_dangling_reference_is_refused(
    base: Instance, data: st.DataObject
) -> None:
    held = [reference for reference in REFERENCES if getattr(base, reference[0])]
    reference = table, field = data.draw(st.sampled_from(held))
    records = getattr(base, table)
    name = "workload_class" if field == "class" else field
    row = data.draw(st.integers(0, len(records) - 1))
    known = {record.id for record in getattr(base, REFERENCES[reference])}
    wrong = data.draw(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True).filter(
        lambda word: word not in known
    ))  # fmt: skip
    many = isinstance(getattr(records[row], name), tuple)
    update: dict[str, Any] = {name: (wrong,) if many else wrong}
    if field == "hourly_price_usd_per_mwh":  # instead of a level and its shape
        update |= {"energy_price_usd_per_mwh": None, "price_profile": None}
    changed = records[row].model_copy(update=update)
    tables = dict(base)
    tables[table] = (*records[:row], changed, *records[row + 1 :])
    with pytest.raises(ValidationError, match=f"{field}.*: no such id in"):
        Instance(**tables)


def test_a_large_instance_is_checked_quickly(base: Instance) -> None:
    region, chat, site, pool = base.regions[0], base.classes[0], base.sites[1], base.pools[1]
    workload = base.workloads[0]
    tables = dict(base)
    tables["regions"] += tuple(region.model_copy(update={"id": f"r{n}"}) for n in range(100))
    tables["classes"] += tuple(chat.model_copy(update={"id": f"c{n}"}) for n in range(10))
    tables["workloads"] = tuple(
        workload.model_copy(update={"region": f"r{n}", "workload_class": f"c{m}"})
        for n in range(100)
        for m in range(10)
    )
    tables["sites"] += tuple(site.model_copy(update={"id": f"s{n}"}) for n in range(200))
    tables["pools"] += tuple(pool.model_copy(update={"site": f"s{n}"}) for n in range(200))
    start = process_time()
    Instance(**tables)
    assert process_time() - start < 0.5
