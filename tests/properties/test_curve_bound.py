"""Bound, welfare and gap are of the demand curve, whatever tangents a plan was found with."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.diff.plans import EQUAL, UNDETERMINED
from optimizer.formulation.world_program import world_program
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.context import SolveContext
from optimizer.units import USD_PER_KUSD
from tests.counterfactual.market import market
from tests.factory import changed
from tests.properties.tiny import tiny_instances


def fine_welfare_usd(instance: Instance, gap: float, tangents: int) -> tuple[float, float]:
    """Welfare that a plan reaches on the curve, and a bound, both with very many tangents."""
    steps = {f"classes.{group.id}.demand_steps": tangents for group in instance.classes}
    world = world_program(compile_case(changed(instance, steps)))
    outcome = search.solve(world.program, SolveContext(gap=gap)).outcome
    assert outcome.x is not None
    return world.welfare_kusd(outcome.x) * USD_PER_KUSD, outcome.bound * USD_PER_KUSD


@settings(max_examples=40)
@given(instance=tiny_instances(), gap=st.sampled_from([0, 1e-4, 1e-2]))
def test_a_bound_is_never_below_the_curve_and_welfare_never_above_it(
    instance: Instance, gap: float
) -> None:
    plan = op.solve(instance, gap=gap, prices=False)
    reached, bound = fine_welfare_usd(instance, 1e-7, 300)
    assert plan.welfare_usd is not None
    assert plan.bound_usd is not None
    assert plan.cost_usd is not None
    slack = 1e-6 * (abs(plan.cost_usd) + abs(reached)) + 1
    assert plan.bound_usd >= reached - slack
    assert plan.welfare_usd <= bound + slack
    assert plan.welfare_usd >= reached - gap * plan.cost_usd - slack
    assert op.verify(instance, plan) == []


@pytest.mark.parametrize("steps", [1, 2, 12])
def test_the_plan_does_not_depend_on_the_steps_that_the_search_begins_with(steps: int) -> None:
    coarse = market(-0.5, 0.2, 0.5, 0.05, {"classes.chat.demand_steps": steps})
    plan = op.solve(coarse, gap=0, prices=False)
    reached, bound = fine_welfare_usd(coarse, 0.0, 3000)
    assert reached * (1 - 1e-9) <= plan.welfare_usd <= bound * (1 + 1e-9)
    assert plan.welfare_usd == pytest.approx(bound, rel=1e-7)
    assert plan.gap is not None
    assert plan.gap <= 1e-6


def test_a_plan_and_the_world_with_the_intervention_are_equally_good() -> None:
    instance = market(-0.8, 0.3, 0.4, 0.05, {})
    plan = op.solve(instance, gap=1e-4)
    result = op.displacement(instance, gap=1e-4, attribution=False, proof=False)
    world = result.plans["1"]
    assert plan.welfare_usd is not None
    assert world.bound_usd is not None
    assert plan.welfare_usd <= world.bound_usd * (1 + 1e-9)
    comparison = op.compare(plan, world).plans
    assert comparison is not None
    assert comparison.verdict in (EQUAL, UNDETERMINED)
