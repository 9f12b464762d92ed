"""Properties of every plan, whatever the instance."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.problem.placements import find_arcs
from optimizer.schema.instance import Instance
from tests.composed import optimum_usd
from tests.factory import changed, every_kind
from tests.properties.rescaled import rescaled
from tests.properties.tiny import tiny_instances

GAP = 1e-7
FEW = settings(max_examples=30)
TABLES = (
    "regions",
    "classes",
    "workloads",
    "zones",
    "models",
    "hardware",
    "serving",
    "sites",
    "pools",
    "site_generators",
    "storage",
    "site_storage",
)


def same(instance: Instance, expected: Instance, times: float = 1.0) -> bool:
    """Whether the best plans of two instances have the same welfare, within the gap."""
    return abs(margin(instance, expected, times)) <= 1


def margin(instance: Instance, expected: Instance, times: float = 1.0) -> float:
    """Welfare of one instance less another's, in units of the difference that the gap allows."""
    (value, cost), (other, other_cost) = (optimum_usd(i, GAP) for i in (instance, expected))
    slack = GAP * (abs(cost) + times * abs(other_cost)) + 1e-6 * abs(value) + 1.0
    return (value - times * other) / slack


@FEW
@given(tiny_instances(), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(instance: Instance, random: Any) -> None:
    def shuffled(table: str) -> tuple[Any, ...]:
        rows = list(getattr(instance, table))
        random.shuffle(rows)
        return tuple(rows)

    mixed = instance.model_copy(update={table: shuffled(table) for table in TABLES})
    assert same(mixed, instance)


@FEW
@given(tiny_instances())
def test_names_change_nothing(instance: Instance) -> None:
    text = instance.model_dump_json(by_alias=True)
    for name in ("chat", "agent", "node", "box", "gt", "big", "bat", "day"):
        text = text.replace(f'"{name}"', f'"z{name[::-1]}"')
    other = Instance.model_validate_json(text)
    assert {group.id for group in other.classes} == {"ztahc", "ztnega"}
    assert same(other, instance)


@FEW
@given(tiny_instances(), st.integers(1, 4))
def test_more_megawatts_never_hurt(instance: Instance, more: int) -> None:
    limit = instance.zones[0].limit_mw
    assert limit is not None
    wider = changed(instance, {"zones.Z.limit_mw": limit[0] + more / 20})
    assert margin(wider, instance) >= -1


@FEW
@given(tiny_instances())
def test_lifting_a_slack_limit_changes_nothing(instance: Instance) -> None:
    # All possible hardware at C and B draws less than a megawatt.
    slack, none = (changed(instance, {"zones.Z.limit_mw": limit}) for limit in (1, None))
    assert same(slack, none)


@FEW
@given(tiny_instances(), st.booleans())
def test_a_useless_site_changes_nothing(instance: Instance, existing: bool) -> None:
    useless = {
        "sites.N": {
            "kind": "edge",
            "region": "E",
            "zone": "Z",
            "existing": existing,
            "pue": 3,
            "opening_cost_usd": 1e9,
        },
        "pools.N/box": {"max_pods": 2},
        "links.E/N": {"rtt_ms": 5000},
        "links.W/N": {"rtt_ms": 5000},
    }
    assert same(changed(instance, useless), instance)


@FEW
@given(tiny_instances(), st.sampled_from(["chat", "agent"]))
def test_splitting_a_region_in_two_changes_nothing(instance: Instance, group: str) -> None:
    region = instance.regions[0]
    half = region.model_copy(update={"id": "E2"})
    workloads = [
        w.model_copy(update={"demand_gtok_per_h": {0: w.demand_gtok_per_h[0] / 2}})
        if (w.region, w.workload_class) == ("E", group)
        else w
        for w in instance.workloads
    ]
    twin = next(w for w in workloads if (w.region, w.workload_class) == ("E", group))
    split = instance.model_copy(
        update={
            "regions": (*instance.regions, half),
            "workloads": (*workloads, twin.model_copy(update={"region": "E2"})),
        }
    )
    assert same(split, instance)


@settings(max_examples=10)
@given(tiny_instances())
def test_a_saved_plan_reads_back_and_verifies(instance: Instance) -> None:
    plan = op.solve(instance, gap=GAP)
    assert plan.has_point
    with tempfile.TemporaryDirectory() as folder:
        plan.save(Path(folder) / "plan")
        again = op.load_plan(Path(folder) / "plan")
    assert again.instance == instance
    assert again.summary() == plan.summary()
    assert op.verify(again.instance, again) == []
    for name, table in plan.tables.items():
        assert list(again.tables[name].columns) == list(table.columns)
        assert len(again.tables[name]) == len(table)


@FEW
@given(tiny_instances())
def test_doubling_every_price_doubles_welfare(instance: Instance) -> None:
    assert same(rescaled(instance, {"_usd": 2}), instance, 2.0)


@FEW
@given(tiny_instances())
def test_a_zero_markup_is_the_same_in_both_kinds(instance: Instance) -> None:
    none = {"markup": 1, "markup_usd_per_mtok": 0}
    ratio, amount = (
        changed(instance, {"classes.chat": none | {"markup_kind": kind}})
        for kind in ("multiplicative", "additive")
    )
    assert same(ratio, amount)


@FEW
@given(tiny_instances())
def test_dominance_changes_no_optimum(instance: Instance) -> None:
    check_dominance(instance)


def test_dominance_changes_no_optimum_with_every_kind_of_site() -> None:
    assert check_dominance(every_kind()) > 0


def check_dominance(instance: Instance) -> int:
    """Compare optima with and without dominance; return the number of arcs dropped."""
    arcs, (welfare, cost) = len(find_arcs(instance)), optimum_usd(instance, GAP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimizer.problem.placements._drop_dominated", lambda *_: None)
        undominated, (other, _) = len(find_arcs(instance)), optimum_usd(instance, GAP)
    assert other == pytest.approx(welfare, abs=2 * GAP * abs(cost) + 1e-6 * abs(welfare) + 1)
    return undominated - arcs


def test_a_plan_without_a_solution_is_saved_too(tmp_path: Path) -> None:
    too_much = {"classes.agent.must_serve": True, "workloads.W/agent.demand_gtok_per_h": 1e5}
    plan = op.solve(every_kind(too_much))
    assert plan.status == "infeasible"
    plan.save(tmp_path / "plan")
    again = op.load_plan(tmp_path / "plan")
    assert again.summary() == plan.summary()
    assert not again.has_point
