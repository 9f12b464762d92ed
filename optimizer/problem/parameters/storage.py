"""Storage at sites in arrays (family 8, and its share of family 7)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats, Horizon, Ints
from optimizer.problem.parameters.contracts import ContractSide
from optimizer.problem.parameters.fleet import Fleet, fleet
from optimizer.problem.parameters.grid import GeneratorSide, GridSide
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.units import KW_PER_MW, USD_PER_KUSD


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
        Where some source of energy at the site costs less than nothing.
    island : ndarray of int, shape (I,)
        Rows that stand at sites off the grid.
    """

    unit_mwh: Floats
    charge_efficiency: Floats
    discharge_efficiency: Floats
    variable_cost: Floats
    burning_pays: np.ndarray
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
    types = {one.id: one for one in instance.storage}
    of = [types[row.storage] for row in rows]
    kw_cost = KW_PER_MW / USD_PER_KUSD
    overnight = np.array(
        [
            [
                at_year(one.capex_usd_per_kw, y) * one.unit_mw * kw_cost
                + at_year(one.capex_usd_per_kwh, y) * one.unit_mwh * kw_cost
                for y in years
            ]
            for one in of
        ]
    )
    fixed = np.array([one.fixed_om_usd_per_kw_year * one.unit_mw * kw_cost for one in of])
    at_site = fleet(instance, horizon, rows, of, overnight, fixed)
    offgrid = np.array([site.kind == "offgrid" for site in instance.sites])
    return StorageSide(
        **at_site,
        unit_mwh=np.array([one.unit_mwh for one in of]),
        charge_efficiency=np.array([one.charge_efficiency for one in of]),
        discharge_efficiency=np.array([one.discharge_efficiency for one in of]),
        variable_cost=np.array([one.variable_om_usd_per_mwh / USD_PER_KUSD for one in of]),
        burning_pays=(least_energy_cost(horizon, grid, generator, contract) < 0)[at_site["site"]],
        island=np.flatnonzero(offgrid[at_site["site"]]),
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
    drawn = grid.draw_cost + grid.co2_cost[:, :, None]
    cost[on_grid] = drawn[on_grid] + adder[grid.zone_of_site[on_grid]]
    running = generator.fuel_cost + generator.co2_cost + generator.variable_cost[:, None]
    np.minimum.at(cost, generator.site, np.repeat(running[:, :, None], horizon.slots, axis=2))
    return cost
