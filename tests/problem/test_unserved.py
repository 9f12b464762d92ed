"""What no site can serve is told with its nearest miss, by figures computed by hand."""

from typing import Any

import pytest

import optimizer as op
from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.problem.placements import REASONS, Refusal, find_arcs
from optimizer.problem.unserved import reach_faults, unreached
from optimizer.schema.instance import Instance
from tests.factory import changed, one_site

MUST = {"classes.chat.must_serve": True}


def told(instance: Instance) -> list[str]:
    return [str(one) for one in unreached(instance, find_arcs(instance))]


def faults(instance: Instance) -> list[tuple[Any, ...]]:
    return [(one.location, one.value, one.message) for one in reach_faults(instance)]


@pytest.fixture
def base() -> Instance:
    """One site, 40 ms away from its region, and 300 ms to the first token."""
    (serving,) = one_site().serving
    ttft = {f"serving.{serving.id}.ttft_ms": 300}
    links = [{"region": "E", "site": "C", "rtt_ms": 40}]
    return one_site({"links": links, **ttft})


def test_nothing_is_told_of_what_is_reached(base: Instance) -> None:
    assert told(base) == []
    assert told(changed(base, {"classes.chat.slo_ms": 340})) == []
    assert faults(changed(base, MUST)) == []


def test_the_shortest_time_is_told_against_the_slo(base: Instance) -> None:
    (serving,) = base.serving
    assert told(changed(base, {"classes.chat.slo_ms": 339})) == [
        f"no site can serve E/chat within 339 ms: nearest is C with {serving.id}, round trip 40 ms"
        " + time to first token 300 ms = 340 ms"
    ]


def test_an_slo_in_seconds_is_suspected(base: Instance) -> None:
    (message,) = told(changed(base, {"classes.chat.slo_ms": 2}))
    assert message.endswith("= 340 ms; in seconds? 2 s is 2000 ms")


@pytest.mark.parametrize(
    ("edits", "field", "words"),
    [
        ({"classes.chat.slo_ms": 5}, "slo_ms", "within 5 ms: nearest is C"),
        ({"classes.chat.quality_floor": 60}, "quality_floor", "a quality of 60: nearest is C"),
        ({"classes.chat.site_kinds": ["edge"]}, "site_kinds", ": there is none of kind edge"),
        ({"classes.chat.residency": "region"}, "residency", ": none that may lies in region E"),
        ({"hardware.node.memory_gb": 1}, "", "GB, and node has 1 GB"),
        ({"sites.C.available_from": 2040}, "", "before 2040, when C"),
    ],
)
def test_every_reason_has_its_words(
    base: Instance, edits: dict[str, Any], field: str, words: str
) -> None:
    away = {"sites.C.region": None, "sites.C.latitude_deg": 40, "sites.C.longitude_deg": -75}
    case = changed(base, {**MUST, **away, **edits})
    ((where, value, message),) = faults(case)
    assert where == (("classes", 0, field) if field else ("classes", 0))
    assert value == (getattr(case.classes[0], field) if field else None)
    assert message.startswith("must_serve is true, and no site can serve E/chat")
    assert words in message
    assert told(changed(case, {"classes.chat.must_serve": False})) == told(case)


def test_every_refusal_has_words() -> None:
    from optimizer.problem.unserved import _WORDS

    assert set(REASONS) - set(_WORDS) == {Refusal.NONE, Refusal.DOMINATED}


def test_a_period_before_anything_is_there(base: Instance) -> None:
    late = {"time.years": [2026, 2030], "sites.C.available_from": 2028}
    case = changed(base, late)
    assert told(case) == []  # nobody has to be served in 2026
    (message,) = told(changed(case, MUST))
    assert "E/chat before 2028, when C" in message
    from_2030 = {"workloads.E/chat.demand_gtok_per_h": {2026: 0, 2029: 0, 2030: 1}}
    assert told(changed(case, {**MUST, **from_2030})) == []


def test_no_demand_is_not_missed(base: Instance) -> None:
    none = {"classes.chat.slo_ms": 5, "workloads.E/chat.demand_gtok_per_h": 0}
    assert told(changed(base, none)) == []


def test_it_is_so(base: Instance) -> None:
    """What is refused has indeed no plan, and a saved run of it is still read."""
    impossible = changed(base, {**MUST, "classes.chat.slo_ms": 5})
    plan = op.solve(impossible)
    assert plan.status == "infeasible"
    assert any("nearest is C" in warning for warning in plan.run.warnings)


def test_read_from_files(base: Instance, tmp_path: Any) -> None:
    impossible = changed(base, {**MUST, "classes.chat.slo_ms": 5})
    file = tmp_path / "instance.yaml"
    file.write_text(impossible.to_json())  # JSON is YAML
    with pytest.raises(InputError, match=r"classes\.chat\.slo_ms = 5: must_serve is true, and no"):
        load_instance(tmp_path)
    file.rename(tmp_path / "instance.json")
    assert load_instance(tmp_path) == impossible
