"""Why load changed: substitution, unlocked work and growth, by Shapley values.

Three linear switches take an effect out of world 1.  With substitution off the rest serves at
least what it serves in world 0, with growth off no workload that world 0 reaches is served more
than there, with unlocked off none that it does not reach is served.  The value of a set of
switches that are on is load less that of world 0; of none it is 0, of all it is world 1's.

L. S. Shapley, A value for n-person games, 1953: the mean, over all orders in which the switches
are turned on, of what each adds.  It adds up exactly, and no order is preferred.
"""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.linear_measure import Split
from optimizer.counterfactual.scenarios import Comparison
from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.search import solve_in

SUBSTITUTION, UNLOCKED, GROWTH = "substitution", "unlocked", "growth"
SWITCHES = (SUBSTITUTION, UNLOCKED, GROWTH)
Switches = frozenset[str]


@dataclass(frozen=True)
class Terms:
    """Change of one quantity from world 0 to world 1, split; the terms add up to `total`.

    Attributes
    ----------
    substitution : float
        The intervention takes over what the rest serves: below 0 where it does so at less load.
    unlocked : float
        Work that nothing else can serve.
    grid_relief : float
        More of a workload, as far as it would grow too if no limit of the grid bound world 0.
    price_response : float
        Growth beyond that, since serving costs less.
    total : float
    """

    substitution: float
    unlocked: float
    grid_relief: float
    price_response: float
    total: float

    @property
    def growth(self) -> float:
        """Grid relief and price response together."""
        return self.grid_relief + self.price_response


@dataclass(frozen=True)
class Attribution:
    """The split of what changes, in each unit, over all years.

    Attributes
    ----------
    tokens : Terms
        Gtok served.
    energy : Terms
        MWh of site energy.
    peak : Terms
        MW of all sites at the hour of world 0's highest load.
    noise_mwh : float
        Energy that the interval leaves open: a term of energy below it may be nothing.
    gap : float or None
        Widest gap of the programs behind it; None if one has no bound.
    """

    tokens: Terms
    energy: Terms
    peak: Terms
    noise_mwh: float
    gap: float | None


def attribute(
    comparison: Comparison,
    context: SolveContext,
    noise_mwh: float,
) -> Attribution:
    """Solve world 1 with every set of switches, and split the change of load.

    Parameters
    ----------
    comparison : Comparison
        With a point of worlds 0, 1 and inf.
    context : SolveContext
    noise_mwh : float

    Raises
    ------
    SolverError
        Where a set has no plan, in time or at all.
    """
    points, gap = _points(comparison, context)
    relief = relief_share(comparison)
    spans = comparison.case.horizon.span_years
    at_peak, peak_year = measures.peak(comparison)

    def terms(split: Split, weight: Floats) -> Terms:
        def load(x: Floats) -> float:
            return float(weight @ (split.rest.by_year(x) + split.intervention.by_year(x)))

        base = load(comparison.point(worlds.WITHOUT))
        return split_by_shapley(lambda on: load(points[on]) - base, relief)

    case, layout, scope = comparison.case, comparison.layout, comparison.scope
    return Attribution(
        tokens=terms(linear_measure.tokens(case, layout, scope), spans),
        energy=terms(linear_measure.energy(case, layout, scope), spans),
        peak=terms(at_peak, peak_year),
        noise_mwh=noise_mwh,
        gap=gap,
    )


def split_by_shapley(value: Callable[[Switches], float], relief: float) -> Terms:
    """Split the value of all switches by Shapley.

    Parameters
    ----------
    value : callable
        Value of a set of switches that are on; not asked for that of none, which is 0.
    relief : float
        Share of growth that is grid relief.
    """
    worth: dict[Switches, float] = {frozenset(): 0.0}
    for size in (1, 2, 3):
        for some in itertools.combinations(SWITCHES, size):
            worth[frozenset(some)] = value(frozenset(some))
    share = dict.fromkeys(SWITCHES, 0.0)
    orders = list(itertools.permutations(SWITCHES))
    for order in orders:
        for position, switch in enumerate(order):
            before = frozenset(order[:position])
            share[switch] += (worth[before | {switch}] - worth[before]) / len(orders)
    return Terms(
        substitution=share[SUBSTITUTION],
        unlocked=share[UNLOCKED],
        grid_relief=share[GROWTH] * relief,
        price_response=share[GROWTH] * (1.0 - relief),
        total=worth[frozenset(SWITCHES)],
    )


