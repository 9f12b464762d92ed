"""Limits of a case moved by a little, and what that does to the optimum."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import Case
from optimizer.solvers.backends.base import SolveOptions, StopReason
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.milp import Bools, Floats, Program

MW, K_USD, TONNE, UNITS = 1e-4, 1.0, 0.1, 1e-4
"""Steps, so small that few kinks lie within them, in the units of a case."""


@dataclass(frozen=True)
class Limit:
    """A limit of a case, in arrays: `field` of `side` at `place`, whose price is `measure`.

    Attributes
    ----------
    step : float
        By how much it moves, in its own unit.
    per : float
        Units of the measure in one unit of the field, in a year.
    """

    measure: str
    where: str
    side: str
    fields: tuple[str, ...]
    place: int
    step: float
    per: float = 1.0
    on_horizon: bool = False

    def moved(self, case: Case, years: list[int], by: float) -> Case:
        """The case with the limit moved in some periods."""
        side = getattr(case, self.side)
        changes: dict[str, Any] = {}
        for field in self.fields:
            values = getattr(side, field).copy()
            if values.ndim == 1:
                values[self.place] += by
            else:
                possible = values[self.place, years] > (0 if self.on_horizon else -1)
                values[self.place, years] += by * possible
            changes[field] = values
        return replace(case, **{self.side: replace(side, **changes)})


def limits_of(case: Case) -> Iterator[Limit]:
    """Every limit of a case but those that are no fields: edge shares, and demand."""
    instance = case.instance
    rows: list[tuple[str, str, tuple[str, ...], Any, float, float]] = [
        ("zone_usd_per_mw_year", "grid", ("headroom_mw",), instance.zones, MW, 1.0),
        ("contract_usd_per_mw_year", "contract", ("limit_mw",), instance.contracts, MW, 1.0),
        ("cap_usd_per_mw_year", "policy", ("cap_mw",), instance.zone_caps, MW, 1.0),
    ]
    for measure, side, fields, records, step, per in rows:
        for n, record in enumerate(records):
            yield Limit(measure, record.id, side, fields, n, step, per)
    for n, area in enumerate(instance.capacity_areas):
        per = case.grid.requirement[n, 0] * 365  # MW-days of UCAP in a MW of peak all year
        yield Limit("ucap_usd_per_mw_day", area.id, "grid", ("peak_limit_mw",), n, MW, per)
    if len(case.policy.co2_cap_t):
        yield Limit("co2_usd_per_t", "whole instance", "policy", ("co2_cap_t",), 0, TONNE)
    if len(case.policy.budget):
        measure = "budget_usd_per_usd"
        yield Limit(measure, "whole instance", "policy", ("budget",), 0, K_USD, 1000.0)
    for n, site in enumerate(instance.sites):
        if site.it_limit_mw is not None:
            yield Limit("space_usd_per_mw_year", site.id, "site", ("it_limit_mw",), n, MW)
    connected = [s for s in instance.sites if s.interconnection_cost_usd_per_mw is not None]
    for n, site in enumerate(connected):
        measure = "connection_usd_per_mw_year"
        yield Limit(measure, site.id, "connection", ("existing_mw",), n, MW)
    for measure, side, total, records in (
        ("pods_usd_per_pod", "pool", "max_pods", instance.pools),
        ("generators_usd_per_unit", "generator", "max_units", instance.site_generators),
        ("storage_usd_per_unit", "storage", "max_units", instance.site_storage),
    ):
        for n, row in enumerate(records):
            if getattr(row, total):
                fields = (total, "build_limit")
                yield Limit(measure, row.id, side, fields, n, UNITS, on_horizon=True)


class Optimum:
    """Optima of programs of one instance, with some columns held at a point."""

    def __init__(self, program: Program, x: Floats) -> None:
        self._program, self._x, self._session = program, x, Highs().open(1)
        self._composed: dict[object, Program] = {}

    def of(self, program: Program, held: Bools) -> float:
        """Optimum, k$; no number if infeasible."""
        if (np.round(self._x) > program.upper + 1e-9)[held].any():
            return np.nan
        if (program.matrix != self._program.matrix).nnz == 0:  # so that the session starts warm
            program = replace(program, matrix=self._program.matrix)
        outcome = self._session.solve(program.fixed(self._x, held).relaxed(), SolveOptions())
        if outcome.reason is StopReason.INFEASIBLE:
            return np.nan
        assert outcome.solved, outcome.message
        return outcome.objective

    def moved(self, case: Case, limit: Limit, years: list[int], by: float, held: Bools) -> float:
        """Optimum of a case with a limit moved in some periods."""
        key = (limit.measure, limit.where, tuple(years), by)
        if key not in self._composed:
            self._composed[key] = compose(limit.moved(case, years, by))[0]
        return self.of(self._composed[key], held)


def shifted(program: Program, rows: Floats) -> Program:
    """The program with the bounds of its rows moved."""
    return program.with_bounds(
        row_lower=program.row_lower + rows, row_upper=program.row_upper + rows
    )
