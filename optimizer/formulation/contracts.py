"""Family 5, contracts: part of what is drawn has a price of its own, up to a limit.

Energy is priced at the zone's price wherever it is drawn (`site_balance`); here a contract's
share of it changes to the contract's price.  A zone's rising blocks take what is left over.
"""

import numpy as np

from optimizer.formulation.discounting import slot_weight
from optimizer.formulation.layout import Layout
from optimizer.formulation.site_balance import ENERGY
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``c <= limit``; ``sum c <= q`` at a site with its own, ``sum c <= sum q`` in a zone."""
    contract, grid = case.contract, case.grid
    drawn = layout.contract_draw.index
    limit = writer.add_rows("contract_limit", drawn.shape, -np.inf, contract.limit_mw[:, :, None])
    writer.add_entries(limit.index, drawn, 1.0)

    own = np.flatnonzero(contract.site >= 0)
    sites, row_of = np.unique(contract.site[own], return_inverse=True)
    rows = writer.add_rows("contract_site", (len(sites), *drawn.shape[1:]), -np.inf, 0.0).index
    writer.add_entries(rows[row_of], drawn[own], 1.0)
    writer.add_entries(rows, layout.draw.index[sites], -1.0)

    zones, zone_row_of = np.unique(contract.zone, return_inverse=True)
    rows = writer.add_rows("contract_zone", (len(zones), *drawn.shape[1:]), -np.inf, 0.0).index
    writer.add_entries(rows[zone_row_of], drawn, 1.0)
    for row, zone in zip(rows, zones, strict=True):
        member = np.flatnonzero(grid.zone_of_site == zone)
        writer.add_entries(row[None], layout.draw.index[member], -1.0)
    writer.add_objective(ENERGY, drawn, -contract.cost * slot_weight(case)[None])
