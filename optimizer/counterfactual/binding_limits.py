"""Limits that bind, and for how many hours: zones, capacity areas, and policies."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from optimizer.counterfactual.lifted_limits import BUDGET, CO2_CAP, OPEN_SITES, ZONE_CAP
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.worlds import BASELINE, WITH_INTERVENTION
from optimizer.formulation.capital_budget import outlays
from optimizer.formulation.policy_totals import capped_draw_mw, emissions_t, outlay_kusd
from optimizer.solvers.milp import Bools, Floats
from optimizer.units import HOURS_PER_YEAR

BINDS = 1e-6
"""Share of a limit within which it counts as binding."""


@dataclass(frozen=True)
class BindingLimit:
    """Hours of a year in which a limit binds, without the intervention and with it.

    A yearly limit (CO2 cap, capital budget, number of open sites) binds in all hours or in none.

    Attributes
    ----------
    limit : str
        Id of a zone or a capacity area, or the name of a policy: ``zone cap NAME``, ``CO2 cap``,
        ``capital budget``, ``limit on open sites``.
    year : int
    hours_without, hours_with : float
        Hours of the year in the baseline and with the intervention.
    share_without, share_with : float
        The same as a share of the year.
    """

    limit: str
    year: int
    hours_without: float
    hours_with: float
    share_without: float
    share_with: float

    @property
    def in_both(self) -> bool:
        """Whether it binds in both worlds, at some time."""
        return self.hours_without > 0 and self.hours_with > 0


def binding_limits(scenarios: SolvedScenarios) -> tuple[BindingLimit, ...]:
    """Limits that bind in the baseline or with the intervention, by year and limit."""
    years = scenarios.case.horizon.years
    without, with_it = (
        _hours(scenarios, scenarios.point(world)) for world in (BASELINE, WITH_INTERVENTION)
    )
    return tuple(
        BindingLimit(
            limit,
            year,
            float(without[limit][y]),
            float(with_it[limit][y]),
            float(without[limit][y]) / HOURS_PER_YEAR,
            float(with_it[limit][y]) / HOURS_PER_YEAR,
        )
        for y, year in enumerate(years)
        for limit in without
        if without[limit][y] > 0 or with_it[limit][y] > 0
    )


def in_both_worlds(limits: Iterable[BindingLimit], year: int | None = None) -> tuple[str, ...]:
    """Names of the limits that bind in both worlds, in a year or in any; each once."""
    names = (each.limit for each in limits if each.in_both and year in (None, each.year))
    return tuple(dict.fromkeys(names))


def _hours(scenarios: SolvedScenarios, x: Floats) -> dict[str, Floats]:
    """Hours of each year in which each limit binds at a point, shape (Y,), by name."""
    hours = scenarios.case.horizon.hours_per_year
    binds = _zones(scenarios, x) | _areas(scenarios, x) | _policies(scenarios, x)
    return {
        name: np.asarray(np.broadcast_to(at, (len(at), len(hours))) @ hours)
        for name, at in binds.items()
    }


def _zones(scenarios: SolvedScenarios, x: Floats) -> dict[str, Bools]:
    """Slots in which a zone with load is at its limit, shape (Y, K) each."""
    grid, layout = scenarios.case.grid, scenarios.layout
    member = grid.zone_of_site >= 0
    draw = np.zeros(grid.headroom_mw.shape)
    np.add.at(draw, grid.zone_of_site[member], layout.draw.of(x)[member])
    loaded = (draw > BINDS).any(axis=2, keepdims=True)
    binds = _at_limit(grid.headroom_mw, draw) & loaded
    return {zone.id: at for zone, at in zip(scenarios.case.instance.zones, binds, strict=True)}


def _areas(scenarios: SolvedScenarios, x: Floats) -> dict[str, Bools]:
    """Slots in which an area's load is at the peak that is covered, shape (Y, K) each."""
    grid, layout = scenarios.case.grid, scenarios.layout
    area = np.where(grid.zone_of_site >= 0, np.append(grid.area_of_zone, -1)[grid.zone_of_site], -1)
    draw = layout.draw.of(x)
    binds: dict[str, Bools] = {}
    for n, row in enumerate(scenarios.case.instance.capacity_areas):
        load = draw[area == n].sum(axis=0)
        binds[row.id] = _at_limit(grid.peak_limit_mw[n][:, None], load)
    return binds


def _policies(scenarios: SolvedScenarios, x: Floats) -> dict[str, Bools]:
    """Where a policy binds: slots (Y, K) of a zone cap, years (Y, 1) of a yearly limit."""
    case, layout = scenarios.case, scenarios.layout
    policy, binds = case.policy, {}
    capped = capped_draw_mw(case, layout, x)
    for n, cap in enumerate(case.instance.zone_caps):
        binds[f"{ZONE_CAP} {cap.id}"] = _at_limit(policy.cap_mw[n][:, None], capped[n])
    for limit in policy.co2_cap_t:
        binds[CO2_CAP] = _at_limit(limit, emissions_t(case, layout, x))[:, None]
    for limit in policy.budget:
        left = limit - outlay_kusd(case, layout, x)
        binds[BUDGET] = (left < _cheapest(scenarios, x))[:, None]
    most = case.instance.policy.max_open_sites
    if most is not None and case.site.candidate.sum() > most:
        opened = np.round(layout.is_open.of(x)[case.site.candidate]).sum(axis=0)
        binds[OPEN_SITES] = (opened >= most)[:, None]
    return binds


def _at_limit(limit: Floats, amount: Floats) -> Bools:
    """Whether an amount is at a finite limit."""
    return np.asarray(np.isfinite(limit) & (limit - amount <= BINDS * np.maximum(amount, 1.0)))


def _cheapest(scenarios: SolvedScenarios, x: Floats) -> Floats:
    """Overnight cost of the cheapest of the assets that a year buys, k$, shape (Y,).

    Purchases are whole, so a budget binds if it cannot buy one more of these.  In a year without
    purchases, the cheapest of all that could be bought.
    """
    case, layout, program = scenarios.case, scenarios.layout, scenarios.programs[WITH_INTERVENTION]
    price = np.full(len(case.horizon.years), np.inf)
    possible = price.copy()
    *built, (opened, opening) = outlays(case, layout)
    for columns, overnight in (*built, (opened, opening)):
        bought = np.round(x[columns])
        if columns is opened:
            bought = np.diff(bought, axis=1, prepend=0.0)
        paid = np.where(overnight > 0, overnight, np.inf)
        price = np.minimum(price, np.where(bought > 0, paid, np.inf).min(axis=0, initial=np.inf))
        allowed = np.where(program.upper[columns] > 0, paid, np.inf)
        possible = np.minimum(possible, allowed.min(axis=0, initial=np.inf))
    cheapest = np.where(np.isfinite(price), price, possible)
    return np.where(np.isfinite(cheapest), cheapest, 0.0)
