"""Family 10, linking: work goes only to an open site, workload by workload.

Capacity and space already keep closed sites empty; these rows tighten the relaxation.  Each
workload has one in its peak slot of each period, where it binds first; for flexible work, that is
the slot of its highest own demand.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum_c f <= M o`` with M the most that a slot may have to serve; at most p sites open.

    ``M = sum_j width_j * (D + backlog that may have built up / h)``.
    """
    arcs, axes, by_year = case.arcs, layout.axes, layout.axes.by_year
    optional = np.flatnonzero(case.site.candidate[arcs.site])
    (workload, site), row_of = np.unique(
        np.stack([arcs.workload[optional], arcs.site[optional]]), axis=1, return_inverse=True
    )
    pairs = axes.workloads[workload] + axes.sites[site]
    rows = writer.add_rows("linking", (pairs, *by_year), -np.inf, 0.0, implied=True).index
    peak = case.demand.level.argmax(axis=2)
    at_peak = np.take_along_axis(case.deferral.most, peak[:, :, None], axis=2)[:, :, 0]
    most = case.demand.width.sum(axis=2) * at_peak
    year = np.arange(rows.shape[1])
    flow = layout.flow.index[optional[:, None], year[None, :], peak[arcs.workload[optional]]]
    writer.add_entries(rows[row_of.ravel()], flow, 1.0)
    writer.add_entries(rows, layout.is_open.index[site], -most[workload])

    highest = case.instance.policy.max_open_sites
    if highest is not None:
        rows = writer.add_rows("open_sites", by_year, -np.inf, float(highest)).index
        candidates = np.flatnonzero(case.site.candidate)
        writer.add_entries(rows[None, :], layout.is_open.index[candidates], 1.0)
