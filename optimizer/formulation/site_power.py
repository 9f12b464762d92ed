"""Family 4, site power: idle and marginal power of hardware times PUE, plus fixed load."""

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``P - PUE (sum idle n + sum e tau f) - fixed o = 0``, for each (site, y, slot)."""
    site, pool, carriers = case.site, case.pool, case.hubs.carriers
    site_of = case.arcs.site[carriers]
    rows = writer.add_rows("site_power", layout.power.axes, 0.0, 0.0).index
    writer.add_entries(rows, layout.power.index, 1.0)
    marginal = site.pue[site_of, None] * case.arc.energy[carriers]
    writer.add_entries(rows[site_of], layout.carriers, -marginal[:, :, None])
    idle = site.pue[pool.site] * pool.idle_mw
    writer.add_entries(rows[pool.site], layout.in_use.index[:, :, None], -idle[:, None, None])
    writer.add_entries(rows, layout.is_open.index[:, :, None], -site.fixed_load_mw)
