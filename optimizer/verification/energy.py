"""Families 4 to 7: site power, balance, grid limits and generation."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats, hourly_year, other_load_shape, profiles_by_id
from optimizer.schema.base import at_year
from optimizer.schema.grid import Zone
from optimizer.units import (
    DAYS_PER_YEAR,
    HOURS_PER_DAY,
    MWH_PER_GTOK_PER_J_PER_TOK,
    W_PER_MW,
)
from optimizer.verification.claims import Claims
from optimizer.verification.contracts import contracted, zone_draw
from optimizer.verification.investment import installed
from optimizer.verification.paths import densing, raw_tokens
from optimizer.verification.violation import Violation, at_most, equal, equal_if_limited

BALANCE, LIMIT, GENERATION = "5 site balance", "6 grid limit", "7 generation"


def check_energy(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of families 4 to 7."""
    yield from _site_power(claims)
    yield from _balance(claims)
    yield from _limits(claims)
    yield from _areas(claims)
    yield from _generation(claims)


def marginal_energy(claims: Claims) -> Floats:
    """Return the energy of a Gtok above idle before PUE, MWh, shape (configurations, Y)."""
    rows = claims.instance.serving
    idle = {row.id: row.idle_w for row in claims.instance.hardware}
    joules = np.array(
        [[c.token_multiplier * (c.loaded_w - idle[c.hardware]) / c.tokens_per_s] for c in rows]
    )
    leaner = [densing(claims.instance, year) for year in claims.horizon.years]
    path = claims.by_year(c.energy_multiplier for c in rows)
    return joules * path * leaner * MWH_PER_GTOK_PER_J_PER_TOK


def _site_power(claims: Claims) -> Iterator[Violation]:
    sites, rows, marginal = claims.instance.sites, claims.placement, marginal_energy(claims)
    raw = rows["flow"].to_numpy() * raw_tokens(claims)[rows["w"], rows["y"]]
    hardware_mw = claims.carried(raw * marginal[rows["c"], rows["y"]], "s", len(sites))
    at_site = claims.sites_of(claims.instance.pools)
    for s, unit, in_use in zip(at_site, claims.hardware, claims.in_use, strict=True):
        if sites[s].kind != "device":
            hardware_mw[s] += (unit.idle_w / W_PER_MW * in_use)[:, None]
    pue = np.array([site.pue for site in sites])[:, None, None]
    fixed = claims.by_year(site.fixed_load_mw for site in sites) * claims.is_open
    computed = pue * hardware_mw + fixed[:, :, None] + _training_power(claims)
    message = "power is not that of its hardware, training and other load (MW)"
    yield from equal("4 site power", claims.site_ids, claims.power, computed, message)


def _training_power(claims: Claims) -> Floats:
    """Return the power of training runs at open sites, from the catalog, shape (S, Y, K), MW.

    On the day of the peak it is energy over duration; over the year it adds up to the energy.
    """
    instance, horizon = claims.instance, claims.horizon
    models = {model.id: model for model in instance.models}
    types = {row.id: row for row in instance.hardware}
    power = np.zeros_like(claims.power)
    for run in instance.training_runs:
        model, unit = models[run.model], types[run.hardware]
        hours = run.accelerator_hours or model.training_accelerator_hours
        if hours is None:
            hours = (model.training_cost_usd or 0.0) / (run.usd_per_accelerator_hour or np.inf)
        accelerator_w = run.accelerator_w
        if accelerator_w is None:
            accelerator_w = unit.loaded_w / unit.accelerators_per_unit
        s = claims.site_ids.index(run.site)
        mwh = hours * accelerator_w / W_PER_MW * instance.sites[s].pue
        y = max(i for i, year in enumerate(horizon.years) if year <= run.start_year)
        at_peak = horizon.day == horizon.peak_day
        drawn = np.where(at_peak, mwh / (run.days * HOURS_PER_DAY), 0.0)
        left = mwh / horizon.span_years[y] - float(drawn @ horizon.hours_per_year)
        others = float(horizon.hours_per_year[~at_peak].sum())
        if others > 0:
            drawn[~at_peak] = left / others
        else:
            drawn[:] = mwh / horizon.span_years[y] / (DAYS_PER_YEAR * HOURS_PER_DAY)
        power[s, y] += drawn * claims.is_open[s, y]
    return power


def _balance(claims: Claims) -> Iterator[Violation]:
    names, instance = claims.site_ids, claims.instance
    generation, charge, discharge = np.zeros((3, *claims.power.shape))
    np.add.at(generation, claims.sites_of(instance.site_generators), claims.generation)
    np.add.at(charge, claims.sites_of(instance.site_storage), claims.charge)
    np.add.at(discharge, claims.sites_of(instance.site_storage), claims.discharge)
    message = "generation is not that of its generators (MW)"
    yield from equal(GENERATION, names, claims.site_generation, generation, message)
    message = "charge or discharge is not that of its storage (MW)"
    yield from equal("8 storage", names, claims.site_charge, charge, message)
    yield from equal("8 storage", names, claims.site_discharge, discharge, message)
    used, supplied = claims.power + charge, claims.draw + generation + discharge
    yield from equal(BALANCE, names, used, supplied, "power is not balanced (MW)")
    yield from at_most(BALANCE, names, -claims.draw, 0.0, "draw is negative")
    off = np.flatnonzero([site.zone is None for site in instance.sites])
    message = "draws from the grid without a zone (MW)"
    yield from at_most(BALANCE, [names[s] for s in off], claims.draw[off], 0.0, message)


