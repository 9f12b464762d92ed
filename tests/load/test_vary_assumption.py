"""An assumption varied: its own path set, what is alike scaled with it."""

import math

import pytest

from optimizer.load import load_instance, with_overrides
from optimizer.load.edits import Edit
from optimizer.load.vary_assumption import can_vary, edits_of
from optimizer.schema.instance import Assumption
from tests.broken.case import BASE

BASIS = load_instance(BASE)


def assumption(path: str, value: float, alike: str = "", unit: str = "u") -> Assumption:
    return Assumption(
        path=path, meaning="m", unit=unit, value=value, low=-1e9, high=1e9, source="ASSUMED",
        alike=alike,
    )  # fmt: skip


def test_the_path_is_set_and_alike_paths_are_scaled() -> None:
    one = assumption("workloads.EAST/chat.demand_gtok_per_h", 40, "workloads.*.demand_gtok_per_h")
    varied = with_overrides(BASIS, edits_of(BASIS, one, 60))
    assert [w.demand_gtok_per_h[0] for w in varied.workloads] == [60, 15, 45, 12]


def test_edits_name_the_assumption() -> None:
    one = assumption("zones.DOM.limit_mw.2027", 110, "zones.DOM.limit_mw.2026 network.base_ms")
    origin = "assumption zones.DOM.limit_mw.2027 = 55"
    assert edits_of(BASIS, one, 55) == [
        Edit("zones.DOM.limit_mw.2026", "scale", 0.5, origin),
        Edit("network.base_ms", "scale", 0.5, origin),
        Edit("zones.DOM.limit_mw.2027", "set", 55, origin),
    ]


def test_a_path_of_several_fields_is_only_scaled() -> None:
    one = assumption("workloads.*", 0.5, "workloads.*/code.demand_gtok_per_h")
    varied = with_overrides(BASIS, edits_of(BASIS, one, 1))
    assert [w.demand_gtok_per_h[0] for w in varied.workloads] == [40, 20, 30, 16]


def test_whole_numbers_are_rounded_and_alike_paths_follow() -> None:
    one = assumption("pools.ashburn/server.units_per_pod", 16, "pools.ashburn/server.max_pods")
    (pool,) = (p for p in with_overrides(BASIS, edits_of(BASIS, one, 20.4)).pools if p.max_pods)
    assert (pool.units_per_pod, pool.max_pods) == (20, 625)


def test_alike_paths_with_equal_values_stay_equal() -> None:
    one = assumption("zones.DOM.reserve_margin", 0.92, "network.base_ms")
    equal = with_overrides(BASIS, ["network.base_ms=0.92", "zones.DOM.reserve_margin=0.92"])
    varied = with_overrides(equal, edits_of(equal, one, 1))
    assert varied.network.base_ms == varied.zones[0].reserve_margin == 1


DEMAND = "workloads.*.demand_gtok_per_h"


def test_what_is_alike_scales_from_what_the_instance_holds_not_from_the_value_assumed() -> None:
    one = assumption("workloads.EAST/chat.demand_gtok_per_h", 40, DEMAND)
    doubled = with_overrides(BASIS, [Edit(DEMAND, "scale", 2, "a change")])
    assert with_overrides(doubled, edits_of(doubled, one, 80)) == doubled
    back = with_overrides(doubled, edits_of(doubled, one, 40))
    assert back.workloads == BASIS.workloads


def test_a_total_that_is_not_that_of_its_fields_is_not_varied() -> None:
    total = assumption("workloads.*", 88, DEMAND, unit="Gtok/h")
    varied = with_overrides(BASIS, edits_of(BASIS, total, 44))
    assert sum(w.demand_gtok_per_h[0] for w in varied.workloads) == 44
    doubled = with_overrides(BASIS, [Edit(DEMAND, "scale", 2, "a change")])
    assert can_vary(doubled, total) == (
        "its value 88 is neither the total (176), the mean (44) nor one of the numbers that scale"
        " with it, so they cannot be scaled from it"
    )
    with pytest.raises(ValueError, match="neither the total"):
        edits_of(doubled, total, 176)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (
            assumption("workloads.*", 5),
            "its path means several fields, which have no single value, and alike is empty",
        ),
        (
            assumption("zones.DOM.*", 0, "zones.*.limit_mw"),
            "its value is 0, so the paths in alike cannot be scaled from it",
        ),
        (
            assumption("profiles.evening.values", 1.6),
            "its path leads to a list, which cannot be set to a number",
        ),
        (assumption("zones.DOM.reserve_margin", 0), None),
        (
            assumption("zones.DOM.limit_mw", 110, "network.base_ms"),
            "the instance has 110 to 120 there, not one number from which the paths in alike"
            " could be scaled",
        ),
        (assumption("zones.*.limit_mw", 5), None),
        (assumption("zones.DOM.limit_mw.2027", 110), None),
        (assumption("network.access_ms.edge", 5), None),
        (assumption("workloads.*", 5, "workloads.*.demand_gtok_per_h"), None),
    ],
)  # fmt: skip
def test_assumptions_that_cannot_vary_have_a_reason(one: Assumption, reason: str | None) -> None:
    assert can_vary(BASIS, one) == reason
    if reason is None:
        assert edits_of(BASIS, one, 3)
    else:
        with pytest.raises(ValueError, match=r"cannot be varied: (its|the instance) "):
            edits_of(BASIS, one, 3)


@pytest.mark.parametrize("x", [math.inf, math.nan])
def test_only_finite_values_are_accepted(x: float) -> None:
    with pytest.raises(ValueError, match="expected a finite number"):
        edits_of(BASIS, assumption("network.access_ms.edge", 5), x)
