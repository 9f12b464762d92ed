"""Plans of a program composed by hand, with any family left out."""

import pandas as pd

from optimizer.formulation.compose import FAMILIES, compose
from optimizer.formulation.world_program import world_program
from optimizer.plan.decode import decode
from optimizer.plan.plan import Plan, Run
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.backends.base import Outcome, SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Program
from optimizer.units import USD_PER_KUSD


def composed(instance: Instance, *, without: str | None = None) -> tuple[Program, Outcome, Plan]:
    """Solve an instance's program without one family, and decode the plan.

    The plan's money is that of the complete program at the solution, so it adds up whatever was
    left out; its bound and gap are those of an optimal plan.
    """
    if without is not None and without not in FAMILIES:
        raise KeyError(without)
    case = compile_case(instance)
    program, _ = compose(case, tuple(name for name in FAMILIES if name != without))
    world = world_program(case)
    whole, layout = world.program, world.layout
    outcome = Highs().open(None).solve(program, SolveOptions(gap=0.0))
    assert outcome.x is not None, outcome.message
    x = outcome.x
    welfare = world.welfare_kusd(x) * USD_PER_KUSD
    plan = Plan(
        instance=instance,
        status="optimal",
        welfare_usd=welfare,
        bound_usd=welfare,
        cost_usd=whole.system_cost.value(x) * USD_PER_KUSD,
        cost_bound_usd=None,
        gap=0.0,
        parts_usd={name: part * USD_PER_KUSD for name, part in world.parts_kusd(x).items()},
        tables={**decode(case, layout, x), "prices": pd.DataFrame()},
        run=Run(),
    )
    return program, outcome, plan


def optimum_usd(instance: Instance, gap: float) -> tuple[float, float]:
    """Objective and system cost of an instance's program, without decoding its best plan."""
    program, _ = compose(compile_case(instance))
    outcome = search.solve(program, SolveContext(gap=gap)).outcome
    assert outcome.x is not None, outcome.message
    return outcome.objective * USD_PER_KUSD, program.system_cost.value(outcome.x) * USD_PER_KUSD
