"""Family 7, generation: output within the units there, redundancy off the grid, fuel."""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.formulation.site_balance import CO2
from optimizer.formulation.survival import surviving
from optimizer.formulation.weights import slot_weight, year_weight
from optimizer.parameters.case import Case
from optimizer.program import Writer

FUEL, OPERATION, GENERATORS = "fuel", "operation", "generators"


def add(case: Case, at: Layout, writer: Writer) -> None:
    """Bound output by surviving units; off-grid load by what is left with k units out."""
    generator, site, years = case.generator, case.site, case.horizon.years
    gens, periods, slots = at.generation.shape
    weight, yearly = slot_weight(case)[None], year_weight(case)

    output_mw = generator.unit_mw[:, None] * generator.available
    gate = at.is_open.index[generator.site]
    output = writer.add_rows("output", (gens, periods, slots), -np.inf, 0.0).index
    writer.add_entries(output, at.generation.index, 1.0)
    there_mw = generator.existing[:, None] * output_mw
    writer.add_entries(output, gate[:, :, None], -there_mw[:, None, :])

    firm_mw = output_mw * generator.derate[:, None]
    islands = np.flatnonzero(site.offgrid)
    island_of = np.full(len(site.pue), -1)
    island_of[islands] = np.arange(len(islands))
    spare_mw = np.zeros((len(islands), slots))
    out_mw = np.zeros_like(spare_mw)
    for g, at_site in enumerate(generator.site):
        if (i := island_of[at_site]) >= 0:
            out_mw[i] = np.maximum(out_mw[i], site.redundant_units[at_site] * firm_mw[g])
            spare_mw[i] += generator.existing[g] * firm_mw[g]
    spare = writer.add_rows("redundancy", (len(islands), periods, slots), 0.0, np.inf).index
    writer.add_entries(spare, at.power.index[islands], -1.0)
    writer.add_entries(
        spare, at.is_open.index[islands][:, :, None], (spare_mw - out_mw)[:, None, :]
    )

    builds = at.units_built.index
    for y, b, alive in surviving(generator.life, years):
        writer.add_entries(output[alive, y], builds[alive, b][:, None], -output_mw[alive])
        firm = alive[island_of[generator.site[alive]] >= 0]
        writer.add_entries(
            spare[island_of[generator.site[firm]], y], builds[firm, b][:, None], firm_mw[firm]
        )
        cost = generator.unit_cost[alive, b] * yearly[y]
        writer.add_objective(GENERATORS, builds[alive, b], -cost)
        writer.add_objective(OPERATION, builds[alive, b], -generator.fixed_cost[alive] * yearly[y])
    standing = generator.fixed_cost * generator.existing
    writer.add_objective(OPERATION, gate, -standing[:, None] * yearly)
    optional = np.flatnonzero(site.candidate[generator.site])
    gated = writer.add_rows("unit_if_open", (len(optional), periods), -np.inf, 0.0).index
    writer.add_entries(gated, builds[optional], 1.0)
    writer.add_entries(gated, gate[optional], -generator.build_limit[optional])
    in_all = writer.add_rows("unit_limit", (gens,), -np.inf, generator.max_units).index
    writer.add_entries(in_all[:, None], builds, 1.0)

    p = at.generation.index
    writer.add_objective(FUEL, p, -generator.fuel_cost[:, :, None] * weight)
    writer.add_objective(CO2, p, -generator.co2_cost[:, :, None] * weight)
    writer.add_objective(OPERATION, p, -generator.variable_cost[:, None, None] * weight)
