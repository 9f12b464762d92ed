"""What a change of figures does: rebound of a step in efficiency, what more grid serves.

Rebound, after S. Sorrell and J. Dimitropoulos, The rebound effect: microeconomic definitions,
limitations and extensions, Ecological Economics 65 (2008): the share of a saving that is taken
back.  The saving is what the step would save while serving the same, world 0 less world F.
"""

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.interval import extremes
from optimizer.counterfactual.linear_measure import LinearMeasure
from optimizer.counterfactual.near_optimal import near_optimum
from optimizer.counterfactual.scenario_pair import Setting
from optimizer.counterfactual.scenarios import Comparison
from optimizer.counterfactual.verdict import UNDETERMINED
from optimizer.formulation.policy_totals import outlay_kusd
from optimizer.schema.base import at_year
from optimizer.schema.interventions import Intervention
from optimizer.solvers.backends.base import Outcome
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

SAVES, REBOUNDS, BACKFIRES = "saves more than it frees", "partial rebound", "backfire"
UNDEFINED, SERVES, IDLE = "no saving to take back", "serves more", "changes nothing"
MEASURED = (worlds.WITHOUT, worlds.WITH, worlds.FROZEN)
"""Worlds that rebound is measured between."""

LEAST = 1e-6
"""Share of world 0's energy below which a saving is the solver's dust."""


@dataclass(frozen=True)
class Rebound:
    """How much of a saving is taken back.

    Attributes
    ----------
    rebound : float or None
        ``1 - (E0 - E1) / (E0 - EF)``; above 1 is backfire.  None where the step saves nothing
        while serving the same.
    low, high : float or None
        Its interval at these builds.
    energy_without_mwh, energy_with_mwh, energy_frozen_mwh : float
        Site energy in worlds 0, 1 and F, over all years.
    peak_ratio, capital_ratio : float or None
        Infrastructure: highest load, and overnight cost of all that is built, in world 1 over a
        plan with demand frozen (world F); None where that is nothing.
    """

    rebound: float | None
    low: float | None
    high: float | None
    energy_without_mwh: float
    energy_with_mwh: float
    energy_frozen_mwh: float
    peak_ratio: float | None
    capital_ratio: float | None

    @property
    def words(self) -> str:
        """Verdict that the whole interval supports."""
        if self.rebound is None:
            return UNDEFINED
        if self.low is None or self.high is None:
            return UNDETERMINED
        first, last = kind_of(self.low), kind_of(self.high)
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class GridReturn:
    """What more megawatts of the grid serve, over all years.

    Attributes
    ----------
    added_mw : float
        Mean over the years of what is added, zones and areas together.
    mwh_per_mw : float
        Site energy more a year, for a MW.
    gtok_per_mw : float
        Tokens more a year, for a MW.
    """

    added_mw: float
    mwh_per_mw: float
    gtok_per_mw: float

    @property
    def words(self) -> str:
        """Whether anything more is served."""
        return SERVES if self.gtok_per_mw > LEAST else IDLE


@dataclass(frozen=True)
class Solved:
    """A world: its setting, and what was found."""

    setting: Setting
    outcome: Outcome

    @property
    def x(self) -> Floats:
        """Its point."""
        if self.outcome.x is None:
            raise ValueError("the world has no point")
        return self.outcome.x

    @property
    def energy(self) -> LinearMeasure:
        """Site energy of all sites, MWh a year."""
        one = self.setting
        return linear_measure.all_energy(one.case, one.layout)

    def whole(self, by_year: Floats) -> float:
        """Sum over the years that the periods stand for."""
        return float(self.setting.case.horizon.span_years @ by_year)

    @property
    def tokens(self) -> Floats:
        """Gtok served a year, shape (Y,)."""
        served, hours = (
            self.setting.layout.served.of(self.x),
            self.setting.case.horizon.hours_per_year,
        )
        return np.asarray(np.einsum("wyk,k->y", served, hours))

    @property
    def peak_mw(self) -> float:
        """Highest load of all sites in any year."""
        return float(self.setting.layout.power.of(self.x).sum(axis=0).max())

    @property
    def capital_kusd(self) -> float:
        """Overnight cost of all that is built and opened."""
        return float(outlay_kusd(self.setting.case, self.setting.layout, self.x).sum())


