"""Family 9, investment: units in use are installed, builds stay within limits, sites stay open."""

import numpy as np

from optimizer.formulation.fleet import OPERATION
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Axis
from optimizer.solvers.writer import Writer

HARDWARE, OPENING = "hardware", "opening"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Add surviving units, build limits, space, and openings that are never reversed."""
    pool, site, axes, discount = case.pool, case.site, layout.axes, case.horizon.discount
    builds, opened = layout.built.index, layout.is_open.index
    gate = opened[pool.site]

    installed = writer.add_rows("surviving", layout.in_use.axes, -np.inf, 0.0).index
    writer.add_entries(installed, layout.in_use.index, 1.0)
    writer.add_entries(installed, gate, -pool.existing)
    writer.add_objective(OPERATION, gate, -pool.operation[:, None] * pool.existing * discount)

    limited = np.flatnonzero(np.isfinite(site.it_limit_mw).all(axis=1))
    row_of = np.full(len(site.pue), -1)
    row_of[limited] = np.arange(len(limited))
    space = writer.add_rows("space", (axes.sites[limited], *axes.by_year), -np.inf, 0.0).index
    writer.add_entries(space, opened[limited], -_free_mw(case)[limited])

    pod_mw = pool.units_per_pod * pool.loaded_mw
    pod_operation = pool.operation * pool.units_per_pod
    for y, b, alive in case.horizon.surviving(pool.life):
        column = builds[alive, b]
        writer.add_entries(installed[alive, y], column, -pool.units_per_pod[alive])
        tight = alive[row_of[pool.site[alive]] >= 0]
        writer.add_entries(space[row_of[pool.site[tight]], y], builds[tight, b], pod_mw[tight])
        writer.add_objective(HARDWARE, column, -pool.pod_cost[alive, b] * discount[y])
        writer.add_objective(OPERATION, column, -pod_operation[alive] * discount[y])
    total = writer.add_rows("pod_limit", (axes.pools,), -np.inf, pool.max_pods).index
    writer.add_entries(total[:, None], builds, 1.0)

    optional = np.flatnonzero(site.candidate[pool.site])
    gated_axes = (axes.pools[optional], *axes.by_year)
    gated = writer.add_rows("build_if_open", gated_axes, -np.inf, 0.0).index
    writer.add_entries(gated, builds[optional], 1.0)
    writer.add_entries(gated, gate[optional], -pool.build_limit[optional])

    later = Axis.of(year=case.horizon.years[1:])
    stays = writer.add_rows("stays_open", (axes.sites, later), 0.0, np.inf).index
    writer.add_entries(stays, opened[:, 1:], 1.0)
    writer.add_entries(stays, opened[:, :-1], -1.0)
    writer.add_objective(OPENING, opened, -site.yearly_cost[:, None] * discount)


def _free_mw(case: Case) -> np.ndarray:
    """Space that existing hardware leaves at each site, MW, shape (S, Y); infinite if no limit."""
    pool, limit = case.pool, case.site.it_limit_mw
    held = np.zeros_like(limit)
    np.add.at(held, pool.site, pool.existing * pool.loaded_mw[:, None])
    # At a site that is exactly full the difference is rounding error.
    full = np.isclose(held, limit, rtol=1e-12, atol=0.0)
    return np.where(full, 0.0, limit - held)
