"""Every assumption of the shipped instances loads at both ends of its range.

Two kinds cannot be varied: the shape of a profile, which is not a number, and shares of PJM's
growth, since other peaks do not move in proportion to them.
"""

import json

import pytest

import optimizer as op
from optimizer.load import with_overrides
from optimizer.load.arithmetic import present
from optimizer.load.path_resolution import targets
from optimizer.load.raw_instance import RawInstance
from optimizer.load.vary_assumption import can_vary, edits_of
from optimizer.schema.instance import Instance
from tests.instances.folders import INSTANCES

NAMES = ["abilene", "blank", "offgrid-us", "pjm", "policies", "tutorial"]
FIXED = {"blank": {"profiles.day.values"}}


@pytest.fixture(scope="module", params=NAMES)
def instance(request: pytest.FixtureRequest) -> Instance:
    """A shipped instance with profiles cut to a day: no assumption varies them."""
    whole = op.load_instance(INSTANCES / request.param)
    days = tuple(
        profile.model_copy(update={"values": profile.values[:24]}) for profile in whole.profiles
    )
    return whole.model_copy(update={"profiles": days})


def test_no_shipped_instance_is_missing_here() -> None:
    assert sorted(path.name for path in INSTANCES.iterdir() if path.is_dir()) == NAMES


@pytest.mark.thin(3)
def test_only_shapes_and_shares_of_growth_cannot_be_varied(instance: Instance) -> None:
    fixed = {
        assumption.path for assumption in instance.assumptions if can_vary(instance, assumption)
    }
    shares = {f"zones.{zone.id}.*" for zone in instance.zones if instance.name == "pjm"}
    assert fixed == FIXED.get(instance.name, shares)


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    "instance",
    [pytest.param(name, marks=pytest.mark.slow if name == "pjm" else ()) for name in NAMES],
    indirect=True,
)
def test_every_assumption_loads_at_both_ends_of_its_range(instance: Instance) -> None:
    for assumption in instance.assumptions:
        if can_vary(instance, assumption) is None:
            ends = [
                with_overrides(instance, edits_of(instance, assumption, x))
                for x in (assumption.low, assumption.high)
            ]
            changed = [end != instance for end in ends]
            assert changed == [
                assumption.low != assumption.value,
                assumption.high != assumption.value,
            ], assumption.path


def test_the_value_of_an_assumption_is_what_the_instance_holds(instance: Instance) -> None:
    """Otherwise the numbers that follow it would be scaled by a wrong factor."""
    raw = RawInstance(json.loads(instance.to_json()))
    for assumption in instance.assumptions:
        if can_vary(instance, assumption) is None and not assumption.path.endswith(".*"):
            held = {present(target) for target in targets(raw, assumption.path)}
            assert held == {assumption.value}, assumption.path


def test_no_two_assumptions_set_and_scale_the_same_number(instance: Instance) -> None:
    """Otherwise the result would depend on the order in which they are varied."""
    raw = RawInstance(json.loads(instance.to_json()))
    varied = [
        assumption for assumption in instance.assumptions if can_vary(instance, assumption) is None
    ]
    owner = {
        target.path: assumption.path
        for assumption in varied
        if not assumption.path.endswith(".*")
        for target in targets(raw, assumption.path)
    }
    for assumption in varied:
        for path in assumption.alike.split():
            for target in targets(raw, path):
                above = {owner.get(target.path[:n]) for n in range(len(target.path))}
                below = {
                    o for set_at, o in owner.items() if set_at[: len(target.path)] == target.path
                }
                assert above | below <= {assumption.path, None}, (assumption.path, target.dotted)


def test_alike_numbers_follow_the_assumption() -> None:
    pjm = op.load_instance(INSTANCES / "pjm")
    by_path = {assumption.path: assumption for assumption in pjm.assumptions}
    varied = with_overrides(pjm, edits_of(pjm, by_path["pools.DOM-edge/edge-h100.max_pods"], 5408))
    for was, now in zip(pjm.pools, varied.pools, strict=True):
        factor = 2 if was.site.endswith("-edge") and was.hardware == "edge-h100" else 1
        assert now.max_pods == factor * was.max_pods
    varied = with_overrides(pjm, edits_of(pjm, by_path["classes.coding.*"], 0.5))
    for load, more in zip(pjm.workloads, varied.workloads, strict=True):
        factor = 2 if load.workload_class == "coding" else 1
        assert more.demand_gtok_per_h[0] == pytest.approx(factor * load.demand_gtok_per_h[0])
