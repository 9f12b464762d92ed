"""Compare an instance before and after a change of figures: efficiency, or more grid."""

from collections.abc import Callable
from dataclasses import replace

from optimizer.counterfactual import demand_grid, worlds
from optimizer.counterfactual.apply_intervention import changed_by
from optimizer.counterfactual.assemble_result import (
    are_ready,
    without_plans,
    world_plan,
    world_state,
)
from optimizer.counterfactual.elasticity import (
    PUBLISHED,
    ElasticityPoint,
    responds,
    with_elasticity,
)
from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.rebound import (
    GridReturn,
    Rebound,
    Solved,
    at_plans,
    grid_return,
    rebound,
    rebound_of,
)
from optimizer.counterfactual.results import GridReturnResult, ReboundResult
from optimizer.counterfactual.scenario_pair import Changed, setting
from optimizer.counterfactual.scenarios import COMPARED, of_world, solve_pair
from optimizer.errors import SolverError
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.solvers.context import SolveContext
from optimizer.solvers.interrupts import stop_on_interrupt
from optimizer.solvers.milp import Floats
from optimizer.solvers.search import solve_in


def change(
    instance: Instance,
    intervention: Intervention,
    context: SolveContext,
    elasticity_range: bool,
    on_stage: Callable[[str], None] | None,
) -> ReboundResult | GridReturnResult:
    """Plan before and after a change, and serving the same after it; see `displacement`."""
    say = on_stage or (lambda _: None)
    missing: list[str] = []
    points: list[ElasticityPoint] = []
    found: Rebound | GridReturn
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)
        solved, step_share = solve_change(instance, intervention, context, say)
        states = {
            world: world_state(one.setting.program, one.outcome) for world, one in solved.items()
        }
        fields = without_plans(instance, intervention, states, context.seconds)
        if not is_complete(solved, intervention):
            is_step = intervention.efficiency is not None
            return ReboundResult(**fields) if is_step else GridReturnResult(**fields)
        if intervention.efficiency is None:
            found = grid_return(solved, intervention)
        else:
            say("interval at these builds")
            try:
                found = rebound(solved, context)
            except SolverError as error:
                found = at_plans(solved)
                missing.append(f"the interval was not found: {error}")
            if found.rebound is None:
                missing.append("serving the same takes no less energy with it: no saving")
            if elasticity_range and any(map(responds, instance.classes)):
                say("rebound over the published range of elasticities")
                for elasticity in PUBLISHED:
                    other = with_elasticity(instance, elasticity)
                    again, _ = solve_change(other, intervention, context.quiet(), lambda _: None)
                    if not is_complete(again, intervention):
                        missing.append(f"a world has no plan at an elasticity of {elasticity:g}")
                        break
                    points.append(ElasticityPoint(elasticity, None, rebound_of(again)))
    after = changed_by(instance, intervention)
    plans = {
        world: world_plan(one, solved[world].setting, solved[world].outcome, world, context)
        for world, one in ((worlds.WITHOUT, instance), (worlds.WITH, after))
    }
    ready = are_ready(states, context.gap)
    energy = {world: one.energy.by_year(one.x) for world, one in solved.items()}
    fields |= {
        "status": "solved" if ready else "stopped",
        "verdict": found.words,
        "tokens": _measure(solved, {world: one.tokens for world, one in solved.items()}),
        "energy": _measure(solved, energy),
        "peak": Measure(None, solved[worlds.WITHOUT].peak_mw, solved[worlds.WITH].peak_mw, 0.0),
        "step_share": step_share,
        "plans": plans,
        "seconds": {"worlds": context.seconds},
        "warnings": (*plans[worlds.WITH].run.warnings, *missing),
        "elasticity_range": tuple(points),
    }
    if isinstance(found, Rebound):
        return ReboundResult(**fields, rebound=found)
    return GridReturnResult(**fields, grid_return=found)


def solve_change(
    instance: Instance,
    intervention: Intervention,
    context: SolveContext,
    say: Callable[[str], None],
) -> tuple[dict[str, Solved], float]:
    """Solve worlds 0 and 1, and F of a step in efficiency; those reached, and the step share."""
    before, after = (
        setting(demand_grid.fine_case(compile_case(one), len(COMPARED)))
        for one in (instance, changed_by(instance, intervention))
    )
    two = solve_pair(Changed(before, after), context, say)
    solved = {
        world: Solved(one, two.outcomes[world])
        for world, one in two.pair.settings.items()
        if world in two.outcomes
    }
    if intervention.efficiency is not None and is_complete(solved, None):
        say(of_world(worlds.FROZEN))
        one = solved[worlds.WITH].setting
        frozen = worlds.frozen(one.program, one.layout, solved[worlds.WITHOUT].x)
        session = two.sessions[worlds.WITH]
        outcome = solve_in(session, frozen, context)
        solved[worlds.FROZEN] = Solved(replace(one, program=frozen), outcome)
    return solved, two.step_share


def is_complete(solved: dict[str, Solved], intervention: Intervention | None) -> bool:
    """Whether every world that the intervention is measured by has a point."""
    frozen = intervention is not None and intervention.efficiency is not None
    needed = (*COMPARED, worlds.FROZEN) if frozen else COMPARED
    return all(world in solved and solved[world].outcome.x is not None for world in needed)


def _measure(solved: dict[str, Solved], by_year: dict[str, Floats]) -> Measure:
    """All of a quantity without it and with it: nothing of it is the intervention's own."""
    without, with_it = (
        solved[world].whole(by_year[world]) for world in (worlds.WITHOUT, worlds.WITH)
    )
    return Measure(None, without, with_it, 0.0)