def solved_worlds(comparison: Comparison) -> dict[str, Solved]:
    """Worlds of a comparison in one program."""
    return {
        world: Solved(
            Setting(comparison.case, comparison.layout, comparison.programs[world]), outcome
        )
        for world, outcome in comparison.outcomes.items()
    }


def rebound(solved: dict[str, Solved], context: SolveContext) -> Rebound:
    """Measure rebound between worlds 0, 1 and F, with its interval at their builds.

    Raises
    ------
    SolverError
        Where an extreme is not found, in time or at all.
    """
    ends, context = [], context.follow_up()
    for world in MEASURED:
        one = solved[world]
        near = near_optimum(one.setting.program, one.outcome, context)
        span = extremes(near, one.energy, context)
        ends.append((one.whole(span.low), one.whole(span.high)))
    # Rises or falls in each of the three energies, so its extremes are at their ends.
    corners = [ratio(*corner) for corner in itertools.product(*ends)]
    known = [corner for corner in corners if corner is not None]
    found = at_plans(solved)
    if found.rebound is None or len(known) < len(corners):
        return found
    return replace(found, low=min(*known, found.rebound), high=max(*known, found.rebound))


def at_plans(solved: dict[str, Solved]) -> Rebound:
    """Measure rebound at the plans found, without its interval."""
    without, with_it, frozen = _energies(solved)
    one, still = solved[worlds.WITH], solved[worlds.FROZEN]
    return Rebound(
        rebound=ratio(without, with_it, frozen),
        low=None,
        high=None,
        energy_without_mwh=without,
        energy_with_mwh=with_it,
        energy_frozen_mwh=frozen,
        peak_ratio=_over(one.peak_mw, still.peak_mw),
        capital_ratio=_over(one.capital_kusd, still.capital_kusd),
    )


def rebound_of(solved: dict[str, Solved]) -> float | None:
    """Rebound at the plans found, without its interval."""
    return ratio(*_energies(solved))


def _energies(solved: dict[str, Solved]) -> tuple[float, ...]:
    """Site energy of worlds 0, 1 and F, MWh over all years."""
    return tuple(
        solved[world].whole(solved[world].energy.by_year(solved[world].x)) for world in MEASURED
    )


def ratio(without: float, with_it: float, frozen: float) -> float | None:
    """Rebound from three energies; None where serving the same saves nothing."""
    saving = without - frozen
    if saving <= LEAST * max(abs(without), 1.0):
        return None
    return 1.0 - (without - with_it) / saving


def grid_return(solved: dict[str, Solved], intervention: Intervention) -> GridReturn:
    """Measure what more grid serves."""
    without, with_it = solved[worlds.WITHOUT], solved[worlds.WITH]
    horizon = with_it.setting.case.horizon
    added = np.array(
        [sum(at_year(one.added_mw, year) for one in intervention.grid) for year in horizon.years]
    )
    mw_years = float(horizon.span_years @ added)
    mwh = with_it.whole(with_it.energy.by_year(with_it.x)) - without.whole(
        without.energy.by_year(without.x)
    )
    gtok = with_it.whole(with_it.tokens) - without.whole(without.tokens)
    return GridReturn(
        added_mw=mw_years / float(horizon.span_years.sum()),
        mwh_per_mw=mwh / mw_years if mw_years > 0 else math.nan,
        gtok_per_mw=gtok / mw_years if mw_years > 0 else math.nan,
    )


def kind_of(value: float) -> str:
    """Name what a rebound is."""
    # Finer than this no interval at builds is.
    rounded = round(value, 3)
    if rounded < 0:
        return SAVES
    return REBOUNDS if rounded <= 1 else BACKFIRES


def _over(above: float, below: float) -> float | None:
    return above / below if below > LEAST else None
