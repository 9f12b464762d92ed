"""Family 1, hubs: work that several workloads may send to several placements, pooled.

What enters a hub leaves it in the same slot.  Which workload a placement serves is decided after
the program is solved (`arc_flows`): it changes neither cost nor any limit.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum F = sum via``, for each (hub, y, slot)."""
    hubs, axes = case.hubs, layout.axes
    rows = writer.add_rows("hub", (axes.hubs, *axes.by_slot), 0.0, 0.0).index
    writer.add_entries(rows[hubs.outlet_hub], layout.from_hub.index, 1.0)
    writer.add_entries(rows[hubs.inlet_hub], layout.to_hub.index, -1.0)


def arc_flows(case: Case, layout: Layout, x: Floats) -> Floats:
    """Flow on every arc at a point, Gtok/h, shape (A, Y, K).

    A hub's work is handed out arc by arc, the shortest round trip first, each as much as its
    workload still sends and its placement still takes.  Every workload of a hub reaches each of
    its placements, so all of it is handed out, on few arcs.
    """
    hubs = case.hubs
    flow = np.zeros((len(case.arcs), *layout.flow.shape[1:]))
    flow[hubs.direct] = layout.flow.of(x)
    sent = np.maximum(layout.to_hub.of(x), 0.0)
    taken = np.maximum(layout.from_hub.of(x), 0.0)
    for arc, inlet, outlet in zip(hubs.arc, hubs.inlet, hubs.outlet, strict=True):
        flow[arc] = carried = np.minimum(sent[inlet], taken[outlet])
        sent[inlet] -= carried
        taken[outlet] -= carried
    return flow
