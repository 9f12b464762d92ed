"""Fields that differ, under the paths that --set takes."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.diff.inputs import CHANGED, LONG, ONLY_A, ONLY_B, Difference, differences
from optimizer.schema.instance import Instance
from tests.factory import Edits, changed, every_kind, every_policy

SETTABLE = {
    "classes.chat.slo_ms": 700.0,
    "zones.Z.capacity_mw": 14.5,
    "workloads.E/agent.demand_gtok_per_h": {2026: 4.0, 2028: 6.0},
    "sites.edge.it_limit_mw": 0.4,
    "site_generators.off/gt.max_units": 21,
    "capacity_areas.RTO.procured_ucap_mw": 11.0,
    "zones.Z.supply_blocks": [
        {"size_mw": 0.4, "adder_usd_per_mwh": 0.0},
        {"size_mw": None, "adder_usd_per_mwh": 25.0},
    ],
    "money.discount_rate": 0.08,
    "time.days": 3,
    "policy.co2_price_usd_per_t": 31.0,
    "sites.cloud.name": "no",
}
SET_AS = {
    "workloads.E/agent.demand_gtok_per_h": [
        "workloads.E/agent.demand_gtok_per_h.2026",
        "workloads.E/agent.demand_gtok_per_h.2028",
    ],
    "zones.Z.supply_blocks": [
        "zones.Z.supply_blocks.0.size_mw",
        "zones.Z.supply_blocks.1.adder_usd_per_mwh",
    ],
}
"""Under which paths it is told, where that is not the path itself."""


def found(edits: Edits) -> list[Difference]:
    return list(differences(every_kind(), changed(every_kind(), edits)))


def test_nothing_differs_from_itself() -> None:
    assert differences(every_policy(), every_policy()) == ()


def test_values_of_both() -> None:
    assert found({"classes.chat.slo_ms": 700, "zones.Z.reserve_margin": 0.1}) == [
        Difference("classes.chat.slo_ms", 500.0, 700.0),
        Difference("zones.Z.reserve_margin", 0.2, 0.1),
    ]


def test_a_year_of_a_path_and_a_path_in_the_place_of_a_value() -> None:
    assert found(
        {
            "workloads.E/chat.demand_gtok_per_h": {2026: 3, 2028: 7},
            "zones.Z.capacity_mw": {2026: 13.5, 2028: 15},
            "classes.agent.reference_price_usd_per_mtok": {2026: 1, 2027: 0.9, 2028: 0.8},
        }
    ) == [
        Difference("classes.agent.reference_price_usd_per_mtok.2027", None, 0.9, ONLY_B),
        Difference("workloads.E/chat.demand_gtok_per_h.2028", 5.0, 7.0),
        Difference("zones.Z.capacity_mw", 13.5, {"2026": 13.5, "2028": 15.0}),
    ]


def test_records_by_id_whole_where_one_side_has_them() -> None:
    more = {"pools.spare/node": {"max_pods": 9}, "sites.spare": {"kind": "cloud", "region": "W"}}
    there = changed(every_kind(), {**more, "sites.spare.zone": "Z"})
    only = list(differences(every_kind(), there))
    assert [(one.path, one.a, one.how) for one in only] == [
        ("sites.spare", None, ONLY_B),
        ("pools.spare/node", None, ONLY_B),
    ]
    assert only[0].b["kind"] == "cloud"
    back = list(differences(there, every_kind()))
    assert [(one.path, one.b, one.how) for one in back] == [
        ("sites.spare", None, ONLY_A),
        ("pools.spare/node", None, ONLY_A),
    ]


def test_hours_of_a_profile_and_profiles_of_other_lengths() -> None:
    day = list(every_kind().profiles[0].values)
    assert len(day) >= LONG
    other = [*day[:3], 9.0, *day[4:-1], 8.0]
    assert found({"profiles.day.values": other}) == [
        Difference("profiles.day.values.3", 0.5, 9.0, CHANGED, "profiles.day.values"),
        Difference("profiles.day.values.23", 0.5, 8.0, CHANGED, "profiles.day.values"),
    ]
    (whole,) = found({"profiles.day.values": day * 7})
    assert (whole.path, whole.a, whole.b) == ("profiles.day.values", day, day * 7)


def test_blocks_of_a_record_by_number() -> None:
    blocks = [{"size_mw": 0.5, "adder_usd_per_mwh": 1}]
    assert found({"zones.Z.supply_blocks": blocks}) == [
        Difference("zones.Z.supply_blocks.0.adder_usd_per_mwh", 0.0, 1.0),
        Difference(
            "zones.Z.supply_blocks.1", {"size_mw": None, "adder_usd_per_mwh": 20.0}, None, ONLY_A
        ),
    ]


@pytest.mark.parametrize("path", SETTABLE)
def test_a_path_sets_what_it_names(path: str, tmp_path: Path) -> None:
    """`--set` with the path and the value of B makes A into B."""
    a, b = every_kind(), changed(every_kind(), {path: SETTABLE[path]})
    file = tmp_path / "instance.json"
    file.write_text(a.to_json())
    sets = [f"{one.path}={json.dumps(one.b)}" for one in differences(a, b)]
    assert [one.partition("=")[0] for one in sets] == SET_AS.get(path, [path])
    assert op.load_instance(file, sets) == b


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_records_does_not_count(seed: int) -> None:
    data = every_policy().model_dump(mode="json", by_alias=True)
    for rows in data.values():
        if isinstance(rows, list):
            random.Random(seed).shuffle(rows)
    turned = Instance.model_validate(data)
    assert differences(every_policy(), turned) == ()
    found = op.compare(every_policy(), turned)
    assert not found.differs
    assert bool(found.reordered) == (turned.to_json() != every_policy().to_json())
