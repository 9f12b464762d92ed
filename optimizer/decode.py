"""From a point of the program to a plan's tables, in the planner's units."""

import numpy as np
import pandas as pd

from optimizer.formulation.deferral import least_backlog
from optimizer.formulation.layout import Layout
from optimizer.formulation.ledger import capped_draw_mw, edge_gtok, emissions_t, outlay_kusd
from optimizer.formulation.survival import surviving
from optimizer.parameters.case import Case
from optimizer.parameters.fleet import Fleet
from optimizer.parameters.policy import ALL_CLASSES, WHOLE_INSTANCE
from optimizer.program import Block, Floats
from optimizer.units import USD_PER_KUSD

NOTHING = 1e-9
"""Flows (Gtok/h) and multiples below this are the solver's dust."""


def decode(case: Case, at: Layout, x: Floats) -> dict[str, pd.DataFrame]:
    """Make the tables of a plan, all but prices.

    Parameters
    ----------
    case, at
        The instance in arrays and where its variables stand.
    x : ndarray, shape (n,)
        A point of the program.
    """
    return {
        "placement": _placement(case, at, x),
        "demand": _demand(case, at, x),
        "acceptance": _acceptance(case, at, x),
        "capacity": _capacity(case, at, x),
        "sites": _sites(case, at, x),
        "generators": _generators(case, at, x),
        "generation": _generation(case, at, x),
        "storage": _storage(case, at, x),
        "power": _power(case, at, x),
        "zones": _zones(case, at, x),
        "areas": _areas(case, at, x),
        "contracts": _contracts(case, at, x),
        "connections": _connections(case, at, x),
        "policy": _policy(case, at, x),
    }


def slot_columns(case: Case, year: np.ndarray, slot: np.ndarray) -> dict[str, np.ndarray]:
    """Columns that say when: year, representative day, first hour, length, days a year."""
    horizon = case.horizon
    return {
        "year": np.array(horizon.years)[year],
        "day": horizon.day_of_year[horizon.day][slot],
        "start_h": horizon.start_h[slot],
        "length_h": horizon.length_h[slot],
        "days_per_year": horizon.days_per_year[slot],
    }


def _every(block: Block) -> tuple[np.ndarray, ...]:
    """Positions along each axis of every column of a block, in order."""
    return tuple(axis.ravel() for axis in np.indices(block.shape))


def _names(values: list[str]) -> np.ndarray:
    return np.array(values, dtype=object)


def _placement(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    flow = at.flow.of(x)
    arc, year, slot = np.nonzero(flow > NOTHING)
    arcs, instance = case.arcs, case.instance
    workload, site, serving = arcs.workload[arc], arcs.site[arc], arcs.serving[arc]
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "region": _names([w.region for w in instance.workloads])[workload],
            "class": _names([w.workload_class for w in instance.workloads])[workload],
            "site": _names([s.id for s in instance.sites])[site],
            "kind": _names([s.kind for s in instance.sites])[site],
            "model": _names([c.model for c in instance.serving])[serving],
            "hardware": _names([c.hardware for c in instance.serving])[serving],
            "serving": _names([c.id for c in instance.serving])[serving],
            "flow_gtok_per_h": flow[arc, year, slot],
        }
    )


def _demand(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    workload, year, slot = _every(at.served)
    level = case.demand.level
    accepted = at.accepted.of(x).sum(axis=2)[:, :, None] * level
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "region": _names([w.region for w in case.instance.workloads])[workload],
            "class": _names([w.workload_class for w in case.instance.workloads])[workload],
            "reference_gtok_per_h": level.ravel(),
            "accepted_gtok_per_h": accepted.ravel(),
            "served_gtok_per_h": at.served.of(x).ravel(),
            "shed_gtok_per_h": at.shed.of(x).ravel(),
            "deferred_gtok": least_backlog(case, at, x).ravel(),
        }
    )


