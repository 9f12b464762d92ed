"""Family 9, investment: units in use are there, builds are within limits, sites stay open."""

import numpy as np

from optimizer.formulation.discounting import year_weight
from optimizer.formulation.fleet import OPERATION
from optimizer.formulation.layout import Layout
from optimizer.formulation.survival import surviving
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer

HARDWARE, OPENING = "hardware", "opening"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Add surviving units, build limits, space, and opening that is never undone."""
    pool, site, years = case.pool, case.site, case.horizon.years
    pools, periods = layout.in_use.shape
    yearly = year_weight(case)
    gate = layout.is_open.index[pool.site]

    there = writer.add_rows("surviving", (pools, periods), -np.inf, 0.0).index
    writer.add_entries(there, layout.in_use.index, 1.0)
    writer.add_entries(there, gate, -pool.existing)
    writer.add_objective(OPERATION, gate, -pool.operation[:, None] * pool.existing * yearly)

    limited = np.flatnonzero(np.isfinite(site.it_limit_mw).all(axis=1))
    row_of = np.full(len(site.pue), -1)
    row_of[limited] = np.arange(len(limited))
    held = np.zeros_like(site.it_limit_mw)
    np.add.at(held, pool.site, pool.existing * pool.loaded_mw[:, None])
    space = writer.add_rows("space", (len(limited), periods), -np.inf, 0.0).index
    # A site that is just full: what is left of the difference is rounding, and is nothing.
    full = np.isclose(held, site.it_limit_mw, rtol=1e-12, atol=0.0)
    room = np.where(full, 0.0, site.it_limit_mw - held)[limited]
    writer.add_entries(space, layout.is_open.index[limited], -room)

    builds = layout.built.index
    pod_mw = pool.units_per_pod * pool.loaded_mw
    for y, b, alive in surviving(pool.life, years):
        column = builds[alive, b]
        writer.add_entries(there[alive, y], column, -pool.units_per_pod[alive])
        tight = alive[row_of[pool.site[alive]] >= 0]
        writer.add_entries(space[row_of[pool.site[tight]], y], builds[tight, b], pod_mw[tight])
        writer.add_objective(HARDWARE, column, -pool.pod_cost[alive, b] * yearly[y])
        writer.add_objective(
            OPERATION, column, -(pool.operation * pool.units_per_pod)[alive] * yearly[y]
        )
    in_all = writer.add_rows("pod_limit", (pools,), -np.inf, pool.max_pods).index
    writer.add_entries(in_all[:, None], builds, 1.0)

    optional = np.flatnonzero(site.candidate[pool.site])
    gated = writer.add_rows("build_if_open", (len(optional), periods), -np.inf, 0.0).index
    writer.add_entries(gated, builds[optional], 1.0)
    writer.add_entries(gated, gate[optional], -pool.build_limit[optional])

    opened = layout.is_open.index
    stays = writer.add_rows("stays_open", (len(opened), max(periods - 1, 0)), 0.0, np.inf).index
    writer.add_entries(stays, opened[:, 1:], 1.0)
    writer.add_entries(stays, opened[:, :-1], -1.0)
    writer.add_objective(OPENING, opened, -site.yearly_cost[:, None] * yearly)
