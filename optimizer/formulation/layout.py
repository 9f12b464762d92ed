"""The variables of the program: one block of columns each, with bounds and integrality."""

from dataclasses import dataclass

import numpy as np

from optimizer.formulation.coordinates import Coordinates
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Block, Indices
from optimizer.solvers.writer import Writer


@dataclass(frozen=True)
class Layout:
    """Blocks of columns, and the axes that they and the rows run over.

    Shapes use W workloads, F of them flexible, D direct arcs, P pools, S sites, Z zones, B supply
    blocks, C capacity areas, G generators and V storage at sites, I storage off the grid, J demand
    steps, Y periods and K slots of a period.  Letters before a shape are those of
    docs/formulation.md.
    """

    axes: Coordinates
    served: Block  # (W, Y, K) Gtok/h
    accepted: Block  # a (W, Y, J) multiples of D
    shed: Block  # (W, Y, K) Gtok/h
    deferred: Block  # l (F, Y, K) Gtok accepted and still to be done at the end of the slot
    flow: Block  # f (D, Y, K) Gtok/h, on arcs of their own
    to_hub: Block  # via (inlets, Y, K) Gtok/h
    from_hub: Block  # F (outlets, Y, K) Gtok/h
    in_use: Block  # n (P, Y) units
    built: Block  # b (P, Y) pods
    is_open: Block  # o (S, Y); fixed unless opening is a decision
    placed: Block  # z (workload-site pairs, Y); the single-site workload sits at the site
    power: Block  # P (S, Y, K) MW
    draw: Block  # q (S, Y, K) MW
    block_draw: Block  # (B, Y, K) MW
    peak: Block  # (C, Y) MW
    units_built: Block  # u (G, Y) units
    generation: Block  # p (G, Y, K) MW
    contract_draw: Block  # (contracts, Y, K) MW
    connection_built: Block  # g (connections, Y) steps
    takeover: Block  # (takeovers, Y, K) Gtok/h, in an outage
    idle: Block  # (pools that may take over, Y, K) unit-hours an hour
    storage_built: Block  # v (V, Y) units
    charge: Block  # c (V, Y, K) MW
    discharge: Block  # d (V, Y, K) MW
    stored: Block  # e (V, Y, K) MWh at the end of the slot
    charging: Block  # m (V, Y, K) 0 or 1; fixed at 0 unless the direction must be decided
    standby: Block  # r (I, Y, K) MW supplied with generators out, absorbed if below 0
    standby_stored: Block  # (I, Y, K) MWh

    @property
    def carriers(self) -> Indices:
        """Columns of work at a site on a configuration, those of `Hubs.carriers`, (N, Y, K)."""
        return np.concatenate([self.flow.index, self.from_hub.index])

    @property
    def sources(self) -> Indices:
        """Columns of work that leaves a workload, those of `Hubs.sources`, (N, Y, K)."""
        return np.concatenate([self.flow.index, self.to_hub.index])


def lay_out(case: Case, writer: Writer) -> Layout:
    """Add every variable to the writer."""
    axes, add = Coordinates(case), writer.add_columns
    by_year, by_slot = axes.by_year, axes.by_slot
    demand, storage, failover, single = case.demand, case.storage, case.failover, case.single
    must_serve = demand.must_serve[:, None, None]
    available = case.site.available.astype(float)
    on_grid = (case.grid.zone_of_site >= 0)[:, None, None]
    hubs, flow_limit = case.hubs, np.where(case.arc.available[:, :, None], np.inf, 0.0)
    takeovers = axes.outages[failover.site[failover.lost]] + axes.arcs[failover.arc]
    off_grid = axes.storage[storage.island]
    return Layout(
        axes=axes,
        served=add("served", (axes.workloads, *by_slot)),
        accepted=add(
            "accepted",
            (axes.workloads, *by_year, axes.steps),
            np.where(must_serve, demand.width, 0.0),
            demand.width,
        ),
        shed=add("shed", (axes.workloads, *by_slot), 0.0, np.where(must_serve, 0.0, np.inf)),
        deferred=add("deferred", (axes.workloads[case.deferral.workload], *by_slot)),
        flow=add("flow", (axes.arcs[hubs.direct], *by_slot), 0.0, flow_limit[hubs.direct]),
        to_hub=add("to_hub", (axes.inlets, *by_slot)),
        from_hub=add("from_hub", (axes.outlets, *by_slot), 0.0, flow_limit[hubs.outlet_arc]),
        in_use=add("in_use", (axes.pools, *by_year)),
        built=add("built", (axes.pools, *by_year), 0.0, case.pool.build_limit, integer=True),
        is_open=add(
            "is_open",
            (axes.sites, *by_year),
            np.where(case.site.candidate[:, None], 0.0, available),
            available,
            gate=True,
        ),
        placed=add("placed", (axes.placements, *by_year), 0.0, available[single.site], gate=True),
        power=add("power", (axes.sites, *by_slot)),
        draw=add("draw", (axes.sites, *by_slot), 0.0, np.where(on_grid, np.inf, 0.0)),
        block_draw=add("block_draw", (axes.blocks, *by_slot), 0.0, case.grid.block_mw[:, :, None]),
        peak=add("peak", (axes.areas, *by_year)),
        units_built=add(
            "units_built",
            (axes.generators, *by_year),
            0.0,
            case.generator.build_limit,
            integer=True,
        ),
        generation=add("generation", (axes.generators, *by_slot)),
        contract_draw=add("contract_draw", (axes.contracts, *by_slot)),
        connection_built=add(
            "connection_built",
            (axes.sites[case.connection.site], *by_year),
            0.0,
            case.connection.build_limit,
            integer=True,
        ),
        takeover=add("takeover", (takeovers, *by_slot), 0.0, flow_limit[failover.arc]),
        idle=add("idle", (axes.pools[failover.pool], *by_slot)),
        storage_built=add(
            "storage_built", (axes.storage, *by_year), 0.0, storage.build_limit, integer=True
        ),
        charge=add("charge", (axes.storage, *by_slot)),
        discharge=add("discharge", (axes.storage, *by_slot)),
        stored=add("stored", (axes.storage, *by_slot)),
        charging=add(
            "charging",
            (axes.storage, *by_slot),
            0.0,
            storage.burning_pays.astype(float),
            gate=True,
        ),
        standby=add("standby", (off_grid, *by_slot), -np.inf),
        standby_stored=add("standby_stored", (off_grid, *by_slot)),
    )
