"""Substitutes or adds: the worlds with and without an intervention, and what they differ in.

`displacement` is the map of this room.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.apply_intervention import without_mandates
from optimizer.counterfactual.assemble_result import Findings, answer, unanswered
from optimizer.counterfactual.attribution import attribute
from optimizer.counterfactual.before_after import change
from optimizer.counterfactual.build_interval import interval_at_builds
from optimizer.counterfactual.elasticity import over_the_range
from optimizer.counterfactual.proven_interval import proved_interval
from optimizer.counterfactual.rebound import rebound, solved_worlds
from optimizer.counterfactual.results import Displacement, InterventionResult
from optimizer.counterfactual.scenarios import Comparison, compare
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.errors import SolverError
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import Backend, Progress
from optimizer.solvers.context import SolveContext
from optimizer.solvers.interrupts import stop_on_interrupt
from optimizer.solvers.options import make_context

__all__ = ["Displacement", "displacement"]

Found = TypeVar("Found")


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
    on_progress: Callable[[Progress], None] | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> InterventionResult:
    """Ask what an intervention displaces: plan with it and without it, and compare.

    Parameters
    ----------
    instance : Instance
    intervention : str
        ``edge`` (all device and edge sites), ``offgrid``, or one that the instance names.  A
        step in efficiency has a rebound instead of a displacement, more grid what it serves.
    gap, time_limit_s, backend, method, threads, on_progress, on_stage
        As in `optimizer.planner.solve`; the gap is each world's, the time limit of all.
    attribution : bool
        Whether to split what changes by Shapley values: up to six solves more.
    proof : bool
        Whether to find the interval over all plans within the gap.
    elasticity_range : bool
        Whether to ask again at both ends of the published range of elasticities, where demand
        responds to price.

    Returns
    -------
    Displacement, ReboundResult or GridReturnResult
        A `ReboundResult` for a step in efficiency, a `GridReturnResult` for a grid expansion,
        otherwise a `Displacement`; without figures if a world has no plan.

    Raises
    ------
    InputError
        Where an option or the intervention is not one of those allowed.
    SolverError
        Where the solver fails, or a world's plan does not verify.
    """
    context = make_context(gap, time_limit_s, backend, method, threads, on_progress)
    found = find_intervention(instance, intervention)
    if not found.adds:
        return change(instance, found, context, elasticity_range, on_stage)
    instance, dropped = without_mandates(instance, found)
    say = on_stage or (lambda _: None)
    case = compile_case(instance, intervention_models=frozenset(found.models))
    wanted = {"attribution": attribution, "proof": proof, "elasticity": elasticity_range}
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)
        comparison = compare(case, find_scope(case, found), context, say)
        solved_s = context.seconds
        if not comparison.complete:
            return unanswered(comparison, solved_s, dropped)
        findings = _findings(comparison, context, say, wanted)
    seconds = {"worlds": solved_s, "further": context.seconds - solved_s}
    return answer(comparison, findings, seconds, context, dropped)


def _findings(
    comparison: Comparison,
    context: SolveContext,
    say: Callable[[str], None],
    wanted: dict[str, bool],
) -> Findings:
    """Find out what is wanted; what is not found in time, or at all, is missing with a reason."""
    missing: list[str] = []

    def find(what: str, how: Callable[[], Found], needed: bool = True) -> Found | None:
        if not needed:
            return None
        say(what)
        try:
            return how()
        except SolverError as error:
            missing.append(f"{what} not found: {error}")
            return None

    at_builds = find(
        "interval at these builds",
        partial(interval_at_builds, comparison, context),
    )
    interval, builds = at_builds or (None, {})
    proof = find(
        "proved interval",
        partial(proved_interval, comparison, context),
        wanted["proof"],
    )
    noise_mwh = 0.0
    if interval is not None and math.isfinite(interval.high - interval.low):
        new = linear_measure.energy(
            comparison.case, comparison.layout, comparison.scope
        ).intervention
        used = comparison.case.horizon.span_years @ new.by_year(comparison.point(worlds.WITH))
        noise_mwh = (interval.high - interval.low) * float(used)
    quiet = context.quiet()
    split = find(
        "attribution",
        partial(attribute, comparison, quiet, noise_mwh),
        wanted["attribution"] and comparison.has(worlds.UNLIMITED),
    )
    points = find(
        "displacement over the published range of elasticities",
        partial(over_the_range, comparison, quiet),
        wanted["elasticity"],
    )
    taken_back = find(
        "rebound of new models",
        partial(rebound, solved_worlds(comparison), context),
        bool(comparison.scope.intervention.models) and comparison.has(worlds.FROZEN),
    )
    return Findings(interval, builds, proof, split, points or (), taken_back, tuple(missing))
