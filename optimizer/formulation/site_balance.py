"""Family 5, site balance: site power comes from the grid, on-site generators and storage.

An off-grid site draws nothing: the upper bound of its column is 0.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer

ENERGY, CO2 = "energy", "co2"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``P + charge = q + sum p + discharge`` by site; ``sum q = sum of blocks, contracts`` by zone.

    Only zones with a rising price have blocks.
    """
    grid, contract, draw = case.grid, case.contract, layout.draw.index
    rows = writer.add_rows("site_balance", layout.power.axes, 0.0, 0.0).index
    writer.add_entries(rows, layout.power.index, 1.0)
    writer.add_entries(rows, draw, -1.0)
    writer.add_entries(rows[case.generator.site], layout.generation.index, -1.0)
    writer.add_entries(rows[case.storage.site], layout.charge.index, 1.0)
    writer.add_entries(rows[case.storage.site], layout.discharge.index, -1.0)

    hours = case.horizon.discounted_hours
    writer.add_objective(ENERGY, draw, -grid.draw_cost * hours)
    writer.add_objective(CO2, draw, -grid.co2_cost * hours)

    priced = np.unique(grid.block_zone)
    if not len(priced):
        return
    axes = (layout.axes.zones[priced], *layout.axes.by_slot)
    rows = writer.add_rows("supply_blocks", axes, 0.0, 0.0).index
    row_of = np.full(len(case.instance.zones), -1)
    row_of[priced] = np.arange(len(priced))
    drawing = np.flatnonzero(np.isin(grid.zone_of_site, priced))
    writer.add_entries(rows[row_of[grid.zone_of_site[drawing]]], draw[drawing], 1.0)
    writer.add_entries(rows[row_of[grid.block_zone]], layout.block_draw.index, -1.0)
    contracted = np.flatnonzero(np.isin(contract.zone, priced))
    drawn = layout.contract_draw.index[contracted]
    writer.add_entries(rows[row_of[contract.zone[contracted]]], drawn, -1.0)
    writer.add_objective(ENERGY, layout.block_draw.index, -grid.block_cost[:, :, None] * hours)
