"""Solve an instance: compile, solve, decode, price, verify; `solve` is the overview."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from optimizer.errors import SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.demand_curve import VALUE
from optimizer.formulation.numerics import check_scales
from optimizer.formulation.world_program import WorldProgram, world_program
from optimizer.plan.decode import decode
from optimizer.plan.output_tables import TABLES
from optimizer.plan.plan import Plan, Run, finite_or_none
from optimizer.plan.prices import price_table
from optimizer.plan.replanning import Earlier, replan
from optimizer.plan.warnings import plan_warnings
from optimizer.planner.refine import SingleWorld, solve_family
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.backends.base import Backend, Outcome, Progress, StopReason
from optimizer.solvers.context import SolveContext, make_context
from optimizer.solvers.interrupts import stop_on_interrupt
from optimizer.solvers.milp import Program
from optimizer.solvers.registry import method_for, versions
from optimizer.solvers.search import Solved
from optimizer.units import USD_PER_KUSD
from optimizer.verification import Violation, verify

UNSETTLED_PRICES = "no prices: the solver did not settle them within its tolerances"
NO_PRICES = "no time left for prices: solve with a longer time limit to get them"


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
    """Find a plan of maximum welfare, with a proven bound.

    Ctrl-C stops the search and returns the best plan so far.

    Parameters
    ----------
    instance : Instance
        From `load_instance` or built in Python.
    gap : float
        Stop when (bound - welfare) is at most this fraction of the system cost.
    time_limit_s : float
        Stop after this time with the best plan so far, s.
    backend : str or Backend
        Name of a solver, or an object that implements
        `optimizer.solvers.backends.base.Backend`.
    method : str
        ``whole`` solves the program in one piece; ``auto`` chooses a method.
    threads : int, optional
        Threads of the solver, which chooses if it is None.
    prices : bool
        Whether to compute prices, which takes more linear programs.
    fix_builds_from : Plan, optional
        Build and open exactly what this plan does in years up to `until`.  It may belong to another
        instance: builds are matched by id.
    until : int, optional
        Last year of fixed builds; the last year of the horizon if None.
    start_from : Plan, optional
        Try this plan's builds first.  This may speed up the search, and never worsens the result.
    on_progress : callable, optional
        Called from time to time with an `optimizer.solvers.backends.base.Progress`.
    on_stage : callable, optional
        Called with a short description as each stage begins.

    Returns
    -------
    Plan
        Verified against the instance; it has no numbers if no feasible point was found.

    Raises
    ------
    InputError
        If an option is not allowed, solvers would drop or misread a number of the instance, or the
        fixed builds are impossible in this instance.
    SolverError
        If the solver fails or its plan does not verify.
    """
    context = make_context(gap, time_limit_s, backend, method, threads, on_progress)
    context = replace(context, on_stage=on_stage)
    world = world_program(demand_grid.fine_case(compile_case(instance), 1))
    case, free, layout = world.case, world.program, world.layout
    replanned = replan(case, layout, free, Earlier(fix_builds_from, until, start_from))
    program = replanned.program
    warnings = [*check_scales(case, program), *replanned.warnings]
    built_s = context.seconds
    rows, columns = program.matrix.shape
    context.stage(
        f"program of {columns:,} columns, {rows:,} rows and {len(case.arcs):,} placements"
        f" ({case.hubs.ways:,} with hubs)"
    )
    tables = {name: pd.DataFrame() for name in TABLES}
    with stop_on_interrupt() as should_stop:
        context = replace(context, should_stop=should_stop)
        family = SingleWorld(replace(world, program=program))
        solved = solve_family(family, context, replanned.start)
        world, (outcome,) = solved.family.world, solved.outcomes.values()
        solved_s = context.seconds
        if outcome.x is not None:
            tables |= decode(world.case, layout, outcome.x)
            if prices:
                context.stage("prices")
                (session,) = solved.sessions.values()
                held = Solved(world.program, outcome, session)
                tables["prices"] = price_table(world.case, held, context.pricing())
                warnings += [] if len(tables["prices"]) else [NO_PRICES]
        if fix_builds_from is not None and outcome.reason is StopReason.INFEASIBLE:
            context.stage("solving without the fixed builds")
            warnings += [_without_fixed_builds(free, context)]
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
        seconds={
            "build": built_s,
            "solve": solved_s - built_s,
            "prices": context.seconds - solved_s,
        },
        size={"arcs": len(case.arcs), "arcs_with_hubs": case.hubs.ways, **program.size},
        warnings=(*plan_warnings(world.case, tables), *warnings),
    )
    return _verified(make_plan(instance, world, outcome, tables, run))


def _verified(plan: Plan) -> Plan:
    """Return a plan that verifies, without prices if they are all that does not."""
    violations = verify(plan.instance, plan)
    if violations and all(violation.family == "prices" for violation in violations):
        run = replace(plan.run, warnings=(*plan.run.warnings, UNSETTLED_PRICES))
        plan = replace(plan, run=run, tables={**plan.tables, "prices": pd.DataFrame()})
        violations = verify(plan.instance, plan)
    _refuse(violations)
    return plan


def _without_fixed_builds(free: Program, context: SolveContext) -> str:
    """Return whether the fixed builds cause the infeasibility."""
    outcome = search.solve(free, replace(context.quiet(), gap=1.0)).outcome
    if outcome.x is not None:
        return "the fixed builds cause the infeasibility: there is a plan without them"
    if outcome.reason is StopReason.INFEASIBLE:
        return "there is no plan without the fixed builds either"
    return "ran out of time before determining whether the fixed builds cause the infeasibility"


def must_verify(instance: Instance, plan: Plan) -> None:
    """Raise SolverError if a plan does not verify: such a plan is never returned."""
    _refuse(verify(instance, plan))


def _refuse(violations: Sequence[Violation]) -> None:
    if violations:
        listing = "\n".join(str(violation) for violation in violations[:20])
        raise SolverError(f"the plan found does not verify:\n{listing}")


def make_plan(
    instance: Instance,
    world: WorldProgram,
    outcome: Outcome,
    tables: dict[str, pd.DataFrame],
    run: Run,
) -> Plan:
    """Return an outcome as a plan, in dollars, without numbers that do not exist.

    Demand is valued on its curve, not at the program's tangents.
    """
    bound = finite_or_none(outcome.bound * USD_PER_KUSD)
    if outcome.x is None:
        return Plan(instance, outcome.reason.value, None, bound, None, None, None, {}, tables, run)
    x = outcome.x
    parts = {name: part * USD_PER_KUSD for name, part in world.parts_kusd(x).items()}
    forced = all(group.must_serve for group in instance.classes)
    return Plan(
        instance=instance,
        status=outcome.reason.value,
        welfare_usd=world.welfare_kusd(x) * USD_PER_KUSD,
        bound_usd=bound,
        cost_usd=world.program.system_cost.value(x) * USD_PER_KUSD,
        cost_bound_usd=parts[VALUE] - bound if forced and bound is not None else None,
        gap=finite_or_none(world.gap(x, outcome.bound)),
        parts_usd=parts,
        tables=tables,
        run=run,
    )
