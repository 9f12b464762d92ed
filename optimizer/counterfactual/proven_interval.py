"""The proven interval: displacement over every plan that is at least as good as those found.

It relaxes the integers and requires at least the incumbent's welfare, so it holds for the optimum
too.  It is wide, since load moves with the square root of the gap.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.interval import Ratio, extremes
from optimizer.counterfactual.linear_measure import USED, Quantity, Split
from optimizer.counterfactual.near_optimal import NearOptimalFace, relaxed_face
from optimizer.counterfactual.quantities import Each, each_once
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.verdict import ENERGY
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

MOST_COLUMNS = 10_000
"""Columns of a program up to which every verdict is tried for proof; beyond it only energy's."""


def provable(scenarios: SolvedScenarios, quantities: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Return the quantities whose proof is tried: in a large program only energy and its like."""
    small = len(scenarios.point(worlds.BASELINE)) <= MOST_COLUMNS
    return {name: each for name, each in quantities.items() if small or each is quantities[ENERGY]}


def proven_intervals(
    scenarios: SolvedScenarios, quantities: Mapping[str, Quantity], context: SolveContext
) -> Each[tuple[float, float]]:
    """Find the extremes of each displacement over the relaxations of both worlds.

    They hold for every plan at least as good; infinite if one hardly uses the intervention.

    Parameters
    ----------
    scenarios, quantities, context
        As in `build_interval.intervals_at_builds`.

    Raises
    ------
    SolverError
        If a face is not found, in time or at all.
    """
    context = context.follow_up()
    baseline, face = context.side_by_side(
        partial(relaxed_face, scenarios.worlds[world], scenarios.point(world), context)
        for world in (worlds.BASELINE, worlds.WITH_INTERVENTION)
    )
    return each_once(quantities, lambda each: _over_relaxations(baseline, face, each, context))


def _over_relaxations(
    baseline: NearOptimalFace, face: NearOptimalFace, quantity: Quantity, context: SolveContext
) -> tuple[float, float]:
    """Extremes of a displacement over two relaxed faces."""
    split, spans = quantity.split, quantity.weight
    rest = extremes(baseline.ends(context), split.rest, context, spans)
    if _may_go_unused(face, split, spans, context):
        return -math.inf, math.inf

    def end(sign: float, rest_without: Floats) -> Callable[[], float]:
        mean = np.full(len(spans), float(spans @ rest_without) / float(spans.sum()))
        return partial(Ratio(mean, split, spans).whole_end, face.fork(context), sign, context)

    low, high = context.side_by_side([end(-1.0, rest.low), end(1.0, rest.high)])
    return low, high


def _may_go_unused(
    face: NearOptimalFace, split: Split, spans: Floats, context: SolveContext
) -> bool:
    """Whether a plan within the gap hardly uses the intervention: then no ratio bounds D."""
    new = split.intervention
    x = face.fork(context).maximize(-new.objective(spans, len(face.point)), context)
    least, planned = float(spans @ new.by_year(x)), float(spans @ new.by_year(face.point))
    return least <= USED * max(planned, float(spans @ split.rest.by_year(x)))
