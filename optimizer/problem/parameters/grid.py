"""Zones, capacity areas and generators in arrays (families 5, 6, 7)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Floats, Ints, by_year, positions
from optimizer.problem.horizon import Horizon, hourly_year, other_load_shape, profiles_by_id
from optimizer.problem.hourly_levels import zone_co2, zone_price
from optimizer.problem.parameters.fleet import KUSD_PER_MW, Fleet, fleet
from optimizer.schema.grid import Zone
from optimizer.schema.instance import Instance
from optimizer.units import DAYS_PER_YEAR, KG_PER_T, USD_PER_KUSD


@dataclass(frozen=True)
class GridSide:
    """Zones (Z), their supply blocks (B) and capacity areas (C).

    Attributes
    ----------
    zone_of_site : ndarray of int, shape (S,)
        Zone that a site draws from; -1 if it draws from none.
    headroom_mw : ndarray, shape (Z, Y, K)
        Limit on the modelled load; infinite if there is none.
    overloaded_hours : int
        Zone-slots in which other load alone exceeds the limit; their headroom is set to 0.
    draw_cost : ndarray, shape (S, Y, K)
        Energy price and delivery of a MWh drawn, k$/MWh.
    co2_cost : ndarray, shape (S, Y, K)
        CO2 price of a MWh drawn, k$/MWh.
    block_zone : ndarray of int, shape (B,)
    block_mw : ndarray, shape (B, Y)
    block_cost : ndarray, shape (B, Y)
        Price of a block above the zone's price, k$/MWh.
    area_of_zone : ndarray of int, shape (Z,)
        Capacity area of a zone; -1 if none.
    requirement : ndarray, shape (C, Y)
        Forecast pool requirement, MW of UCAP per MW of peak.
    peak_limit_mw : ndarray, shape (C, Y)
        Highest modelled peak that the procured capacity covers; infinite if not limited.
    uncovered_areas : int
        Area-years in which other load alone exceeds the procured capacity; their limit on the
        modelled peak is set to 0.
    peak_cost : ndarray, shape (C, Y)
        Cost of a MW of modelled peak, k$ a year.
    """

    zone_of_site: Ints
    headroom_mw: Floats
    overloaded_hours: int
    draw_cost: Floats
    co2_cost: Floats
    block_zone: Ints
    block_mw: Floats
    block_cost: Floats
    area_of_zone: Ints
    requirement: Floats
    peak_limit_mw: Floats
    uncovered_areas: int
    peak_cost: Floats


@dataclass(frozen=True)
class GeneratorSide(Fleet):
    """Generators at sites, G of them.

    Attributes
    ----------
    available : ndarray, shape (G, K)
        Output as a share of nameplate.
    fuel_cost, co2_cost : ndarray, shape (G, Y)
        k$/MWh.
    variable_cost : ndarray, shape (G,)
        k$/MWh.
    """

    available: Floats
    fuel_cost: Floats
    co2_cost: Floats
    variable_cost: Floats


def zone_headroom_mw(instance: Instance, horizon: Horizon, zone: Zone) -> Floats:
    """Limit on a zone's modelled load before clipping at 0, shape (Y, K).

    A step takes the least headroom of its hours: their highest other load.
    """
    limit, capacity, peak = by_year(
        [zone.limit_mw, zone.capacity_mw, zone.other_peak_mw], horizon.years, absent=np.inf
    )[:, :, None]
    if zone.limit_mw is not None or zone.capacity_mw is None:
        return np.repeat(limit, horizon.slots, axis=1)
    shape = horizon.highest(other_load_shape(instance, zone.other_profile))
    return np.asarray(capacity / (1 + zone.reserve_margin) - peak * shape)


def covered_peak_mw(instance: Instance, horizon: Horizon) -> Floats:
    """Peak of modelled load that each area's capacity covers, before clipping at 0, (C, Y)."""
    areas, years = instance.capacity_areas, horizon.years
    procured = by_year([area.procured_ucap_mw for area in areas], years, absent=np.inf)
    requirement = by_year([area.forecast_pool_requirement for area in areas], years)
    return procured / requirement - by_year([area.other_peak_mw for area in areas], years)


