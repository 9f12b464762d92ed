"""Family 3, serving capacity: work on a pool needs unit-hours of units in use."""

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum tau f / rate <= usable share * n``, for each (pool, y, slot)."""
    axes = layout.axes
    rows = writer.add_rows("capacity", (axes.pools, *axes.by_slot), -float("inf"), 0.0).index
    writer.add_entries(rows[case.arcs.pool], layout.flow.index, case.arc.unit_hours[:, :, None])
    writer.add_entries(rows, layout.in_use.index[:, :, None], -case.pool.usable[:, None, None])
