"""Family 11, edge share: a minimum share of a year's served tokens on device and edge sites.

Rows are in Gtok/h, averaged over the year.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Axis
from optimizer.solvers.writer import Writer
from optimizer.units import HOURS_PER_YEAR


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``share * sum served - sum f at the edge <= 0``, for each (share, y)."""
    policy, carriers = case.policy, case.hubs.carriers
    at_edge, workload = policy.edge_arc[carriers], case.arcs.workload[carriers]
    axes = (Axis.of(share=range(len(policy.edge_share))), *layout.axes.by_year)
    rows = writer.add_rows("edge_share", axes, -np.inf, 0.0).index
    weight = case.horizon.hours_per_year / HOURS_PER_YEAR
    for row, member, share in zip(rows, policy.share_workload, policy.edge_share, strict=True):
        served = layout.served.index[np.flatnonzero(member)]
        writer.add_entries(row[None, :, None], served, share[None, :, None] * weight)
        # A share concerns whole classes, and a hub is of one class.
        edge = layout.carriers[at_edge & member[workload]]
        writer.add_entries(row[None, :, None], edge, -weight)
