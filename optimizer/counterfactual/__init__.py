"""Does an intervention substitute or add?  Solve worlds with and without it, and compare them.

`displacement` is the map of this package.
"""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from optimizer.counterfactual import worlds
from optimizer.counterfactual.apply_intervention import without_mandates
from optimizer.counterfactual.assemble_result import assemble, unsolved
from optimizer.counterfactual.attribution import attribute
from optimizer.counterfactual.before_after import change
from optimizer.counterfactual.binding_limits import binding_limits
from optimizer.counterfactual.build_interval import intervals_at_builds
from optimizer.counterfactual.elasticity import over_the_range
from optimizer.counterfactual.findings import Findings
from optimizer.counterfactual.forced_by import lift_each
from optimizer.counterfactual.nearest_flip import nearest_flip
from optimizer.counterfactual.proven_interval import provable, proven_intervals
from optimizer.counterfactual.quantities import Each, judged
from optimizer.counterfactual.rebound import rebound, solved_worlds
from optimizer.counterfactual.results import Displacement, InterventionResult
from optimizer.counterfactual.scenarios import SolvedScenarios, solve_scenarios
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.counterfactual.stress import find_stress
from optimizer.counterfactual.verdict import ENERGY, UNDETERMINED
from optimizer.errors import SolverError
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import Backend, Progress
from optimizer.solvers.context import SolveContext, make_context
from optimizer.solvers.interrupts import stop_on_interrupt

__all__ = ["Displacement", "displacement"]

Finding = TypeVar("Finding")

AT_BUILDS, PROVEN = "interval at these builds", "proven interval"
NOTHING: Each[Any] = Each({}, {})


def displacement(
    instance: Instance,
    intervention: str = "edge",
    *,
    gap: float = 1e-3,
    time_limit_s: float = math.inf,
    backend: str | Backend = "highs",
    method: str = "auto",
    threads: int | None = None,
    attribution: bool = True,
    proof: bool = True,
    elasticity_range: bool = True,
    flip: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> InterventionResult:
    """Find what an intervention displaces: plan with and without it, and compare.

    Parameters
    ----------
    instance : Instance
    intervention : str
        ``edge`` (all device and edge sites), ``offgrid``, or one that the instance defines.  A
        step in efficiency has a rebound instead of a displacement, a grid expansion a return.
    gap, time_limit_s, backend, method, threads, on_progress
        As in `optimizer.planner.solve`; the gap applies to each world, the time limit to all.
    attribution : bool
        Attribute the change of load to causes, and find which limits force the verdict: up to
        five more solves, and two for each limit that binds in both worlds.
    proof : bool
        Find the interval over all plans within the gap.
    elasticity_range : bool
        Solve again at both ends of the published range of elasticities, if demand responds to
        price.
    flip : bool
        Find the smallest change of a limit that binds, of the elasticity of demand, or of the
        intervention's size that moves displacement into another band.
    on_stage : callable, optional
        Called with the name of each stage as it begins.

    Returns
    -------
    Displacement, ReboundResult or GridReturnResult
        A `ReboundResult` for a step in efficiency, a `GridReturnResult` for a grid expansion,
        otherwise a `Displacement`; without figures if a world has no plan.

    Raises
    ------
    InputError
        If an option or the intervention is not allowed.
    SolverError
        If the solver fails, or a world's plan does not verify.
    """
    context = replace(
        make_context(gap, time_limit_s, backend, method, threads, on_progress), on_stage=on_stage
    )
    chosen = find_intervention(instance, intervention)
    if not chosen.adds:
        return change(instance, chosen, context, elasticity_range)
    instance, dropped = without_mandates(instance, chosen)
    case = compile_case(instance, intervention_models=frozenset(chosen.models))
    wanted = {
        "attribution": attribution,
        "proof": proof,
        "elasticity": elasticity_range,
        "flip": flip,
    }
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)
        begun_cpu_s = time.process_time()
        scenarios = solve_scenarios(case, find_scope(case, chosen), context)
        solved_s, solved_cpu_s = context.seconds, time.process_time() - begun_cpu_s
        if not scenarios.complete:
            return unsolved(scenarios, solved_s, dropped)
        findings = _findings(scenarios, context, wanted, solved_cpu_s)
    seconds = {"worlds": solved_s, "further": context.seconds - solved_s}
    return assemble(scenarios, findings, seconds, context, dropped)


def _findings(
    scenarios: SolvedScenarios, context: SolveContext, wanted: dict[str, bool], solved_cpu_s: float
) -> Findings:
    """Make the analyses that are wanted; each that fails is listed as missing, with the reason."""
    missing: list[str] = []
    quiet = context.quiet()

    def find(name: str, analysis: Callable[[], Finding], needed: bool = True) -> Finding | None:
        if not needed:
            return None
        context.stage(name)
        try:
            return analysis()
        except SolverError as error:
            missing.append(f"{name} not found: {error}")
            return None

    quantities = judged(scenarios, find_stress(scenarios))
    at_builds = find(AT_BUILDS, partial(intervals_at_builds, scenarios, quantities, context))
    intervals, builds = at_builds or (NOTHING, {})
    proof = partial(proven_intervals, scenarios, provable(scenarios, quantities), context)
    proven = find(PROVEN, proof, wanted["proof"]) or NOTHING
    for what, each in ((AT_BUILDS, intervals), (PROVEN, proven)):
        missing += [f"{what} of {name}: {why}" for name, why in each.missing.items()]
    noise_mwh, interval = 0.0, intervals.found.get(ENERGY)
    if interval is not None and math.isfinite(interval.high - interval.low):
        new = quantities[ENERGY].split.intervention
        used = scenarios.spans @ new.by_year(scenarios.point(worlds.WITH_INTERVENTION))
        noise_mwh = (interval.high - interval.low) * float(used)
    by_cause = find(
        "attribution",
        partial(attribute, scenarios, quiet, noise_mwh),
        wanted["attribution"] and scenarios.has(worlds.UNCONSTRAINED_GRID),
    )
    lifted = find(
        "displacement without each limit that binds",
        lambda: lift_each(scenarios, binding_limits(scenarios), context),
        wanted["attribution"],
    )
    points = find(
        "displacement over the published range of elasticities",
        partial(over_the_range, scenarios, quiet),
        wanted["elasticity"],
    )
    flip = find(
        "nearest flip",
        partial(nearest_flip, scenarios, quiet, interval, solved_cpu_s),
        wanted["flip"],
    )
    models = scenarios.scope.intervention.models
    taken_back = find(
        "rebound of new models",
        partial(rebound, solved_worlds(scenarios), context),
        bool(models) and scenarios.has(worlds.FIXED_SERVICE),
    )
    missing += [
        f"whether {each.limit} forces the verdict was not found: a world has no plan without it"
        for each in lifted or ()
        if each.verdict == UNDETERMINED
    ]
    return Findings(
        intervals.found,
        builds,
        proven.found,
        by_cause,
        lifted,
        points or (),
        taken_back,
        flip,
        tuple(missing),
    )
