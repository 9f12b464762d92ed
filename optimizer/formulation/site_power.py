"""Family 4, site power: idle and marginal power of hardware times PUE, plus fixed load."""

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``P - PUE (sum idle n + sum e tau f) - fixed o = 0``, for each (site, y, slot)."""
    site, pool = case.site, case.pool
    rows = writer.add_rows("site_power", layout.power.shape, 0.0, 0.0).index
    writer.add_entries(rows, layout.power.index, 1.0)
    arc_site = case.arcs.site
    writer.add_entries(
        rows[arc_site],
        layout.flow.index,
        -(site.pue[arc_site, None] * case.arc.energy)[:, :, None],
    )
    writer.add_entries(
        rows[pool.site],
        layout.in_use.index[:, :, None],
        -(site.pue[pool.site] * pool.idle_mw)[:, None, None],
    )
    writer.add_entries(rows, layout.is_open.index[:, :, None], -site.fixed_load_mw)
