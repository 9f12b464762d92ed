"""Family 2, the demand curve: value of what is accepted and penalty of what is shed.

The bounds ``0 <= a_j <= width_j`` are the variables'; values fall along the steps, so the
steps fill in order without binaries.
"""

from dataclasses import replace

import numpy as np

from optimizer.formulation.discounting import slot_weight
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Part, Program, Writer

VALUE, SHED = "value", "shed"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Add the value of accepted demand and the cost of shedding it."""
    weight = slot_weight(case)
    worth = np.einsum("wyk,yk->wy", case.demand.level, weight)
    writer.add_objective(VALUE, layout.accepted.index, worth[:, :, None] * case.demand.value)
    writer.add_objective(SHED, layout.shed.index, -case.demand.shed_cost[:, :, None] * weight[None])


def recut(program: Program, case: Case, layout: Layout) -> Program:
    """Return the program with the demand steps of another case, the matrix shared.

    Parameters
    ----------
    program : Program
        A program of the same instance.
    case : Case
        Its demand cut into as many steps, elsewhere.
    layout : Layout
        Where the variables stand.
    """
    columns = layout.accepted.index.ravel()
    forced = case.demand.must_serve[:, None, None]
    lower, upper = program.lower.copy(), program.upper.copy()
    upper[columns] = case.demand.width.ravel()
    lower[columns] = np.where(forced, case.demand.width, 0.0).ravel()
    worth = np.einsum("wyk,yk->wy", case.demand.level, slot_weight(case))
    value = (worth[:, :, None] * case.demand.value).ravel()
    objective = program.objective.copy()
    objective[columns] = value
    parts = {**program.parts, VALUE: Part(columns, value)}
    return replace(program, objective=objective, lower=lower, upper=upper, parts=parts)
