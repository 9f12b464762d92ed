"""Family 10, single site: a workload that must not be split is served by one site in a year."""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum_c f <= M z`` in every slot, ``sum_s z <= 1``, ``z <= o`` at candidate sites.

    M is the most that a slot may have to serve, including backlog.
    """
    single, axes = case.single, layout.axes
    pairs, placed = axes.placements, layout.placed.index
    most = case.demand.width.sum(axis=2)[:, :, None] * case.deferral.most
    carried = writer.add_rows("sits", (pairs, *axes.by_slot), -np.inf, 0.0).index
    writer.add_entries(carried[single.pair], layout.flow.index[case.hubs.position(single.arc)], 1.0)
    writer.add_entries(carried, placed[:, :, None], -most[single.workload])

    workloads, row_of = np.unique(single.workload, return_inverse=True)
    chosen_axes = (axes.workloads[workloads], *axes.by_year)
    chosen = writer.add_rows("single_site", chosen_axes, -np.inf, 1.0).index
    writer.add_entries(chosen[row_of], placed, 1.0)

    optional = np.flatnonzero(case.site.candidate[single.site])
    gated = writer.add_rows("placed_if_open", (pairs[optional], *axes.by_year), -np.inf, 0.0).index
    writer.add_entries(gated, placed[optional], 1.0)
    writer.add_entries(gated, layout.is_open.index[single.site[optional]], -1.0)
