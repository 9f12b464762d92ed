import math
from typing import Any

import pytest

import optimizer as op
from optimizer.problem.placements import REASONS, Refusal, find_arcs, links
from optimizer.schema.instance import Instance
from tests.factory import every_kind, one_site

REFUSED: dict[Refusal, dict[str, Any]] = {
    Refusal.NONE: {},
    Refusal.SITE_KIND: {"classes.chat.site_kinds": ["edge"]},
    Refusal.NO_HARDWARE: {
        "hardware.box": {
            "memory_gb": 640,
            "idle_w": 0,
            "loaded_w": 1,
            "capex_usd": 0,
            "life_years": 1,
        },
        "serving.m-node.hardware": "box",
        "serving.m-other": {
            "model": "m",
            "hardware": "node",
            "batch": 1,
            "tokens_per_s": 1,
            "loaded_w": 2000,
            "memory_gb": 1,
            "ttft_ms": 1,
        },
    },
    Refusal.RESIDENCY: {
        "classes.chat.residency": "jurisdiction",
        "regions.E.jurisdiction": "US",
        "sites.C.jurisdiction": "CA",
    },
    Refusal.QUALITY: {"classes.chat.quality_floor": 51},
    Refusal.MEMORY: {"hardware.node.memory_gb": 49},
    Refusal.LATENCY: {"classes.chat.slo_ms": 99},
    Refusal.NOT_YET: {"models.m.available_from": 2027},
    Refusal.DOMINATED: {
        "serving.better": {
            "model": "m",
            "hardware": "node",
            "batch": 64,
            "tokens_per_s": 110000,
            "loaded_w": 10000,
            "memory_gb": 50,
            "ttft_ms": 900,
        }
    },
}


def refusal(instance: Instance) -> Refusal:
    """Refusal of the first workload, site and configuration."""
    return Refusal(int(find_arcs(instance).refusal[0, 0, 0]))


@pytest.mark.parametrize("reason", Refusal)
def test_each_reason_is_given(reason: Refusal) -> None:
    assert refusal(one_site(REFUSED[reason])) is reason
    assert REASONS[reason]


def test_each_reason_has_its_own_wording() -> None:
    assert set(REASONS) == set(Refusal)
    assert len(set(REASONS.values())) == len(REASONS)


def test_the_first_reason_is_kept() -> None:
    everything = REFUSED[Refusal.RESIDENCY] | REFUSED[Refusal.QUALITY] | REFUSED[Refusal.LATENCY]
    assert refusal(one_site(everything)) is Refusal.RESIDENCY
    assert refusal(one_site(REFUSED[Refusal.SITE_KIND] | everything)) is Refusal.SITE_KIND


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ({"classes.chat.quality_floor": 50}, Refusal.NONE),
        ({"classes.chat.quality_floor": 60, "serving.m-node.quality": 61}, Refusal.NONE),
        ({"serving.m-node.quality": 10, "classes.chat.quality_floor": 11}, Refusal.QUALITY),
        ({"hardware.node.memory_gb": 50}, Refusal.NONE),
        ({"classes.chat.slo_ms": 100}, Refusal.NONE),
        ({"classes.chat.slo_ms": 104, "sites.C.access_ms": 5}, Refusal.LATENCY),
        ({"classes.chat.slo_ms": 105, "sites.C.access_ms": 5}, Refusal.NONE),
        ({"models.m.available_from": 2026}, Refusal.NONE),
        ({"sites.C.available_from": 2027}, Refusal.NOT_YET),
        ({"classes.chat.residency": "region"}, Refusal.NONE),
        (
            {
                "classes.chat.residency": "jurisdiction",
                "regions.E.jurisdiction": "US",
                "sites.C.jurisdiction": "US",
            },
            Refusal.NONE,
        ),
    ],
)
def test_each_rule_includes_its_limit(edits: dict[str, Any], reason: Refusal) -> None:
    assert refusal(one_site(edits)) is reason


@pytest.mark.parametrize("residency", ["any", "jurisdiction", "region"])
def test_a_device_serves_only_its_own_region(residency: str) -> None:
    instance = one_site(
        {
            "sites.C.kind": "device",
            "classes.chat.residency": residency,
            "regions.W": {"latitude_deg": 40, "longitude_deg": -75},
            "workloads.W/chat": {"demand_gtok_per_h": 1},
        }
    )
    assert find_arcs(instance).refusal[:, 0, 0].tolist() == [Refusal.NONE, Refusal.RESIDENCY]


