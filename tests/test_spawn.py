"""Solving works in spawned processes: nothing depends on state that a fork would copy."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import optimizer as op
from optimizer.planner import solve

TUTORIAL = Path(__file__).parents[1] / "instances" / "tutorial"


def test_instances_and_plans_cross_to_spawned_processes() -> None:
    instance = op.load_instance(TUTORIAL)
    here = solve(instance, gap=0)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        plans = [future.result() for future in [pool.submit(solve, instance, gap=0)] * 2]
    for plan in plans:
        assert plan.welfare_usd == pytest.approx(here.welfare_usd, rel=1e-9)
        assert op.verify(plan.instance, plan) == []
