"""Family 2, the demand curve: the value of accepted demand and the penalty for shedding.

The bounds ``0 <= a_j <= width_j`` are those of the variables; values fall along the steps, so
steps fill in order without binaries.  Steps are those of tangents to the value of demand: they
bound it from above, and `excess` is by how much at a point.
"""

from dataclasses import replace

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Part, Program
from optimizer.solvers.writer import Writer

VALUE, SHED = "value", "shed"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Add the value of accepted demand and the cost of shedding it."""
    writer.add_objective(VALUE, layout.accepted.index, _value(case))
    shed_cost = case.demand.shed_cost[:, :, None] * case.horizon.discounted_hours
    writer.add_objective(SHED, layout.shed.index, -shed_cost)


def recut(program: Program, case: Case, layout: Layout) -> Program:
    """Return the program with the demand steps of another case; the matrix is shared.

    Demand that the program accepts none of, or need not accept, stays so.

    Parameters
    ----------
    program : Program
        A program of the same instance.
    case : Case
        The same instance, with as many tangents at other points of the demand curves.
    layout : Layout
        Blocks of the program's columns.
    """
    columns = layout.accepted.index.ravel()
    allowed = layout.accepted.of(program.upper).max(axis=2, keepdims=True) > 0
    forced = layout.accepted.of(program.lower).max(axis=2, keepdims=True) > 0
    lower, upper, objective = program.lower.copy(), program.upper.copy(), program.objective.copy()
    upper[columns] = np.where(allowed, case.demand.width, 0.0).ravel()
    lower[columns] = np.where(forced, case.demand.width, 0.0).ravel()
    objective[columns] = value = _value(case).ravel()
    parts = {**program.parts, VALUE: Part(columns, value)}
    return replace(program, objective=objective, lower=lower, upper=upper, parts=parts)


def excess(case: Case, layout: Layout, x: Floats) -> Floats:
    """Value of demand in the program less that on the curve, k$ of present value, shape (W, Y)."""
    return case.discounted_gtok * case.demand.excess(layout.accepted.of(x))


def _value(case: Case) -> Floats:
    """Present value of accepting one more multiple of each step, k$, shape (W, Y, J)."""
    return case.discounted_gtok[:, :, None] * case.demand.value
