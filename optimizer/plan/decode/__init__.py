"""From a point of the program to a plan's tables, in the planner's units."""

import numpy as np
import pandas as pd

from optimizer.formulation.deferral import least_backlog
from optimizer.formulation.layout import Layout
from optimizer.formulation.survival import surviving
from optimizer.plan.decode import grid
from optimizer.plan.decode.columns import every, names, slot_columns
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.fleet import Fleet
from optimizer.solvers.milp import Floats

NOTHING = 1e-9
"""Flows (Gtok/h) and multiples below this are the solver's dust."""


def decode(case: Case, layout: Layout, x: Floats) -> dict[str, pd.DataFrame]:
    """Make the tables of a plan, all but prices.

    Parameters
    ----------
    case, at
        The instance in arrays and where its variables stand.
    x : ndarray, shape (n,)
        A point of the program.
    """
    return {
        "placement": _placement(case, layout, x),
        "demand": _demand(case, layout, x),
        "acceptance": _acceptance(case, layout, x),
        "capacity": _capacity(case, layout, x),
        "sites": _sites(case, layout, x),
        "generators": _generators(case, layout, x),
        "generation": _generation(case, layout, x),
        "storage": _storage(case, layout, x),
        "power": _power(case, layout, x),
        "zones": grid.zones(case, layout, x),
        "areas": grid.areas(case, layout, x),
        "contracts": grid.contracts(case, layout, x),
        "connections": grid.connections(case, layout, x),
        "policy": grid.policies(case, layout, x),
    }


def _placement(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    flow = layout.flow.of(x)
    arc, year, slot = np.nonzero(flow > NOTHING)
    arcs, instance = case.arcs, case.instance
    workload, site, serving = arcs.workload[arc], arcs.site[arc], arcs.serving[arc]
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "region": names([w.region for w in instance.workloads])[workload],
            "class": names([w.workload_class for w in instance.workloads])[workload],
            "site": names([s.id for s in instance.sites])[site],
            "kind": names([s.kind for s in instance.sites])[site],
            "model": names([c.model for c in instance.serving])[serving],
            "hardware": names([c.hardware for c in instance.serving])[serving],
            "serving": names([c.id for c in instance.serving])[serving],
            "flow_gtok_per_h": flow[arc, year, slot],
        }
    )


def _demand(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    workload, year, slot = every(layout.served)
    level = case.demand.level
    accepted = layout.accepted.of(x).sum(axis=2)[:, :, None] * level
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "region": names([w.region for w in case.instance.workloads])[workload],
            "class": names([w.workload_class for w in case.instance.workloads])[workload],
            "reference_gtok_per_h": level.ravel(),
            "accepted_gtok_per_h": accepted.ravel(),
            "served_gtok_per_h": layout.served.of(x).ravel(),
            "shed_gtok_per_h": layout.shed.of(x).ravel(),
            "deferred_gtok": least_backlog(case, layout, x).ravel(),
        }
    )


def _acceptance(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    workload, year, step = np.nonzero(case.demand.width > 0)
    end = np.cumsum(case.demand.width, axis=2)
    start = end - case.demand.width
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "region": names([w.region for w in case.instance.workloads])[workload],
            "class": names([w.workload_class for w in case.instance.workloads])[workload],
            "step": (np.cumsum(case.demand.width > 0, axis=2) - 1)[workload, year, step],
            "from_multiple": start[workload, year, step],
            "to_multiple": end[workload, year, step],
            "value_usd_per_mtok": case.demand.value[workload, year, step],
            "accepted_multiple": layout.accepted.of(x)[workload, year, step],
        }
    )


def _capacity(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    pool, year = every(layout.in_use)
    side, instance = case.pool, case.instance
    built = np.round(layout.built.of(x))
    there = side.existing * layout.is_open.of(x)[side.site]
    for y, b, alive in surviving(side.life, case.horizon.years):
        there[alive, y] += side.units_per_pod[alive] * built[alive, b]
    site = side.site[pool]
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": names([s.id for s in instance.sites])[site],
            "kind": names([s.kind for s in instance.sites])[site],
            "hardware": names([p.hardware for p in instance.pools])[pool],
            "pods_built": built.ravel(),
            "units_built": (built * side.units_per_pod[:, None]).ravel(),
            "units": there.ravel(),
            "units_in_use": layout.in_use.of(x).ravel(),
        }
    )


def _sites(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    opened = layout.is_open.of(x)
    site, year = (axis.ravel() for axis in np.indices(opened.shape))
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": names([s.id for s in case.instance.sites])[site],
            "kind": names([s.kind for s in case.instance.sites])[site],
            "candidate": case.site.candidate[site],
            "open": np.round(opened.ravel()).astype(bool),
        }
    )


def _generators(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    generator, year = every(layout.units_built)
    side, rows = case.generator, case.instance.site_generators
    built = np.round(layout.units_built.of(x))
    units = _units(side, built, layout.is_open.of(x), case.horizon.years)
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": names([row.site for row in rows])[generator],
            "generator": names([row.generator for row in rows])[generator],
            "units_built": built.ravel(),
            "units": units.ravel(),
            "nameplate_mw": (units * side.unit_mw[:, None]).ravel(),
        }
    )


def _generation(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    generator, year, slot = every(layout.generation)
    rows = case.instance.site_generators
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "site": names([row.site for row in rows])[generator],
            "generator": names([row.generator for row in rows])[generator],
            "generation_mw": layout.generation.of(x).ravel(),
        }
    )


def _storage(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    storage, year, slot = every(layout.stored)
    rows = case.instance.site_storage
    built = np.round(layout.storage_built.of(x))
    units = _units(case.storage, built, layout.is_open.of(x), case.horizon.years)
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "site": names([row.site for row in rows])[storage],
            "storage": names([row.storage for row in rows])[storage],
            "units_built": built[storage, year],
            "units": units[storage, year],
            "charge_mw": layout.charge.of(x).ravel(),
            "discharge_mw": layout.discharge.of(x).ravel(),
            "stored_mwh": layout.stored.of(x).ravel(),
        }
    )


def _units(fleet: Fleet, built: Floats, is_open: Floats, years: tuple[int, ...]) -> Floats:
    """Units of a fleet that serve in each year, shape (N, Y)."""
    units = np.asarray(fleet.existing[:, None] * is_open[fleet.site])
    for y, b, alive in surviving(fleet.life, years):
        units[alive, y] += built[alive, b]
    return units


def _power(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    site, year, slot = every(layout.power)
    sites = case.instance.sites
    own, charge, discharge = np.zeros((3, *layout.power.shape))
    np.add.at(own, case.generator.site, layout.generation.of(x))
    np.add.at(charge, case.storage.site, layout.charge.of(x))
    np.add.at(discharge, case.storage.site, layout.discharge.of(x))
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "site": names([s.id for s in sites])[site],
            "kind": names([s.kind for s in sites])[site],
            "zone": names([s.zone or "" for s in sites])[site],
            "power_mw": layout.power.of(x).ravel(),
            "draw_mw": layout.draw.of(x).ravel(),
            "generation_mw": own.ravel(),
            "charge_mw": charge.ravel(),
            "discharge_mw": discharge.ravel(),
        }
    )