def _acceptance(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    workload, year, step = np.nonzero(case.demand.width > 0)
    end = np.cumsum(case.demand.width, axis=2)
    start = end - case.demand.width
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "region": _names([w.region for w in case.instance.workloads])[workload],
            "class": _names([w.workload_class for w in case.instance.workloads])[workload],
            "step": (np.cumsum(case.demand.width > 0, axis=2) - 1)[workload, year, step],
            "from_multiple": start[workload, year, step],
            "to_multiple": end[workload, year, step],
            "value_usd_per_mtok": case.demand.value[workload, year, step],
            "accepted_multiple": at.accepted.of(x)[workload, year, step],
        }
    )


def _capacity(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    pool, year = _every(at.in_use)
    side, instance = case.pool, case.instance
    built = np.round(at.built.of(x))
    there = side.existing * at.is_open.of(x)[side.site]
    for y, b, alive in surviving(side.life, case.horizon.years):
        there[alive, y] += side.units_per_pod[alive] * built[alive, b]
    site = side.site[pool]
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": _names([s.id for s in instance.sites])[site],
            "kind": _names([s.kind for s in instance.sites])[site],
            "hardware": _names([p.hardware for p in instance.pools])[pool],
            "pods_built": built.ravel(),
            "units_built": (built * side.units_per_pod[:, None]).ravel(),
            "units": there.ravel(),
            "units_in_use": at.in_use.of(x).ravel(),
        }
    )


def _sites(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    opened = at.is_open.of(x)
    site, year = (axis.ravel() for axis in np.indices(opened.shape))
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": _names([s.id for s in case.instance.sites])[site],
            "kind": _names([s.kind for s in case.instance.sites])[site],
            "candidate": case.site.candidate[site],
            "open": np.round(opened.ravel()).astype(bool),
        }
    )


def _generators(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    generator, year = _every(at.units_built)
    side, rows = case.generator, case.instance.site_generators
    built = np.round(at.units_built.of(x))
    units = _units(side, built, at.is_open.of(x), case.horizon.years)
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": _names([row.site for row in rows])[generator],
            "generator": _names([row.generator for row in rows])[generator],
            "units_built": built.ravel(),
            "units": units.ravel(),
            "nameplate_mw": (units * side.unit_mw[:, None]).ravel(),
        }
    )


def _generation(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    generator, year, slot = _every(at.generation)
    rows = case.instance.site_generators
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "site": _names([row.site for row in rows])[generator],
            "generator": _names([row.generator for row in rows])[generator],
            "generation_mw": at.generation.of(x).ravel(),
        }
    )


def _storage(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    storage, year, slot = _every(at.stored)
    rows = case.instance.site_storage
    built = np.round(at.storage_built.of(x))
    units = _units(case.storage, built, at.is_open.of(x), case.horizon.years)
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "site": _names([row.site for row in rows])[storage],
            "storage": _names([row.storage for row in rows])[storage],
            "units_built": built[storage, year],
            "units": units[storage, year],
            "charge_mw": at.charge.of(x).ravel(),
            "discharge_mw": at.discharge.of(x).ravel(),
            "stored_mwh": at.stored.of(x).ravel(),
        }
    )


def _units(fleet: Fleet, built: Floats, is_open: Floats, years: tuple[int, ...]) -> Floats:
    """Units of a fleet that serve in each year, shape (N, Y)."""
    units = np.asarray(fleet.existing[:, None] * is_open[fleet.site])
    for y, b, alive in surviving(fleet.life, years):
        units[alive, y] += built[alive, b]
    return units


def _power(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    site, year, slot = _every(at.power)
    sites = case.instance.sites
    own, charge, discharge = np.zeros((3, *at.power.shape))
    np.add.at(own, case.generator.site, at.generation.of(x))
    np.add.at(charge, case.storage.site, at.charge.of(x))
    np.add.at(discharge, case.storage.site, at.discharge.of(x))
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "site": _names([s.id for s in sites])[site],
            "kind": _names([s.kind for s in sites])[site],
            "zone": _names([s.zone or "" for s in sites])[site],
            "power_mw": at.power.of(x).ravel(),
            "draw_mw": at.draw.of(x).ravel(),
            "generation_mw": own.ravel(),
            "charge_mw": charge.ravel(),
            "discharge_mw": discharge.ravel(),
        }
    )