def test_an_arc_is_available_once_site_and_model_are() -> None:
    edits = {
        "time": {"years": [2026, 2028, 2030], "days": 1},
        "models.m.available_from": 2028,
        "sites.C.available_from": 2027,
    }
    instance = one_site(edits)
    assert find_arcs(instance).first_year.tolist() == [2028]
    served = op.solve(instance).tables["demand"].groupby("year")["served_gtok_per_h"].max()
    assert served.to_dict() == pytest.approx({2026: 0, 2028: 3.6, 2030: 3.6})


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance by the spherical law of cosines, km."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(
        lon1 - lon2
    )
    return 6371.0 * math.acos(max(-1.0, min(1.0, cosine)))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ((40.7, -74.0), (34.05, -118.24)),
        ((0, 0), (0, 90)),
        ((51.5, -0.1), (-33.9, 151.2)),
        ((10, 179), (10, -179)),
        ((89, 0), (89, 180)),
    ],
)
def test_the_round_trip_grows_with_distance(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    instance = one_site(
        {
            "network": {"base_ms": 16.3, "ms_per_km": 0.01435, "access_ms": {"cloud": 2}},
            "regions.E.latitude_deg": here[0],
            "regions.E.longitude_deg": here[1],
            "sites.C.latitude_deg": there[0],
            "sites.C.longitude_deg": there[1],
        }
    )
    rtt, _ = links(instance)
    assert rtt.item() == pytest.approx(16.3 + 0.01435 * haversine(here, there) + 2, rel=1e-6)


def test_the_round_trip_on_a_device_is_only_access_latency() -> None:
    instance = one_site(
        {
            "network": {"access_ms": {"device": 3}, "cost_usd_per_mtok": 0.5},
            "sites.C.kind": "device",
        }
    )
    rtt, cost = links(instance)
    assert rtt.item() == 3
    assert cost.item() == 0


def test_a_link_overrides_round_trip_and_cost_independently() -> None:
    base = {
        "network": {"base_ms": 10, "ms_per_km": 0, "cost_usd_per_mtok": 0.5},
        "regions.W": {"latitude_deg": 40, "longitude_deg": -75},
    }
    both = one_site(base | {"links.W/C": {"rtt_ms": 77, "cost_usd_per_mtok": 0.0}})
    assert [a.tolist() for a in links(both)] == [[[10], [77]], [[0.5], [0]]]
    cost = one_site(base | {"links.E/C": {"cost_usd_per_mtok": 2}})
    assert [a.tolist() for a in links(cost)] == [[[10], [10]], [[2], [0.5]]]


def test_a_useful_tradeoff_is_not_dominated() -> None:
    quick = {
        "model": "m",
        "hardware": "node",
        "batch": 8,
        "memory_gb": 50,
        "ttft_ms": 50,
        "tokens_per_s": 50000,
    }
    # At half the rate: less energy per token at half of 4 kW above idle, more at 4.1 kW.
    kept = one_site({"serving.slow": quick | {"loaded_w": 5900}})
    assert len(find_arcs(kept)) == 2
    dropped = one_site({"serving.slow": quick | {"loaded_w": 6100}})
    assert find_arcs(dropped).serving.tolist() == [0]


def test_of_equal_configurations_the_first_is_kept() -> None:
    twin = {
        "model": "m",
        "hardware": "node",
        "batch": 64,
        "tokens_per_s": 100000,
        "loaded_w": 10000,
        "memory_gb": 50,
        "ttft_ms": 100,
    }
    assert find_arcs(one_site({"serving.twin": twin})).serving.tolist() == [0]


def test_a_dominated_model_serves_classes_that_the_better_one_cannot() -> None:
    # The better configuration is too slow to start for chat.
    better = REFUSED[Refusal.DOMINATED] | {"classes.chat.slo_ms": 500}
    assert find_arcs(one_site(better)).serving.tolist() == [0]


def test_no_dominance_between_models_with_and_without_the_intervention() -> None:
    instance = one_site(
        REFUSED[Refusal.DOMINATED]
        | {
            "models.new": {"total_params_b": 8, "active_params_b": 8, "quality": 50},
            "serving.better.model": "new",
        }
    )
    assert find_arcs(instance).serving.tolist() == [1]
    assert find_arcs(instance, frozenset({"new"})).serving.tolist() == [0, 1]


def test_a_later_model_does_not_dominate_an_earlier_one() -> None:
    instance = one_site(
        REFUSED[Refusal.DOMINATED]
        | {
            "time": {"years": [2026, 2027], "days": 1},
            "models.new": {
                "total_params_b": 8,
                "active_params_b": 8,
                "quality": 50,
                "available_from": 2027,
            },
            "serving.better.model": "new",
        }
    )
    assert find_arcs(instance).serving.tolist() == [0, 1]


def test_each_arc_has_its_pool() -> None:
    instance = every_kind()
    arcs = find_arcs(instance)
    assert len(arcs) > 0
    for site, serving, pool in zip(arcs.site, arcs.serving, arcs.pool, strict=True):
        assert instance.pools[pool].site == instance.sites[site].id
        assert instance.pools[pool].hardware == instance.serving[serving].hardware
