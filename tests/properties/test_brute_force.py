"""The optimum against every choice of integers, each a linear program solved by scipy."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from scipy.optimize import linprog

from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Program
from tests.properties.tiny import tiny_instances


def best_of_all(whole: Program) -> float:
    """Highest objective over every setting of the integer columns, k$."""
    integer = np.flatnonzero(whole.integer)
    free = np.flatnonzero(~whole.integer)
    matrix = whole.matrix.tocsc()
    matrix.sort_indices()
    equal = whole.row_lower == whole.row_upper
    above = ~equal & np.isfinite(whole.row_upper)
    below = ~equal & np.isfinite(whole.row_lower)
    part = matrix[:, free]
    inequality = np.vstack([part[above].toarray(), -part[below].toarray()])
    objectives = []
    ranges = [np.arange(whole.lower[j], whole.upper[j] + 1) for j in integer]
    for choice in product(*ranges):
        held = np.array(matrix[:, integer] @ np.array(choice))
        answer = linprog(
            -whole.objective[free],
            A_ub=inequality,
            b_ub=np.concatenate(
                [(whole.row_upper - held)[above], -(whole.row_lower - held)[below]]
            ),
            A_eq=part[equal].toarray(),
            b_eq=(whole.row_lower - held)[equal],
            bounds=np.column_stack([whole.lower[free], whole.upper[free]]),
        )
        if answer.status == 0:
            objectives.append(-answer.fun + whole.objective[integer] @ np.array(choice))
    return max(objectives) + whole.constant


@settings(max_examples=15)
@given(tiny_instances())
def test_the_optimum_is_the_best_of_all_choices(instance: Instance) -> None:
    whole, _ = compose(compile_case(instance))
    best = best_of_all(whole)
    outcome = search.solve(whole, SolveContext(gap=1e-7)).outcome
    assert outcome.x is not None
    slack = 2e-7 * abs(whole.system_cost.value(outcome.x)) + 1e-6 * abs(best) + 1e-3
    assert abs(outcome.objective - best) <= slack
    assert outcome.bound >= best - slack
