"""Storage at sites in arrays (family 8, and its share of family 7)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Bools, Floats, Ints, by_year
from optimizer.problem.horizon import Horizon
from optimizer.problem.parameters.contracts import ContractSide
from optimizer.problem.parameters.fleet import KUSD_PER_MW, Fleet, fleet
from optimizer.problem.parameters.grid import GeneratorSide, GridSide
from optimizer.schema.instance import Instance
from optimizer.units import USD_PER_KUSD


@dataclass(frozen=True)
class StorageSide(Fleet):
    """Storage at sites, V of them.

    Attributes
    ----------
    unit_mwh : ndarray, shape (V,)
    charge_efficiency, discharge_efficiency : ndarray, shape (V,)
    variable_cost : ndarray, shape (V,)
        Wear of a MWh discharged, k$/MWh.
    burning_pays : ndarray of bool, shape (V, Y, K)
        Slots in which some source of energy at the site has a negative cost.
    island : ndarray of int, shape (I,)
        Rows at off-grid sites.
    """

    unit_mwh: Floats
    charge_efficiency: Floats
    discharge_efficiency: Floats
    variable_cost: Floats
    burning_pays: Bools
    island: Ints


def storage_side(
    instance: Instance,
    horizon: Horizon,
    grid: GridSide,
    generator: GeneratorSide,
    contract: ContractSide,
) -> StorageSide:
    """Lay storage at sites out in arrays."""
    rows, years = instance.site_storage, horizon.years
    by_id = {unit.id: unit for unit in instance.storage}
    types = [by_id[row.storage] for row in rows]
    unit_mw = np.array([unit.unit_mw for unit in types], dtype=float)
    unit_mwh = np.array([unit.unit_mwh for unit in types], dtype=float)
    power_cost = by_year([unit.capex_usd_per_kw for unit in types], years) * unit_mw[:, None]
    energy_cost = by_year([unit.capex_usd_per_kwh for unit in types], years) * unit_mwh[:, None]
    overnight = power_cost * KUSD_PER_MW + energy_cost * KUSD_PER_MW
    at_site = fleet(instance, horizon, rows, types, overnight)
    site = at_site["site"]
    offgrid = np.array([site.kind == "offgrid" for site in instance.sites])
    return StorageSide(
        **at_site,
        unit_mwh=unit_mwh,
        charge_efficiency=np.array([unit.charge_efficiency for unit in types]),
        discharge_efficiency=np.array([unit.discharge_efficiency for unit in types]),
        variable_cost=np.array([unit.variable_om_usd_per_mwh / USD_PER_KUSD for unit in types]),
        burning_pays=(least_energy_cost(horizon, grid, generator, contract) < 0)[site],
        island=np.flatnonzero(offgrid[site]),
    )


def least_energy_cost(
    horizon: Horizon, grid: GridSide, generator: GeneratorSide, contract: ContractSide
) -> Floats:
    """Cost of the cheapest source of energy at each site, k$/MWh, shape (S, Y, K)."""
    rising = np.full((len(grid.area_of_zone), len(horizon.years)), np.inf)
    np.minimum.at(rising, grid.block_zone, grid.block_cost)
    adder = np.repeat(np.where(np.isfinite(rising), rising, 0.0)[:, :, None], horizon.slots, axis=2)
    np.minimum.at(adder, contract.zone, contract.cost)
    on_grid = grid.zone_of_site >= 0
    cost = np.full((len(grid.zone_of_site), len(horizon.years), horizon.slots), np.inf)
    drawn = grid.draw_cost + grid.co2_cost
    cost[on_grid] = drawn[on_grid] + adder[grid.zone_of_site[on_grid]]
    running = generator.fuel_cost + generator.co2_cost + generator.variable_cost[:, None]
    np.minimum.at(cost, generator.site, np.repeat(running[:, :, None], horizon.slots, axis=2))
    return cost
