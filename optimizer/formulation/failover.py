"""Family 11, N-1: if any one site is out, idle capacity elsewhere can carry its work.

Each site that may fail has a second set of flows, the takeover, for the classes that must survive
its outage.  The takeover obeys every hourly limit of the plan: room on units that are in use but
not loaded, megawatts of each zone (the failed site draws none), an off-grid site's generation, a
grid connection.  All other work stays in place.  Outages happen one at a time and share the same
idle capacity, which makes this exact; a reserve for each workload would demand too much.
"""

import numpy as np

from optimizer.formulation.interconnection import add_connection
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Axis, Floats, Indices
from optimizer.solvers.writer import Writer

GRID = "failover_grid"
"""Rows that apply family 6 in an outage: they are lifted along with its limits."""
CONNECTION = "failover_connection"
"""Rows that apply a site's grid connection in an outage."""


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Carry the work lost in each outage, within idle capacity elsewhere."""
    failover, arcs, axes = case.failover, case.arcs, layout.axes
    losses = axes.workloads[failover.workload] + axes.outages[failover.site]
    lost = writer.add_rows("failover_carried", (losses, *axes.by_slot), -np.inf, 0.0).index
    for row, workload, site in zip(lost, failover.workload, failover.site, strict=True):
        there = np.flatnonzero((arcs.workload == workload) & (arcs.site == site))
        writer.add_entries(row[None], layout.flow.index[case.hubs.position(there)], 1.0)
    writer.add_entries(lost[failover.lost], layout.takeover.index, -1.0)
    limits = _Limits(case, layout, writer)
    limits.add_pools()
    limits.add_zones()
    limits.add_off_grid()
    limits.add_connections()


class _Limits:
    """What limits takeovers: each pair of an outage and a limit has a row in every slot."""

    def __init__(self, case: Case, layout: Layout, writer: Writer) -> None:
        self.case, self.layout, self.writer = case, layout, writer
        arc = case.failover.arc
        self.site = case.arcs.site[arc]
        self.unit_hours = case.arc.unit_hours[arc]
        self.extra_mw = case.site.pue[self.site][:, None] * case.arc.energy[arc]

    def add_pools(self) -> None:
        """Bound takeovers by unit-hours that are idle on each pool."""
        case, layout, writer = self.case, self.layout, self.writer
        arcs, pools = case.arcs, case.failover.pool
        row_of = np.full(len(case.pool.site), -1)
        row_of[pools] = np.arange(len(pools))
        idle = writer.add_rows("failover_idle", layout.idle.axes, -np.inf, 0.0).index
        on = np.flatnonzero(row_of[arcs.pool[case.hubs.carriers]] >= 0)
        carrier = case.hubs.carriers[on]
        hours = case.arc.unit_hours[carrier][:, :, None]
        writer.add_entries(idle[row_of[arcs.pool[carrier]]], layout.carriers[on], hours)
        writer.add_entries(idle, layout.idle.index, 1.0)
        usable = case.pool.usable[pools][:, None, None]
        writer.add_entries(idle, layout.in_use.index[pools][:, :, None], -usable)

        pool = arcs.pool[case.failover.arc]
        rows, _, pools = self._add("failover_room", layout.axes.pools, pool, self.unit_hours)
        writer.add_entries(rows, layout.idle.index[row_of[pools]], -1.0)

    def add_zones(self) -> None:
        """Bound a zone's draw in an outage: of every site but the failed one, and of takeovers."""
        grid = self.case.grid
        limited = grid.headroom_mw.max(axis=(1, 2), initial=0.0) < np.inf
        zone_of_site = np.where(np.append(limited, False)[grid.zone_of_site], grid.zone_of_site, -1)
        rows, out, zones = self._add(
            GRID, self.layout.axes.zones, zone_of_site[self.site], self.extra_mw, grid.headroom_mw
        )
        for row, failed, zone in zip(rows, out, zones, strict=True):
            others = np.flatnonzero(grid.zone_of_site == zone)
            draw = self.layout.draw.index[others[others != failed]]
            self.writer.add_entries(row[None], draw, 1.0)

    def add_off_grid(self) -> None:
        """Bound an off-grid site's power, in an outage elsewhere, by all of its generation."""
        case, layout, writer = self.case, self.layout, self.writer
        generator = case.generator
        site = np.where(case.site.offgrid[self.site], self.site, -1)
        rows, _, sites = self._add("failover_generation", layout.axes.sites, site, self.extra_mw)
        writer.add_entries(rows, layout.power.index[sites], 1.0)
        # Storage keeps to its plan: what it supplies counts, what it absorbs is load.
        row, v = np.nonzero(sites[:, None] == case.storage.site)
        writer.add_entries(rows[row], layout.charge.index[v], 1.0)
        writer.add_entries(rows[row], layout.discharge.index[v], -1.0)
        output_mw = generator.unit_mw[:, None] * generator.available
        row, g = np.nonzero(sites[:, None] == generator.site)
        gate = layout.is_open.index[generator.site[g]][:, :, None]
        existing_mw = (generator.existing[:, None] * output_mw)[g]
        writer.add_entries(rows[row], gate, -existing_mw[:, None, :])
        for y, b, alive in case.horizon.surviving(generator.life[g]):
            built = layout.units_built.index[g[alive], b]
            writer.add_entries(rows[row[alive], y], built[:, None], -output_mw[g[alive]])

    def add_connections(self) -> None:
        """Bound a site's draw, in an outage elsewhere, by its grid connection."""
        connected = self.case.connection.site
        site = np.where(np.isin(self.site, connected), self.site, -1)
        rows, _, sites = self._add(CONNECTION, self.layout.axes.sites, site, self.extra_mw)
        self.writer.add_entries(rows, self.layout.draw.index[sites], 1.0)
        position = np.searchsorted(connected, sites)
        add_connection(self.case, self.layout, self.writer, rows, position)

    def _add(
        self, name: str, axis: Axis, limit: Indices, load: Floats, upper: Floats | None = None
    ) -> tuple[Indices, Indices, Indices]:
        """Add rows that bound the load of takeovers.

        Parameters
        ----------
        name : str
        axis : Axis
            What limits them: pools, zones or sites.
        limit : ndarray of int, shape (R,)
            What limits each takeover; -1 if nothing.
        load : ndarray, shape (R, Y)
            Load of a Gtok/h taken over.
        upper : ndarray, shape (len(axis), Y, K), or None
            Upper bounds; 0 by default.

        Returns
        -------
        rows : ndarray of int, shape (N, Y, K)
        out, limit : ndarray of int, shape (N,)
            Site that is out, and what limits its takeover.
        """
        takeover = np.flatnonzero(limit >= 0)
        out = self.case.failover.site[self.case.failover.lost]
        pairs, row_of = np.unique(
            np.stack([out[takeover], limit[takeover]], axis=1), axis=0, return_inverse=True
        )
        outage, limit = pairs.T
        axes = self.layout.axes
        members = (axes.outages[outage] + axis[limit], *axes.by_slot)
        bound = 0.0 if upper is None else upper[limit]
        rows = self.writer.add_rows(name, members, -np.inf, bound).index
        columns = self.layout.takeover.index[takeover]
        self.writer.add_entries(rows[row_of.ravel()], columns, load[takeover][:, :, None])
        return rows, outage, limit
