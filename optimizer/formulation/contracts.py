"""Family 5, contracts: part of a draw has a price of its own, up to a limit.

`site_balance` prices all draw at the zone's price; here the share drawn on a contract moves to
the contract's price.  A zone's supply blocks cover the remainder.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.formulation.site_balance import ENERGY
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``c <= limit``; ``sum c <= q`` at the contract's site, ``sum c <= sum q`` in its zone."""
    contract, axes, by_slot = case.contract, layout.axes, layout.axes.by_slot
    drawn = layout.contract_draw.index
    limit = contract.limit_mw[:, :, None]
    rows = writer.add_rows("contract_limit", (axes.contracts, *by_slot), -np.inf, limit)
    writer.add_entries(rows.index, drawn, 1.0)

    own = np.flatnonzero(contract.site >= 0)
    sites, row_of = np.unique(contract.site[own], return_inverse=True)
    rows = writer.add_rows("contract_site", (axes.sites[sites], *by_slot), -np.inf, 0.0)
    writer.add_entries(rows.index[row_of], drawn[own], 1.0)
    writer.add_entries(rows.index, layout.draw.index[sites], -1.0)

    zones, row_of = np.unique(contract.zone, return_inverse=True)
    rows = writer.add_rows("contract_zone", (axes.zones[zones], *by_slot), -np.inf, 0.0)
    writer.add_entries(rows.index[row_of], drawn, 1.0)
    for row, zone in zip(rows.index, zones, strict=True):
        member = np.flatnonzero(case.grid.zone_of_site == zone)
        writer.add_entries(row[None], layout.draw.index[member], -1.0)
    writer.add_objective(ENERGY, drawn, -contract.cost * case.horizon.discounted_hours)