def relief_share(comparison: Comparison) -> float:
    """Share of growth, in tokens, that lifting the grid's limits would give without it too.

    Workload by workload and year by year: ``min(growth, max(0, served inf - served 0))``.  Where
    nothing grows it is 0.
    """
    case, layout = comparison.case, comparison.layout
    hours = case.horizon.hours_per_year
    yearly = {
        world: layout.served.of(comparison.point(world)) @ hours
        for world in (worlds.WITHOUT, worlds.WITH, worlds.UNLIMITED)
    }
    known = worlds.reachable(case, ~comparison.scope.arc)
    growth = np.where(known, np.maximum(yearly[worlds.WITH] - yearly[worlds.WITHOUT], 0.0), 0.0)
    relieved = np.maximum(yearly[worlds.UNLIMITED] - yearly[worlds.WITHOUT], 0.0)
    spans = case.horizon.span_years
    whole = float((growth @ spans).sum())
    return float((np.minimum(growth, relieved) @ spans).sum()) / whole if whole > 0 else 0.0


def switched(comparison: Comparison) -> Callable[[Switches], Program]:
    """Return how to make world 1 with a set of switches on, one matrix for all."""
    case, layout, program = comparison.case, comparison.layout, comparison.programs[worlds.WITH]
    alone = comparison.point(worlds.WITHOUT)
    rest = np.flatnonzero(~comparison.scope.arc)
    workloads = layout.served.shape[0]
    served = layout.served.of(alone)
    of_rest = np.zeros_like(served)
    np.add.at(of_rest, case.arcs.workload[rest], layout.flow.of(alone)[rest])
    columns = layout.flow.index[rest]
    rows = np.arange(served.size).reshape(served.shape)[case.arcs.workload[rest]]
    matrix = sparse.csr_array(
        (np.ones(columns.size), (rows.ravel(), columns.ravel())),
        shape=(served.size, len(program.lower)),
    )
    free = np.full(served.size, -np.inf)
    with_rows = program.with_rows(SUBSTITUTION, matrix, free, np.full(served.size, np.inf))
    held = with_rows.rows[SUBSTITUTION].index.ravel()
    known = np.repeat(worlds.reachable(case, ~comparison.scope.arc)[:, :, None], served.shape[2], 2)

    def program_of(on: Switches) -> Program:
        row_lower, upper = with_rows.row_lower.copy(), with_rows.upper.copy()
        lower = with_rows.lower.copy()
        if SUBSTITUTION not in on:
            row_lower[held] = np.maximum(of_rest.ravel(), 0.0)
        if GROWTH not in on:
            grown = layout.served.index[known]
            upper[grown] = np.minimum(upper[grown], np.maximum(served[known], 0.0))
        if UNLOCKED not in on:
            upper[layout.served.index[~known]] = 0.0
        if GROWTH not in on or UNLOCKED not in on:
            # What may not be served is not accepted, even where it must be served.
            accepted = layout.accepted.index.reshape(workloads, -1)
            lower[accepted] = np.minimum(lower[accepted], np.maximum(alone[accepted], 0.0))
        return with_rows.with_bounds(lower=lower, upper=upper, row_lower=row_lower)

    return program_of


def _points(
    comparison: Comparison,
    context: SolveContext,
) -> tuple[Mapping[Switches, Floats], float | None]:
    """Point of world 1 with every set of switches on but none, and the widest gap."""
    program_of = switched(comparison)
    every = frozenset(SWITCHES)
    points = {every: comparison.point(worlds.WITH)}
    all_reached = bool(worlds.reachable(comparison.case, ~comparison.scope.arc).all())
    # Where world 0 reaches every workload there is nothing to unlock, and the switch does nothing.
    switches = SWITCHES[::2] if all_reached else SWITCHES
    sets = [frozenset(some) for size in (1, 2) for some in itertools.combinations(switches, size)]
    asked = [some for some in sets if some != frozenset(switches)]
    first = context.open()
    first.solve(program_of(every).relaxed(), context.options())

    def solve(on: Switches, session: Session) -> Outcome:
        start = comparison.point(worlds.WITHOUT)
        return solve_in(session, program_of(on), context, start)

    tasks = [partial(solve, on, first.fork(program_of(every).relaxed())) for on in asked]
    found = context.side_by_side(tasks)
    gap = 0.0
    for on, outcome in zip(asked, found, strict=True):
        if outcome.x is None:
            raise SolverError(f"world 1 with {', '.join(sorted(on))} alone has no plan")
        points[on] = outcome.x
        gap = max(gap, program_of(on).gap(outcome.x, outcome.bound))
    if all_reached:
        points[frozenset(switches)] = points[every]
        points |= {on | {UNLOCKED}: points[on] for on in asked}
        points[frozenset({UNLOCKED})] = comparison.point(worlds.WITHOUT)
    return points, gap if math.isfinite(gap) else None
