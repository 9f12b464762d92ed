"""Family 9, interconnection: a site draws no more than its grid connection, which must be paid.

Connections are built in whole steps, as pods and turbines are: with integers fixed, no row links
one year to another.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Indices
from optimizer.solvers.writer import Writer

INTERCONNECTION = "interconnection"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``q <= existing o + step * sum of surviving builds``; builds only at an open site."""
    connection, axes = case.connection, layout.axes
    built = layout.connection_built.index
    connected = axes.sites[connection.site]
    rows = writer.add_rows("interconnection", (connected, *axes.by_slot), -np.inf, 0.0).index
    writer.add_entries(rows, layout.draw.index[connection.site], 1.0)
    add_connection(case, layout, writer, rows, np.arange(len(connection.site)))
    for y, b, alive in case.horizon.surviving(connection.life):
        cost = connection.cost[alive, b] * case.horizon.discount[y]
        writer.add_objective(INTERCONNECTION, built[alive, b], -cost)
    optional = np.flatnonzero(case.site.candidate[connection.site])
    gated_axes = (connected[optional], *axes.by_year)
    gated = writer.add_rows("connection_if_open", gated_axes, -np.inf, 0.0).index
    writer.add_entries(gated, built[optional], 1.0)
    gate = layout.is_open.index[connection.site[optional]]
    writer.add_entries(gated, gate, -connection.build_limit[optional])


def add_connection(
    case: Case, layout: Layout, writer: Writer, rows: Indices, which: Indices
) -> None:
    """Subtract the capacity of installed connections from rows.

    Parameters
    ----------
    case, layout, writer
    rows : ndarray of int, shape (n, Y, K)
    which : ndarray of int, shape (n,)
        Connection of each row.
    """
    connection = case.connection
    gate = layout.is_open.index[connection.site[which]]
    writer.add_entries(rows, gate[:, :, None], -connection.existing_mw[which][:, :, None])
    for y, b, alive in case.horizon.surviving(connection.life[which]):
        built = layout.connection_built.index[which[alive], b]
        step = -connection.step_mw[which[alive]]
        writer.add_entries(rows[alive, y], built[:, None], step[:, None])
