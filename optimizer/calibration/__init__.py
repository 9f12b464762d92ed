"""The markup over cost with which the base year's demand is D again, class by class.

`calibrate` is the map of this room: hold D in the base year, read what serving costs, find the
markup at which people ask for D again, and plan the base year once more to see.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from optimizer.calibration import assemble
from optimizer.calibration.base_year import (
    base_year,
    hardware_rebuilt,
    held_at_demand,
    wanted_at_any_cost,
)
from optimizer.calibration.markets import markets
from optimizer.calibration.result import (
    CALIBRATED,
    IMPOSSIBLE,
    STOPPED,
    Calibration,
    ClassMarkup,
    setting,
)
from optimizer.errors import InputError, Problem
from optimizer.plan.plan import SOLVED, Plan
from optimizer.planner import NO_PRICES, solve
from optimizer.schema.instance import Instance
from optimizer.schema.references import unknown
from optimizer.solvers.backends.base import Backend, Progress
from optimizer.solvers.options import make_context

__all__ = ["Calibration", "ClassMarkup", "calibrate"]

LEAST_S = 1.0
"""Seconds that a plan has, however little of the time limit those before it left."""


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
    """Find the markups with which the base year's demand at its long-run prices is D.

    Parameters
    ----------
    instance : Instance
        Its first period is the base year.
    classes : sequence of str, optional
        Ids of the classes to calibrate; all that respond to price where None.  The others keep
        their markups and respond as they do.
    full_cost : bool
        Count the capital of hardware that stands, as if it had to be bought in the base year.
        Otherwise it is paid for, and cost holds the capital only of what must be added.
    gap, time_limit_s, backend, method, threads, on_progress, on_stage
        As in `optimizer.planner.solve`; the gap is each plan's, the time limit of all.

    Returns
    -------
    Calibration
        Without markups where no plan serves D.

    Raises
    ------
    InputError
        Where an option or a class is not one of those allowed.
    SolverError
        Where the solver fails, or a plan does not verify.
    """
    context = make_context(gap, time_limit_s, backend, method, threads)
    say = on_stage or (lambda _: None)
    _check_classes(instance, classes)
    base = base_year(instance)
    priced = hardware_rebuilt(base) if full_cost else base
    rows = assemble.listed(base, classes)
    chosen = [name for name, row in rows.items() if not row.why]
    answer = Calibration(
        instance.name, base.time.years[0], full_cost, CALIBRATED, tuple(rows.values())
    )
    if not chosen:
        return answer

    def plan(
        what: str, question: Instance, told: Callable[[Progress], None] | None = on_progress
    ) -> Plan:
        say(what)
        return solve(
            question,
            gap=gap,
            time_limit_s=max(time_limit_s - context.seconds, LEAST_S),
            backend=context.backend,
            method=method,
            threads=threads,
            on_progress=told,
        )

    held = plan("the base year with D served", held_at_demand(priced, chosen))
    if held.status == "infeasible":
        # Its welfare, where D counts for so much, would only mislead: it is not told.
        most = plan("how much of D can be served", wanted_at_any_cost(priced, chosen), None)
        unserved = assemble.unserved(most, chosen)
        return replace(answer, status=held.status, plans={"most": most}, unserved=unserved)
    if not held.has_point or not len(held.prices):
        status, told = (held.status, ()) if not held.has_point else ("time_limit", (NO_PRICES,))
        return replace(answer, status=status, plans={"held": held}, warnings=told)

    groups = {group.id: group for group in base.classes}
    found = {
        name: assemble.found(groups[name], market, rows[name], answer.year)
        for name, market in markets(base, held, chosen).items()
    }
    rows |= {name: one.row for name, one in found.items()}
    answer = replace(answer, classes=tuple(rows.values()))
    plans = {"held": held, "check": plan("the check", answer.apply(priced))}
    if full_cost:
        plans["standing"] = plan("the base year as it stands", answer.apply(base))
    rows |= {
        name: assemble.checked(one, plans["check"], plans.get("standing"))
        for name, one in found.items()
    }
    workloads = assemble.workload_table(found.values(), plans["check"])
    return replace(
        answer,
        status=_status(plans, [rows[name] for name in chosen]),
        classes=tuple(rows.values()),
        workloads=workloads,
        plans=plans,
        settings=tuple(
            setting(instance, name, answer.year, row.after)
            for name, row in rows.items()
            if row.after is not None
        ),
        warnings=tuple(assemble.warnings(priced, rows, workloads, full_cost)),
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
