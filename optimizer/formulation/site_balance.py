"""Family 5, site balance: power comes from the grid, own generators and own storage.

A site off the grid has no draw: its column is bounded by 0.
"""

import numpy as np

from optimizer.formulation.discounting import slot_weight
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer

ENERGY, CO2 = "energy", "co2"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``P + charge = q + sum p + discharge`` by site; ``sum q = sum of blocks, contracts`` by zone.

    Blocks are there where a zone's price rises.
    """
    grid = case.grid
    rows = writer.add_rows("site_balance", layout.power.shape, 0.0, 0.0).index
    writer.add_entries(rows, layout.power.index, 1.0)
    writer.add_entries(rows, layout.draw.index, -1.0)
    writer.add_entries(rows[case.generator.site], layout.generation.index, -1.0)
    writer.add_entries(rows[case.storage.site], layout.charge.index, 1.0)
    writer.add_entries(rows[case.storage.site], layout.discharge.index, -1.0)

    weight = slot_weight(case)[None]
    writer.add_objective(ENERGY, layout.draw.index, -grid.draw_cost * weight)
    writer.add_objective(CO2, layout.draw.index, -grid.co2_cost[:, :, None] * weight)

    priced = np.unique(grid.block_zone)
    if not len(priced):
        return
    position = np.full(len(case.instance.zones), -1)
    position[priced] = np.arange(len(priced))
    blocks = writer.add_rows("supply_blocks", (len(priced), *layout.power.shape[1:]), 0.0, 0.0)
    drawing = np.flatnonzero(np.isin(grid.zone_of_site, priced))
    writer.add_entries(
        blocks.index[position[grid.zone_of_site[drawing]]], layout.draw.index[drawing], 1.0
    )
    writer.add_entries(blocks.index[position[grid.block_zone]], layout.block_draw.index, -1.0)
    contracted = np.flatnonzero(np.isin(case.contract.zone, priced))
    writer.add_entries(
        blocks.index[position[case.contract.zone[contracted]]],
        layout.contract_draw.index[contracted],
        -1.0,
    )
    writer.add_objective(ENERGY, layout.block_draw.index, -grid.block_cost[:, :, None] * weight)
