"""Family 10, linking: work goes only to a site that is open, workload by workload.

Capacity and space already keep closed sites empty; these rows make the relaxation tight.  They
stand at each workload's peak slot of each period, where they bind first; of work that may wait,
at the slot in which its own demand is highest.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum_c f <= M o`` with M the most that can be asked of a slot; at most p sites open.

    ``M = sum_j width_j * (D + what may have waited / h)``.
    """
    arcs, years = case.arcs, layout.is_open.shape[1]
    optional = np.flatnonzero(case.site.candidate[arcs.site])
    pairs, row_of = np.unique(
        np.stack([arcs.workload[optional], arcs.site[optional]]), axis=1, return_inverse=True
    )
    workload, site = pairs
    rows = writer.add_rows("linking", (len(workload), years), -np.inf, 0.0, implied=True).index
    peak = case.demand.level.argmax(axis=2)
    year = np.arange(years)
    at_peak = np.take_along_axis(case.deferral.most, peak[:, :, None], axis=2)[:, :, 0]
    most = case.demand.width.sum(axis=2) * at_peak
    flow = layout.flow.index[optional[:, None], year[None, :], peak[arcs.workload[optional]]]
    writer.add_entries(rows[row_of.ravel()], flow, 1.0)
    writer.add_entries(rows, layout.is_open.index[site], -most[workload])

    highest = case.instance.policy.max_open_sites
    if highest is not None:
        rows = writer.add_rows("open_sites", (years,), -np.inf, float(highest)).index
        candidates = np.flatnonzero(case.site.candidate)
        writer.add_entries(rows[None, :], layout.is_open.index[candidates], 1.0)