def zone_headroom(claims: Claims, zone: Zone) -> Floats:
    """Return the limit on a zone's modelled load in the tightest hour of each slot, (Y, K), MW."""
    horizon = claims.horizon
    limit = np.full((len(horizon.years), horizon.slots), np.inf)
    if zone.limit_mw is not None:
        limit[:] = claims.by_year([zone.limit_mw]).T
    elif zone.capacity_mw is not None:
        shape = other_load_shape(claims.instance, zone.other_profile)
        for y, year in enumerate(horizon.years):
            firm = at_year(zone.capacity_mw, year) / (1 + zone.reserve_margin)
            for k in range(horizon.slots):
                other = at_year(zone.other_peak_mw, year) * shape[horizon.slot_hours(k)]
                limit[y, k] = max(float((firm - other).min()), 0.0)
    return limit


def _limits(claims: Claims) -> Iterator[Violation]:
    zones, draw = claims.instance.zones, zone_draw(claims)
    if not zones:
        return
    names = [zone.id for zone in zones]
    limit = np.array([zone_headroom(claims, zone) for zone in zones])
    message = "limit is not that of the zone (MW)"
    yield from equal_if_limited(LIMIT, names, claims.zone_limit, limit, message)
    message = "draw is not that of its sites (MW)"
    yield from equal(LIMIT, names, claims.zone_draw, draw, message)
    yield from at_most(LIMIT, names, draw, limit, "draw exceeds the limit (MW)")
    supply = np.full((len(zones), len(claims.horizon.years), 1), np.inf)
    for z, zone in enumerate(zones):
        sizes = claims.by_year(block.size_mw for block in zone.supply_blocks)
        if len(sizes):
            supply[z, :, 0] = sizes.sum(axis=0)  # infinite if a block is open
    market = draw - contracted(claims)
    yield from at_most(BALANCE, names, market, supply, "draw exceeds the supply (MW)")


def _areas(claims: Claims) -> Iterator[Violation]:
    """Check the peaks of capacity areas."""
    draw, areas = zone_draw(claims), claims.instance.capacity_areas
    zones = [zone.id for zone in claims.instance.zones]
    requirement = claims.by_year(area.forecast_pool_requirement for area in areas)
    procured = claims.by_year(area.procured_ucap_mw for area in areas)
    other = claims.by_year(area.other_peak_mw for area in areas)
    covered = np.maximum(procured - requirement * other, 0.0)
    for c, area in enumerate(areas):
        name, claimed, fpr = [area.id], claims.peak[[c]], requirement[[c]]
        peak = draw[[zones.index(zone) for zone in area.zones]].sum(axis=0).max(axis=1)
        message = "peak is not that of its zones (MW)"
        yield from equal(LIMIT, name, claimed, peak[None], message)
        message = "is not the capacity that the peak requires (MW UCAP)"
        yield from equal(LIMIT, name, claims.required_ucap[[c]], fpr * claimed, message)
        message = "is not the limit on the peak (MW)"
        limit = covered[[c]] / fpr
        yield from equal_if_limited(LIMIT, name, claims.peak_limit[[c]], limit, message)
        message = "peak exceeds the accredited capacity (MW UCAP)"
        yield from at_most(LIMIT, name, fpr * claimed, covered[[c]], message)


def generator_units(claims: Claims) -> Floats:
    """Return the generator units installed in each year, shape (G, Y)."""
    rows = claims.instance.site_generators
    existing = np.array([[row.existing_units] for row in rows], dtype=float).reshape(-1, 1)
    lives = [generator.life_years for generator in claims.generators]
    return installed(claims, claims.sites_of(rows), existing, claims.generators_built, lives)


def available(claims: Claims) -> Floats:
    """Return the lowest output of each generator in each slot, share of nameplate, (G, K)."""
    instance, horizon = claims.instance, claims.horizon
    share = np.ones((len(instance.site_generators), horizon.slots))
    for g, row in enumerate(instance.site_generators):
        if row.availability_profile is not None:
            profile = profiles_by_id(instance)[row.availability_profile]
            share[g] = horizon.lowest(hourly_year(instance, profile, None))
    return share


def _generation(claims: Claims) -> Iterator[Violation]:
    names = [row.id for row in claims.instance.site_generators]
    if not names:
        return
    units = generator_units(claims)
    message = "units are not existing units plus surviving builds"
    yield from equal("9 investment", names, claims.generator_units, units, message)
    nameplate = units * np.array([[generator.unit_mw] for generator in claims.generators])
    message = "nameplate is not that of its units (MW)"
    yield from equal(GENERATION, names, claims.nameplate, nameplate, message)
    most = nameplate[:, :, None] * available(claims)[:, None, :]
    message = "output exceeds what is installed and available (MW)"
    yield from at_most(GENERATION, names, claims.generation, most, message)
    yield from at_most(GENERATION, names, -claims.generation, 0.0, "output is negative")
