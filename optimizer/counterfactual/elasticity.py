"""Displacement over the published range of price elasticities.

How demand for tokens responds to price is the least certain input, and displacement depends on
it.  The worlds are therefore solved again with every elastic class at each end of the range.
"""

from dataclasses import dataclass

from optimizer.counterfactual import linear_measure, measures
from optimizer.counterfactual.scenarios import SolvedScenarios, solve_compared
from optimizer.counterfactual.scope import find_scope
from optimizer.errors import SolverError
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.solvers.context import SolveContext

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
        If a world has no plan, in time or at all.
    """
    instance, intervention = scenarios.case.instance, scenarios.scope.intervention
    if not any(map(responds, instance.classes)):
        return ()
    points = []
    for elasticity in PUBLISHED:
        other = with_elasticity(instance, elasticity)
        if other == instance:
            points.append(ElasticityPoint(elasticity, _energy(scenarios)))
            continue
        case = compile_case(other, intervention_models=frozenset(intervention.models))
        scope = find_scope(case, intervention)
        again = solve_compared(case, scope, context)
        if not again.complete:
            raise SolverError(f"a world has no plan at an elasticity of {elasticity:g}")
        points.append(ElasticityPoint(elasticity, _energy(again)))
    return tuple(points)


def _energy(scenarios: SolvedScenarios) -> float | None:
    return measures.series(scenarios, scenarios.split(linear_measure.energy)).whole.displacement


def responds(group: WorkloadClass) -> bool:
    """Whether a class's demand responds to its price."""
    return group.elasticity < 0 and not group.must_serve
