"""Policies that bind in both worlds, beside the limits of the grid."""

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.measures import BINDS
from optimizer.counterfactual.scenarios import Comparison
from optimizer.formulation.capital_budget import outlays
from optimizer.formulation.policy_totals import capped_draw_mw, emissions_t, outlay_kusd
from optimizer.solvers.milp import Floats

CO2_CAP, BUDGET, ZONE_CAP = "CO2 cap", "capital budget", "zone cap"
"""Names of policies among what forces an answer; no id holds a space."""


def binding_rules(comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """Policies that bind in both worlds, by year: zone caps by id, CO2 cap, capital budget."""
    years = len(comparison.case.horizon.years)
    points = [comparison.point(world) for world in (worlds.WITHOUT, worlds.WITH)]
    found: list[list[str]] = [[] for _ in range(years)]
    for name, full in _full(comparison, points).items():
        for y in np.flatnonzero(full):
            found[y].append(name)
    return tuple(map(tuple, found))


def _full(comparison: Comparison, points: list[Floats]) -> dict[str, np.ndarray]:
    """Whether each policy binds at every point, by year."""
    case, layout = comparison.case, comparison.layout
    policy = case.policy
    full: dict[str, np.ndarray] = {}
    for n, cap in enumerate(case.instance.zone_caps):
        draws = [capped_draw_mw(case, layout, x)[n].max(axis=1) for x in points]
        full[f"{ZONE_CAP} {cap.id}"] = _reached(policy.cap_mw[n], draws)
    for limit in policy.co2_cap_t:
        full[CO2_CAP] = _reached(limit, [emissions_t(case, layout, x) for x in points])
    for limit in policy.budget:
        tight = [limit - outlay_kusd(case, layout, x) < _cheapest(comparison, x) for x in points]
        full[BUDGET] = np.all(tight, axis=0)
    return full


def _reached(limit: Floats, amounts: list[Floats]) -> np.ndarray:
    """Whether every amount is at the limit, by year."""
    tight = [limit - amount <= BINDS * np.maximum(amount, 1.0) for amount in amounts]
    return np.asarray(np.isfinite(limit) & np.all(tight, axis=0))


def _cheapest(comparison: Comparison, x: Floats) -> Floats:
    """Overnight cost of the cheapest thing of those that a year buys, k$, shape (Y,).

    What is bought is whole, so a budget binds where it does not buy one more of these.  Where
    nothing is bought, of all that could be.
    """
    case, layout, program = comparison.case, comparison.layout, comparison.programs[worlds.WITH]
    price = np.full(len(case.horizon.years), np.inf)
    could = price.copy()
    *built, (opened, opening) = outlays(case, layout)
    for columns, overnight in (*built, (opened, opening)):
        bought = np.round(x[columns])
        if columns is opened:
            bought = np.diff(bought, axis=1, prepend=0.0)
        paid = np.where(overnight > 0, overnight, np.inf)
        price = np.minimum(price, np.where(bought > 0, paid, np.inf).min(axis=0, initial=np.inf))
        allowed = np.where(program.upper[columns] > 0, paid, np.inf)
        could = np.minimum(could, allowed.min(axis=0, initial=np.inf))
    return np.where(np.isfinite(price), price, np.where(np.isfinite(could), could, 0.0))
