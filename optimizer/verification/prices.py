"""Prices cannot be recomputed without the program: their form and their order are checked.

The optimum is concave in every limit, so one unit less costs at least what one more is worth, and
one more in all years is worth at least the sum of one more in each.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from optimizer.problem.arrays import Floats
from optimizer.schema.instance import Instance
from optimizer.verification.claims import Claims
from optimizer.verification.keys import Axis, locate
from optimizer.verification.violation import ABSOLUTE, Violation

RUNS = ("long-run", "short-run")
ONCE = (
    "budget_usd_per_usd",
    "pods_in_year_usd_per_pod",
    "generators_in_year_usd_per_unit",
    "storage_in_year_usd_per_unit",
)
"""Prices of what a period spends or builds once.

So are those of limits on the whole horizon; the others are paid in each of a period's years.
"""
NEW = (
    "space_usd_per_mw_year",
    "connection_usd_per_mw_year",
    *ONCE[1:],
)
"""Prices by year that plans of format 2 and before do not have."""
CLOSE, CLOSE_SHARE = 1e-6, 1e-4
"""Amount, and share of the larger of two prices, by which their order may be reversed."""

Priced = Mapping[str, list[str]]


def check_prices(claims: Claims) -> Iterator[Violation]:
    """Yield every price that is missing, repeated, not a number, or of something unknown.

    A workload of which nothing is accepted in a year may have no price; everything else in a run
    has one.
    """
    table = claims.plan.tables["prices"]
    if table.empty:
        return  # time ran out
    earlier = bool(table["all_years"].isna().all())  # a plan from before prices were one-sided
    yearly, whole = _priced(claims.instance), {} if earlier else _on_horizon(claims.instance)
    if earlier:
        yearly = {measure: ids for measure, ids in yearly.items() if measure not in NEW}
    on_horizon = table["measure"].isin(whole)
    first = Axis(("year",), claims.axes.year.keys[:1])
    parts = ((table[~on_horizon], yearly, claims.axes.year), (table[on_horizon], whole, first))
    once = frozenset((*ONCE, *whole))
    for part, priced, years in parts:
        rows = part.reset_index(drop=True)
        yield from _Part(claims, rows, priced, years, once, earlier).check()


class _Part:
    """Prices of limits by year, or of limits on the whole horizon."""

    def __init__(
        self,
        claims: Claims,
        table: pd.DataFrame,
        priced: Priced,
        years: Axis,
        once: frozenset[str],
        earlier: bool,
    ) -> None:
        self._claims, self._table, self._years, self._earlier = claims, table, years, earlier
        self._once = once
        runs = [run for run in RUNS if (claims.plan.tables["prices"]["run"] == run).any()]
        self._keys = tuple(
            (run, measure, id_) for run in runs for measure in priced for id_ in priced[measure]
        )

    def check(self) -> Iterator[Violation]:
        axis = Axis(("run", "measure", "where"), self._keys)
        (what, year), faults = locate("prices", self._table, (axis, self._years))
        yield from faults
        if faults or self._table.empty:
            return

        def by_year(column: str) -> Floats:
            values = np.zeros((len(self._keys), len(self._years)))
            values[what, year] = self._table[column].to_numpy(dtype=float)
            return values

        value, left, ahead, behind = map(by_year, ("value", "left", "all_years", "all_years_left"))
        yield from self._missing(value, "value")
        if self._earlier:
            return
        yield from self._missing(ahead, "all_years")
        weights = np.array([self._weight(measure) for _, measure, _ in self._keys])
        worth = np.nansum(value * weights, axis=1, keepdims=True)
        # Without a price on one side in some year, there is none of all years.
        priced = np.where(np.isnan(value), 0.0, left * weights)
        cost = priced.sum(axis=1, keepdims=True)
        yield from self._in_order(value, left, "left", "costs less than one more is worth")
        yield from self._in_order(worth, ahead, "all_years", "is less than the sum of its years")
        yield from self._in_order(ahead, behind, "all_years_left", "is less than all_years")
        message = "is more than the sum of its years"
        yield from self._in_order(behind, cost, "all_years_left", message, needs_both=True)
        for amounts, column in ((ahead, "all_years"), (behind, "all_years_left")):
            first = np.repeat(amounts[:, :1], len(self._years), axis=1)
            differs = ~np.isclose(amounts, first, equal_nan=True) & ~np.isnan(value)
            for key, year in zip(*np.nonzero(differs), strict=True):
                ends = amounts[key, year], first[key, year]
                yield self._violation(column, key, year, *ends, "differs between years")

    def _weight(self, measure: str) -> Floats:
        """Present value of a dollar of a price of each year."""
        horizon = self._claims.horizon
        years = np.array(horizon.years[: len(self._years)])
        rate = self._claims.instance.money.discount_rate
        if measure in self._once:
            return np.asarray((1 + rate) ** -(years - years[0]).astype(float))
        return horizon.discount

    def _missing(self, values: Floats, column: str) -> Iterator[Violation]:
        ids = self._claims.workload_ids
        demand = dict(zip(ids, self._claims.accepted.max(axis=2) > ABSOLUTE, strict=True))
        for key, year in zip(*np.nonzero(np.isnan(values)), strict=True):
            _, measure, where = self._keys[key]
            if measure != "workload_usd_per_mtok" or demand[where][year]:
                yield self._violation(column, key, year, np.nan, 0.0, "is not a number")

    def _in_order(
        self, low: Floats, high: Floats, column: str, message: str, *, needs_both: bool = False
    ) -> Iterator[Violation]:
        low, high = np.broadcast_arrays(low, high)
        reversed_ = low - high > CLOSE + CLOSE_SHARE * np.maximum(np.abs(low), np.abs(high))
        if needs_both:
            reversed_ |= np.isnan(high) & ~np.isnan(low)
        for key, year in zip(*np.nonzero(reversed_), strict=True):
            yield self._violation(column, key, year, high[key, year], low[key, year], message)

    def _violation(
        self, column: str, key: int, year: int, amount: float, limit: float, message: str
    ) -> Violation:
        run, measure, where = self._keys[key]
        place = f"{run} {measure} of {where} in {self._claims.horizon.years[year]}: {column}"
        return Violation("prices", place, amount, limit, message)


def _priced(instance: Instance) -> dict[str, list[str]]:
    """Return what each measure has prices of by year; nothing for a policy that is not set."""
    policy, zones = instance.policy, [zone.id for zone in instance.zones]
    shares = [group.id for group in instance.classes if group.min_edge_share is not None]
    whole = ["whole instance"]
    connected = [s.id for s in instance.sites if s.interconnection_cost_usd_per_mw is not None]
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
        "space_usd_per_mw_year": [s.id for s in instance.sites if s.it_limit_mw is not None],
        "connection_usd_per_mw_year": connected,
        "pods_in_year_usd_per_pod": [
            row.id for row in instance.pools if row.max_pods and row.max_pods_per_year is not None
        ],
        "generators_in_year_usd_per_unit": [
            row.id
            for row in instance.site_generators
            if row.max_units and row.max_units_per_year is not None
        ],
        "storage_in_year_usd_per_unit": [
            row.id
            for row in instance.site_storage
            if row.max_units and row.max_units_per_year is not None
        ],
    }


def _on_horizon(instance: Instance) -> dict[str, list[str]]:
    """Return what each measure of a limit on the whole horizon has prices of."""
    return {
        "pods_usd_per_pod": [p.id for p in instance.pools if p.max_pods],
        "generators_usd_per_unit": [r.id for r in instance.site_generators if r.max_units],
        "storage_usd_per_unit": [r.id for r in instance.site_storage if r.max_units],
    }
