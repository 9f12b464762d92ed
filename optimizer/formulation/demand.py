"""Family 1, demand: what is accepted is served, shed or put off, and arcs carry what is served."""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Program, Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum f = served`` and ``served + shed + (v - v_before) / h = sum_j a_j D`` by (w, y, slot).

    v is the backlog at the end of a slot of h hours, of workloads that may wait.
    """
    shape = layout.served.shape
    carried = writer.add_rows("carried", shape, 0.0, 0.0).index
    writer.add_entries(carried[case.arcs.workload], layout.flow.index, 1.0)
    writer.add_entries(carried, layout.served.index, -1.0)

    met = writer.add_rows("demand", shape, 0.0, 0.0).index
    writer.add_entries(met, layout.served.index, 1.0)
    writer.add_entries(met, layout.shed.index, 1.0)
    writer.add_entries(
        met[:, :, None, :], layout.accepted.index[:, :, :, None], -case.demand.level[:, :, None, :]
    )
    deferral, backlog = case.deferral, layout.deferred.index
    waiting, rate = met[deferral.workload], 1.0 / case.horizon.length_h
    writer.add_entries(waiting, backlog, rate)
    writer.add_entries(waiting, backlog[:, :, case.horizon.previous], -rate)


def cost_of_accepting(program: Program, row_dual: Floats) -> Floats:
    """Cost of one more multiple of a workload's demand, k$ of present value, shape (W, Y).

    By every row that acceptance is in: what may wait is worth less than what may not.

    Parameters
    ----------
    program : Program
    row_dual : ndarray, shape (m,)
        Change of the objective with each row's bound.
    """
    one_step = program.columns["accepted"].index[:, :, 0]
    cost = program.matrix[:, one_step.ravel()].T @ row_dual
    return np.asarray(cost).reshape(one_step.shape)
