"""A world without some of its limits: one by name, all policies, or all limits of hardware.

Only bounds move, so a lifted program shares its matrix with the world that it comes from, and is
solved from that world's last basis.
"""

from collections.abc import Mapping

import numpy as np

from optimizer.counterfactual.scope import Scope
from optimizer.formulation.failover import GRID
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Block, Bools, Indices, Program

CO2_CAP, BUDGET, ZONE_CAP = "CO2 cap", "capital budget", "zone cap"
OPEN_SITES = "limit on open sites"
"""Names of policies among the limits; the id of a zone or a capacity area contains no space."""

POLICIES = (
    "zone_cap",
    "co2_cap",
    "capital_budget",
    "open_sites",
    "edge_share",
    "failover_carried",
)
"""Rows of family 11 and of the policy on open sites."""


def without_limit(program: Program, case: Case, name: str) -> Program:
    """Return a program without one limit, in all years.

    Parameters
    ----------
    program : Program
    case : Case
    name : str
        Id of a zone or a capacity area, or the name of a policy as in `binding_limits`.

    Raises
    ------
    ValueError
        If the case has no such limit.
    """
    instance, row_upper = case.instance, program.row_upper.copy()
    rows = program.rows
    zones = [zone.id for zone in instance.zones]
    areas = [area.id for area in instance.capacity_areas]
    caps = [f"{ZONE_CAP} {cap.id}" for cap in instance.zone_caps]
    if name in zones:
        row_upper[rows["grid_limit"].index[zones.index(name)]] = np.inf
        if GRID in rows:
            row_upper[rows[GRID].index[_in_zone(rows[GRID], name)]] = np.inf
    elif name in areas:
        row_upper[rows["accredited_peak"].index[areas.index(name)]] = np.inf
    elif name in caps:
        row_upper[rows["zone_cap"].index[caps.index(name)]] = np.inf
    elif name in (CO2_CAP, BUDGET, OPEN_SITES):
        family = {CO2_CAP: "co2_cap", BUDGET: "capital_budget", OPEN_SITES: "open_sites"}[name]
        row_upper[rows[family].index] = np.inf
    else:
        raise ValueError(f"no limit is named {name}")
    return program.with_bounds(row_upper=row_upper)


def _in_zone(outage_rows: Block, zone: str) -> Bools:
    """Which members of the first axis, pairs of an outage and a zone, are of a zone."""
    pairs = outage_rows.axes[0]
    if isinstance(pairs, int):
        raise ValueError("rows of outages are numbered by outage and zone")
    return np.asarray(pairs.ids[:, pairs.dimensions.index("zone")] == zone, dtype=bool)


def without_policies(program: Program) -> Program:
    """Return a program without the policies of family 11: caps, budget, shares, N-1."""
    return _lifted(program, dict.fromkeys(POLICIES, np.s_[:]))


def without_hardware_limits(program: Program, case: Case, layout: Layout, scope: Scope) -> Program:
    """Return a program in which the rest may buy any amount of hardware, at its cost.

    Pods, generators, storage and connections may be built in any number and in any year, and
    sites have space for them.  Fleets that people own are given, and are not bought.
    """
    upper = program.upper.copy()
    bought = ~scope.site & ~case.site.device
    for columns, site in (
        (layout.built.index, case.pool.site),
        (layout.units_built.index, case.generator.site),
        (layout.storage_built.index, case.storage.site),
        (layout.connection_built.index, case.connection.site),
    ):
        upper[columns[bought[site]]] = np.inf
    program = program.with_bounds(upper=upper)
    limits = {
        "pod_limit": bought[case.pool.site],
        "unit_limit": bought[case.generator.site],
        "storage_limit": bought[case.storage.site],
        "build_if_open": _of_optional(case, case.pool.site, bought),
        "unit_if_open": _of_optional(case, case.generator.site, bought),
        "storage_if_open": _of_optional(case, case.storage.site, bought),
        "connection_if_open": _of_optional(case, case.connection.site, bought),
        "space": bought[np.isfinite(case.site.it_limit_mw).all(axis=1)],
    }
    return _lifted(program, limits)


def _of_optional(case: Case, site: Indices, chosen: Bools) -> Bools:
    """Which members at candidate sites are at chosen ones; `site` is that of each member."""
    return np.asarray(chosen[site[case.site.candidate[site]]])


def _lifted(program: Program, members: Mapping[str, Bools | slice]) -> Program:
    """Return a program without the upper bounds of some rows, by block and member."""
    row_upper = program.row_upper.copy()
    for name, chosen in members.items():
        if name in program.rows:
            row_upper[program.rows[name].index[chosen]] = np.inf
    return program.with_bounds(row_upper=row_upper)
