"""The interval at these builds: displacement over every plan of about the same cost.

With every integer fixed, plans of almost the same cost may place work elsewhere.  The interval
covers the plans whose welfare is within 1e-6 of the system cost of the best, year by year and over
the horizon, at the builds of each world and at alternative builds within the gap.
"""

import itertools
from collections.abc import Mapping
from functools import partial, reduce

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.interval import Ends, Extremes, Interval, extremes, ratio_interval
from optimizer.counterfactual.linear_measure import Quantity
from optimizer.counterfactual.near_optimal import NearOptimalFace, fixed_builds_face
from optimizer.counterfactual.quantities import Each, each_once
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.worlds import COMPARED
from optimizer.solvers.context import SolveContext

MOST_BUILDS = 3
"""Alternative builds of a world that the interval covers at most."""


def intervals_at_builds(
    scenarios: SolvedScenarios, quantities: Mapping[str, Quantity], context: SolveContext
) -> tuple[Each[Interval], dict[str, int]]:
    """Find the interval of each displacement, and how many builds of each world they cover.

    Parameters
    ----------
    scenarios : SolvedScenarios
    quantities : mapping of str to Quantity
        By name; those that are the same object are measured once.
    context : SolveContext
        With the gap within which alternative builds count.

    Raises
    ------
    SolverError
        If a face is not found, in time or at all.
    """
    tasks = (partial(_faces, scenarios, world, context) for world in COMPARED)
    faces = dict(zip(COMPARED, context.side_by_side(tasks), strict=True))
    context = context.follow_up()
    builds = {world: len(each) for world, each in faces.items()}
    ends = {world: [face.ends(context) for face in each] for world, each in faces.items()}
    return each_once(quantities, lambda each: _over_builds(ends, each, context)), builds


def _over_builds(
    ends: Mapping[str, list[Ends]], quantity: Quantity, context: SolveContext
) -> Interval:
    """Unite the intervals of a displacement over the builds of both worlds."""
    split = quantity.split
    rest = [extremes(each, split.rest, context) for each in ends[worlds.BASELINE]]
    without = Extremes(
        np.min([each.low for each in rest], axis=0), np.max([each.high for each in rest], axis=0)
    )
    intervals = [
        ratio_interval(each, without, split, quantity.weight, context)
        for each in ends[worlds.WITH_INTERVENTION]
    ]
    return reduce(Interval.union, intervals)


def _faces(scenarios: SolvedScenarios, world: str, context: SolveContext) -> list[NearOptimalFace]:
    """Faces of a world at its own builds, and at alternative builds within the gap."""
    solved, outcome = scenarios.worlds[world], scenarios.outcomes[world]
    program = solved.program
    follow_up, outcomes = context.follow_up(), [outcome]
    for other in itertools.islice(outcome.others, MOST_BUILDS):
        again = context.open().solve(program.fixed(other, program.integer), follow_up.options())
        # The demand curve has been refined since they were found, so the gap is checked again.
        known = again.x if again.solved else None
        if known is not None and solved.gap(known, outcome.bound) <= context.gap:
            outcomes.append(again)
    return [fixed_builds_face(solved, each, follow_up) for each in outcomes]
