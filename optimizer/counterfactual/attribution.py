"""Why load changes: what merely stands there, substitution, unlocked work and growth.

The change from the baseline to the world with the intervention is taken in steps.  First the
intervention stands there and serves nothing; then it takes over work while service stays that of
the baseline, which is the world of fixed service; then demand responds.  The response has two
causes that may interact: work that only the intervention reaches, and growth of other work.  Each
is switched off by bounds on what is served, and each gets its Shapley value: the mean of what it
adds before and after the other.

L. S. Shapley, A value for n-person games, 1953.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.growth_causes import GrowthCauses, growth_by_cause
from optimizer.counterfactual.linear_measure import Split
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.errors import SolverError
from optimizer.plan.plan import finite_or_none
from optimizer.solvers.backends.base import Outcome, Session, StopReason
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Bools, Floats, Program
from optimizer.solvers.search import solve_in

STANDING, SUBSTITUTION, UNLOCKED, GROWTH = "standing", "substitution", "unlocked", "growth"
"""Worlds between the baseline and the one with the intervention.

Standing: the intervention serves nothing.  Substitution: service is that of the baseline.  Then
substitution with unlocked work, or with growth, but not both.
"""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Change of one quantity from the baseline, by cause; the terms add up to `total`.

    Attributes
    ----------
    standing : float
        The intervention stands there and serves nothing: fixed load, idle power.
    substitution : float
        It takes over work of the rest while service stays that of the baseline: negative if it
        does so with less load.  With `standing`, the change to the world of fixed service.
    unlocked : float
        Work that nothing else can serve.
    grid_relief : float
        Growth of a workload that would also occur in the baseline without grid limits.
    policy_relief : float
        Growth that would also occur there without policies.
    hardware_relief : float
        Growth that would also occur there if the rest could buy any amount of hardware.
    price_response : float
        Growth beyond that, of demand that responds to price.
    total : float
    """

    standing: float
    substitution: float
    unlocked: float
    grid_relief: float
    policy_relief: float
    hardware_relief: float
    price_response: float
    total: float

    @property
    def growth(self) -> float:
        """Reliefs and price response together."""
        reliefs = self.grid_relief + self.policy_relief + self.hardware_relief
        return reliefs + self.price_response


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
    """Solve the worlds between the baseline and the intervention, and split the change.

    Parameters
    ----------
    scenarios : SolvedScenarios
        With points of the two compared worlds and of the unconstrained grid.
    context : SolveContext
    noise_mwh : float

    Raises
    ------
    SolverError
        If a world has no plan, in time or at all.
    """
    points, gap = _points(scenarios, context)
    growth, spans = growth_by_cause(scenarios, context), scenarios.spans
    of_tokens = growth.shares(spans)
    of_energy = growth.shares(spans * growth.mwh_per_gtok)

    def terms(split: Split, weight: Floats, causes: GrowthCauses) -> Terms:
        def load(x: Floats) -> float:
            return float(weight @ (split.rest.by_year(x) + split.intervention.by_year(x)))

        base = load(scenarios.point(worlds.BASELINE))
        whole = load(scenarios.point(worlds.WITH_INTERVENTION)) - base
        return split_change({world: load(x) - base for world, x in points.items()}, whole, causes)

    return Attribution(
        tokens=terms(scenarios.split(linear_measure.tokens), spans, of_tokens),
        energy=terms(scenarios.split(linear_measure.energy), spans, of_energy),
        peak=terms(*measures.peak(scenarios), of_energy),
        noise_mwh=noise_mwh,
        gap=gap,
    )


def split_change(value: Mapping[str, float], whole: float, causes: GrowthCauses) -> Terms:
    """Split a change by cause.

    Parameters
    ----------
    value : mapping of str to float
        Change from the baseline to `STANDING`, `SUBSTITUTION`, `UNLOCKED` and `GROWTH`.
    whole : float
        Change from the baseline to the world with the intervention.
    causes : GrowthCauses
    """
    standing, substitution = value[STANDING], value[SUBSTITUTION]
    with_unlocked, with_growth = value[UNLOCKED], value[GROWTH]
    unlocked = ((with_unlocked - substitution) + (whole - with_growth)) / 2
    growth = ((with_growth - substitution) + (whole - with_unlocked)) / 2
    return Terms(
        standing=standing,
        substitution=substitution - standing,
        unlocked=unlocked,
        grid_relief=growth * causes.grid,
        policy_relief=growth * causes.policy,
        hardware_relief=growth * causes.hardware,
        price_response=growth * causes.price,
        total=whole,
    )


