"""Displacement over the published range of price elasticities.

How demand for tokens responds to price is the least certain input, and displacement depends on
it.  The worlds are therefore solved again with every elastic class at each end of the range, from
the last basis of those solved, and with tangents where demand would end at the same costs.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.counterfactual.changed_pair import changed_pair, sessions_for
from optimizer.counterfactual.measures import displacement_of
from optimizer.counterfactual.scenarios import SolvedScenarios, solve_close_pair
from optimizer.counterfactual.worlds import COMPARED, AddingPair
from optimizer.errors import SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.demand import cost_of_accepting
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

PUBLISHED = (-0.3, -1.11)
"""Published elasticities of the demand for tokens.

The second is between providers of one model (NBER working paper "The Emerging Market for
Intelligence"): users who change provider do not stop asking, so it is an upper end.
"""


@dataclass(frozen=True)
class ElasticityPoint:
    """The result at an elasticity.

    Attributes
    ----------
    elasticity : float
    displacement : float or None
        Of energy; None if the intervention is not used, or changes figures.
    rebound : float or None
        Of a step in efficiency only.
    """

    elasticity: float
    displacement: float | None
    rebound: float | None = None


def with_elasticity(instance: Instance, elasticity: float) -> Instance:
    """Return an instance with every elastic class at one elasticity."""
    classes = tuple(
        group.model_copy(update={"elasticity": elasticity}) if responds(group) else group
        for group in instance.classes
    )
    return instance.model_copy(update={"classes": classes})


def over_the_range(
    scenarios: SolvedScenarios, context: SolveContext
) -> tuple[ElasticityPoint, ...]:
    """Measure displacement again at both ends; empty if no class responds to price.

    Raises
    ------
    SolverError
        If a world is not solved to the gap, in time or at all.
    """
    instance = scenarios.case.instance
    if not any(map(responds, instance.classes)):
        return ()
    points = []
    for elasticity in PUBLISHED:
        other = with_elasticity(instance, elasticity)
        if other == instance:
            points.append(ElasticityPoint(elasticity, displacement_of(scenarios)))
            continue
        again = _solved(scenarios, other, context)
        if not again.complete:
            raise SolverError(f"a world has no plan at an elasticity of {elasticity:g}")
        if not again.within(context.gap):
            raise SolverError(f"a world is not within the gap at an elasticity of {elasticity:g}")
        points.append(ElasticityPoint(elasticity, displacement_of(again)))
    return tuple(points)


def _solved(
    scenarios: SolvedScenarios, instance: Instance, context: SolveContext
) -> SolvedScenarios:
    """Solve both worlds with other elasticities, from the last basis of the worlds without."""
    pair = changed_pair(scenarios, instance, scenarios.case.demand.points)
    pair = pair.recut(_points_at_costs_of(scenarios, pair))
    forks = {
        key: session.fork(scenarios.programs[key].relaxed())
        for key, session in scenarios.sessions.items()
    }
    programs = {key: world.program for key, world in pair.programs.items()}
    sessions = sessions_for(scenarios, programs, forks, context)
    return solve_close_pair(pair, sessions, context)


def _points_at_costs_of(scenarios: SolvedScenarios, pair: AddingPair) -> Floats:
    """Points around what other curves demand at the marginal costs of solved worlds, (W, Y, J)."""
    case, centres = pair.with_intervention.case, []
    tokens = case.discounted_gtok
    for key in pair.programs:
        outcome, centre = scenarios.outcomes[key], np.ones_like(tokens)
        if outcome.row_dual is not None:
            spent = cost_of_accepting(scenarios.programs[key], outcome.row_dual)
            marginal = np.divide(spent, tokens, out=np.zeros_like(spent), where=tokens > 0)
            centre = case.demand.curves.quantity(marginal)
        centres.append(centre)
    reference = pair.reference_gtok({key: scenarios.point(key) for key in COMPARED})
    return demand_grid.points_around(case, centres, demand_grid.nearest_distance(case, reference))


def responds(group: WorkloadClass) -> bool:
    """Whether a class's demand responds to its price."""
    return group.elasticity < 0 and not group.must_serve
