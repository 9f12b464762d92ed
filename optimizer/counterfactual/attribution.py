"""Why load changes: substitution, unlocked work and growth, by Shapley values.

Three linear switches each remove an effect from the world with the intervention.  With
substitution off, the rest serves at least what it serves in the baseline; with growth off, no
workload that the baseline reaches is served more than there; with unlocked off, none that it
does not reach is served.  The value of a set of switches that are on is load less baseline load.

L. S. Shapley, A value for n-person games, 1953: the mean contribution of each switch over all
orders in which they are turned on.  The parts add up exactly, and no order is preferred.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.linear_measure import Split
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.errors import SolverError
from optimizer.plan.plan import finite_or_none
from optimizer.solvers.backends.base import Outcome, Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.search import solve_in

SUBSTITUTION, UNLOCKED, GROWTH = "substitution", "unlocked", "growth"
SWITCHES = (SUBSTITUTION, UNLOCKED, GROWTH)
Switches = frozenset[str]


@dataclass(frozen=True)
class Terms:
    """Change of one quantity from the baseline, by cause; the terms add up to `total`.

    Attributes
    ----------
    substitution : float
        The intervention takes over work of the rest: negative if it does so with less load.
    unlocked : float
        Work that nothing else can serve.
    grid_relief : float
        Growth of a workload that would also occur in the baseline without grid limits.
    price_response : float
        Growth beyond that, because serving costs less.
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
    """The change of each quantity by cause, over all years.

    Attributes
    ----------
    tokens : Terms
        Gtok served.
    energy : Terms
        MWh of site energy.
    peak : Terms
        MW of all sites in the hour of highest baseline load.
    noise_mwh : float
        Energy that the interval leaves open: an energy term below it may be zero.
    gap : float or None
        Widest gap of the programs behind it; None if one has no bound.
    """

    tokens: Terms
    energy: Terms
    peak: Terms
    noise_mwh: float
    gap: float | None


def attribute(scenarios: SolvedScenarios, context: SolveContext, noise_mwh: float) -> Attribution:
    """Solve the world with the intervention for every set of switches, and split the change.

    Parameters
    ----------
    scenarios : SolvedScenarios
        With points of the two compared worlds and of the unconstrained grid.
    context : SolveContext
    noise_mwh : float

    Raises
    ------
    SolverError
        If a set has no plan, in time or at all.
    """
    points, gap = _points(scenarios, context)
    relief, spans = relief_share(scenarios), scenarios.spans

    def terms(split: Split, weight: Floats) -> Terms:
        def load(x: Floats) -> float:
            return float(weight @ (split.rest.by_year(x) + split.intervention.by_year(x)))

        base = load(scenarios.point(worlds.BASELINE))
        return split_by_shapley(lambda on: load(points[on]) - base, relief)

    return Attribution(
        tokens=terms(scenarios.split(linear_measure.tokens), spans),
        energy=terms(scenarios.split(linear_measure.energy), spans),
        peak=terms(*measures.peak(scenarios)),
        noise_mwh=noise_mwh,
        gap=gap,
    )


def split_by_shapley(value: Callable[[Switches], float], relief: float) -> Terms:
    """Split the value of all switches by Shapley's method.

    Parameters
    ----------
    value : callable
        Value of a nonempty set of switches that are on; the empty set has value 0.
    relief : float
        Share of growth that is grid relief.
    """
    worth: dict[Switches, float] = {frozenset(): 0.0}
    for size in (1, 2, 3):
        for on in map(frozenset, itertools.combinations(SWITCHES, size)):
            worth[on] = value(on)
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


