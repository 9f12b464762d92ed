"""Family 1, deferral: flexible work is done within its deadline, first in, first out.

All other demand is met in the slot in which it arises.  Backlog is cyclic within a representative
day, as storage is: what is left at the end of the day is there at its start.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Axis, Floats
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Serve the inflexible share at once; bound backlog by recent arrivals.

    ``served + shed >= (1 - phi) sum_j a_j D`` in every slot; ``V <= phi sum_j a_j D h`` over the
    hours of the deadline before every point, where ``V`` lies on the line between the backlogs
    at both ends of the slot.
    """
    deferral, horizon, axes = case.deferral, case.horizon, layout.axes
    w, share = deferral.workload, deferral.share
    accepted, level = layout.accepted.index[w], case.demand.level[w]
    at_once = writer.add_rows("at_once", layout.deferred.axes, 0.0, np.inf).index
    writer.add_entries(at_once, layout.served.index[w], 1.0)
    writer.add_entries(at_once, layout.shed.index[w], 1.0)
    inflexible = (1.0 - share)[:, None, None] * level
    writer.add_entries(at_once[:, :, None, :], accepted[:, :, :, None], -inflexible[:, :, None, :])

    of, slot, hour = deferral.of, deferral.slot, deferral.hour
    points = axes.workloads[w[of]] + Axis.of(slot=slot, hour=hour)
    deadline = writer.add_rows("deadline", (points, *axes.by_year), -np.inf, 0.0).index
    elapsed = (hour - horizon.start_h[slot]) / horizon.length_h[slot]
    year = np.arange(deadline.shape[1])
    for backlog, weight in ((slot, elapsed), (horizon.previous[slot], 1.0 - elapsed)):
        columns = layout.deferred.index[of[:, None], year, backlog[:, None]]
        writer.add_entries(deadline, columns, weight[:, None])
    recent = share[of][:, None] * np.einsum("nyk,nk->ny", level[of], deferral.recent_h)
    writer.add_entries(deadline[:, :, None], accepted[of], -recent[:, :, None])


def least_backlog(case: Case, layout: Layout, x: Floats) -> Floats:
    """Backlog at the end of each slot at a point, Gtok, shape (W, Y, K); 0 if nothing may wait.

    Adding a constant to every slot of a day leaves the work and its slots the same and only
    lengthens the wait, so each day's minimum is subtracted.
    """
    backlog = layout.deferred.of(x)
    least = np.zeros(layout.served.shape)
    for day in np.unique(case.horizon.day):
        slots = np.flatnonzero(case.horizon.day == day)
        of_day = backlog[:, :, slots] - backlog[:, :, slots].min(axis=2, keepdims=True)
        least[case.deferral.workload[:, None], :, slots] = of_day.transpose(0, 2, 1)
    return least
