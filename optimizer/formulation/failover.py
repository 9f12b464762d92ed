"""Family 11, N-1: with any one site out, idle capacity elsewhere could carry its work.

For every site that may fail there is a second set of flows, the takeover, of the work of the
classes that must survive.  It meets every limit that a plan meets hour by hour: room on units
that are in use and not loaded, megawatts of each zone (the failed site draws none), a campus's
own generation, a grid connection.  All other work stays where it is.  One outage happens at a
time, so all outages share the same idle capacity; that makes this exact where a reserve held
for each workload would ask for too much.
"""

import numpy as np

from optimizer.formulation.interconnection import add_connection
from optimizer.formulation.layout import Layout
from optimizer.formulation.outages import (
    Meeting,
    campuses_met,
    connections_met,
    pools_met,
    zones_met,
)
from optimizer.formulation.survival import surviving
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Indices, Writer

GRID = "failover_grid"
"""Rows that are family 6 in an outage: they are lifted where its limits are."""


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Carry what is lost, within what is idle, outage by outage."""
    failover, arcs = case.failover, case.arcs
    slots = layout.draw.shape[1:]
    lost = writer.add_rows("failover_carried", (len(failover.site), *slots), -np.inf, 0.0).index
    for row, workload, site in zip(lost, failover.workload, failover.site, strict=True):
        there = np.flatnonzero((arcs.workload == workload) & (arcs.site == site))
        writer.add_entries(row[None], layout.flow.index[there], 1.0)
    writer.add_entries(lost[failover.lost], layout.takeover.index, -1.0)
    site = arcs.site[failover.arc]
    extra_mw = case.site.pue[site][:, None] * case.arc.energy[failover.arc]
    _room(case, layout, writer)
    _grid(case, layout, writer, extra_mw)
    _islands(case, layout, writer, extra_mw)
    _connections(case, layout, writer, extra_mw)


def _room(case: Case, layout: Layout, writer: Writer) -> None:
    """Unit-hours that are idle on a pool, and in each outage no more than these taken over."""
    arcs, failover, slots = case.arcs, case.failover, layout.draw.shape[1:]
    pools = failover.pool
    position = np.full(len(case.pool.site), -1)
    position[pools] = np.arange(len(pools))
    on = np.flatnonzero(position[arcs.pool] >= 0)
    idle = writer.add_rows("failover_idle", (len(pools), *slots), -np.inf, 0.0).index
    hours = case.arc.unit_hours
    writer.add_entries(idle[position[arcs.pool[on]]], layout.flow.index[on], hours[on][:, :, None])
    writer.add_entries(idle, layout.idle.index, 1.0)
    usable = case.pool.usable[pools][:, None, None]
    writer.add_entries(idle, layout.in_use.index[pools][:, :, None], -usable)

    met = pools_met(case)
    room = writer.add_rows("failover_room", (len(met.at), *slots), -np.inf, 0.0).index
    writer.add_entries(
        room[met.row],
        layout.takeover.index[met.takeover],
        hours[failover.arc[met.takeover]][:, :, None],
    )
    writer.add_entries(room, layout.idle.index[position[met.at]], -1.0)


def _grid(case: Case, layout: Layout, writer: Writer, extra_mw: Floats) -> None:
    """Draw of a zone in an outage: of all sites but the failed one, and of the takeover."""
    grid, met = case.grid, zones_met(case)
    rows = writer.add_rows(
        GRID, (len(met.at), *layout.draw.shape[1:]), -np.inf, grid.headroom_mw[met.at]
    ).index
    _load(layout, writer, rows, met, extra_mw)
    for row, failed, zone in zip(rows, met.out, met.at, strict=True):
        others = np.flatnonzero(grid.zone_of_site == zone)
        writer.add_entries(row[None], layout.draw.index[others[others != failed]], 1.0)


def _islands(case: Case, layout: Layout, writer: Writer, extra_mw: Floats) -> None:
    """Power of a campus in an outage elsewhere, within all the generation that it has."""
    generator, met = case.generator, campuses_met(case)
    rows = writer.add_rows(
        "failover_generation", (len(met.at), *layout.draw.shape[1:]), -np.inf, 0.0
    ).index
    _load(layout, writer, rows, met, extra_mw)
    writer.add_entries(rows, layout.power.index[met.at], 1.0)
    # Storage keeps to its plan: what it gives counts, what it takes is load.
    row, v = np.nonzero(met.at[:, None] == case.storage.site)
    writer.add_entries(rows[row], layout.charge.index[v], 1.0)
    writer.add_entries(rows[row], layout.discharge.index[v], -1.0)
    output_mw = generator.unit_mw[:, None] * generator.available
    row, g = np.nonzero(met.at[:, None] == generator.site)
    gate = layout.is_open.index[generator.site[g]][:, :, None]
    there_mw = (generator.existing[:, None] * output_mw)[g]
    writer.add_entries(rows[row], gate, -there_mw[:, None, :])
    for y, b, alive in surviving(generator.life[g], case.horizon.years):
        built = layout.units_built.index[g[alive], b]
        writer.add_entries(rows[row[alive], y], built[:, None], -output_mw[g[alive]])


def _connections(case: Case, layout: Layout, writer: Writer, extra_mw: Floats) -> None:
    """Draw of a site in an outage elsewhere, within its grid connection."""
    met = connections_met(case)
    rows = writer.add_rows(
        "failover_connection", (len(met.at), *layout.draw.shape[1:]), -np.inf, 0.0
    ).index
    _load(layout, writer, rows, met, extra_mw)
    writer.add_entries(rows, layout.draw.index[met.at], 1.0)
    position = np.searchsorted(case.connection.site, met.at)
    add_connection(case, layout, writer, rows, position)


def _load(layout: Layout, writer: Writer, rows: Indices, met: Meeting, extra_mw: Floats) -> None:
    """MW that each takeover adds to the rows of what it meets."""
    loads = extra_mw[met.takeover][:, :, None]
    writer.add_entries(rows[met.row], layout.takeover.index[met.takeover], loads)
