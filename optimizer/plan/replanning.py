"""Re-planning: fix the builds of an earlier plan, or start from them, in another program."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.errors import InputError, Problem
from optimizer.formulation.layout import Layout
from optimizer.plan.decisions import Decisions
from optimizer.plan.plan import HELD, STARTED, Plan
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Program


@dataclass(frozen=True)
class Earlier:
    """Earlier plans to plan around.

    Attributes
    ----------
    fix_builds_from : Plan or None
        Plan whose builds are fixed.
    until : int or None
        Last year in which they are; None for the whole horizon.
    start_from : Plan or None
        Plan whose integers are tried first.

    Raises
    ------
    InputError
        If a plan has no solution, or there is a year and no plan whose builds to fix.
    """

    fix_builds_from: Plan | None = None
    until: int | None = None
    start_from: Plan | None = None

    def __post_init__(self) -> None:
        plans = (("fix_builds_from", self.fix_builds_from), ("start_from", self.start_from))
        problems = [
            Problem(
                "options", None, name, plan.status, "ended without a plan, so it builds nothing"
            )
            for name, plan in plans
            if plan is not None and not plan.has_point
        ]
        if self.until is not None and self.fix_builds_from is None:
            message = "requires fix_builds_from, the plan whose builds to fix"
            problems.append(Problem("options", None, "until", str(self.until), message))
        if problems:
            raise InputError(problems)


@dataclass(frozen=True)
class Replanning:
    """A program in which builds are fixed, and a point to start from.

    Attributes
    ----------
    program : Program
    start : ndarray, shape (n,), or None
        Point whose integers are those of a plan.
    record : mapping
        What is fixed and started from, for `optimizer.plan.plan.Run.options`.
    warnings : tuple of str
    """

    program: Program
    start: Floats | None
    record: dict[str, Any]
    warnings: tuple[str, ...]


def replan(case: Case, layout: Layout, program: Program, earlier: Earlier) -> Replanning:
    """Fix what one plan builds up to a year, and start from another.

    Raises
    ------
    InputError
        With everything that the plan to fix builds and this instance cannot.
    """
    record: dict[str, Any] = {}
    warnings: list[str] = []
    start = None
    if earlier.fix_builds_from is not None:
        until = case.horizon.years[-1] if earlier.until is None else earlier.until
        fixed = Decisions(case, layout, program, earlier.fix_builds_from, until)
        if fixed.faults:
            raise InputError(
                Problem("options", None, "fix_builds_from", where, message)
                for where, message in fixed.faults
            )
        record[HELD] = {"until": until, **fixed.record()}
        program = program.with_bounds(
            lower=np.where(fixed.known, fixed.value, program.lower),
            upper=np.where(fixed.known, fixed.value, program.upper),
        )
    if earlier.start_from is not None:
        tried = Decisions(case, layout, program, earlier.start_from, case.horizon.years[-1])
        start = tried.value
        _set_charging(case, layout, earlier.start_from, start)
        record[STARTED] = tried.source()
        warnings = [f"the start omits {where}: {message}" for where, message in tried.faults]
    return Replanning(program, start, record, tuple(warnings))


def _set_charging(case: Case, layout: Layout, plan: Plan, start: Floats) -> None:
    """Let storage charge in the slots in which the plan charges it, if they exist here."""
    table = plan.tables["storage"]
    if table.empty or not layout.charging.size:
        return
    horizon, rows = case.horizon, case.instance.site_storage
    unit = {(row.site, row.storage): v for v, row in enumerate(rows)}
    year = {year: y for y, year in enumerate(horizon.years)}
    days = horizon.day_of_year[horizon.day]
    slot = {key: k for k, key in enumerate(zip(days, horizon.start_h, strict=True))}
    charging = table[table["charge_mw"] > 0]
    columns = ("site", "storage", "year", "day", "start_h")
    for site, type_, when, day, hour in zip(*(charging[name] for name in columns), strict=True):
        v, y, k = unit.get((site, type_)), year.get(when), slot.get((day, hour))
        if v is not None and y is not None and k is not None:
            start[layout.charging.index[v, y, k]] = 1.0
