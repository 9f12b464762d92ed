"""The worlds of a comparison: one program, other bounds.

=====  ======================================================================
0      without the intervention: its sites stay shut, its arcs carry nothing
1      with it
F      with it, but serving exactly what world 0 serves, workload by workload and step by step
inf    world 0 with every grid limit lifted
=====  ======================================================================
"""

import numpy as np

from optimizer.counterfactual.scope import Scope
from optimizer.formulation.failover import GRID
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Program

WITHOUT, WITH, FROZEN, UNLIMITED = "0", "1", "F", "inf"
MEANING = {
    WITHOUT: "without the intervention",
    WITH: "with it",
    FROZEN: "with it, serving what world 0 serves",
    UNLIMITED: "without it, grid limits lifted",
}
LIMITS = ("grid_limit", "accredited_peak", GRID)


def without(program: Program, case: Case, layout: Layout, scope: Scope) -> Program:
    """Return world 0.

    A workload that only the intervention can reach has no accepted demand and pays no penalty,
    even where it must be served.
    """
    lower, upper = program.lower.copy(), program.upper.copy()
    gone = [
        layout.is_open.index[scope.site],
        layout.flow.index[scope.arc],
        layout.built.index[scope.site[case.pool.site]],
        layout.units_built.index[scope.site[case.generator.site]],
        layout.connection_built.index[scope.site[case.connection.site]],
        layout.takeover.index[scope.arc[case.failover.arc]],
        layout.storage_built.index[scope.site[case.storage.site]],
    ]
    for columns in gone:
        lower[columns] = upper[columns] = 0.0
    reached = reachable(case, ~scope.arc)
    nowhere = layout.accepted.index[~reached]
    lower[nowhere] = upper[nowhere] = 0.0
    return program.with_bounds(lower=lower, upper=upper)


def reachable(case: Case, arcs: np.ndarray) -> np.ndarray:
    """Whether a workload has one of these arcs in a year, shape (W, Y)."""
    workloads, years = case.demand.shed_cost.shape
    reached = np.zeros((workloads, years), dtype=bool)
    np.logical_or.at(reached, case.arcs.workload[arcs], case.arc.available[arcs])
    return reached


def frozen(program: Program, layout: Layout, without_it: Floats) -> Program:
    """Return world F: world 1 serving what a point of world 0 serves."""
    lower, upper = program.lower.copy(), program.upper.copy()
    columns = layout.served.index.ravel()
    served = np.maximum(without_it[columns], 0.0)
    lower[columns] = upper[columns] = served
    # What world 0 cannot reach it does not accept, even where it must be served.
    accepted = layout.accepted.index.ravel()
    lower[accepted] = np.minimum(lower[accepted], np.maximum(without_it[accepted], 0.0))
    return program.with_bounds(lower=lower, upper=upper)


def unlimited(program: Program) -> Program:
    """Return the program with family 6 lifted: no zone limit, no accredited peak.

    A regulator's caps and the other policies stay: they are not the grid's.
    """
    row_upper = program.row_upper.copy()
    for name in program.rows.keys() & set(LIMITS):
        row_upper[program.rows[name].index.ravel()] = np.inf
    return program.with_bounds(row_upper=row_upper)
