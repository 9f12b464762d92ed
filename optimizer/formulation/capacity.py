"""Family 3, serving capacity: work on a pool needs unit-hours of units in use."""

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum tau f / rate <= usable share * n``, for each (pool, y, slot)."""
    axes, carriers = layout.axes, case.hubs.carriers
    rows = writer.add_rows("capacity", (axes.pools, *axes.by_slot), -float("inf"), 0.0).index
    unit_hours = case.arc.unit_hours[carriers][:, :, None]
    writer.add_entries(rows[case.arcs.pool[carriers]], layout.carriers, unit_hours)
    writer.add_entries(rows, layout.in_use.index[:, :, None], -case.pool.usable[:, None, None])
