"""The answer of a comparison: its measures, verdict and plans, put together."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.apply_intervention import (
    demand_without,
    tables_without,
    without_intervention,
)
from optimizer.counterfactual.attribution import Attribution
from optimizer.counterfactual.binding_limits import binding_limits
from optimizer.counterfactual.demand_grid import TARGET
from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.interval import Interval
from optimizer.counterfactual.proven_interval import Proof
from optimizer.counterfactual.rebound import Rebound
from optimizer.counterfactual.results import (
    Bounds,
    Displacement,
    World,
    YearResult,
    ZoneChange,
)
from optimizer.counterfactual.scenario_pair import Setting
from optimizer.counterfactual.scenarios import Comparison
from optimizer.counterfactual.verdict import UNDETERMINED, is_proved, judge
from optimizer.formulation.numerics import check_scales
from optimizer.plan.decode import decode
from optimizer.plan.output_tables import TABLES
from optimizer.plan.plan import Plan, Run, finite_or_none
from optimizer.plan.warnings import plan_warnings
from optimizer.planner import make_plan, must_verify
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.solvers.backends.base import Outcome, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Program
from optimizer.solvers.registry import reports_others, versions
from optimizer.units import USD_PER_KUSD


@dataclass(frozen=True)
class Findings:
    """What was found about a comparison's worlds, each None where it was not asked for or found.

    Attributes
    ----------
    interval : Interval or None
    builds : dict
        Builds that the interval is over, by world.
    proof : Proof or None
    attribution : Attribution or None
    elasticity : tuple of ElasticityPoint
    rebound : Rebound or None
        Of new models.
    missing : tuple of str
        What was asked for and not found, and why.
    """

    interval: Interval | None = None
    builds: dict[str, int] = field(default_factory=dict)
    proof: Proof | None = None
    attribution: Attribution | None = None
    elasticity: tuple[ElasticityPoint, ...] = ()
    rebound: Rebound | None = None
    missing: tuple[str, ...] = ()


def answer(
    comparison: Comparison,
    findings: Findings,
    seconds: dict[str, float],
    context: SolveContext,
    mandates_dropped: tuple[str, ...],
) -> Displacement:
    """Measure displacement between the worlds, and judge it by what was found about them."""
    states = _states(comparison, findings.builds)
    plans = _plans(comparison, context)
    case, layout, scope = comparison.case, comparison.layout, comparison.scope
    tokens = measures.series(comparison, linear_measure.tokens(case, layout, scope))
    energy = measures.series(comparison, linear_measure.energy(case, layout, scope))
    drawn = measures.series(comparison, linear_measure.draw(case, layout, scope))
    peak = measures.peak_series(comparison)
    refill, refill_by_year = measures.refill(comparison) or (None, (None,) * len(energy.by_year))
    limits = binding_limits(comparison)
    highest = measures.change_of_maximum_mw(comparison)
    mwh, mw = measures.zone_changes(comparison)
    nothing = np.full(len(case.horizon.years), np.nan)
    unknown = Interval(math.nan, math.nan, nothing, nothing)
    ends = findings.interval or unknown
    proof = findings.proof or Proof(math.nan, math.nan)
    by_year = tuple(
        YearResult(
            year=year,
            verdict=judge(
                energy.by_year[y].displacement, ends.low_by_year[y], ends.high_by_year[y]
            ),
            forced_by=limits[y],
            interval=_bounds(
                energy.by_year[y].displacement, ends.low_by_year[y], ends.high_by_year[y]
            ),
            tokens=tokens.by_year[y],
            energy=energy.by_year[y],
            peak=peak.by_year[y],
            draw=drawn.by_year[y],
            refill=refill_by_year[y],
            change_of_maximum_mw=float(highest[y]),
        )
        for y, year in enumerate(case.horizon.years)
    )
    forced = tuple(dict.fromkeys(name for names in limits for name in names))
    ready = are_ready(states, context.gap)
    warnings = list(plans[worlds.WITH].run.warnings)
    if comparison.step_share > TARGET:
        warnings.append(
            f"demand steps hold up to {comparison.step_share:.1%} of the intervention's tokens:"
            f" displacement is uncertain by about as much beyond its interval"
        )
    if not reports_others(context.backend):
        warnings.append(
            "this backend does not tell what else it met in branch and bound, so the interval"
            " is united over fewer builds than with highs"
        )
    warnings += [
        f"world {name} ({worlds.MEANING[name]}) was not found in time"
        for name in (worlds.FROZEN, worlds.UNLIMITED)
        if not comparison.has(name)
    ]
    warnings += findings.missing
    if math.isinf(proof.low):
        warnings.append(
            "nothing is proved of displacement at this gap: a plan as good hardly uses the"
            " intervention"
        )
    words = judge(energy.whole.displacement, ends.low, ends.high)
    return Displacement(
        instance=case.instance.name,
        intervention=scope.intervention.id,
        description=scope.intervention.description,
        status="solved" if ready else "stopped",
        verdict=words,
        forced_by=forced,
        proved=is_proved(words, proof.low, proof.high),
        interval=_bounds(energy.whole.displacement, ends.low, ends.high),
        tokens=tokens.whole,
        energy=energy.whole,
        peak=peak.whole,
        draw=drawn.whole,
        refill=refill,
        attribution=findings.attribution,
        by_year=by_year,
        zones=tuple(
            ZoneChange(zone.id, year, float(mwh[z, y]), float(mw[z, y]))
            for z, zone in enumerate(case.instance.zones)
            for y, year in enumerate(case.horizon.years)
        ),
        worlds=states,
        step_share=comparison.step_share,
        plans=plans,
        seconds=seconds,
        warnings=tuple(warnings),
        mandates_dropped=mandates_dropped,
        proved_interval=_bounds(energy.whole.displacement, proof.low, proof.high),
        elasticity_range=findings.elasticity,
        rebound=findings.rebound,
    )


def _states(comparison: Comparison, builds: dict[str, int]) -> dict[str, World]:
    return {
        name: world_state(comparison.programs[name], outcome, builds.get(name))
        for name, outcome in comparison.outcomes.items()
    }


def world_state(program: Program, outcome: Outcome, builds: int | None = None) -> World:
    """How well a world is known."""
    gap = None if outcome.x is None else finite_or_none(program.gap(outcome.x, outcome.bound))
    return World(
        status=outcome.reason.value,
        welfare_usd=finite_or_none(outcome.objective * USD_PER_KUSD),
        bound_usd=finite_or_none(outcome.bound * USD_PER_KUSD),
        gap=gap,
        builds=builds,
    )


def _bounds(displacement: float | None, low: float, high: float) -> Bounds:
    """Interval that holds the displacement found; nothing where it is not used."""
    if displacement is None or not (math.isfinite(low) and math.isfinite(high)):
        return Bounds()
    return Bounds(float(min(low, displacement)), float(max(high, displacement)))


def unanswered(comparison: Comparison, seconds: float, mandates: tuple[str, ...]) -> Displacement:
    """Return the result of a comparison in which a world has no plan."""
    return Displacement(
        **without_plans(
            comparison.case.instance,
            comparison.scope.intervention,
            _states(comparison, {}),
            seconds,
        ),
        interval=Bounds(),
        draw=None,
        mandates_dropped=mandates,
    )


def without_plans(
    instance: Instance, intervention: Intervention, states: dict[str, World], seconds: float
) -> dict[str, Any]:
    """Return the fields of a result that has no figures, and says which worlds have no plan."""
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
            f"world {world} ({worlds.MEANING[world]}) has no plan: {state.status}"
            for world, state in missing.items()
        ),
    }


def are_ready(states: dict[str, World], gap: float) -> bool:
    """Whether every world reached the gap, or what a solver tells from none."""
    return all(one.gap is not None and one.gap <= max(gap, 1e-6) for one in states.values())


def _plans(comparison: Comparison, context: SolveContext) -> dict[str, Plan]:
    """Plans of worlds 0 and 1, each verified against its own instance."""
    case, layout = comparison.case, comparison.layout
    stripped = without_intervention(case, comparison.scope)
    alone = demand_without(case, comparison.scope)
    return {
        world: world_plan(
            instance,
            Setting(asked, layout, comparison.programs[world]),
            comparison.outcomes[world],
            world,
            context,
        )
        for world, asked, instance in (
            (worlds.WITHOUT, alone, stripped),
            (worlds.WITH, case, case.instance),
        )
    }


def world_plan(
    instance: Instance,
    setting: Setting,
    outcome: Outcome,
    world: str,
    context: SolveContext,
) -> Plan:
    """Plan of a world, verified against the instance that the world is."""
    if outcome.x is None:
        raise ValueError("the world has no point")
    case, program = setting.case, setting.program
    tables = {name: pd.DataFrame() for name in TABLES}
    tables |= decode(case, setting.layout, outcome.x)
    tables = tables_without(tables, instance)
    run = Run(
        digest=instance.digest(),
        versions=versions(context.backend),
        options={"gap": context.gap, "world": world, "backend": context.backend.name},
        seconds={"solve": outcome.seconds},
        size=program.size,
        warnings=(*plan_warnings(case, tables), *check_scales(case, program)),
    )
    plan = make_plan(instance, program, outcome, tables, run)
    must_verify(instance, plan)
    return plan
