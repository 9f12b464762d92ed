"""Differing fields are listed under the paths that --set takes."""

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
"""Paths under which it is listed, if not its own."""


def changes(edits: Edits) -> list[Difference]:
    return list(differences(every_kind(), changed(every_kind(), edits)))


def test_an_instance_does_not_differ_from_itself() -> None:
    assert differences(every_policy(), every_policy()) == ()


def test_both_values_are_listed() -> None:
    assert changes({"classes.chat.slo_ms": 700, "zones.Z.reserve_margin": 0.1}) == [
        Difference("classes.chat.slo_ms", 500.0, 700.0),
        Difference("zones.Z.reserve_margin", 0.2, 0.1),
    ]


def test_a_year_of_a_path_and_a_path_that_replaces_a_value() -> None:
    assert changes(
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


def test_a_record_on_one_side_only_is_listed_whole_by_its_id() -> None:
    more = {"pools.spare/node": {"max_pods": 9}, "sites.spare": {"kind": "cloud", "region": "W"}}
    there = changed(every_kind(), {**more, "sites.spare.zone": "Z"})
    only = list(differences(every_kind(), there))
    assert [(record.path, record.a, record.how) for record in only] == [
        ("sites.spare", None, ONLY_B),
        ("pools.spare/node", None, ONLY_B),
    ]
    assert only[0].b["kind"] == "cloud"
    back = list(differences(there, every_kind()))
    assert [(record.path, record.b, record.how) for record in back] == [
        ("sites.spare", None, ONLY_A),
        ("pools.spare/node", None, ONLY_A),
    ]


def test_profiles_are_compared_by_hour_only_if_equally_long() -> None:
    day = list(every_kind().profiles[0].values)
    assert len(day) >= LONG
    other = [*day[:3], 9.0, *day[4:-1], 8.0]
    assert changes({"profiles.day.values": other}) == [
        Difference("profiles.day.values.3", 0.5, 9.0, CHANGED, "profiles.day.values"),
        Difference("profiles.day.values.23", 0.5, 8.0, CHANGED, "profiles.day.values"),
    ]
    (whole,) = changes({"profiles.day.values": day * 7})
    assert (whole.path, whole.a, whole.b) == ("profiles.day.values", day, day * 7)


def test_supply_blocks_are_listed_by_number() -> None:
    blocks = [{"size_mw": 0.5, "adder_usd_per_mwh": 1}]
    assert changes({"zones.Z.supply_blocks": blocks}) == [
        Difference("zones.Z.supply_blocks.0.adder_usd_per_mwh", 0.0, 1.0),
        Difference(
            "zones.Z.supply_blocks.1", {"size_mw": None, "adder_usd_per_mwh": 20.0}, None, ONLY_A
        ),
    ]


@pytest.mark.parametrize("path", SETTABLE)
def test_a_listed_path_can_be_set(path: str, tmp_path: Path) -> None:
    """`--set` with the path and the value of B turns A into B."""
    a, b = every_kind(), changed(every_kind(), {path: SETTABLE[path]})
    file = tmp_path / "instance.json"
    file.write_text(a.to_json())
    sets = [f"{field.path}={json.dumps(field.b)}" for field in differences(a, b)]
    assert [setting.partition("=")[0] for setting in sets] == SET_AS.get(path, [path])
    assert op.load_instance(file, sets) == b


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_records_does_not_matter(seed: int) -> None:
    data = every_policy().model_dump(mode="json", by_alias=True)
    for rows in data.values():
        if isinstance(rows, list):
            random.Random(seed).shuffle(rows)
    turned = Instance.model_validate(data)
    assert differences(every_policy(), turned) == ()
    comparison = op.compare(every_policy(), turned)
    assert not comparison.differs
    assert bool(comparison.reordered) == (turned.to_json() != every_policy().to_json())
