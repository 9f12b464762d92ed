"""Flows on arcs of a point whose work goes through hubs.

Which workload of a hub each of its placements serves is decided after the program is solved: it
changes neither cost nor any limit.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats


def arc_flows(case: Case, layout: Layout, x: Floats) -> Floats:
    """Flow on every arc at a point, Gtok/h, shape (A, Y, K).

    A hub's work is handed out arc by arc, the shortest round trip first, each as much as its
    workload still sends and its placement still takes.  Every workload of a hub reaches each of
    its placements, so all of it is handed out, on fewer arcs than the hub has inlets and outlets.
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
