"""Family 1, deferral: what may wait is done within its deadline, first in, first out.

The rest of the demand is met in the slot that asks for it.  Backlog is cyclic within a
representative day, as storage is: what is left at the end of it is there at its beginning.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Hold what is met at once, and backlog to what came in within the deadline.

    ``served + shed >= (1 - phi) sum_j a_j D`` in every slot; ``V <= phi sum_j a_j D h`` over the
    hours of the deadline before every point, where ``V`` lies on the line between the backlogs
    at both ends of the slot.
    """
    deferral, horizon = case.deferral, case.horizon
    w, share = deferral.workload, deferral.share
    accepted, level = layout.accepted.index[w], case.demand.level[w]
    at_once = writer.add_rows("at_once", layout.deferred.shape, 0.0, np.inf).index
    writer.add_entries(at_once, layout.served.index[w], 1.0)
    writer.add_entries(at_once, layout.shed.index[w], 1.0)
    kept = (1.0 - share)[:, None, None] * level
    writer.add_entries(at_once[:, :, None, :], accepted[:, :, :, None], -kept[:, :, None, :])

    of, slot = deferral.of, deferral.slot
    shape = len(of), layout.deferred.shape[1]
    deadline = writer.add_rows("deadline", shape, -np.inf, 0.0).index
    over = (deferral.hour - horizon.start_h[slot]) / horizon.length_h[slot]
    year = np.arange(shape[1])
    for backlog, part in ((slot, over), (horizon.previous[slot], 1.0 - over)):
        columns = layout.deferred.index[of[:, None], year, backlog[:, None]]
        writer.add_entries(deadline, columns, part[:, None])
    recent = share[of][:, None] * np.einsum("nyk,nk->ny", level[of], deferral.recent_h)
    writer.add_entries(deadline[:, :, None], accepted[of], -recent[:, :, None])


def least_backlog(case: Case, layout: Layout, x: Floats) -> Floats:
    """Backlog at the end of each slot at a point, Gtok, shape (W, Y, K); 0 where none may wait.

    A constant more in every slot of a day is the same work in the same slots, only waited for
    longer, so each day's least is taken off.
    """
    backlog = layout.deferred.of(x)
    found = np.zeros(layout.served.shape)
    for day in np.unique(case.horizon.day):
        slots = np.flatnonzero(case.horizon.day == day)
        of_day = backlog[:, :, slots]
        least = of_day.min(axis=2, keepdims=True)
        found[case.deferral.workload[:, None], :, slots] = (of_day - least).transpose(0, 2, 1)
    return found
