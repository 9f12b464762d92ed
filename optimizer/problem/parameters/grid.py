"""Zones, capacity areas and generators in arrays (families 5, 6, 7)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import (
    Floats,
    Horizon,
    Ints,
    hourly_year,
    other_load_shape,
    profiles_by_id,
)
from optimizer.problem.parameters.fleet import Fleet, fleet
from optimizer.schema.base import at_year
from optimizer.schema.grid import Zone
from optimizer.schema.instance import Instance
from optimizer.units import DAYS_PER_YEAR, KG_PER_T, KW_PER_MW, USD_PER_KUSD


@dataclass(frozen=True)
class GridSide:
    """Zones (Z), their supply blocks (B) and capacity areas (C).

    Attributes
    ----------
    zone_of_site : ndarray of int, shape (S,)
        Zone that a site draws from; -1 where it draws from none.
    headroom_mw : ndarray, shape (Z, Y, K)
        Limit on the modelled load; infinite where there is none.
    overloaded_hours : int
        Zone-slots in which other load alone exceeds the limit; their headroom counts as 0.
    draw_cost : ndarray, shape (S, Y, K)
        Energy price and delivery of a MWh drawn, k$/MWh.
    co2_cost : ndarray, shape (S, Y)
        CO2 price of a MWh drawn, k$/MWh.
    block_zone : ndarray of int, shape (B,)
    block_mw : ndarray, shape (B, Y)
    block_cost : ndarray, shape (B, Y)
        Price of a block on top of the zone's, k$/MWh.
    area_of_zone : ndarray of int, shape (Z,)
        Capacity area of a zone; -1 where none.
    requirement : ndarray, shape (C, Y)
        Forecast pool requirement, UCAP for a MW of peak.
    peak_limit_mw : ndarray, shape (C, Y)
        Highest modelled peak that the procured capacity covers; infinite where not limited.
    uncovered_areas : int
        Area-years in which other load alone exceeds the procured capacity; the peak they allow
        counts as 0.
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

    A step takes its least headroom: the highest other load of its hours.
    """
    years = horizon.years
    if zone.limit_mw is not None:
        levels = np.array([at_year(zone.limit_mw, y) for y in years])
        return np.repeat(levels[:, None], horizon.slots, axis=1)
    if zone.capacity_mw is None:
        return np.full((len(years), horizon.slots), np.inf)
    firm = np.array([at_year(zone.capacity_mw, y) for y in years]) / (1 + zone.reserve_margin)
    peak = np.array([at_year(zone.other_peak_mw, y) for y in years])
    shape = horizon.highest(other_load_shape(instance, zone.other_profile))
    return firm[:, None] - peak[:, None] * shape[None, :]


def grid_side(instance: Instance, horizon: Horizon) -> GridSide:
    """Lay zones and capacity areas out in arrays."""
    zones, areas, years = instance.zones, instance.capacity_areas, horizon.years
    zone_at = {zone.id: i for i, zone in enumerate(zones)}
    shape = (len(zones), len(years), horizon.slots)
    raw = np.array([zone_headroom_mw(instance, horizon, z) for z in zones]).reshape(shape)
    co2_price = instance.policy.co2_price_usd_per_t / KG_PER_T / USD_PER_KUSD
    draw_cost = np.zeros((len(instance.sites), len(years), horizon.slots))
    co2_cost = np.zeros((len(instance.sites), len(years)))
    for s, site in enumerate(instance.sites):
        if site.zone is None:
            continue
        zone = zones[zone_at[site.zone]]
        level = np.array([at_year(zone.energy_price_usd_per_mwh, y) for y in years])
        price = level[:, None] * price_shape(instance, horizon, zone.price_profile)[None, :]
        draw_cost[s] = (price + site.energy_adder_usd_per_mwh) / USD_PER_KUSD
        co2_cost[s] = [at_year(zone.co2_kg_per_mwh, y) * co2_price for y in years]
    blocks = [(z, block) for z, zone in enumerate(zones) for block in zone.supply_blocks]
    area_of_zone = np.full(len(zones), -1)
    for c, area in enumerate(areas):
        area_of_zone[[zone_at[z] for z in area.zones]] = c
    requirement = np.array(
        [[at_year(a.forecast_pool_requirement, y) for y in years] for a in areas]
    ).reshape(len(areas), len(years))
    covered = np.array(
        [
            [
                np.inf if a.procured_ucap_mw is None else at_year(a.procured_ucap_mw, y)
                for y in years
            ]
            for a in areas
        ]
    ).reshape(requirement.shape)
    other = np.array([[at_year(a.other_peak_mw, y) for y in years] for a in areas])
    peak_limit = covered / requirement - other.reshape(requirement.shape)
    price_kusd = np.array(
        [[at_year(a.capacity_price_usd_per_mw_day, y) for y in years] for a in areas]
    ).reshape(requirement.shape)
    return GridSide(
        zone_of_site=np.array(
            [-1 if site.zone is None else zone_at[site.zone] for site in instance.sites]
        ),
        headroom_mw=np.maximum(raw, 0.0),
        overloaded_hours=int((raw < 0).sum()),
        draw_cost=draw_cost,
        co2_cost=co2_cost,
        block_zone=np.array([z for z, _ in blocks], dtype=np.int64),
        block_mw=np.array(
            [
                [np.inf if b.size_mw is None else at_year(b.size_mw, y) for y in years]
                for _, b in blocks
            ]
        ).reshape(len(blocks), len(years)),
        block_cost=np.array(
            [[at_year(b.adder_usd_per_mwh, y) for y in years] for _, b in blocks]
        ).reshape(len(blocks), len(years))
        / USD_PER_KUSD,
        area_of_zone=area_of_zone,
        requirement=requirement,
        peak_limit_mw=np.maximum(peak_limit, 0.0),
        uncovered_areas=int((peak_limit < 0).sum()),
        peak_cost=requirement * price_kusd * DAYS_PER_YEAR / USD_PER_KUSD,
    )


def price_shape(instance: Instance, horizon: Horizon, profile_id: str | None) -> Floats:
    """Energy price of each slot over the year's mean, shape (K,)."""
    if profile_id is None:
        return np.ones(horizon.slots)
    hourly = hourly_year(instance, profiles_by_id(instance)[profile_id], None)
    return horizon.mean(hourly / hourly.mean())


