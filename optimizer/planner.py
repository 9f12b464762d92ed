"""Solve an instance: compile, solve, decode, price, verify.  This file is the map."""

import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from optimizer.errors import SolverError
from optimizer.formulation.compose import compose
from optimizer.formulation.demand_curve import VALUE
from optimizer.formulation.numerics import check_scales
from optimizer.plan.decode import decode
from optimizer.plan.output_tables import TABLES
from optimizer.plan.plan import Plan, Run, finite_or_none
from optimizer.plan.prices import LONG_RUN, SHORT_RUN, price_table
from optimizer.plan.replanning import Earlier, replan
from optimizer.plan.warnings import plan_warnings
from optimizer.problem.parameters.case import Case, compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.backends.base import Backend, Outcome, Progress, StopReason
from optimizer.solvers.context import SolveContext, make_context
from optimizer.solvers.interrupts import stop_on_interrupt
from optimizer.solvers.milp import Program
from optimizer.solvers.registry import method_for, versions
from optimizer.solvers.search import Solved
from optimizer.units import USD_PER_KUSD
from optimizer.verification import verify

NO_PRICES = "there was no time left for prices: solve with a longer time limit to have them"


def solve(
    instance: Instance,
    *,
    gap: float = 1e-3,
    time_limit_s: float = math.inf,
    backend: str | Backend = "highs",
    method: str = "auto",
    threads: int | None = None,
    prices: bool = True,
    fix_builds_from: Plan | None = None,
    until: int | None = None,
    start_from: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> Plan:
    """Find a plan of highest welfare, with a proven bound.

    Ctrl-C stops the search and keeps the best plan so far.

    Parameters
    ----------
    instance : Instance
        From `load_instance`, or built in Python.
    gap : float
        Stop when (bound - welfare) is at most this share of the system cost.
    time_limit_s : float
        Stop after this many seconds with the best plan so far.
    backend : str or Backend
        Solver by name, or one that is at hand already.
    method : str
        ``whole``, the program in one piece, or ``auto``, which chooses.
    threads : int, optional
        Threads of the solver; its own choice where None.
    prices : bool
        Whether to find prices too, which takes two linear programs more.
    fix_builds_from : Plan, optional
        In years up to `until`, build and open what this plan does, and nothing else.  It may be
        of another instance: what it builds is found by ids.
    until : int, optional
        Last year in which builds are held; the last of all where None.
    start_from : Plan, optional
        Try this plan's builds first.  It makes the search quicker or not, and its end no worse.
    on_progress : callable, optional
        Called with an `optimizer.solvers.backends.base.Progress` now and then.
    on_stage : callable, optional
        Called with a few words as each stage begins.

    Returns
    -------
    Plan
        Verified against the instance; without a point where none was found.

    Raises
    ------
    InputError
        Where an option is not one of those allowed, a number of the instance is one that
        solvers would drop or misread, or the builds to be held are not possible here.
    SolverError
        Where the solver fails, or the plan it found does not verify.
    """
    context = make_context(gap, time_limit_s, backend, method, threads, on_progress)
    say = on_stage or (lambda _: None)
    case = compile_case(instance)
    program, layout = compose(case)
    earlier = Earlier(fix_builds_from, until, start_from)
    free, replanned = program, replan(case, layout, program, earlier)
    program = replanned.program
    ill_scaled = check_scales(case, program)
    built = context.seconds
    height, width = program.matrix.shape
    say(f"program of {width:,} columns, {height:,} rows and {len(case.arcs):,} arcs")
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)
        say("solving")
        solved = search.solve(program, context, replanned.start)
        found = context.seconds
        tables = {name: pd.DataFrame() for name in TABLES}
        if solved.outcome.x is not None:
            tables |= decode(case, layout, solved.outcome.x)
            if prices:
                say("prices")
                tables["prices"] = _prices(case, solved, context)
        blamed: tuple[str, ...] = ()
        if fix_builds_from is not None and solved.outcome.reason is StopReason.INFEASIBLE:
            say("the same without what is held")
            blamed = (_without_builds_held(search.solve(free, replace(context.quiet(), gap=1.0))),)
    is_priced = not prices or solved.outcome.x is None or len(tables["prices"])
    unpriced = () if is_priced else (NO_PRICES,)
    run = Run(
        digest=instance.digest(),
        versions=versions(context.backend),
        options={
            "gap": gap,
            "time_limit_s": finite_or_none(time_limit_s),
            "backend": context.backend.name,
            "method": method_for(method),
            "threads": threads,
            **replanned.record,
        },
        seconds={"build": built, "solve": found - built, "prices": context.seconds - found},
        size={"arcs": len(case.arcs), **program.size},
        warnings=(
            *plan_warnings(case, tables),
            *ill_scaled,
            *replanned.warnings,
            *blamed,
            *unpriced,
        ),
    )
    plan = make_plan(instance, program, solved.outcome, tables, run)
    must_verify(instance, plan)
    return plan


def _without_builds_held(solved: Solved) -> str:
    """Say whether builds that are held are why there is no plan."""
    if solved.outcome.x is not None:
        return "there is a plan without the builds that are held: they are why there is none"
    if solved.outcome.reason is StopReason.INFEASIBLE:
        return "there is no plan without the builds that are held either"
    return "whether the builds that are held are why there is no plan was not found in time"


def must_verify(instance: Instance, plan: Plan) -> None:
    """Raise SolverError where a plan does not verify: no such plan may leave the house."""
    violations = verify(instance, plan)
    if violations:
        listing = "\n".join(str(violation) for violation in violations[:20])
        raise SolverError(f"the plan found does not verify:\n{listing}")


def make_plan(
    instance: Instance,
    program: Program,
    outcome: Outcome,
    tables: dict[str, pd.DataFrame],
    run: Run,
) -> Plan:
    """Put the numbers in dollars, and leave out those that there are not."""
    bound = finite_or_none(outcome.bound * USD_PER_KUSD)
    if outcome.x is None:
        return Plan(instance, outcome.reason.value, None, bound, None, None, None, {}, tables, run)
    x = outcome.x
    parts = {name: part.value(x) * USD_PER_KUSD for name, part in program.parts.items()}
    forced = all(group.must_serve for group in instance.classes)
    return Plan(
        instance=instance,
        status=outcome.reason.value,
        welfare_usd=program.value(x) * USD_PER_KUSD,
        bound_usd=bound,
        cost_usd=program.system_cost.value(x) * USD_PER_KUSD,
        cost_bound_usd=parts[VALUE] - bound if forced and bound is not None else None,
        gap=finite_or_none(program.gap(x, outcome.bound)),
        parts_usd=parts,
        tables=tables,
        run=run,
    )


def _prices(case: Case, solved: Solved, context: SolveContext) -> pd.DataFrame:
    """Long-run and short-run prices at the plan found, as far as time allows."""
    program, outcome, session = solved.program, solved.outcome, solved.session
    if outcome.x is None:
        raise ValueError("prices need a point")
    tables, unstoppable = [], replace(context.follow_up(), should_stop=None)
    for label, linear in (
        (LONG_RUN, program.fixed(outcome.x, program.gate).relaxed()),
        (SHORT_RUN, program.fixed(outcome.x, program.integer)),
    ):
        priced = session.solve(linear, unstoppable.options())
        if priced.row_dual is None:
            return pd.DataFrame()
        tables.append(price_table(case, program, priced.row_dual, label))
    return pd.concat(tables, ignore_index=True)
