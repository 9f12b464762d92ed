"""Family 7, generation: output of installed units, off-grid redundancy, fuel."""

import numpy as np

from optimizer.formulation.fleet import OPERATION, Installed, add_builds
from optimizer.formulation.layout import Layout
from optimizer.formulation.site_balance import CO2
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer

FUEL, GENERATORS = "fuel", "generators"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Limit output to surviving units, and off-grid load to what remains with k units out."""
    generator, p = case.generator, layout.generation.index
    units = Installed.of(case, layout, generator, layout.axes.generators, layout.units_built)
    output = writer.add_rows("output", layout.generation.axes, -np.inf, 0.0).index
    writer.add_entries(output, p, 1.0)
    units.add_to(writer, output, -generator.unit_mw[:, None] * generator.available)
    _add_redundancy(case, layout, writer, units)
    add_builds(layout, writer, units, "unit", GENERATORS)

    hours = case.horizon.discounted_hours
    writer.add_objective(FUEL, p, -generator.fuel_cost[:, :, None] * hours)
    writer.add_objective(CO2, p, -generator.co2_cost[:, :, None] * hours)
    writer.add_objective(OPERATION, p, -generator.variable_cost[:, None, None] * hours)


def _add_redundancy(case: Case, layout: Layout, writer: Writer, units: Installed) -> None:
    """``sum firm * units - k * largest firm * o + standby >= P`` at off-grid sites."""
    generator, site, storage, axes = case.generator, case.site, case.storage, layout.axes
    off_grid = np.flatnonzero(site.offgrid)
    row_of = np.full(len(site.pue), -1)
    row_of[off_grid] = np.arange(len(off_grid))
    rows = writer.add_rows("redundancy", (axes.sites[off_grid], *axes.by_slot), 0.0, np.inf).index
    writer.add_entries(rows, layout.power.index[off_grid], -1.0)

    firm_mw = generator.unit_mw[:, None] * generator.available * generator.derate[:, None]
    here = np.flatnonzero(site.offgrid[generator.site])
    largest_mw = np.zeros((len(off_grid), rows.shape[2]))
    np.maximum.at(largest_mw, row_of[generator.site[here]], firm_mw[here])
    out_mw = site.redundant_units[off_grid, None] * largest_mw
    writer.add_entries(rows, layout.is_open.index[off_grid][:, :, None], -out_mw[:, None, :])
    units.only(here).add_to(writer, rows[row_of[generator.site[here]]], firm_mw[here])

    standing_by = row_of[storage.site[storage.island]]
    writer.add_entries(rows[standing_by], layout.standby.index, 1.0)