def standing_world(scenarios: SolvedScenarios, at_most: bool = False) -> Program:
    """Return the world in which the intervention stands there and serves nothing.

    Parameters
    ----------
    scenarios : SolvedScenarios
    at_most : bool
        Whether the rest may serve less than in the baseline: what stands there may leave no room
        for all of it.
    """
    layout, program = scenarios.layout, scenarios.programs[worlds.WITH_INTERVENTION]
    new = scenarios.scope.arc[scenarios.case.hubs.carriers]
    if at_most:
        program = without_growth(scenarios, np.ones_like(_known(scenarios)))
    else:
        program = worlds.fixed_service(program, layout, scenarios.point(worlds.BASELINE))
    upper = program.upper.copy()
    upper[layout.carriers[new]] = 0.0
    return program.with_bounds(upper=upper)


def without_growth(scenarios: SolvedScenarios, held: Bools | None = None) -> Program:
    """Return the world in which some workloads are served no more than in the baseline.

    Demand that may not be served is not accepted, even if it must be served.

    Parameters
    ----------
    scenarios : SolvedScenarios
    held : ndarray of bool, shape (W, Y), optional
        Those workloads; by default the ones that the baseline reaches.
    """
    layout, program = scenarios.layout, scenarios.programs[worlds.WITH_INTERVENTION]
    baseline = scenarios.point(worlds.BASELINE)
    held = _known(scenarios) if held is None else held
    lower, upper = program.lower.copy(), program.upper.copy()
    served, accepted = layout.served.index[held].ravel(), layout.accepted.index[held].ravel()
    upper[served] = np.minimum(upper[served], np.maximum(baseline[served], 0.0))
    lower[accepted] = np.minimum(lower[accepted], np.maximum(baseline[accepted], 0.0))
    return program.with_bounds(lower=lower, upper=upper)


def without_unlocked(scenarios: SolvedScenarios) -> Program:
    """Return the world in which workloads grow, and unlocked work is not served."""
    layout, program = scenarios.layout, scenarios.programs[worlds.WITH_INTERVENTION]
    lower, upper = program.lower.copy(), program.upper.copy()
    unlocked = ~_known(scenarios)
    accepted = layout.accepted.index[unlocked]
    upper[layout.served.index[unlocked]] = 0.0
    lower[accepted] = upper[accepted] = 0.0
    return program.with_bounds(lower=lower, upper=upper)


def _known(scenarios: SolvedScenarios) -> Bools:
    """Whether the baseline reaches a workload in a year, shape (W, Y)."""
    return worlds.reachable(scenarios.case, ~scenarios.scope.arc)


def _points(
    scenarios: SolvedScenarios, context: SolveContext
) -> tuple[Mapping[str, Floats], float | None]:
    """Point of every world between the two that are compared, and the widest gap."""
    baseline = scenarios.point(worlds.BASELINE)
    with_both = scenarios.point(worlds.WITH_INTERVENTION)
    fixed_service = scenarios.has(worlds.FIXED_SERVICE)
    # Builds of a world like it come first: worlds must not differ by their builds alone.
    wanted = {STANDING: (standing_world(scenarios), baseline)}
    if not fixed_service:
        every = np.ones_like(_known(scenarios))
        wanted[SUBSTITUTION] = without_growth(scenarios, every), baseline
    all_reached = bool(_known(scenarios).all())
    if not all_reached:
        wanted[UNLOCKED] = without_growth(scenarios), baseline
        wanted[GROWTH] = without_unlocked(scenarios), with_both
    relaxed = scenarios.programs[worlds.WITH_INTERVENTION].relaxed()
    first = context.open()
    first.solve(relaxed, context.options())

    def solve(session: Session, world: Program, like: Floats) -> Outcome:
        return solve_in(session, world, context, first=like)

    solved = dict(
        zip(
            wanted,
            context.side_by_side(
                [partial(solve, first.fork(relaxed), *each) for each in wanted.values()]
            ),
            strict=True,
        )
    )
    if solved[STANDING].reason is StopReason.INFEASIBLE:
        wanted[STANDING] = standing_world(scenarios, at_most=True), baseline
        solved[STANDING] = solve(first, *wanted[STANDING])
    points: dict[str, Floats] = {}
    gap = 0.0
    for name, outcome in solved.items():
        if outcome.x is None:
            raise SolverError(f"the world {MEANING[name]} has no plan: {outcome.reason.value}")
        points[name] = outcome.x
        gap = max(gap, wanted[name][0].gap(outcome.x, outcome.bound))
    if fixed_service:
        points[SUBSTITUTION] = scenarios.point(worlds.FIXED_SERVICE)
    if all_reached:
        # Nothing is unlocked, so that switch has no effect.
        points |= {UNLOCKED: points[SUBSTITUTION], GROWTH: with_both}
    return points, finite_or_none(gap)


MEANING = {
    STANDING: "in which the intervention serves nothing",
    SUBSTITUTION: "that serves no more than the baseline",
    UNLOCKED: "without growth",
    GROWTH: "without unlocked work",
}
"""Worlds between the two that are compared, as messages name them."""