def relief_share(scenarios: SolvedScenarios) -> float:
    """Share of growth, in tokens, that lifting grid limits in the baseline would also give.

    By workload and year: ``min(growth, max(0, served with no limits - served in baseline))``.
    Zero if nothing grows.
    """
    case, layout = scenarios.case, scenarios.layout
    hours = case.horizon.hours_per_year
    yearly = {
        world: layout.served.of(scenarios.point(world)) @ hours
        for world in (worlds.BASELINE, worlds.WITH_INTERVENTION, worlds.UNCONSTRAINED_GRID)
    }
    baseline, spans = yearly[worlds.BASELINE], scenarios.spans
    known = worlds.reachable(case, ~scenarios.scope.arc)
    growth = np.where(known, np.maximum(yearly[worlds.WITH_INTERVENTION] - baseline, 0.0), 0.0)
    relieved = np.maximum(yearly[worlds.UNCONSTRAINED_GRID] - baseline, 0.0)
    whole = float((growth @ spans).sum())
    return float((np.minimum(growth, relieved) @ spans).sum()) / whole if whole > 0 else 0.0


def switched(scenarios: SolvedScenarios) -> Callable[[Switches], Program]:
    """Return a function from switches that are on to a program; all programs share a matrix."""
    case, layout = scenarios.case, scenarios.layout
    program = scenarios.programs[worlds.WITH_INTERVENTION]
    baseline = scenarios.point(worlds.BASELINE)
    rest = np.flatnonzero(~scenarios.scope.arc)
    workloads = layout.served.shape[0]
    served = layout.served.of(baseline)
    of_rest = np.zeros_like(served)
    np.add.at(of_rest, case.arcs.workload[rest], layout.flow.of(baseline)[rest])
    columns = layout.flow.index[rest]
    rows = np.arange(served.size).reshape(served.shape)[case.arcs.workload[rest]]
    matrix = sparse.csr_array(
        (np.ones(columns.size), (rows.ravel(), columns.ravel())),
        shape=(served.size, len(program.lower)),
    )
    free = np.full(served.size, -np.inf)
    with_rows = program.with_rows(SUBSTITUTION, matrix, free, np.full(served.size, np.inf))
    held = with_rows.rows[SUBSTITUTION].index.ravel()
    known = np.repeat(worlds.reachable(case, ~scenarios.scope.arc)[:, :, None], served.shape[2], 2)

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
            # Demand that may not be served is not accepted, even if it must be served.
            accepted = layout.accepted.index.reshape(workloads, -1)
            lower[accepted] = np.minimum(lower[accepted], np.maximum(baseline[accepted], 0.0))
        return with_rows.with_bounds(lower=lower, upper=upper, row_lower=row_lower)

    return program_of


def _points(
    scenarios: SolvedScenarios, context: SolveContext
) -> tuple[Mapping[Switches, Floats], float | None]:
    """Point of every nonempty set of switches that are on, and the widest gap."""
    program_of = switched(scenarios)
    every = frozenset(SWITCHES)
    baseline = scenarios.point(worlds.BASELINE)
    points = {every: scenarios.point(worlds.WITH_INTERVENTION)}
    all_reached = bool(worlds.reachable(scenarios.case, ~scenarios.scope.arc).all())
    # If the baseline reaches every workload, nothing is unlocked and that switch has no effect.
    switches = SWITCHES[::2] if all_reached else SWITCHES
    sets = [frozenset(some) for size in (1, 2) for some in itertools.combinations(switches, size)]
    asked = [on for on in sets if on != frozenset(switches)]
    first = context.open()
    first.solve(program_of(every).relaxed(), context.options())

    def solve(on: Switches, session: Session) -> Outcome:
        return solve_in(session, program_of(on), context, baseline)

    outcomes = context.side_by_side(
        [partial(solve, on, first.fork(program_of(every).relaxed())) for on in asked]
    )
    gap = 0.0
    for on, outcome in zip(asked, outcomes, strict=True):
        if outcome.x is None:
            raise SolverError(f"the intervention with only {', '.join(sorted(on))} has no plan")
        points[on] = outcome.x
        gap = max(gap, program_of(on).gap(outcome.x, outcome.bound))
    if all_reached:
        points[frozenset(switches)] = points[every]
        points |= {on | {UNLOCKED}: points[on] for on in asked}
        points[frozenset({UNLOCKED})] = baseline
    return points, finite_or_none(gap)
