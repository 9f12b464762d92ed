"""Prices are duals, and cannot be recomputed without the program: only their form is checked."""

from collections.abc import Iterator

import numpy as np

from optimizer.schema.instance import Instance
from optimizer.verification.claims import Claims
from optimizer.verification.keys import Axis, locate
from optimizer.verification.violation import Violation

RUNS = ("long-run", "short-run")


def check_prices(claims: Claims) -> Iterator[Violation]:
    """Yield every price that is missing, repeated, not a number, or of something unknown.

    A workload without demand in a year has no price; everything else in a run has one.
    """
    table = claims.plan.tables["prices"]
    if table.empty:
        return  # the solver returned no duals
    priced = _priced(claims.instance)
    runs = [run for run in RUNS if (table["run"] == run).any()]
    keys = tuple(
        (run, measure, id_) for run in runs for measure in priced for id_ in priced[measure]
    )
    axis = Axis(("run", "measure", "where"), keys)
    (what, year), faults = locate("prices", table, (axis, claims.axes.year))
    yield from faults
    if faults:
        return
    demand = dict(zip(claims.workload_ids, claims.reference.max(axis=2) > 0, strict=True))
    for row in np.flatnonzero(np.isnan(table["value"].to_numpy(dtype=float))):
        run, measure, where = keys[what[row]]
        if measure == "workload_usd_per_mtok" and not demand[where][year[row]]:
            continue
        place = f"{run} {measure} of {where} in {claims.horizon.years[year[row]]}"
        yield Violation("prices", place, np.nan, 0.0, "is not a number")


def _priced(instance: Instance) -> dict[str, list[str]]:
    """Return what each measure has prices of; nothing for a policy that is not set."""
    policy, zones = instance.policy, [zone.id for zone in instance.zones]
    shares = [group.id for group in instance.classes if group.min_edge_share is not None]
    whole = ["whole instance"]
    return {
        "zone_usd_per_mw_year": zones,
        "zone_usd_per_mwh": zones,
        "ucap_usd_per_mw_day": [area.id for area in instance.capacity_areas],
        "workload_usd_per_mtok": [workload.id for workload in instance.workloads],
        "contract_usd_per_mw_year": [contract.id for contract in instance.contracts],
        "cap_usd_per_mw_year": [cap.id for cap in instance.zone_caps],
        "co2_usd_per_t": [] if policy.co2_cap_t_per_year is None else whole,
        "budget_usd_per_usd": [] if policy.capital_budget_usd_per_year is None else whole,
        "edge_share_usd_per_mtok": [
            *([] if policy.min_edge_share is None else ["all classes"]),
            *shares,
        ],
    }