def generator_side(instance: Instance, horizon: Horizon) -> GeneratorSide:
    """Lay generators at sites out in arrays."""
    rows, years = instance.site_generators, horizon.years
    types = {generator.id: generator for generator in instance.generators}
    of = [types[row.generator] for row in rows]
    available = np.ones((len(rows), horizon.slots))
    for g, row in enumerate(rows):
        if row.availability_profile is not None:
            profile = profiles_by_id(instance)[row.availability_profile]
            available[g] = horizon.lowest(hourly_year(instance, profile, None))
    co2_price = instance.policy.co2_price_usd_per_t / KG_PER_T / USD_PER_KUSD
    kw_cost = KW_PER_MW / USD_PER_KUSD
    overnight = np.array(
        [[at_year(g.capex_usd_per_kw, y) * g.unit_mw * kw_cost for y in years] for g in of]
    ).reshape(len(rows), len(years))
    fixed = np.array([g.fixed_om_usd_per_kw_year * g.unit_mw * kw_cost for g in of])
    return GeneratorSide(
        **fleet(instance, horizon, rows, of, overnight, fixed),
        available=available,
        fuel_cost=np.array(
            [
                [
                    g.heat_rate_mmbtu_per_mwh
                    * at_year(row.fuel_price_usd_per_mmbtu, y)
                    / USD_PER_KUSD
                    for y in years
                ]
                for g, row in zip(of, rows, strict=True)
            ]
        ).reshape(len(rows), len(years)),
        co2_cost=np.repeat(
            np.array([g.co2_kg_per_mwh * co2_price for g in of])[:, None], len(years), axis=1
        ),
        variable_cost=np.array([g.variable_om_usd_per_mwh / USD_PER_KUSD for g in of]),
    )
