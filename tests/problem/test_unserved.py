"""Messages about unserved work name the nearest miss, with figures computed by hand."""

from typing import Any

import pytest

import optimizer as op
from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.problem.placements import REASONS, Refusal, find_arcs
from optimizer.problem.unserved import COMPARISONS, unserved_classes, unserved_faults
from optimizer.schema.instance import Instance
from tests.factory import changed, one_site

MUST = {"classes.chat.must_serve": True}


def messages(instance: Instance) -> list[str]:
    return list(map(str, unserved_classes(instance, find_arcs(instance))))


def faults(instance: Instance) -> list[tuple[Any, ...]]:
    return [(fault.location, fault.value, fault.message) for fault in unserved_faults(instance)]


@pytest.fixture
def base() -> Instance:
    """One site, 40 ms from its region, that needs 300 ms to the first token."""
    (serving,) = one_site().serving
    ttft = {f"serving.{serving.id}.ttft_ms": 300}
    links = [{"region": "E", "site": "C", "rtt_ms": 40}]
    return one_site({"links": links, **ttft})


def test_work_that_a_site_can_serve_raises_no_message(base: Instance) -> None:
    assert messages(base) == []
    assert messages(changed(base, {"classes.chat.slo_ms": 340})) == []
    assert faults(changed(base, MUST)) == []


def test_the_message_compares_the_shortest_delay_with_the_slo(base: Instance) -> None:
    (serving,) = base.serving
    assert messages(changed(base, {"classes.chat.slo_ms": 339})) == [
        f"no site can serve E/chat within 339 ms: the fastest is C with {serving.id}, round trip"
        " 40 ms + time to first token 300 ms = 340 ms"
    ]


def test_a_very_short_slo_is_suspected_to_be_in_seconds(base: Instance) -> None:
    (message,) = messages(changed(base, {"classes.chat.slo_ms": 2}))
    assert message.endswith("= 340 ms; is it in seconds? 2 s is 2000 ms")


@pytest.mark.parametrize(
    ("edits", "field", "words"),
    [
        ({"classes.chat.slo_ms": 5}, "slo_ms", "within 5 ms: the fastest is C"),
        ({"classes.chat.quality_floor": 60}, "quality_floor", "a quality of 60: the best is C"),
        ({"classes.chat.site_kinds": ["edge"]}, "site_kinds", ": there is no site of kind edge"),
        ({"classes.chat.residency": "region"}, "residency", ": no permitted site is in region E"),
        ({"hardware.node.memory_gb": 1}, "", "GB, but node has 1 GB"),
        ({"sites.C.available_from": 2040}, "", "before 2040, when C"),
    ],
)
def test_each_reason_names_the_field_and_the_nearest_miss(
    base: Instance, edits: dict[str, Any], field: str, words: str
) -> None:
    away = {"sites.C.region": None, "sites.C.latitude_deg": 40, "sites.C.longitude_deg": -75}
    case = changed(base, {**MUST, **away, **edits})
    ((where, value, message),) = faults(case)
    assert where == (("classes", 0, field) if field else ("classes", 0))
    assert value == (getattr(case.classes[0], field) if field else None)
    assert message.startswith("must_serve is true, but no site can serve E/chat")
    assert words in message
    assert messages(changed(case, {"classes.chat.must_serve": False})) == messages(case)


def test_every_refusal_has_a_comparison() -> None:
    assert set(REASONS) - set(COMPARISONS) == {Refusal.NONE, Refusal.DOMINATED}


def test_a_period_before_the_first_site_is_available(base: Instance) -> None:
    late = {"time.years": [2026, 2030], "sites.C.available_from": 2028}
    case = changed(base, late)
    assert messages(case) == []  # demand of 2026 may be shed
    (message,) = messages(changed(case, MUST))
    assert "E/chat before 2028, when C" in message
    from_2030 = {"workloads.E/chat.demand_gtok_per_h": {2026: 0, 2029: 0, 2030: 1}}
    assert messages(changed(case, {**MUST, **from_2030})) == []


def test_a_workload_without_demand_is_not_unserved(base: Instance) -> None:
    none = {"classes.chat.slo_ms": 5, "workloads.E/chat.demand_gtok_per_h": 0}
    assert messages(changed(base, none)) == []


def test_an_unserved_class_that_must_be_served_has_no_plan(base: Instance) -> None:
    impossible = changed(base, {**MUST, "classes.chat.slo_ms": 5})
    plan = op.solve(impossible)
    assert plan.status == "infeasible"
    assert any("the fastest is C" in warning for warning in plan.run.warnings)


def test_an_unservable_instance_is_rejected_but_its_saved_copy_loads(
    base: Instance, tmp_path: Any
) -> None:
    impossible = changed(base, {**MUST, "classes.chat.slo_ms": 5})
    file = tmp_path / "instance.yaml"
    file.write_text(impossible.to_json())  # JSON is YAML
    with pytest.raises(InputError, match=r"classes\.chat\.slo_ms = 5: must_serve is true, but no"):
        load_instance(tmp_path)
    file.rename(tmp_path / "instance.json")
    assert load_instance(tmp_path) == impossible
