"""Family 1, demand: accepted work is served, shed or deferred; arcs and hubs carry the served."""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Balance work by (w, y, slot): on its way to sites, served, and accepted.

    ``sum f + sum via = served`` and ``served + shed + (v - v_before) / h = sum_j a_j D``; v is
    the backlog at the end of a slot of h hours, for workloads that may wait.  What enters a hub
    leaves it in the same slot: ``sum F = sum via``.
    """
    axes, served = layout.served.axes, layout.served.index
    carried = writer.add_rows("carried", axes, 0.0, 0.0).index
    writer.add_entries(carried[case.hubs.sources(case.arcs)], layout.sources, 1.0)
    writer.add_entries(carried, served, -1.0)

    hubs, by_hub = case.hubs, (layout.axes.hubs, *layout.axes.by_slot)
    passed = writer.add_rows("hub", by_hub, 0.0, 0.0).index
    writer.add_entries(passed[hubs.outlet_hub], layout.from_hub.index, 1.0)
    writer.add_entries(passed[hubs.inlet_hub], layout.to_hub.index, -1.0)

    met = writer.add_rows("demand", axes, 0.0, 0.0).index
    writer.add_entries(met, served, 1.0)
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

    Duals of every row that acceptance enters count: flexible work costs less than urgent work.

    Parameters
    ----------
    program : Program
    row_dual : ndarray, shape (m,)
        Change of the objective with each row's bound.
    """
    first_step = program.columns["accepted"].index[:, :, 0]
    cost = program.matrix[:, first_step.ravel()].T @ row_dual
    return np.asarray(cost).reshape(first_step.shape)
