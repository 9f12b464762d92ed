"""Families 4 to 7: site power, balance, grid limits and generation."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats, hourly_year, other_load_shape, profiles_by_id
from optimizer.schema.base import at_year
from optimizer.schema.grid import Zone
from optimizer.units import MWH_PER_GTOK_PER_J_PER_TOK, W_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.contracts import contracted
from optimizer.verification.investment import survivors
from optimizer.verification.paths import leaner, longer_thoughts
from optimizer.verification.training import training_power
from optimizer.verification.violation import (
    Violation,
    at_most,
    equal,
    equal_where_given,
)


def check_energy(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of families 4 to 7."""
    yield from _site_power(claims)
    yield from _balance(claims)
    yield from _limits(claims)
    yield from _generation(claims)


def marginal_energy(claims: Claims) -> Floats:
    """Energy of a Gtok above idle before PUE, MWh, shape (configurations, Y)."""
    instance = claims.instance
    idle = {row.id: row.idle_w for row in instance.hardware}
    return np.array(
        [
            [
                c.token_multiplier
                * (c.loaded_w - idle[c.hardware])
                / c.tokens_per_s
                * at_year(c.energy_multiplier, year)
                * leaner(instance, year)
                * MWH_PER_GTOK_PER_J_PER_TOK
                for year in claims.horizon.years
            ]
            for c in instance.serving
        ]
    )


def _site_power(claims: Claims) -> Iterator[Violation]:
    instance, years = claims.instance, claims.horizon.years
    hardware = {row.id: row for row in instance.hardware}
    marginal, rows = marginal_energy(claims), claims.placement
    raw = rows["flow"].to_numpy() * longer_thoughts(claims)[rows["w"], rows["y"]]
    hardware_mw = claims.carried(raw * marginal[rows["c"], rows["y"]], "s", len(instance.sites))
    position = {site.id: i for i, site in enumerate(instance.sites)}
    for p, pool in enumerate(instance.pools):
        s = position[pool.site]
        if instance.sites[s].kind != "device":
            idle = hardware[pool.hardware].idle_w / W_PER_MW
            hardware_mw[s] += (idle * claims.in_use[p])[:, None]
    pue = np.array([site.pue for site in instance.sites])
    fixed = np.array(
        [
            [
                at_year(site.fixed_load_mw, year) * claims.is_open[s, y]
                for y, year in enumerate(years)
            ]
            for s, site in enumerate(instance.sites)
        ]
    )
    computed = pue[:, None, None] * hardware_mw + fixed[:, :, None] + training_power(claims)
    names = [site.id for site in instance.sites]
    yield from equal("4 site power", names, claims.power, computed, "power is not what runs")


def _balance(claims: Claims) -> Iterator[Violation]:
    sites, family = claims.instance.sites, "5 site balance"
    names = [site.id for site in sites]
    own, charge, discharge = np.zeros((3, *claims.power.shape))
    position = {site.id: i for i, site in enumerate(sites)}
    for g, row in enumerate(claims.instance.site_generators):
        own[position[row.site]] += claims.generation[g]
    for v, one in enumerate(claims.instance.site_storage):
        charge[position[one.site]] += claims.charge[v]
        discharge[position[one.site]] += claims.discharge[v]
    message = "own generation is not its generators'"
    yield from equal("7 generation", names, claims.own, own, message)
    message = "charge or discharge is not its storage's"
    yield from equal("8 storage", names, claims.site_charge, charge, message)
    yield from equal("8 storage", names, claims.site_discharge, discharge, message)
    taken, given = claims.power + charge, claims.draw + own + discharge
    yield from equal(family, names, taken, given, "power is not balanced")
    yield from at_most(family, names, -claims.draw, np.zeros(1), "draw is below 0")
    off = np.flatnonzero([site.zone is None for site in sites])
    yield from at_most(
        family, [names[i] for i in off], claims.draw[off], np.zeros(1), "draws off the grid"
    )


def zone_draw(claims: Claims) -> Floats:
    """Modelled load of each zone, shape (Z, Y, K)."""
    zones = [zone.id for zone in claims.instance.zones]
    draw = np.zeros((len(zones), *claims.draw.shape[1:]))
    for s, site in enumerate(claims.instance.sites):
        if site.zone is not None:
            draw[zones.index(site.zone)] += claims.draw[s]
    return draw


def zone_headroom(claims: Claims, zone: Zone) -> Floats:
    """Limit on a zone's modelled load in its tightest hour of each slot, shape (Y, K)."""
    horizon = claims.horizon
    out = np.full((len(horizon.years), horizon.slots), np.inf)
    shape = other_load_shape(claims.instance, zone.other_profile)
    for y, year in enumerate(horizon.years):
        for k in range(horizon.slots):
            if zone.limit_mw is not None:
                out[y, k] = at_year(zone.limit_mw, year)
            elif zone.capacity_mw is not None:
                firm = at_year(zone.capacity_mw, year) / (1 + zone.reserve_margin)
                other = at_year(zone.other_peak_mw, year) * shape[horizon.slot_hours(k)]
                out[y, k] = max(float((firm - other).min()), 0.0)
    return out


