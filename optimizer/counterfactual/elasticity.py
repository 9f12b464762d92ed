"""Displacement over the range of price elasticities that is published.

How demand for tokens responds to price is the least known figure of all, and displacement hangs
on it.  So the answer is asked again with every elastic class at either end of the range.
"""

from dataclasses import dataclass

from optimizer.counterfactual import linear_measure, measures
from optimizer.counterfactual.scenarios import Comparison, compare_two
from optimizer.counterfactual.scope import find_scope
from optimizer.errors import SolverError
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.solvers.context import SolveContext

PUBLISHED = (-0.3, -1.11)
"""Published elasticities of the demand for tokens, as far as known.

The second is between providers of one model (NBER working paper "The Emerging Market for
Intelligence"): users who change provider are not users who stop asking, so it is an upper end.
"""


@dataclass(frozen=True)
class ElasticityPoint:
    """What comes out at an elasticity.

    Attributes
    ----------
    elasticity : float
    displacement : float or None
        Of energy; None where the intervention is not used, or is a change of figures.
    rebound : float or None
        Of a step in efficiency.
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
    comparison: Comparison,
    context: SolveContext,
) -> tuple[ElasticityPoint, ...]:
    """Compare worlds 0 and 1 again at both ends; nothing where no class responds to price.

    Raises
    ------
    SolverError
        Where a world has no plan, in time or at all.
    """
    instance, intervention = comparison.case.instance, comparison.scope.intervention
    if not any(map(responds, instance.classes)):
        return ()
    points = []
    for elasticity in PUBLISHED:
        other = with_elasticity(instance, elasticity)
        if other == instance:
            points.append(ElasticityPoint(elasticity, _energy(comparison)))
            continue
        case = compile_case(other, intervention_models=frozenset(intervention.models))
        scope = find_scope(case, intervention)
        again = compare_two(case, scope, context)
        if not again.complete:
            raise SolverError(f"a world has no plan at an elasticity of {elasticity:g}")
        points.append(ElasticityPoint(elasticity, _energy(again)))
    return tuple(points)


def _energy(comparison: Comparison) -> float | None:
    split = linear_measure.energy(comparison.case, comparison.layout, comparison.scope)
    return measures.series(comparison, split).whole.displacement


def responds(group: WorkloadClass) -> bool:
    """Whether a class's demand moves with its price."""
    return group.elasticity < 0 and not group.must_serve
