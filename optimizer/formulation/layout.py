"""The variables of the program: one block of columns each, with bounds and integrality."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Block, Writer


@dataclass(frozen=True)
class Layout:
    """Blocks of columns, in DESIGN's letters where it has one.

    Shapes use W workloads, F of them flexible, A arcs, P pools, S sites, Z zones, B supply
    blocks, C capacity areas, G generators and V storage at sites, I storage off the grid, J demand
    steps, Y periods and K slots of a period.
    """

    served: Block  # (W, Y, K) Gtok/h
    accepted: Block  # a (W, Y, J) multiples of D
    shed: Block  # (W, Y, K) Gtok/h
    deferred: Block  # v (F, Y, K) Gtok accepted and still to be done at the end of the slot
    flow: Block  # f (A, Y, K) Gtok/h
    in_use: Block  # n (P, Y) units
    built: Block  # b (P, Y) pods
    is_open: Block  # o (S, Y); fixed where opening is no decision
    placed: Block  # z (workload-site pairs, Y); a single-site workload sits there
    power: Block  # P (S, Y, K) MW
    draw: Block  # q (S, Y, K) MW
    block_draw: Block  # (B, Y, K) MW
    peak: Block  # (C, Y) MW
    units_built: Block  # (G, Y) units
    generation: Block  # p (G, Y, K) MW
    contract_draw: Block  # (contracts, Y, K) MW
    connection_built: Block  # (connections, Y) steps
    takeover: Block  # (takeovers, Y, K) Gtok/h, in an outage
    idle: Block  # (pools that may take over, Y, K) unit-hours an hour
    storage_built: Block  # (V, Y) units
    charge: Block  # (V, Y, K) MW
    discharge: Block  # (V, Y, K) MW
    stored: Block  # (V, Y, K) MWh at the end of the slot
    charging: Block  # (V, Y, K) 0 or 1; fixed at 0 where nothing turns on it
    standby: Block  # (I, Y, K) MW given with generators out, taken where below 0
    standby_stored: Block  # (I, Y, K) MWh


def lay_out(case: Case, writer: Writer) -> Layout:
    """Add every variable to the writer."""
    demand, pool, site, grid, generator, storage = (
        case.demand,
        case.pool,
        case.site,
        case.grid,
        case.generator,
        case.storage,
    )
    workloads, years, slots = demand.level.shape
    steps = demand.width.shape[2]
    sites, pools, gens = len(site.pue), len(pool.site), len(generator.site)
    at_storage = (len(storage.site), years, slots)
    standing_by = (len(storage.island), years, slots)
    forced = demand.must_serve[:, None, None]
    there = site.available.astype(float)
    reachable = case.arc.available[:, :, None]
    on_grid = (grid.zone_of_site >= 0)[:, None, None]
    return Layout(
        served=writer.add_columns("served", (workloads, years, slots)),
        accepted=writer.add_columns(
            "accepted",
            (workloads, years, steps),
            np.where(forced, demand.width, 0.0),
            demand.width,
        ),
        shed=writer.add_columns(
            "shed", (workloads, years, slots), 0.0, np.where(forced, 0.0, np.inf)
        ),
        deferred=writer.add_columns("deferred", (len(case.deferral.workload), years, slots)),
        flow=writer.add_columns(
            "flow", (len(case.arcs), years, slots), 0.0, np.where(reachable, np.inf, 0.0)
        ),
        in_use=writer.add_columns("in_use", (pools, years)),
        built=writer.add_columns("built", (pools, years), 0.0, pool.build_limit, integer=True),
        is_open=writer.add_columns(
            "is_open",
            (sites, years),
            np.where(site.candidate[:, None], 0.0, there),
            there,
            gate=True,
        ),
        placed=writer.add_columns(
            "placed", (len(case.single.site), years), 0.0, there[case.single.site], gate=True
        ),
        power=writer.add_columns("power", (sites, years, slots)),
        draw=writer.add_columns("draw", (sites, years, slots), 0.0, np.where(on_grid, np.inf, 0.0)),
        block_draw=writer.add_columns(
            "block_draw",
            (len(grid.block_zone), years, slots),
            0.0,
            grid.block_mw[:, :, None],
        ),
        peak=writer.add_columns("peak", grid.requirement.shape),
        units_built=writer.add_columns(
            "units_built", (gens, years), 0.0, generator.build_limit, integer=True
        ),
        generation=writer.add_columns("generation", (gens, years, slots)),
        contract_draw=writer.add_columns("contract_draw", (len(case.contract.zone), years, slots)),
        connection_built=writer.add_columns(
            "connection_built",
            case.connection.build_limit.shape,
            0.0,
            case.connection.build_limit,
            integer=True,
        ),
        takeover=writer.add_columns(
            "takeover",
            (len(case.failover.arc), years, slots),
            0.0,
            np.where(reachable[case.failover.arc], np.inf, 0.0),
        ),
        idle=writer.add_columns("idle", (len(case.failover.pool), years, slots)),
        storage_built=writer.add_columns(
            "storage_built", at_storage[:2], 0.0, storage.build_limit, integer=True
        ),
        charge=writer.add_columns("charge", at_storage),
        discharge=writer.add_columns("discharge", at_storage),
        stored=writer.add_columns("stored", at_storage),
        charging=writer.add_columns(
            "charging", at_storage, 0.0, storage.burning_pays.astype(float), gate=True
        ),
        standby=writer.add_columns("standby", standing_by, -np.inf),
        standby_stored=writer.add_columns("standby_stored", standing_by),
    )