def _limits(claims: Claims) -> Iterator[Violation]:
    zones, family = claims.instance.zones, "6 grid limit"
    draw = zone_draw(claims)
    names = [zone.id for zone in zones]
    if names:
        limit = np.array([zone_headroom(claims, zone) for zone in zones])
        yield from equal_where_given(
            family, names, claims.zone_limit, limit, "limit is not the zone's (MW)"
        )
        yield from equal(family, names, claims.zone_draw, draw, "draw is not its sites' (MW)")
        yield from at_most(family, names, draw, limit, "draw exceeds the limit (MW)")
        market = draw - contracted(claims)
        message = "draw exceeds the supply (MW)"
        yield from at_most("5 site balance", names, market, _supply(claims), message)
    yield from _accredited(claims, draw)


def _supply(claims: Claims) -> Floats:
    """Sum of each zone's price blocks, infinite where the last is open, shape (Z, Y, 1)."""
    years = claims.horizon.years
    supply = np.full((len(claims.instance.zones), len(years), 1), np.inf)
    for z, zone in enumerate(claims.instance.zones):
        sizes = [block.size_mw for block in zone.supply_blocks if block.size_mw is not None]
        if sizes and len(sizes) == len(zone.supply_blocks):
            supply[z, :, 0] = [sum(at_year(size, year) for size in sizes) for year in years]
    return supply


def _accredited(claims: Claims, draw: Floats) -> Iterator[Violation]:
    """Peaks of capacity areas; draw is that of the zones."""
    years, family = claims.horizon.years, "6 grid limit"
    zones = [zone.id for zone in claims.instance.zones]
    for c, area in enumerate(claims.instance.capacity_areas):
        members = [zones.index(zone) for zone in area.zones]
        peak = draw[members].sum(axis=0).max(axis=1)
        claimed, name = claims.peak[[c]], [area.id]
        yield from equal(family, name, claimed, peak[None], "peak is not its zones' (MW)")
        fpr = np.array([[at_year(area.forecast_pool_requirement, year) for year in years]])
        yield from equal(
            family, name, claims.required_ucap[[c]], fpr * claimed, "is not what the peak requires"
        )
        covered = np.full((1, len(years)), np.inf)
        if area.procured_ucap_mw is not None:
            other = np.array([[at_year(area.other_peak_mw, year) for year in years]])
            ucap = np.array([[at_year(area.procured_ucap_mw, year) for year in years]])
            covered = np.maximum(ucap - fpr * other, 0.0)
        yield from equal_where_given(
            family, name, claims.peak_limit[[c]], covered / fpr, "is not the limit on the peak (MW)"
        )
        message = "peak exceeds the accredited capacity (MW UCAP)"
        yield from at_most(family, name, fpr * claimed, covered, message)


def generator_units(claims: Claims) -> Floats:
    """Generator units that serve in each year, shape (G, Y)."""
    types = {generator.id: generator for generator in claims.instance.generators}
    rows = claims.instance.site_generators
    built = survivors(
        claims, claims.generators_built, [types[row.generator].life_years for row in rows]
    )
    position = {site.id: s for s, site in enumerate(claims.instance.sites)}
    existing = [row.existing_units * claims.is_open[position[row.site]] for row in rows]
    return np.asarray(built + np.array(existing).reshape(built.shape))


def available(claims: Claims) -> Floats:
    """Lowest output of each generator in each slot, as a share of nameplate, shape (G, K)."""
    instance, horizon = claims.instance, claims.horizon
    share = np.ones((len(instance.site_generators), horizon.slots))
    for g, row in enumerate(instance.site_generators):
        if row.availability_profile is not None:
            profile = profiles_by_id(instance)[row.availability_profile]
            share[g] = horizon.lowest(hourly_year(instance, profile, None))
    return share


def _generation(claims: Claims) -> Iterator[Violation]:
    instance, family = claims.instance, "7 generation"
    rows, types = instance.site_generators, {g.id: g for g in instance.generators}
    if not rows:
        return
    units, share = generator_units(claims), available(claims)
    unit_mw = np.array([types[row.generator].unit_mw for row in rows])
    names = [row.id for row in rows]
    yield from equal(
        "9 investment", names, claims.generator_units, units, "units are not what survives"
    )
    nameplate = units * unit_mw[:, None]
    yield from equal(family, names, claims.nameplate, nameplate, "nameplate is not its units' (MW)")
    most = units[:, :, None] * (unit_mw[:, None] * share)[:, None, :]
    yield from at_most(family, names, claims.generation, most, "output exceeds what is there")
    yield from at_most(family, names, -claims.generation, np.zeros(1), "output is below 0")
