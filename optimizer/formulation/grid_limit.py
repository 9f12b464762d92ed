"""Family 6, grid limits: megawatts of a zone in every slot, and accredited peak of an area."""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer

CAPACITY = "capacity"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum q <= headroom`` by (zone, y, slot); ``peak >= sum q``, ``peak <= covered``."""
    grid, axes, draw, peak = case.grid, layout.axes, layout.draw.index, layout.peak.index
    zone = grid.zone_of_site
    drawing = np.flatnonzero(zone >= 0)
    limit = writer.add_rows("grid_limit", (axes.zones, *axes.by_slot), -np.inf, grid.headroom_mw)
    writer.add_entries(limit.index[zone[drawing]], draw[drawing], 1.0)

    area = np.where(zone >= 0, np.append(grid.area_of_zone, -1)[zone], -1)
    member = np.flatnonzero(area >= 0)
    coincident = writer.add_rows("coincident_peak", (axes.areas, *axes.by_slot), -np.inf, 0.0).index
    writer.add_entries(coincident[area[member]], draw[member], 1.0)
    writer.add_entries(coincident, peak[:, :, None], -1.0)
    procured = grid.requirement * grid.peak_limit_mw
    accredited = writer.add_rows("accredited_peak", layout.peak.axes, -np.inf, procured)
    writer.add_entries(accredited.index, peak, grid.requirement)
    writer.add_objective(CAPACITY, peak, -grid.peak_cost * case.horizon.discount)
