"""Policies, contracts, connections and waits that cannot be are refused, with what is allowed."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.factory import every_policy

CONTRACT = {"id": "ppa", "zone": "Z", "limit_mw": 1, "price_usd_per_mwh": 20}


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        (
            {"contracts": [CONTRACT | {"zone": None, "site": "off"}]},
            "contracts.ppa.site: is off-grid, so it cannot use a contract",
        ),
        ({"contracts": [CONTRACT | {"zone": None}]}, "give either zone or site"),
        (
            {"contracts": [CONTRACT | {"first_year": 2030, "last_year": 2027}]},
            "last_year (2027) must not be before first_year (2030)",
        ),
        ({"contracts": [CONTRACT, CONTRACT]}, "contracts.ppa: is given twice, first in row 1"),
        (
            {"zone_caps": [{"id": "cap", "zone": "ZZ"}]},
            "zone_caps.cap.zone: no such id in zones; did you mean Z?",
        ),
        (
            {"zone_caps": [{"id": "cap", "zone": "Z", "site_kinds": ["offgrid"]}]},
            "an offgrid site draws from no zone",
        ),
        (
            {"sites.D.interconnection_cost_usd_per_mw": 1},
            "interconnection_cost_usd_per_mw must be null: a device site has no grid connection",
        ),
        (
            {"sites.edge.existing_interconnection_mw": {2026: 0, 2028: 5}},
            "existing_interconnection_mw has no effect if interconnection_cost_usd_per_mw",
        ),
        (
            {"classes.agent.min_edge_share": 0.1, "classes.agent.site_kinds": ["cloud"]},
            "min_edge_share (0.1) must be 0 unless site_kinds has device or edge",
        ),
        (
            {"classes.agent.flexible_share": 0.3, "classes.agent.defer_within_h": None},
            "flexible_share (0.3) needs defer_within_h, from 1 to 23 h; otherwise set it to 0",
        ),
        ({"classes.agent.defer_within_h": 24}, "less than or equal to 23"),
        ({"classes.agent.defer_within_h": 0}, "greater than or equal to 1"),
        ({"classes.agent.defer_within_h": 1.5}, "defer_within_h"),
        ({"classes.agent.flexible_share": 1.1}, "less than or equal to 1"),
        (
            {
                "zones.Z.supply_blocks": [
                    {"size_mw": 1, "adder_usd_per_mwh": {2026: 0, 2028: 30}},
                    {"size_mw": None, "adder_usd_per_mwh": 20},
                ]
            },
            "supply_blocks must rise in 2028",
        ),
        (
            {"policy.co2_cap_t_per_year": {20270: 1}},
            "policy.co2_cap_t_per_year.20270: a year must be between 1976 and 2078",
        ),
        (
            {"zones.Z.supply_blocks.0.size_mw": {20270: 1}},
            "zones.Z.supply_blocks.0.size_mw.20270: a year must be",
        ),
    ],
)
def test_impossible_policies_are_refused(edits: dict[str, Any], message: str) -> None:
    if "zones.Z.supply_blocks.0.size_mw" in edits:
        size = edits["zones.Z.supply_blocks.0.size_mw"]
        edits = {"zones.Z.supply_blocks": [{"size_mw": size, "adder_usd_per_mwh": 0}]}
    with pytest.raises(ValidationError) as caught:
        every_policy(edits)
    assert message in str(caught.value)


def test_a_negative_price_keeps_configurations_that_draw_more() -> None:
    """More energy may be better under a contract that pays for it (see `problem.placements`)."""
    from optimizer.problem.placements import REASONS, Refusal, find_arcs

    assert Refusal.DOMINATED in REASONS

    def dominated(price: float) -> int:
        twin = {
            "serving.s-node-hot": {
                "model": "s",
                "hardware": "node",
                "batch": 64,
                "tokens_per_s": 100000,
                "loaded_w": 10000,
                "memory_gb": 50,
                "ttft_ms": 100,
            },
            "contracts": [CONTRACT | {"price_usd_per_mwh": price}],
            "zones.Z.supply_blocks": [{"size_mw": None, "adder_usd_per_mwh": 30}],
        }
        arcs = find_arcs(every_policy(twin), frozenset())
        return int((arcs.refusal == Refusal.DOMINATED).sum())

    assert dominated(-5) == 0
    assert dominated(5) > 0
