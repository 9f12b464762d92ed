"""Family 10, single site: a workload that must stay whole sits at one site in a year."""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum_c f <= M z`` in every slot, ``sum_s z <= 1``, ``z <= o`` at candidate sites.

    M is the most that can be asked of a slot, with what may have waited for it.
    """
    single = case.single
    pairs, years = layout.placed.shape
    slots = case.horizon.slots
    most = case.demand.width.sum(axis=2)[:, :, None] * case.deferral.most
    carries = writer.add_rows("sits", (pairs, years, slots), -np.inf, 0.0).index
    writer.add_entries(carries[single.pair], layout.flow.index[single.arc], 1.0)
    writer.add_entries(carries, layout.placed.index[:, :, None], -most[single.workload])

    workloads, which = np.unique(single.workload, return_inverse=True)
    one = writer.add_rows("single_site", (len(workloads), years), -np.inf, 1.0).index
    writer.add_entries(one[which], layout.placed.index, 1.0)

    optional = np.flatnonzero(case.site.candidate[single.site])
    opened = writer.add_rows("placed_if_open", (len(optional), years), -np.inf, 0.0).index
    writer.add_entries(opened, layout.placed.index[optional], 1.0)
    writer.add_entries(opened, layout.is_open.index[single.site[optional]], -1.0)
