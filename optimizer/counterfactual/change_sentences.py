"""What a change of figures does, in a sentence; and why a result has no figures."""

from collections.abc import Mapping

from optimizer.counterfactual.rebound import BACKFIRES, GridReturn, Rebound
from optimizer.counterfactual.verdict import UNDETERMINED
from optimizer.counterfactual.worlds import title
from optimizer.io.number_text import decimals, number, percent
from optimizer.units import HOURS_PER_YEAR

NO_PLAN = {
    "infeasible": "infeasible",
    "time_limit": "the time limit came first",
    "interrupted": "interrupted",
}
AT_BUILDS = "for any near-optimal dispatch of these builds"


def without_plan(missing: Mapping[str, str]) -> str:
    """Name the first world without a plan, and why; `missing` holds the status of each."""
    for world, status in missing.items():
        reason = NO_PLAN.get(status, f"the solver stopped without an answer, {status}")
        return f"Undetermined: {title(world)} has no plan: {reason}."
    return "Undetermined: the result has no figures."


def rebound_sentence(name: str, rebound: Rebound) -> str:
    """Say how much of a saving is taken back."""
    if rebound.rebound is None:
        return (
            f"{name}: serving the same demand takes no less energy with it, so there is no saving"
            " to take back and rebound is undefined."
        )
    share = rebound_text(rebound.rebound)
    if rebound.low is None or rebound.high is None:
        return f"{name}: {UNDETERMINED}; at the plans found, {share} of the saving is taken back."
    ends = f"between {rebound_text(rebound.low)} and {rebound_text(rebound.high)}"
    between = f"(rebound {share}, {ends} {AT_BUILDS})"
    if rebound.words == BACKFIRES:
        return f"{name} backfires: total energy use rises {between}."
    if rebound.rebound < 0:
        return f"{name} saves more than it frees: demand falls {between}."
    return (
        f"{name}: {rebound.words}; of every 100 MWh it would save, {round(100 * rebound.rebound)}"
        f" are used again {between}."
    )


def grid_sentence(name: str, grid: GridReturn) -> str:
    """Say what a grid expansion serves."""
    served = number(grid.mwh_per_mw, decimals([grid.mwh_per_mw]))
    added = number(grid.added_mw, decimals([grid.added_mw]))
    return (
        f"{name}: each MW added serves {served} MWh more a year, of a possible"
        f" {HOURS_PER_YEAR:,.0f} ({added} MW added on average)."
    )


def rebound_text(value: float) -> str:
    """A rebound in percent; no interval is finer than a tenth of a percent."""
    return percent(round(value, 3) + 0.0, 0)
