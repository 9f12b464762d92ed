"""Assemble the result of an intervention: its measures, verdict and plans."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.counterfactual import measures, worlds
from optimizer.counterfactual.apply_intervention import (
    demand_without,
    tables_without,
    without_intervention,
)
from optimizer.counterfactual.binding_limits import binding_limits
from optimizer.counterfactual.curve_ends import curve_ends
from optimizer.counterfactual.factors import factors
from optimizer.counterfactual.findings import Findings
from optimizer.counterfactual.forced_by import forcing
from optimizer.counterfactual.judgement import all_series, verdicts
from optimizer.counterfactual.result_records import World, YearResult, ZoneChange
from optimizer.counterfactual.results import (
    Displacement,
)
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.stress import find_stress
from optimizer.counterfactual.verdict import (
    ENERGY,
    UNDETERMINED,
    Bounds,
)
from optimizer.counterfactual.worlds import (
    BASELINE,
    FIXED_SERVICE,
    UNCONSTRAINED_GRID,
    WITH_INTERVENTION,
)
from optimizer.formulation.demand_grid import TARGET
from optimizer.formulation.numerics import check_scales
from optimizer.formulation.world_program import WorldProgram
from optimizer.plan.decode import decode
from optimizer.plan.output_tables import TABLES
from optimizer.plan.plan import Plan, Run, finite_or_none
from optimizer.plan.warnings import plan_warnings
from optimizer.planner import make_plan, must_verify
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.solvers.backends.base import Backend, Outcome, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.registry import reports_others, versions
from optimizer.units import USD_PER_KUSD


def assemble(
    scenarios: SolvedScenarios,
    findings: Findings,
    seconds: dict[str, float],
    context: SolveContext,
    mandates_dropped: tuple[str, ...],
) -> Displacement:
    """Measure displacement between the worlds, and judge it by the findings."""
    states = _states(scenarios, findings.builds)
    plans = _plans(scenarios, context)
    case, intervention = scenarios.case, scenarios.scope.intervention
    stress = find_stress(scenarios)
    series = all_series(scenarios, stress)
    years, spans = case.horizon.years, case.horizon.span_years
    refill, refill_by_year = measures.refill(scenarios) or (None, (None,) * len(years))
    limits = binding_limits(scenarios)
    highest = measures.change_of_maximum_mw(scenarios)
    mwh, mw = measures.zone_changes(scenarios)
    ends = curve_ends(plans)
    if ends:  # a proof over curves that are cut short is none over demand
        findings = replace(findings, proven={})
    judged = verdicts(series, findings)
    lifted = findings.lifted_limits or ()
    by_year = tuple(
        YearResult(
            year=year,
            verdict=yearly.energy.words,
            interval=yearly.energy.interval,
            verdicts=yearly,
            forced_by=forcing(
                lifted, limits, yearly.energy.displacement, yearly.energy.interval, year
            ),
            **{name: each.by_year[y] for name, each in series.items()},
            factors=factors(series["tokens"].by_year[y], series["energy"].by_year[y]),
            refill=refill_by_year[y],
            change_of_maximum_mw=float(highest[y]),
        )
        for y, year in enumerate(years)
        for yearly in [verdicts(series, findings, y)]
    )
    return Displacement(
        instance=case.instance.name,
        intervention=intervention.id,
        description=intervention.description,
        status="solved" if are_ready(states, context.gap) else "stopped",
        verdict=judged.energy.words,
        interval=judged.energy.interval,
        verdicts=judged,
        forced_by=forcing(lifted, limits, judged.energy.displacement, judged.energy.interval),
        binding=limits,
        lifted_limits=findings.lifted_limits,
        proved=judged.energy.proved,
        proved_interval=judged.energy.proved_interval,
        tokens=series["tokens"].whole,
        energy=series["energy"].whole,
        draw=series["draw"].whole,
        peak=series["peak"].whole,
        stress=series["stress"].whole,
        stress_hours=stress.hours,
        factors=factors(series["tokens"].whole, series["energy"].whole),
        by_class=measures.by_class(scenarios),
        refill=refill,
        attribution=findings.attribution,
        rebound=findings.rebound,
        flip=findings.flip,
        by_year=by_year,
        zones=tuple(
            ZoneChange(zone.id, year, float(mwh[z, y]), float(mw[z, y]), float(spans[y]))
            for z, zone in enumerate(case.instance.zones)
            for y, year in enumerate(years)
        ),
        elasticity_range=findings.elasticity,
        worlds=states,
        step_share=scenarios.step_share,
        curve_ends=ends,
        plans=plans,
        seconds=seconds,
        warnings=(
            *plans[WITH_INTERVENTION].run.warnings,
            *_warnings(scenarios, findings, context.backend),
        ),
        mandates_dropped=mandates_dropped,
    )


def _warnings(scenarios: SolvedScenarios, findings: Findings, backend: Backend) -> Iterator[str]:
    if scenarios.step_share > TARGET:
        yield (
            f"demand steps hold up to {scenarios.step_share:.1%} of the intervention's tokens:"
            " its interval is as much wider"
        )
    if not reports_others(backend):
        yield (
            "this backend does not report other solutions of branch and bound, so the interval"
            " covers fewer builds than with highs"
        )
    for world in (FIXED_SERVICE, UNCONSTRAINED_GRID):
        if not scenarios.has(world):
            outcome = scenarios.outcomes.get(world)
            reason = StopReason.TIME_LIMIT if outcome is None else outcome.reason
            yield f"{worlds.title(world)} has no plan: {reason.value}"
    yield from findings.missing
    if math.isinf(findings.proven.get(ENERGY, (0.0, 0.0))[0]):
        yield (
            "nothing is proven about displacement at this gap: some plan within it hardly uses"
            " the intervention"
        )


def _states(scenarios: SolvedScenarios, builds: dict[str, int]) -> dict[str, World]:
    return {
        world: world_state(scenarios.worlds[world], outcome, builds.get(world))
        for world, outcome in scenarios.outcomes.items()
    }


def world_state(world: WorldProgram, outcome: Outcome, builds: int | None = None) -> World:
    """Describe the outcome of solving a world, with its welfare on the demand curve."""
    gap = welfare = None
    if outcome.x is not None:
        gap = finite_or_none(world.gap(outcome.x, outcome.bound))
        welfare = finite_or_none(world.welfare_kusd(outcome.x) * USD_PER_KUSD)
    return World(
        status=outcome.reason.value,
        welfare_usd=welfare,
        bound_usd=finite_or_none(outcome.bound * USD_PER_KUSD),
        gap=gap,
        builds=builds,
    )


def are_ready(states: Mapping[str, World], gap: float) -> bool:
    """Whether every world reached the gap, or one too small for a solver to distinguish."""
    return all(state.gap is not None and state.gap <= max(gap, 1e-6) for state in states.values())


def unsolved(scenarios: SolvedScenarios, seconds: float, mandates: tuple[str, ...]) -> Displacement:
    """Return the result if a compared world has no plan."""
    instance, intervention = scenarios.case.instance, scenarios.scope.intervention
    fields = without_plans(instance, intervention, _states(scenarios, {}), seconds)
    return Displacement(**fields, interval=Bounds(), draw=None, mandates_dropped=mandates)


def without_plans(
    instance: Instance, intervention: Intervention, states: dict[str, World], seconds: float
) -> dict[str, Any]:
    """Return the fields of a result without figures, which names the worlds without a plan."""
    missing = {world: state for world, state in states.items() if state.welfare_usd is None}
    statuses = [state.status for state in missing.values()]
    return {
        "instance": instance.name,
        "intervention": intervention.id,
        "description": intervention.description,
        "status": statuses[0] if statuses else StopReason.TIME_LIMIT.value,
        "verdict": UNDETERMINED,
        "tokens": None,
        "energy": None,
        "peak": None,
        "worlds": states,
        "seconds": {"worlds": seconds},
        "warnings": tuple(
            f"{worlds.title(world)} has no plan: {state.status}" for world, state in missing.items()
        ),
    }


def _plans(scenarios: SolvedScenarios, context: SolveContext) -> dict[str, Plan]:
    """Plans of the compared worlds, each verified against its own instance."""
    case = scenarios.case
    instances = {
        BASELINE: (
            without_intervention(case, scenarios.scope),
            demand_without(case, scenarios.scope),
        ),
        WITH_INTERVENTION: (case.instance, case),
    }
    return {
        key: world_plan(
            instance,
            replace(scenarios.worlds[key], case=world_case),
            scenarios.outcomes[key],
            key,
            context,
        )
        for key, (instance, world_case) in instances.items()
    }


def world_plan(
    instance: Instance, world: WorldProgram, outcome: Outcome, key: str, context: SolveContext
) -> Plan:
    """Return the plan of a world, verified against the instance that describes it."""
    if outcome.x is None:
        raise ValueError("the world has no point")
    case, program = world.case, world.program
    tables = {name: pd.DataFrame() for name in TABLES}
    tables |= decode(case, world.layout, outcome.x)
    tables = tables_without(tables, instance)
    run = Run(
        digest=instance.digest(),
        versions=versions(context.backend),
        options={"gap": context.gap, "world": key, "backend": context.backend.name},
        seconds={"solve": outcome.seconds},
        size=program.size,
        warnings=(*plan_warnings(case, tables), *check_scales(case, program)),
    )
    plan = make_plan(instance, world, outcome, tables, run)
    must_verify(instance, plan)
    return plan
