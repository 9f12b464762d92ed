"""Deferrable work in the four worlds."""

from typing import Any

import numpy as np
import pytest

import optimizer as op
from optimizer.counterfactual import worlds
from optimizer.formulation import demand_grid
from optimizer.formulation.world_program import world_program
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from tests.counterfactual.compared import Tables, compared
from tests.factory import every_kind, every_policy, one_site

WAITS: dict[str, Any] = {"classes.chat.flexible_share": 0.3, "classes.chat.defer_within_h": 3}
FORCED: dict[str, Any] = {
    "classes.agent.must_serve": True,
    "classes.agent.flexible_share": 0.6,
    "classes.agent.defer_within_h": 2,
} | {f"workloads.{region}/agent.demand_gtok_per_h": 0.5 for region in "EW"}


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(WAITS, id="elastic"),
        pytest.param(WAITS | FORCED, id="forced", marks=pytest.mark.slow),
    ],
)
def test_fixed_service_serves_the_baselines_work_slot_by_slot(edits: dict[str, Any]) -> None:
    scenarios = compared(every_kind(edits), "edge", 1e-3)
    assert all(scenarios.has(world) for world in worlds.NAMES)
    kept, alone = (
        Tables(scenarios, name).demand[["served_gtok_per_h", "deferred_gtok"]].to_numpy()
        for name in (worlds.FIXED_SERVICE, worlds.BASELINE)
    )
    assert kept[:, 0] == pytest.approx(alone[:, 0], rel=1e-6, abs=1e-6)
    assert alone[:, 1].max() > 0.01


@pytest.mark.slow
def test_the_plans_of_both_worlds_verify_under_every_policy() -> None:
    """`op.displacement` raises an error if one does not."""
    result = op.displacement(every_policy(WAITS), "offgrid", gap=1e-2, flip=False)
    assert result.status == "solved"
    waited = [plan.tables["demand"]["deferred_gtok"].max() for plan in result.plans.values()]
    assert np.min(waited) > 0.01


@pytest.mark.parametrize(("share", "usd_per_mwh"), [(0.0, 1000), (0.5, 700), (1.0, 400)])
def test_the_curve_is_refined_at_the_cost_of_the_hours_in_which_work_is_done(
    share: float, usd_per_mwh: float
) -> None:
    """Energy alternates between $400 and $1600, and work that may wait an hour is done at 400."""
    instance = one_site(
        {
            "profiles": [{"id": "price", "values": [0.4, 1.6] * 12}],
            "zones.Z.price_profile": "price",
            "zones.Z.energy_price_usd_per_mwh": 1000,
            "time.hours_per_step": 1,
            "hardware.node.idle_w": 0,
            "pools.C/node.existing_units": 50,
            "classes.chat.elasticity": -0.5,
            "classes.chat.reference_price_usd_per_mtok": 0.02,
            "classes.chat.flexible_share": share,
            "classes.chat.defer_within_h": 1,
        }
    )
    world = world_program(demand_grid.fine_case(compile_case(instance), 2))
    result = Highs().open(None).solve(world.program.relaxed(), SolveOptions())
    centre = demand_grid.quantities(world, result.x, result.row_dual)
    assert centre.item() == pytest.approx((usd_per_mwh / 36e3 / 0.02) ** -0.5, rel=1e-6)
