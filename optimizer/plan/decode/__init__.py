"""From a point of the program to the tables of a plan, in the units of `TABLES`."""

import numpy as np
import pandas as pd

from optimizer.formulation.arc_flows import arc_flows
from optimizer.formulation.deferral import least_backlog
from optimizer.formulation.layout import Layout
from optimizer.plan.decode import grid
from optimizer.plan.decode.point import Columns, Point, pick, positions
from optimizer.plan.output_tables import TABLES
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.fleet import Fleet
from optimizer.solvers.milp import Floats

NOTHING = 1e-9
"""Flows (Gtok/h) below this are numerical noise."""


def decode(case: Case, layout: Layout, x: Floats) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan, except prices.

    Parameters
    ----------
    case : Case
        The instance in arrays.
    layout : Layout
        Positions of its variables.
    x : ndarray, shape (n,)
        A point of the program.
    """
    point = Point(case, layout, x)
    tables = {
        "placement": _placement(point),
        "demand": _demand(point),
        "acceptance": _acceptance(point),
        "capacity": _capacity(point),
        "sites": _sites(point),
        "generators": _generators(point),
        "generation": _generation(point),
        "storage": _storage(point),
        "power": _power(point),
        "zones": grid.zones(point),
        "areas": grid.areas(point),
        "contracts": grid.contracts(point),
        "connections": grid.connections(point),
        "policy": grid.policies(point),
    }
    return {name: TABLES[name].frame(columns) for name, columns in tables.items()}


def _placement(point: Point) -> Columns:
    flow = arc_flows(point.case, point.layout, point.x)
    arc, year, slot = np.nonzero(flow > NOTHING)
    arcs, configurations = point.case.arcs, point.case.instance.serving
    serving = arcs.serving[arc]
    return {
        **point.slot(year, slot),
        **point.workload(arcs.workload[arc]),
        **point.site(arcs.site[arc]),
        "model": pick([c.model for c in configurations], serving),
        "hardware": pick([c.hardware for c in configurations], serving),
        "serving": pick([c.id for c in configurations], serving),
        "flow_gtok_per_h": flow[arc, year, slot],
    }


def _demand(point: Point) -> Columns:
    case, layout = point.case, point.layout
    workload, year, slot = positions(layout.served.shape)
    level = case.demand.level
    accepted = point.of(layout.accepted).sum(axis=2)[:, :, None] * level
    return {
        **point.slot(year, slot),
        **point.workload(workload),
        "reference_gtok_per_h": level.ravel(),
        "accepted_gtok_per_h": accepted.ravel(),
        "served_gtok_per_h": point.of(layout.served).ravel(),
        "shed_gtok_per_h": point.of(layout.shed).ravel(),
        "deferred_gtok": least_backlog(case, layout, point.x).ravel(),
    }


def _acceptance(point: Point) -> Columns:
    curve = point.case.demand
    workload, year, step = np.nonzero(curve.width > 0)
    end = np.cumsum(curve.width, axis=2)
    start = end - curve.width
    return {
        **point.year(year),
        **point.workload(workload),
        "step": (np.cumsum(curve.width > 0, axis=2) - 1)[workload, year, step],
        "from_multiple": start[workload, year, step],
        "to_multiple": end[workload, year, step],
        "value_usd_per_mtok": curve.value[workload, year, step],
        "accepted_multiple": point.of(point.layout.accepted)[workload, year, step],
    }


def _capacity(point: Point) -> Columns:
    layout, pools = point.layout, point.case.pool
    pool, year = positions(layout.in_use.shape)
    pods = np.round(point.of(layout.built))
    units = pods * pools.units_per_pod[:, None]
    return {
        **point.year(year),
        **point.site(pools.site[pool]),
        "hardware": pick([p.hardware for p in point.case.instance.pools], pool),
        "pods_built": pods.ravel(),
        "units_built": units.ravel(),
        "units": point.installed(pools.existing, pools.site, pools.life, units).ravel(),
        "units_in_use": point.of(layout.in_use).ravel(),
    }


def _sites(point: Point) -> Columns:
    is_open = point.of(point.layout.is_open)
    site, year = positions(is_open.shape)
    return {
        **point.year(year),
        **point.site(site),
        "candidate": point.case.site.candidate[site],
        "open": np.round(is_open.ravel()).astype(bool),
    }


def _generators(point: Point) -> Columns:
    generator, year = positions(point.layout.units_built.shape)
    built = np.round(point.of(point.layout.units_built))
    units = _units(point, point.case.generator, built)
    return {
        **point.year(year),
        **point.row("generator", point.case.instance.site_generators, generator),
        "units_built": built.ravel(),
        "units": units.ravel(),
        "nameplate_mw": (units * point.case.generator.unit_mw[:, None]).ravel(),
    }


def _generation(point: Point) -> Columns:
    generator, year, slot = positions(point.layout.generation.shape)
    return {
        **point.slot(year, slot),
        **point.row("generator", point.case.instance.site_generators, generator),
        "generation_mw": point.of(point.layout.generation).ravel(),
    }


def _storage(point: Point) -> Columns:
    layout = point.layout
    storage, year, slot = positions(layout.stored.shape)
    built = np.round(point.of(layout.storage_built))
    return {
        **point.slot(year, slot),
        **point.row("storage", point.case.instance.site_storage, storage),
        "units_built": built[storage, year],
        "units": _units(point, point.case.storage, built)[storage, year],
        "charge_mw": point.of(layout.charge).ravel(),
        "discharge_mw": point.of(layout.discharge).ravel(),
        "stored_mwh": point.of(layout.stored).ravel(),
    }


def _units(point: Point, fleet: Fleet, built: Floats) -> Floats:
    """Return the units of a fleet installed in each year, shape (N, Y)."""
    return point.installed(fleet.existing[:, None], fleet.site, fleet.life, built)


def _power(point: Point) -> Columns:
    case, layout = point.case, point.layout
    site, year, slot = positions(layout.power.shape)
    generation, charge, discharge = np.zeros((3, *layout.power.shape))
    np.add.at(generation, case.generator.site, point.of(layout.generation))
    np.add.at(charge, case.storage.site, point.of(layout.charge))
    np.add.at(discharge, case.storage.site, point.of(layout.discharge))
    return {
        **point.slot(year, slot),
        **point.site(site),
        "power_mw": point.of(layout.power).ravel(),
        "draw_mw": point.of(layout.draw).ravel(),
        "generation_mw": generation.ravel(),
        "charge_mw": charge.ravel(),
        "discharge_mw": discharge.ravel(),
    }
