"""Substitutes or adds: the worlds with and without an intervention, and what they differ in.

`displacement` is the map of this room.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd

from optimizer.backends import PACKAGES, TELLS_OTHERS, backend_named
from optimizer.backends.base import Progress, SolveOptions
from optimizer.cautions import cautions
from optimizer.counterfactual import loads, measures, worlds
from optimizer.counterfactual.compare import Comparison, compare
from optimizer.counterfactual.ends import interval_at_builds
from optimizer.counterfactual.interval import Interval
from optimizer.counterfactual.mandates import without_mandates
from optimizer.counterfactual.refine import TARGET
from optimizer.counterfactual.result import Bounds, Displacement, World, YearAnswer, ZoneChange
from optimizer.counterfactual.rules import binding_rules
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.counterfactual.stripped import (
    demand_without,
    tables_without,
    without_intervention,
)
from optimizer.counterfactual.verdict import UNDETERMINED, Verdict, judge
from optimizer.decode import decode
from optimizer.errors import SolverError
from optimizer.interrupts import stop_on_interrupt
from optimizer.load import digest
from optimizer.parameters.case import compile_case
from optimizer.plan import TABLES, Plan, Run, finite_or_none
from optimizer.planner import check_options, make_plan, must_verify
from optimizer.scales import check_scales
from optimizer.schema.instance import Instance
from optimizer.solving.clock import Clock
from optimizer.solving.monolithic import LAST_S
from optimizer.units import USD_PER_KUSD

__all__ = ["Displacement", "displacement"]


def displacement(
    instance: Instance,
    intervention: str = "edge",
    *,
    gap: float = 1e-3,
    time_limit_s: float = math.inf,
    backend: str = "highs",
    method: str = "auto",
    threads: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> Displacement:
    """Ask what an intervention displaces: plan with it and without it, and compare.

    Parameters
    ----------
    instance : Instance
    intervention : str
        ``edge`` (all device and edge sites), ``offgrid``, or one that the instance names.
    gap, time_limit_s, backend, method, threads, on_progress, on_stage
        As in `optimizer.planner.solve`; the gap is each world's, the time limit of all.

    Returns
    -------
    Displacement
        Without numbers where a world has no plan.

    Raises
    ------
    InputError
        Where an option or the intervention is not one of those allowed.
    SolverError
        Where the solver fails, or a world's plan does not verify.
    """
    check_options(gap, time_limit_s, backend, method, threads)
    found = find_intervention(instance, intervention)
    instance, dropped = without_mandates(instance, found)
    say = on_stage or (lambda _: None)
    clock = Clock(time_limit_s)
    case = compile_case(instance, intervention_models=frozenset(found.models))
    scope = find_scope(case, found)
    solver = backend_named(backend)
    with stop_on_interrupt() as should_stop:
        options = SolveOptions(gap, time_limit_s, on_progress=on_progress, should_stop=should_stop)
        comparison = compare(case, scope, solver, threads, options, say)
        solved_s = clock.seconds
        interval: Interval | SolverError = SolverError("a world has no plan")
        builds: dict[str, int] = {}
        if comparison.complete:
            say("interval at these builds")
            patience = replace(clock.share(options, LAST_S), gap=0.0, on_progress=None)
            try:
                interval, builds = interval_at_builds(comparison, solver, threads, gap, patience)
            except SolverError as error:
                interval = error
    states = {
        name: World(
            outcome.reason.value,
            finite_or_none(outcome.objective * USD_PER_KUSD),
            finite_or_none(outcome.bound * USD_PER_KUSD),
            None
            if outcome.x is None
            else finite_or_none(comparison.programs[name].gap(outcome.x, outcome.bound)),
            builds.get(name),
        )
        for name, outcome in comparison.outcomes.items()
    }
    if not comparison.complete:
        return replace(
            _unanswered(instance, comparison, states, solved_s), mandates_dropped=dropped
        )
    plans = _plans(comparison, gap, backend)
    seconds = {"worlds": solved_s, "interval": clock.seconds - solved_s}
    answer = _answer(comparison, states, plans, interval, seconds, gap)
    return replace(answer, mandates_dropped=dropped)


def _answer(
    comparison: Comparison,
    states: dict[str, World],
    plans: dict[str, Plan],
    interval: Interval | SolverError,
    seconds: dict[str, float],
    gap: float,
) -> Displacement:
    case, at, scope = comparison.case, comparison.at, comparison.scope
    tokens = measures.series(comparison, loads.tokens(case, at, scope))
    energy = measures.series(comparison, loads.energy(case, at, scope))
    drawn = measures.series(comparison, loads.draw(case, at, scope))
    peak = measures.peak_series(comparison)
    refill, refill_by_year = measures.refill(comparison) or (None, (None,) * len(energy.by_year))
    limits = [
        (*grid, *rules)
        for grid, rules in zip(
            measures.binding_limits(comparison), binding_rules(comparison), strict=True
        )
    ]
    highest = measures.change_of_maximum_mw(comparison)
    mwh, mw = measures.zone_changes(comparison)
    nothing = np.full(len(case.horizon.years), np.nan)
    unknown = Interval(math.nan, math.nan, nothing, nothing)
    ends = unknown if isinstance(interval, SolverError) else interval
    by_year = tuple(
        YearAnswer(
            year=year,
            verdict=Verdict(
                judge(energy.by_year[y].displacement, ends.low_by_year[y], ends.high_by_year[y]),
                limits[y],
            ),
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
    ready = all(world.gap is not None and world.gap <= max(gap, 1e-6) for world in states.values())
    warnings = list(plans[worlds.WITH].run.warnings)
    if comparison.step_share > TARGET:
        warnings.append(
            f"demand steps hold up to {comparison.step_share:.1%} of the intervention's tokens:"
            f" displacement is uncertain by about as much beyond its interval"
        )
    if plans[worlds.WITH].run.options["backend"] not in TELLS_OTHERS:
        warnings.append(
            "this backend does not tell what else it met in branch and bound, so the interval"
            " is united over fewer builds than with highs"
        )
    warnings += [
        f"world {name} ({worlds.MEANING[name]}) was not found in time"
        for name in (worlds.FROZEN, worlds.UNLIMITED)
        if not comparison.has(name)
    ]
    if isinstance(interval, SolverError):
        warnings.append(f"the interval was not found, so there is no verdict: {interval}")
    return Displacement(
        instance=case.instance.name,
        intervention=scope.intervention.id,
        description=scope.intervention.description,
        status="solved" if ready else "stopped",
        verdict=Verdict(judge(energy.whole.displacement, ends.low, ends.high), forced),
        interval=_bounds(energy.whole.displacement, ends.low, ends.high),
        tokens=tokens.whole,
        energy=energy.whole,
        peak=peak.whole,
        draw=drawn.whole,
        refill=refill,
        attribution=None,
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
    )


def _bounds(displacement: float | None, low: float, high: float) -> Bounds:
    """Interval that holds the displacement found; nothing where it is not used."""
    if displacement is None or not (math.isfinite(low) and math.isfinite(high)):
        return Bounds(None, None)
    return Bounds(float(min(low, displacement)), float(max(high, displacement)))


def _unanswered(
    instance: Instance, comparison: Comparison, states: dict[str, World], seconds: float
) -> Displacement:
    """Say which world has no plan, and give no number."""
    name, state = next((name, state) for name, state in states.items() if state.welfare_usd is None)
    return Displacement(
        instance=instance.name,
        intervention=comparison.scope.intervention.id,
        description=comparison.scope.intervention.description,
        status=state.status,
        verdict=Verdict(UNDETERMINED),
        interval=Bounds(None, None),
        tokens=None,
        energy=None,
        peak=None,
        draw=None,
        refill=None,
        attribution=None,
        by_year=(),
        zones=(),
        worlds=states,
        step_share=None,
        plans={},
        seconds={"worlds": seconds},
        warnings=(f"world {name} ({worlds.MEANING[name]}) has no plan: {state.status}",),
    )


def _plans(comparison: Comparison, gap: float, backend: str) -> dict[str, Plan]:
    """Plans of worlds 0 and 1, each verified against its own instance."""
    case, at = comparison.case, comparison.at
    stripped = without_intervention(case, comparison.scope)
    plans = {}
    alone = demand_without(case, comparison.scope)
    for world, asked, instance in (
        (worlds.WITHOUT, alone, stripped),
        (worlds.WITH, case, case.instance),
    ):
        outcome, program = comparison.outcomes[world], comparison.programs[world]
        tables = {name: pd.DataFrame() for name in TABLES}
        tables |= decode(asked, at, comparison.point(world))
        tables = tables_without(tables, instance)
        run = Run(
            digest=digest(instance),
            versions={name: version(name) for name in ("optimizer", *PACKAGES[backend])},
            options={"gap": gap, "world": world, "backend": backend},
            seconds={"solve": outcome.seconds},
            size=program.size,
            warnings=(*cautions(asked, tables), *check_scales(case, program)),
        )
        plans[world] = make_plan(instance, program, outcome, tables, run)
        must_verify(instance, plans[world])
    return plans
