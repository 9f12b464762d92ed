"""Family 10, linking: work goes only to an open site, workload by workload.

Capacity and space already keep closed sites empty; these rows tighten the relaxation.  Each
workload has one in its peak slot of each period, where it binds first; for flexible work, that is
the slot of its highest own demand.  Work that goes through a hub is of all of its workloads, so
a hub has one row for each of its sites instead, with the sum of what they may have to serve.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum_c f <= M o`` with M the most that a slot may have to serve; at most p sites open.

    ``M = sum_j width_j * (D + backlog that may have built up / h)``.
    """
    _add_arcs(case, layout, writer)
    _add_hubs(case, layout, writer)
    highest = case.instance.policy.max_open_sites
    if highest is not None:
        rows = writer.add_rows("open_sites", layout.axes.by_year, -np.inf, float(highest)).index
        candidates = np.flatnonzero(case.site.candidate)
        writer.add_entries(rows[None, :], layout.is_open.index[candidates], 1.0)


def _add_arcs(case: Case, layout: Layout, writer: Writer) -> None:
    """Gate each workload's own arcs to a candidate site."""
    arcs, axes, by_year = case.arcs, layout.axes, layout.axes.by_year
    direct = case.hubs.direct
    optional = direct[case.site.candidate[arcs.site[direct]]]
    (workload, site), row_of = np.unique(
        np.stack([arcs.workload[optional], arcs.site[optional]]), axis=1, return_inverse=True
    )
    pairs = axes.workloads[workload] + axes.sites[site]
    rows = writer.add_rows("linking", (pairs, *by_year), -np.inf, 0.0, implied=True).index
    peak = case.demand.level.argmax(axis=2)
    at_peak = np.take_along_axis(case.deferral.most, peak[:, :, None], axis=2)[:, :, 0]
    most = case.demand.width.sum(axis=2) * at_peak
    year = np.arange(rows.shape[1])
    place = case.hubs.position(optional)
    flow = layout.flow.index[place[:, None], year[None, :], peak[arcs.workload[optional]]]
    writer.add_entries(rows[row_of.ravel()], flow, 1.0)
    writer.add_entries(rows, layout.is_open.index[site], -most[workload])


def _add_hubs(case: Case, layout: Layout, writer: Writer) -> None:
    """Gate each hub's work at a candidate site, in the peak slot of its workloads together.

    A row counts all that these workloads alone may send to the site: through hubs of no other
    workloads, and on arcs of their own.
    """
    hubs, arcs, axes = case.hubs, case.arcs, layout.axes
    member = np.zeros((len(hubs.ids), len(case.instance.workloads)))
    member[hubs.inlet_hub, hubs.inlet_workload] = 1.0
    site_of = arcs.site[hubs.outlet_arc]
    optional = np.flatnonzero(case.site.candidate[site_of])
    hub, site = np.unique(np.stack([hubs.outlet_hub[optional], site_of[optional]]), axis=1)
    pairs = (axes.hubs[hub] + axes.sites[site], *axes.by_year)
    rows = writer.add_rows("hub_linking", pairs, -np.inf, 0.0, implied=True).index
    if not len(hub):
        return
    width = case.demand.width.sum(axis=2)
    peak = np.einsum("hw,wyk->hyk", member, case.demand.level).argmax(axis=2)
    most = np.einsum("hw,wyk->hyk", member, width[:, :, None] * case.deferral.most)
    at_peak = np.take_along_axis(most, peak[:, :, None], axis=2)[:, :, 0]
    writer.add_entries(rows, layout.is_open.index[site], -at_peak[hub])

    # Whether every workload of a carrier is one of a hub's.
    alone = np.zeros((len(case.instance.workloads), len(hubs.direct)))
    alone[arcs.workload[hubs.direct], np.arange(len(hubs.direct))] = 1.0
    sources = np.concatenate([alone.T, member[hubs.outlet_hub]])
    within = sources @ member.T == sources.sum(axis=1, keepdims=True)
    row, carrier = np.nonzero(within.T[hub] & (arcs.site[hubs.carriers] == site[:, None]))
    year = np.arange(rows.shape[1])
    columns = layout.carriers[carrier[:, None], year[None, :], peak[hub[row]]]
    writer.add_entries(rows[row], columns, 1.0)
