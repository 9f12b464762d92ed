"""A backend in one file: HiGHS through `scipy.optimize.linprog`."""

import numpy as np
from scipy.optimize import linprog

from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.backends.gap_loop import RunSession
from optimizer.solvers.milp import Floats, Program

REASONS = (
    StopReason.OPTIMAL,
    StopReason.TIME_LIMIT,
    StopReason.INFEASIBLE,
    StopReason.UNBOUNDED,
    StopReason.FAILED,
)


class Toy:
    name = "toy"
    parallel = False
    packages = ("scipy",)

    def open(self, threads: int | None) -> RunSession:
        return RunSession(run)


def run(program: Program, allowed: float, options: SolveOptions, start: Floats | None) -> Outcome:
    """Solve to optimality, whatever gap is allowed."""
    rows = program.matrix.tocsr()
    below = np.flatnonzero(np.isfinite(program.row_upper))
    above = np.flatnonzero(np.isfinite(program.row_lower))
    solution = linprog(
        -program.objective,
        A_ub=np.vstack([rows[below].toarray(), -rows[above].toarray()]),
        b_ub=np.concatenate([program.row_upper[below], -program.row_lower[above]]),
        bounds=np.column_stack([program.lower, program.upper]),
        integrality=program.integer.astype(int),
        options={"mip_rel_gap": 0.0},
    )
    reason = REASONS[solution.status]
    if reason is not StopReason.OPTIMAL:
        return Outcome(reason, message=solution.message)
    objective = program.constant - solution.fun
    if program.integer.any():
        return Outcome(reason, solution.x, objective, objective, message=solution.message)
    row_dual = np.zeros(len(program.row_lower))
    row_dual[below] -= solution.ineqlin.marginals[: len(below)]
    row_dual[above] += solution.ineqlin.marginals[len(below) :]
    column_dual = -(solution.lower.marginals + solution.upper.marginals)
    return Outcome(
        reason, solution.x, objective, objective, row_dual, column_dual, message=solution.message
    )
