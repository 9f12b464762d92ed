"""Prices are duals, and cannot be recomputed without the program: only their form is checked."""

from collections.abc import Iterator

import numpy as np

from optimizer.schema.instance import Instance
from optimizer.verification.claims import Claims
from optimizer.verification.keys import Axis, locate
from optimizer.verification.violation import Violation

RUNS = ("long-run", "short-run")


def check_prices(claims: Claims) -> Iterator[Violation]:
    """Yield every price that is of nothing, is given twice, is missing, or is no number.

    A workload without demand in a year has no price; everything else of a run has one.
    """
    table, instance = claims.plan.tables["prices"], claims.instance
    if table.empty:
        return  # the solver gave no duals
    zones = [zone.id for zone in instance.zones]
    workloads = [workload.id for workload in instance.workloads]
    places = {
        "zone_usd_per_mw_year": zones,
        "zone_usd_per_mwh": zones,
        "ucap_usd_per_mw_day": [area.id for area in instance.capacity_areas],
        "workload_usd_per_mtok": workloads,
        **_policy_places(instance),
    }
    runs = [run for run in RUNS if (table["run"] == run).any()]
    keys = [(run, measure, at) for run in runs for measure in places for at in places[measure]]
    axis = Axis.of(("run", "measure", "where"), keys)
    (what, year), faults = locate("prices", table, (axis, claims.axes.year))
    yield from faults
    if faults:
        return
    asked = {
        (name, y): claims.reference[w, y].any()
        for w, name in enumerate(workloads)
        for y in range(len(claims.horizon.years))
    }
    for row in np.flatnonzero(np.isnan(table["value"].to_numpy(dtype=float))):
        run, measure, where = keys[what[row]]
        if measure == "workload_usd_per_mtok" and not asked[where, int(year[row])]:
            continue
        place = f"{run} {measure} of {where} in {claims.horizon.years[year[row]]}"
        yield Violation("prices", place, np.nan, 0.0, "is not a number")


def _policy_places(instance: Instance) -> dict[str, list[str]]:
    """What each price of a contract or a policy is of; nothing where it is not set."""
    policy = instance.policy
    shares = [group.id for group in instance.classes if group.min_edge_share is not None]
    everyone = [] if policy.min_edge_share is None else ["all classes"]
    return {
        "contract_usd_per_mw_year": [one.id for one in instance.contracts],
        "cap_usd_per_mw_year": [cap.id for cap in instance.zone_caps],
        "co2_usd_per_t": [] if policy.co2_cap_t_per_year is None else ["whole instance"],
        "budget_usd_per_usd": (
            [] if policy.capital_budget_usd_per_year is None else ["whole instance"]
        ),
        "edge_share_usd_per_mtok": [*everyone, *shares],
    }
