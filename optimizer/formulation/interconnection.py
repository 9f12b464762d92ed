"""Family 9, interconnection: a site draws no more than its grid connection, which is paid.

Connections are built in whole steps, as pods and turbines are: with whole numbers held, nothing
ties one year to another.
"""

import numpy as np

from optimizer.formulation.discounting import year_weight
from optimizer.formulation.layout import Layout
from optimizer.formulation.survival import surviving
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Indices, Writer

INTERCONNECTION = "interconnection"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``q <= existing o + step * sum of surviving builds``; builds only at an open site."""
    connection, yearly = case.connection, year_weight(case)
    rows = writer.add_rows(
        "interconnection", (len(connection.site), *layout.draw.shape[1:]), -np.inf, 0.0
    ).index
    writer.add_entries(rows, layout.draw.index[connection.site], 1.0)
    add_connection(case, layout, writer, rows, np.arange(len(connection.site)))
    for y, b, alive in surviving(connection.life, case.horizon.years):
        built = layout.connection_built.index[alive, b]
        writer.add_objective(INTERCONNECTION, built, -connection.cost[alive, b] * yearly[y])
    optional = np.flatnonzero(case.site.candidate[connection.site])
    gated = writer.add_rows("connection_if_open", (len(optional), len(yearly)), -np.inf, 0.0).index
    writer.add_entries(gated, layout.connection_built.index[optional], 1.0)
    gate = layout.is_open.index[connection.site[optional]]
    writer.add_entries(gated, gate, -connection.build_limit[optional])


def add_connection(
    case: Case, layout: Layout, writer: Writer, rows: Indices, which: Indices
) -> None:
    """Take the megawatts of connections that are there off rows of shape (n, Y, K).

    Parameters
    ----------
    case, at, writer
    rows : ndarray of int, shape (n, Y, K)
    which : ndarray of int, shape (n,)
        Connection that each row is about.
    """
    connection = case.connection
    gate = layout.is_open.index[connection.site[which]]
    writer.add_entries(rows, gate[:, :, None], -connection.existing_mw[which][:, :, None])
    for y, b, alive in surviving(connection.life[which], case.horizon.years):
        built = layout.connection_built.index[which[alive], b]
        step = -connection.step_mw[which[alive]]
        writer.add_entries(rows[alive, y], built[:, None], step[:, None])
