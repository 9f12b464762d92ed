"""Which arcs share a hub, and what keeps arcs out of one."""

from typing import Any

import numpy as np
import pytest

from optimizer.problem.hubs import Hubs
from optimizer.problem.parameters.case import Case, compile_case
from tests.factory import chats, three_by_three

SITES = "CDF"


def hubs_of(edits: dict[str, Any] | None = None) -> tuple[Case, Hubs]:
    case = compile_case(three_by_three(edits))
    return case, case.hubs


def shape(hubs: Hubs) -> list[tuple[int, int]]:
    """Inlets and outlets of each hub."""
    number = range(len(hubs.ids))
    return [(int((hubs.inlet_hub == h).sum()), int((hubs.outlet_hub == h).sum())) for h in number]


def test_workloads_that_reach_the_same_sites_share_a_hub() -> None:
    case, hubs = hubs_of()
    assert len(case.arcs) == 9
    assert hubs.ids == ("chat-hub-1",)
    assert shape(hubs) == [(3, 3)]
    assert (len(hubs.direct), hubs.ways) == (0, 6)


def test_every_arc_is_direct_or_has_one_inlet_and_one_outlet_of_its_own_workload_and_pair() -> None:
    case, hubs = hubs_of({"sites.F.jurisdiction": "EU"})
    arcs = case.arcs
    assert sorted([*hubs.direct, *hubs.arc]) == list(range(len(arcs)))
    assert (hubs.inlet_workload[hubs.inlet] == arcs.workload[hubs.arc]).all()
    behind = hubs.outlet_arc[hubs.outlet]
    assert (arcs.site[behind] == arcs.site[hubs.arc]).all()
    assert (arcs.serving[behind] == arcs.serving[hubs.arc]).all()
    assert (hubs.inlet_hub[hubs.inlet] == hubs.outlet_hub[hubs.outlet]).all()


def test_each_class_has_hubs_of_its_own() -> None:
    both = [{"region": r, "class": c, "demand_gtok_per_h": 1} for r in "EWN" for c in ("chat", "x")]
    chat = three_by_three().classes[0].model_dump(mode="json")
    _, hubs = hubs_of({"classes": [chat, chat | {"id": "x"}], "workloads": both})
    assert hubs.ids == ("chat-hub-1", "x-hub-1")


def test_a_hub_that_saves_no_column_is_not_made() -> None:
    two = {"workloads": chats("EW"), "sites.F": None, "pools.F/node": None}
    case, hubs = hubs_of(two)
    assert len(case.arcs) == 4
    assert hubs.ids == ()
    assert hubs.ways == 4


@pytest.mark.parametrize("rule", ["single_site", "survives_site_outage"])
def test_workloads_with_rules_on_single_arcs_keep_them(rule: str) -> None:
    _, hubs = hubs_of({f"classes.chat.{rule}": True})
    assert len(hubs.direct) == 9


def test_residency_splits_hubs_by_jurisdiction() -> None:
    abroad = {"regions.S": {"latitude_deg": 40, "longitude_deg": 3, "jurisdiction": "EU"}}
    everywhere = chats("EWNS")
    together, _ = hubs_of(abroad | {"workloads": everywhere, "classes.chat.slo_ms": 1e4})
    _, hubs = hubs_of(
        abroad
        | {
            "workloads": everywhere,
            "classes.chat.slo_ms": 1e4,
            "sites.G": {"kind": "cloud", "region": "S", "zone": "Z", "jurisdiction": "EU"},
            "pools.G/node": {"existing_units": 4},
            "classes.chat.residency": "jurisdiction",
        }
    )
    assert shape(together.hubs) == [(4, 3)]
    assert shape(hubs) == [(3, 3)]
    assert len(hubs.direct) == 1


def test_a_latency_limit_splits_sites_that_not_all_regions_reach() -> None:
    far = {"region": "W", "site": "F", "rtt_ms": 5000}
    case, hubs = hubs_of({"links": [far]})
    assert len(case.arcs) == 8
    assert shape(hubs) == [(3, 2)]
    assert len(hubs.direct) == 2


def test_a_link_with_a_cost_of_its_own_splits_its_site_off() -> None:
    own = {"region": "W", "site": "F", "cost_usd_per_mtok": 2}
    case, hubs = hubs_of({"links": [own]})
    assert shape(hubs) == [(3, 2)]
    assert set(case.arcs.site[hubs.direct]) == {2}
    assert len(hubs.direct) == 3


def test_a_cost_that_is_the_regions_plus_the_sites_is_paid_at_inlet_and_outlet() -> None:
    links = [
        {"region": "W", "site": site, "cost_usd_per_mtok": 0.5 + site_cost}
        for site, site_cost in zip(SITES, (0, 1, 2), strict=True)
    ]
    links += [
        {"region": region, "site": site, "cost_usd_per_mtok": site_cost}
        for region in "EN"
        for site, site_cost in zip(SITES, (0, 1, 2), strict=True)
    ]
    case, hubs = hubs_of({"links": links, "sites.D.serving_cost_usd_per_mtok": 4})
    assert shape(hubs) == [(3, 3)]
    assert hubs.inlet_cost.tolist() == [0, 0.5, 0]
    assert case.arc.cost[hubs.outlet_arc].tolist() == [0, 5, 2]
    paid = hubs.inlet_cost[hubs.inlet] + case.arc.cost[hubs.outlet_arc[hubs.outlet]]
    assert np.array_equal(paid, case.arc.cost[hubs.arc])


def test_an_arc_that_shares_a_hub_has_no_position_among_direct_arcs() -> None:
    _, hubs = hubs_of()
    with pytest.raises(ValueError, match="shares a hub"):
        hubs.position(hubs.arc[:1])
