"""Family 1, demand: what is accepted is served or shed, and arcs carry what is served."""

from optimizer.formulation.layout import Layout
from optimizer.parameters.case import Case
from optimizer.program import Writer


def add(case: Case, at: Layout, writer: Writer) -> None:
    """``sum f = served`` and ``served + shed = sum_j a_j D``, for each (w, y, slot)."""
    shape = at.served.shape
    carried = writer.add_rows("carried", shape, 0.0, 0.0).index
    writer.add_entries(carried[case.arcs.workload], at.flow.index, 1.0)
    writer.add_entries(carried, at.served.index, -1.0)

    met = writer.add_rows("demand", shape, 0.0, 0.0).index
    writer.add_entries(met, at.served.index, 1.0)
    writer.add_entries(met, at.shed.index, 1.0)
    writer.add_entries(
        met[:, :, None, :], at.accepted.index[:, :, :, None], -case.demand.level[:, :, None, :]
    )
