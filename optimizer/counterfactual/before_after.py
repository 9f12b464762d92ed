"""Plan an instance before and after a change of figures: a step in efficiency, or more grid."""

from collections.abc import Mapping
from dataclasses import replace

from optimizer.counterfactual import worlds
from optimizer.counterfactual.apply_intervention import changed_by
from optimizer.counterfactual.assemble_result import (
    are_ready,
    without_plans,
    world_plan,
    world_state,
)
from optimizer.counterfactual.curve_ends import curve_ends
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
    SolvedWorld,
    at_plans,
    grid_return,
    rebound,
)
from optimizer.counterfactual.results import GridReturnResult, ReboundResult
from optimizer.counterfactual.scenarios import solve_pair
from optimizer.counterfactual.worlds import (
    BASELINE,
    COMPARED,
    FIXED_SERVICE,
    WITH_INTERVENTION,
    ChangingPair,
)
from optimizer.errors import SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.world_program import world_program
from optimizer.planner.refine import SingleWorld, solve_refined
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.solvers.context import SolveContext
from optimizer.solvers.interrupts import stop_on_interrupt


def change(
    instance: Instance, intervention: Intervention, context: SolveContext, elasticity_range: bool
) -> ReboundResult | GridReturnResult:
    """Plan before and after a change, and under fixed service after it; see `displacement`."""
    missing: list[str] = []
    points: tuple[ElasticityPoint, ...] = ()
    measured: Rebound | GridReturn
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)
        solved, step_share = solve_change(instance, intervention, context)
        states = {key: world_state(each.world, each.outcome) for key, each in solved.items()}
        fields = without_plans(instance, intervention, states, context.seconds)
        if not is_complete(solved, intervention):
            is_step = intervention.efficiency is not None
            return ReboundResult(**fields) if is_step else GridReturnResult(**fields)
        if intervention.efficiency is None:
            measured = grid_return(solved, intervention)
        else:
            measured = _rebound(solved, context, missing)
            if elasticity_range:
                points = _over_the_range(instance, intervention, context, missing)
    after = changed_by(instance, intervention)
    plans = {
        key: world_plan(each, solved[key].world, solved[key].outcome, key, context)
        for key, each in ((BASELINE, instance), (WITH_INTERVENTION, after))
    }
    # Nothing is the intervention's own: the rest is the whole.
    without, with_it = solved[BASELINE], solved[WITH_INTERVENTION]
    fields |= {
        "status": "solved" if are_ready(states, context.gap) else "stopped",
        "verdict": measured.words,
        "tokens": Measure(None, without.gtok, with_it.gtok, 0.0),
        "energy": Measure(None, without.mwh, with_it.mwh, 0.0),
        "peak": Measure(None, without.peak_mw, with_it.peak_mw, 0.0),
        "step_share": step_share,
        "curve_ends": curve_ends(plans),
        "plans": plans,
        "seconds": {"worlds": context.seconds},
        "warnings": (*plans[WITH_INTERVENTION].run.warnings, *missing),
        "elasticity_range": points,
    }
    if isinstance(measured, Rebound):
        return ReboundResult(**fields, rebound=measured)
    return GridReturnResult(**fields, grid_return=measured)


def _rebound(
    solved: Mapping[str, SolvedWorld], context: SolveContext, missing: list[str]
) -> Rebound:
    """Measure rebound with its interval; add to `missing` what it lacks, and why."""
    context.stage("interval at these builds")
    try:
        measured = rebound(solved, context)
    except SolverError as error:
        measured = at_plans(solved)
        missing.append(f"the interval was not found: {error}")
    if measured.rebound is None:
        missing.append("fixed service takes no less energy with the intervention: no saving")
    return measured


def _over_the_range(
    instance: Instance, intervention: Intervention, context: SolveContext, missing: list[str]
) -> tuple[ElasticityPoint, ...]:
    """Rebound at both ends of the published range of elasticities, as far as there is a plan."""
    if not any(map(responds, instance.classes)):
        return ()
    context.stage("rebound over the published range of elasticities")
    points = []
    for elasticity in PUBLISHED:
        other = with_elasticity(instance, elasticity)
        solved, _ = solve_change(other, intervention, context.quiet())
        if not is_complete(solved, intervention):
            missing.append(f"a world has no plan at an elasticity of {elasticity:g}")
            break
        points.append(ElasticityPoint(elasticity, None, at_plans(solved).rebound))
    return tuple(points)


def solve_change(
    instance: Instance, intervention: Intervention, context: SolveContext
) -> tuple[dict[str, SolvedWorld], float]:
    """Solve the compared worlds, and fixed service for a step in efficiency.

    Returns
    -------
    tuple of dict and float
        The worlds that were reached, and the step share.
    """
    before, after = (
        world_program(demand_grid.fine_case(compile_case(each), len(COMPARED)))
        for each in (instance, changed_by(instance, intervention))
    )
    pair = solve_pair(ChangingPair(before, after), context)
    solved = {
        key: SolvedWorld(world, pair.outcomes[key])
        for key, world in pair.family.programs.items()
        if key in pair.outcomes
    }
    if intervention.efficiency is not None and is_complete(solved, None):
        world = solved[WITH_INTERVENTION].world
        fixed = worlds.fixed_service(world.program, world.layout, solved[BASELINE].x)
        alone = SingleWorld(
            replace(world, program=fixed), worlds.title(FIXED_SERVICE), FIXED_SERVICE
        )
        refined = solve_refined(alone, {FIXED_SERVICE: pair.sessions[WITH_INTERVENTION]}, context)
        (outcome,) = refined.outcomes.values()
        solved[FIXED_SERVICE] = SolvedWorld(refined.family.world, outcome)
    return solved, pair.step_share


def is_complete(solved: Mapping[str, SolvedWorld], intervention: Intervention | None) -> bool:
    """Whether every world that an intervention's measures need has a point."""
    is_step = intervention is not None and intervention.efficiency is not None
    needed = (*COMPARED, FIXED_SERVICE) if is_step else COMPARED
    return all(key in solved and solved[key].outcome.x is not None for key in needed)
