"""Family 6, grid limits: megawatts of a zone hour by hour, and accredited peak of an area."""

import numpy as np

from optimizer.formulation.discounting import year_weight
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer

CAPACITY = "capacity"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum q <= headroom`` by (zone, y, slot); ``peak >= sum q``, ``peak <= covered``."""
    grid = case.grid
    zones, years, slots = grid.headroom_mw.shape
    drawing = np.flatnonzero(grid.zone_of_site >= 0)
    limit = writer.add_rows("grid_limit", (zones, years, slots), -np.inf, grid.headroom_mw)
    writer.add_entries(limit.index[grid.zone_of_site[drawing]], layout.draw.index[drawing], 1.0)
    areas = len(grid.requirement)
    coincident = writer.add_rows("coincident_peak", (areas, years, slots), -np.inf, 0.0)
    area_of_site = np.where(
        grid.zone_of_site >= 0, np.append(grid.area_of_zone, -1)[grid.zone_of_site], -1
    )
    member = np.flatnonzero(area_of_site >= 0)
    writer.add_entries(coincident.index[area_of_site[member]], layout.draw.index[member], 1.0)
    writer.add_entries(coincident.index, layout.peak.index[:, :, None], -1.0)
    accredited = writer.add_rows(
        "accredited_peak",
        (areas, years),
        -np.inf,
        grid.requirement * grid.peak_limit_mw,
    )
    writer.add_entries(accredited.index, layout.peak.index, grid.requirement)
    writer.add_objective(CAPACITY, layout.peak.index, -grid.peak_cost * year_weight(case)[None])