def grid_side(instance: Instance, horizon: Horizon) -> GridSide:
    """Lay zones and capacity areas out in arrays."""
    zones, areas, sites, years = (
        instance.zones,
        instance.capacity_areas,
        instance.sites,
        horizon.years,
    )
    zone_at = positions(zones)
    zone_of_site = np.array([-1 if site.zone is None else zone_at[site.zone] for site in sites])
    headroom = np.array([zone_headroom_mw(instance, horizon, zone) for zone in zones])
    headroom = headroom.reshape(len(zones), len(years), horizon.slots)
    price = np.array([zone_price(instance, horizon, zone) for zone in zones])
    price = price.reshape(headroom.shape)
    co2 = np.array([zone_co2(instance, horizon, zone) for zone in zones]).reshape(headroom.shape)
    adder = np.array([site.energy_adder_usd_per_mwh for site in sites])[:, None, None]
    on_grid = zone_of_site >= 0
    draw_cost = np.zeros((len(sites), len(years), horizon.slots))
    draw_cost[on_grid] = (price[zone_of_site[on_grid]] + adder[on_grid]) / USD_PER_KUSD
    co2_cost = np.zeros_like(draw_cost)
    co2_cost[on_grid] = co2[zone_of_site[on_grid]] * _co2_price(instance)
    blocks = [(z, block) for z, zone in enumerate(zones) for block in zone.supply_blocks]
    area_of_zone = np.full(len(zones), -1)
    for c, area in enumerate(areas):
        area_of_zone[[zone_at[z] for z in area.zones]] = c
    requirement = by_year([area.forecast_pool_requirement for area in areas], years)
    peak_limit = covered_peak_mw(instance, horizon)
    capacity_price = by_year([area.capacity_price_usd_per_mw_day for area in areas], years)
    return GridSide(
        zone_of_site=zone_of_site,
        headroom_mw=np.maximum(headroom, 0.0),
        overloaded_hours=int((headroom < 0).sum()),
        draw_cost=draw_cost,
        co2_cost=co2_cost,
        block_zone=np.array([z for z, _ in blocks], dtype=np.int64),
        block_mw=by_year([block.size_mw for _, block in blocks], years, absent=np.inf),
        block_cost=by_year([block.adder_usd_per_mwh for _, block in blocks], years) / USD_PER_KUSD,
        area_of_zone=area_of_zone,
        requirement=requirement,
        peak_limit_mw=np.maximum(peak_limit, 0.0),
        uncovered_areas=int((peak_limit < 0).sum()),
        peak_cost=requirement * capacity_price * DAYS_PER_YEAR / USD_PER_KUSD,
    )


def _co2_price(instance: Instance) -> float:
    """CO2 price, k$/kg."""
    return instance.policy.co2_price_usd_per_t / KG_PER_T / USD_PER_KUSD


def generator_side(instance: Instance, horizon: Horizon) -> GeneratorSide:
    """Lay generators at sites out in arrays."""
    rows, years, profiles = instance.site_generators, horizon.years, profiles_by_id(instance)
    by_id = {generator.id: generator for generator in instance.generators}
    types = [by_id[row.generator] for row in rows]
    available = np.ones((len(rows), horizon.slots))
    for g, row in enumerate(rows):
        if row.availability_profile is not None:
            profile = profiles[row.availability_profile]
            available[g] = horizon.lowest(hourly_year(instance, profile, None))
    unit_mw = np.array([unit.unit_mw for unit in types], dtype=float)[:, None]
    overnight = by_year([unit.capex_usd_per_kw for unit in types], years) * unit_mw * KUSD_PER_MW
    heat_rate = np.array([unit.heat_rate_mmbtu_per_mwh for unit in types], dtype=float)[:, None]
    fuel_price = by_year([row.fuel_price_usd_per_mmbtu for row in rows], years)
    co2 = np.array([unit.co2_kg_per_mwh * _co2_price(instance) for unit in types])
    return GeneratorSide(
        **fleet(instance, horizon, rows, types, overnight),
        available=available,
        fuel_cost=heat_rate * fuel_price / USD_PER_KUSD,
        co2_cost=np.repeat(co2[:, None], len(years), axis=1),
        variable_cost=np.array([unit.variable_om_usd_per_mwh / USD_PER_KUSD for unit in types]),
    )
