"""What a change of figures does: rebound of a step in efficiency, return of a grid expansion.

Rebound is the share of a saving that is taken back (S. Sorrell and J. Dimitropoulos, The rebound
effect: microeconomic definitions, limitations and extensions, Ecological Economics 65, 2008).
The saving is that of the step under fixed service: baseline energy less fixed-service energy.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.interval import extremes
from optimizer.counterfactual.linear_measure import LinearMeasure
from optimizer.counterfactual.near_optimal import fixed_builds_face
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.verdict import UNDETERMINED
from optimizer.formulation.policy_totals import outlay_kusd
from optimizer.formulation.world_program import WorldProgram
from optimizer.schema.base import at_year
from optimizer.schema.interventions import Intervention
from optimizer.solvers.backends.base import Outcome
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats

SAVES, REBOUNDS, BACKFIRES = "saves more than it frees", "partial rebound", "backfire"
UNDEFINED, SERVES, IDLE = "no saving to take back", "serves more", "changes nothing"
MEASURED = (worlds.BASELINE, worlds.WITH_INTERVENTION, worlds.FIXED_SERVICE)
"""Worlds between which rebound is measured."""

LEAST = 1e-6
"""Share of baseline energy below which a saving is numerical noise."""


@dataclass(frozen=True)
class Rebound:
    """How much of a saving is taken back.

    Attributes
    ----------
    rebound : float or None
        ``1 - (E0 - E1) / (E0 - EF)``, from the energies of the baseline, with the step, and
        under fixed service; above 1 is backfire.  None if the step saves nothing under fixed
        service.
    low, high : float or None
        Its interval at these builds.
    energy_without_mwh, energy_with_mwh, energy_frozen_mwh : float
        Those energies, of all sites over all years.
    peak_ratio, capital_ratio : float or None
        Infrastructure: highest load, and overnight cost of everything built, with the step over
        fixed service; None if that is zero.
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
        """Verdict that holds over the whole interval."""
        if self.rebound is None:
            return UNDEFINED
        if self.low is None or self.high is None:
            return UNDETERMINED
        first, last = kind_of(self.low), kind_of(self.high)
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class GridReturn:
    """What a grid expansion serves, over all years.

    Attributes
    ----------
    added_mw : float
        Mean of the MW added over the years, zones and capacity areas together.
    mwh_per_mw, gtok_per_mw : float
        Additional site energy and tokens per year for each MW.
    """

    added_mw: float
    mwh_per_mw: float
    gtok_per_mw: float

    @property
    def words(self) -> str:
        """Whether more is served."""
        return SERVES if self.gtok_per_mw > LEAST else IDLE


@dataclass(frozen=True)
class SolvedWorld:
    """A world's program, and the outcome of solving it."""

    world: WorldProgram
    outcome: Outcome

    @property
    def x(self) -> Floats:
        """Its point."""
        if self.outcome.x is None:
            raise ValueError("the world has no point")
        return self.outcome.x

    @property
    def energy(self) -> LinearMeasure:
        """Energy of all sites, MWh per year."""
        return linear_measure.all_energy(self.world.case, self.world.layout)

    def whole(self, by_year: Floats) -> float:
        """Sum over the years that the periods represent."""
        return float(self.world.case.horizon.span_years @ by_year)

    @property
    def mwh(self) -> float:
        """Energy of all sites over all years, MWh."""
        return self.whole(self.energy.by_year(self.x))

    @property
    def gtok(self) -> float:
        """Tokens served over all years, Gtok."""
        served, hours = self.world.layout.served, self.world.case.horizon.hours_per_year
        return self.whole(np.asarray(np.einsum("wyk,k->y", served.of(self.x), hours)))

    @property
    def peak_mw(self) -> float:
        """Highest load of all sites in any year."""
        return float(self.world.layout.power.of(self.x).sum(axis=0).max())

    @property
    def capital_kusd(self) -> float:
        """Overnight cost of everything built and opened."""
        return float(outlay_kusd(self.world.case, self.world.layout, self.x).sum())


def solved_worlds(scenarios: SolvedScenarios) -> dict[str, SolvedWorld]:
    """Return the solved worlds of an intervention that adds sites or models."""
    return {
        key: SolvedWorld(scenarios.worlds[key], outcome)
        for key, outcome in scenarios.outcomes.items()
    }


def rebound(solved: Mapping[str, SolvedWorld], context: SolveContext) -> Rebound:
    """Measure rebound with its interval at the worlds' builds.

    Raises
    ------
    SolverError
        If an extreme is not found, in time or at all.
    """
    ends, context = [], context.follow_up()
    for key in MEASURED:
        world = solved[key]
        face = fixed_builds_face(world.world, world.outcome, context)
        energy = extremes(face.ends(context), world.energy, context)
        ends.append((world.whole(energy.low), world.whole(energy.high)))
    # Rebound is monotonic in each of the three energies, so its extremes are at their ends.
    corners = [ratio(*corner) for corner in itertools.product(*ends)]
    known = [corner for corner in corners if corner is not None]
    planned = at_plans(solved)
    if planned.rebound is None or len(known) < len(corners):
        return planned
    return replace(planned, low=min(*known, planned.rebound), high=max(*known, planned.rebound))


def at_plans(solved: Mapping[str, SolvedWorld]) -> Rebound:
    """Measure rebound at the plans found, without its interval."""
    without, with_it, fixed = (solved[key].mwh for key in MEASURED)
    after, still = solved[worlds.WITH_INTERVENTION], solved[worlds.FIXED_SERVICE]
    return Rebound(
        rebound=ratio(without, with_it, fixed),
        low=None,
        high=None,
        energy_without_mwh=without,
        energy_with_mwh=with_it,
        energy_frozen_mwh=fixed,
        peak_ratio=_over(after.peak_mw, still.peak_mw),
        capital_ratio=_over(after.capital_kusd, still.capital_kusd),
    )


def ratio(without: float, with_it: float, fixed: float) -> float | None:
    """Rebound from three energies; None if fixed service saves nothing."""
    saving = without - fixed
    if saving <= LEAST * max(abs(without), 1.0):
        return None
    return 1.0 - (without - with_it) / saving


def grid_return(solved: Mapping[str, SolvedWorld], intervention: Intervention) -> GridReturn:
    """Measure what a grid expansion serves."""
    without, with_it = solved[worlds.BASELINE], solved[worlds.WITH_INTERVENTION]
    horizon = with_it.world.case.horizon
    added = np.array(
        [sum(at_year(each.added_mw, year) for each in intervention.grid) for year in horizon.years]
    )
    mw_years = float(horizon.span_years @ added)
    return GridReturn(
        added_mw=mw_years / float(horizon.span_years.sum()),
        mwh_per_mw=(with_it.mwh - without.mwh) / mw_years if mw_years > 0 else math.nan,
        gtok_per_mw=(with_it.gtok - without.gtok) / mw_years if mw_years > 0 else math.nan,
    )


def kind_of(value: float) -> str:
    """Name the kind of a rebound."""
    # No interval at builds is finer than this.
    rounded = round(value, 3)
    if rounded < 0:
        return SAVES
    return REBOUNDS if rounded <= 1 else BACKFIRES


def _over(above: float, below: float) -> float | None:
    return above / below if below > LEAST else None
