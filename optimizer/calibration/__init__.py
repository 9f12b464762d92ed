"""Calibrate markups over cost so that the base year reproduces reference demand D.

`calibrate` is the map of this package: serve D in the base year, read what serving costs, find
the markups at which people demand D, and plan the base year again to check.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from optimizer.calibration.assemble import (
    calibrate_class,
    initial_rows,
    unserved,
    warnings,
    with_check,
    workload_table,
)
from optimizer.calibration.base_year import (
    base_year,
    hardware_rebuilt,
    held_at_demand,
    valued_at_any_cost,
)
from optimizer.calibration.market import markets
from optimizer.calibration.result import (
    CALIBRATED,
    IMPOSSIBLE,
    STOPPED,
    Calibration,
    ClassMarkup,
    set_argument,
)
from optimizer.errors import InputError, Problem
from optimizer.plan.plan import SOLVED, Plan
from optimizer.planner import NO_PRICES, solve
from optimizer.schema.instance import Instance
from optimizer.schema.references import unknown
from optimizer.solvers.backends.base import Backend, Progress
from optimizer.solvers.context import SolveContext, make_context

__all__ = ["Calibration", "ClassMarkup", "calibrate"]

LEAST_S = 1.0
"""Seconds that each plan gets even if less of the time limit is left."""


def calibrate(
    instance: Instance,
    *,
    classes: Sequence[str] | None = None,
    full_cost: bool = False,
    gap: float = 1e-3,
    time_limit_s: float = math.inf,
    backend: str | Backend = "highs",
    method: str = "auto",
    threads: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> Calibration:
    """Find the markups at which demand in the base year, at its long-run prices, is D.

    Parameters
    ----------
    instance : Instance
        Its first period is the base year.
    classes : sequence of str, optional
        Ids of the classes to calibrate; None means all that respond to price.  The others keep
        their markups and respond to price with them.
    full_cost : bool
        Charge existing hardware its capital cost, as if bought in the base year.
        Otherwise it is paid for, and cost includes the capital of additions only.
    gap, time_limit_s, backend, method, threads, on_progress, on_stage
        As in `optimizer.planner.solve`; the gap applies to each plan, the time limit to all.

    Returns
    -------
    Calibration
        Without markups if no plan serves D.

    Raises
    ------
    InputError
        If an option or a class is not allowed.
    SolverError
        If the solver fails, or a plan does not verify.
    """
    context = make_context(gap, time_limit_s, backend, method, threads, on_progress)
    context = replace(context, on_stage=on_stage)
    _check_classes(instance, classes)
    base = base_year(instance)
    rows = initial_rows(base, classes)
    chosen = [name for name, row in rows.items() if not row.why]
    result = Calibration(
        instance.name, base.time.years[0], full_cost, CALIBRATED, tuple(rows.values())
    )
    if not chosen:
        return result
    priced = _priced(base, full_cost)
    context.stage("base year with D served")
    held = _plan(held_at_demand(priced, chosen), context)
    if held.status == "infeasible":
        context.stage("how much of D can be served")
        # Here D is valued so highly that welfare would mislead: no progress is reported.
        most = _plan(valued_at_any_cost(priced, chosen), context.quiet())
        short = unserved(most, chosen)
        return replace(result, status=held.status, plans={"most": most}, unserved=short)
    if not held.has_point:
        return replace(result, status=held.status, plans={"held": held})
    if not len(held.prices):
        return replace(result, status="time_limit", plans={"held": held}, warnings=(NO_PRICES,))
    return _calibrated(result, base, held, context)


def _priced(base: Instance, full_cost: bool) -> Instance:
    """Return the base year with the hardware that cost includes."""
    return hardware_rebuilt(base) if full_cost else base


def _plan(instance: Instance, context: SolveContext) -> Plan:
    return solve(
        instance,
        gap=context.gap,
        time_limit_s=max(context.time_limit_s - context.seconds, LEAST_S),
        backend=context.backend,
        method=context.method,
        threads=context.threads,
        on_progress=context.on_progress,
    )


def _calibrated(
    result: Calibration, base: Instance, held: Plan, context: SolveContext
) -> Calibration:
    """Find the markups from the plan in which D is served, and plan again to check them."""
    rows = {row.id: row for row in result.classes}
    chosen = [name for name, row in rows.items() if not row.why]
    groups = {group.id: group for group in base.classes}
    calibrated = {
        name: calibrate_class(groups[name], market, rows[name], result.year)
        for name, market in markets(base, held, chosen).items()
    }
    rows |= {name: each.row for name, each in calibrated.items()}
    result = replace(result, classes=tuple(rows.values()))
    priced = _priced(base, result.full_cost)
    context.stage("check")
    check, standing = _plan(result.apply(priced), context), None
    plans = {"held": held, "check": check}
    if result.full_cost:
        context.stage("check with existing hardware paid for")
        plans["standing"] = standing = _plan(result.apply(base), context)
    rows |= {name: with_check(each, check, standing) for name, each in calibrated.items()}
    workloads = workload_table(calibrated.values(), check)
    return replace(
        result,
        status=_status(plans, [rows[name] for name in chosen]),
        classes=tuple(rows.values()),
        workloads=workloads,
        plans=plans,
        settings=tuple(
            set_argument(groups[name], result.year, row.after)
            for name, row in rows.items()
            if row.after is not None
        ),
        warnings=tuple(warnings(priced, rows, workloads, result.full_cost)),
    )


def _status(plans: dict[str, Plan], rows: list[ClassMarkup]) -> str:
    if any(row.after is None for row in rows):
        return IMPOSSIBLE
    return CALIBRATED if all(plan.status in SOLVED for plan in plans.values()) else STOPPED


def _check_classes(instance: Instance, classes: Sequence[str] | None) -> None:
    known = {group.id: group for group in instance.classes}
    problems = [
        Problem("options", None, "class", name, unknown(name, known, "classes"))
        for name in classes or ()
        if name not in known
    ]
    if problems:
        raise InputError(problems)
