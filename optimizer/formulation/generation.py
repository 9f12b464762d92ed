"""Family 7, generation: output within the units there, redundancy off the grid, fuel."""

import numpy as np

from optimizer.formulation.discounting import slot_weight
from optimizer.formulation.fleet import OPERATION, UnitsThere, add_builds, units_there
from optimizer.formulation.layout import Layout
from optimizer.formulation.site_balance import CO2
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer

FUEL, GENERATORS = "fuel", "generators"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Bound output by surviving units; off-grid load by what is left with k units out."""
    generator = case.generator
    there = units_there(case, generator, layout.is_open, layout.units_built)
    output_mw = generator.unit_mw[:, None] * generator.available
    output = writer.add_rows("output", layout.generation.shape, -np.inf, 0.0).index
    writer.add_entries(output, layout.generation.index, 1.0)
    there.add_to(writer, output, -output_mw)
    _add_redundancy(case, layout, writer, there)
    add_builds(case, writer, there, "unit", GENERATORS)

    weight, p = slot_weight(case)[None], layout.generation.index
    writer.add_objective(FUEL, p, -generator.fuel_cost[:, :, None] * weight)
    writer.add_objective(CO2, p, -generator.co2_cost[:, :, None] * weight)
    writer.add_objective(OPERATION, p, -generator.variable_cost[:, None, None] * weight)


def _add_redundancy(case: Case, layout: Layout, writer: Writer, there: UnitsThere) -> None:
    """``sum firm * units - k * largest firm * o + standby >= P`` at sites off the grid."""
    generator, site, storage = case.generator, case.site, case.storage
    islands = np.flatnonzero(site.offgrid)
    row_of = np.full(len(site.pue), -1)
    row_of[islands] = np.arange(len(islands))
    spare = writer.add_rows(
        "redundancy", (len(islands), *layout.power.shape[1:]), 0.0, np.inf
    ).index
    writer.add_entries(spare, layout.power.index[islands], -1.0)

    firm_mw = generator.unit_mw[:, None] * generator.available * generator.derate[:, None]
    here = np.flatnonzero(site.offgrid[generator.site])
    largest_mw = np.zeros((len(islands), spare.shape[2]))
    np.maximum.at(largest_mw, row_of[generator.site[here]], firm_mw[here])
    out_mw = site.redundant_units[islands, None] * largest_mw
    writer.add_entries(spare, layout.is_open.index[islands][:, :, None], -out_mw[:, None, :])
    there.only(here).add_to(writer, spare[row_of[generator.site[here]]], firm_mw[here])

    standing_by = row_of[storage.site[storage.island]]
    writer.add_entries(spare[standing_by], layout.standby.index, 1.0)
