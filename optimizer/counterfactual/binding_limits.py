"""Limits that bind in both worlds: zones, capacity areas, and the policies beside them."""

from collections.abc import Sequence

import numpy as np

from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.worlds import COMPARED, WITH_INTERVENTION
from optimizer.formulation.capital_budget import outlays
from optimizer.formulation.policy_totals import capped_draw_mw, emissions_t, outlay_kusd
from optimizer.solvers.milp import Floats

BINDS = 1e-6
"""Share of a limit within which it counts as binding."""

CO2_CAP, BUDGET, ZONE_CAP = "CO2 cap", "capital budget", "zone cap"
"""Names of policies among the limits; no id contains a space."""


def binding_limits(
    scenarios: SolvedScenarios, worlds: Sequence[str] = COMPARED
) -> tuple[tuple[str, ...], ...]:
    """Limits that bind in all given worlds at some time, by year: zones and areas by id, policies.

    By default in both that are compared.
    """
    years = len(scenarios.case.horizon.years)
    points = [scenarios.point(world) for world in worlds]
    names: list[list[str]] = [[] for _ in range(years)]
    for kind in (_zones, _areas, _policies):
        for name, binds in kind(scenarios, points).items():
            for y in np.flatnonzero(binds):
                names[y].append(name)
    return tuple(map(tuple, names))


def _zones(scenarios: SolvedScenarios, points: list[Floats]) -> dict[str, np.ndarray]:
    """Whether a zone with load is at its limit in some slot, at every point, by year."""
    grid = scenarios.case.grid
    member = grid.zone_of_site >= 0
    binds = np.ones(grid.headroom_mw.shape[:2], dtype=bool)
    for x in points:
        draw = np.zeros(grid.headroom_mw.shape)
        np.add.at(draw, grid.zone_of_site[member], scenarios.layout.draw.of(x)[member])
        binds &= _at_limit(grid.headroom_mw, draw).any(axis=2) & (draw > BINDS).any(axis=2)
    return {zone.id: row for zone, row in zip(scenarios.case.instance.zones, binds, strict=True)}


def _areas(scenarios: SolvedScenarios, points: list[Floats]) -> dict[str, np.ndarray]:
    """Whether a capacity area's peak is at what is covered, at every point, by year."""
    limit, peak = scenarios.case.grid.peak_limit_mw, scenarios.layout.peak
    binds = np.all([_at_limit(limit, peak.of(x)) for x in points], axis=0)
    areas = scenarios.case.instance.capacity_areas
    return {area.id: row for area, row in zip(areas, binds, strict=True)}


def _policies(scenarios: SolvedScenarios, points: list[Floats]) -> dict[str, np.ndarray]:
    """Whether a zone cap, the CO2 cap or the capital budget binds at every point, by year."""
    case, layout = scenarios.case, scenarios.layout
    policy = case.policy
    binds: dict[str, np.ndarray] = {}
    for n, cap in enumerate(case.instance.zone_caps):
        draws = [capped_draw_mw(case, layout, x)[n].max(axis=1) for x in points]
        at_cap = [_at_limit(policy.cap_mw[n], draw) for draw in draws]
        binds[f"{ZONE_CAP} {cap.id}"] = np.all(at_cap, axis=0)
    for limit in policy.co2_cap_t:
        at_cap = [_at_limit(limit, emissions_t(case, layout, x)) for x in points]
        binds[CO2_CAP] = np.all(at_cap, axis=0)
    for limit in policy.budget:
        spent = [limit - outlay_kusd(case, layout, x) < _cheapest(scenarios, x) for x in points]
        binds[BUDGET] = np.all(spent, axis=0)
    return binds


def _at_limit(limit: Floats, amount: Floats) -> np.ndarray:
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