def _zones(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    grid = case.grid
    draw = np.zeros(grid.headroom_mw.shape)
    on_grid = grid.zone_of_site >= 0
    np.add.at(draw, grid.zone_of_site[on_grid], at.draw.of(x)[on_grid])
    zone, year, slot = (axis.ravel() for axis in np.indices(draw.shape))
    limit = grid.headroom_mw.ravel()
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "zone": _names([z.id for z in case.instance.zones])[zone],
            "draw_mw": draw.ravel(),
            "limit_mw": np.where(np.isfinite(limit), limit, np.nan),
        }
    )


def _areas(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    area, year = _every(at.peak)
    limit = case.grid.peak_limit_mw.ravel()
    drawn = np.zeros((len(limit) // max(at.peak.shape[1], 1), *at.draw.shape[1:]))
    area_of_site = np.append(case.grid.area_of_zone, -1)[case.grid.zone_of_site]
    member = (case.grid.zone_of_site >= 0) & (area_of_site >= 0)
    np.add.at(drawn, area_of_site[member], at.draw.of(x)[member])
    peak = drawn.max(axis=2).ravel()
    requirement = case.grid.requirement.ravel()
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "area": _names([a.id for a in case.instance.capacity_areas])[area],
            "peak_mw": peak,
            "peak_limit_mw": np.where(np.isfinite(limit), limit, np.nan),
            "required_ucap_mw": peak * requirement,
        }
    )


def _contracts(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    contract, year, slot = _every(at.contract_draw)
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "contract": _names([c.id for c in case.instance.contracts])[contract],
            "draw_mw": at.contract_draw.of(x).ravel(),
            "limit_mw": case.contract.limit_mw[contract, year],
        }
    )


def _connections(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    connection, year = _every(at.connection_built)
    side = case.connection
    built = np.round(at.connection_built.of(x))
    there = side.existing_mw * at.is_open.of(x)[side.site]
    for y, b, alive in surviving(side.life, case.horizon.years):
        there[alive, y] += side.step_mw[alive] * built[alive, b]
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": _names([s.id for s in case.instance.sites])[side.site[connection]],
            "steps_built": built.ravel(),
            "built_mw": (built * side.step_mw[:, None]).ravel(),
            "connection_mw": there.ravel(),
        }
    )


def _policy(case: Case, at: Layout, x: Floats) -> pd.DataFrame:
    """What each policy counts against its limit, which an edge share must not fall below."""
    policy, years = case.policy, case.horizon.years
    free = np.full(len(years), np.nan)

    def rows(measure: str, where: str, value: Floats, limit: Floats) -> pd.DataFrame:
        named = {"measure": measure, "year": years, "where": where, "value": value}
        return pd.DataFrame({**named, "limit": np.where(np.isfinite(limit), limit, np.nan)})

    emitted, spent = emissions_t(case, at, x), outlay_kusd(case, at, x) * USD_PER_KUSD
    budget = policy.budget * USD_PER_KUSD
    found = [
        rows("co2_t", WHOLE_INSTANCE, emitted, next(iter(policy.co2_cap_t), free)),
        rows("overnight_usd", WHOLE_INSTANCE, spent, next(iter(budget), free)),
    ]
    highest = capped_draw_mw(case, at, x).max(axis=2, initial=0.0)
    for cap, draw, limit in zip(case.instance.zone_caps, highest, policy.cap_mw, strict=True):
        found.append(rows("cap_mw", cap.id, draw, limit))
    everyone = np.ones(len(case.instance.workloads), dtype=bool)
    shares = {ALL_CLASSES: (everyone, free)} | {
        name: (member, share)
        for name, member, share in zip(
            policy.share_of, policy.share_workload, policy.edge_share, strict=True
        )
    }
    for name, (member, share) in shares.items():
        edge, served = edge_gtok(case, at, x, np.flatnonzero(member))
        found.append(rows("edge_gtok", name, edge, share * served))
    return pd.concat(found, ignore_index=True)
