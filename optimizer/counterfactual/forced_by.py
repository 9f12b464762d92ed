"""Which limits force the verdict: without one of them, displacement is in another band.

A limit that binds does not force anything by that alone: it may bind in one hour, or displacement
may be the same without it.  Each limit that binds in both worlds is therefore lifted in both, in
all years, and the two worlds are solved again, with builds free and the curve refined anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.binding_limits import BindingLimit, in_both_worlds
from optimizer.counterfactual.lifted_limits import without_limit
from optimizer.counterfactual.scenarios import SolvedScenarios, solve_adding_pair
from optimizer.counterfactual.verdict import BANDS, NOT_USED, UNDETERMINED, Bounds, band
from optimizer.counterfactual.worlds import AddingPair
from optimizer.solvers.context import SolveContext


@dataclass(frozen=True)
class LiftedLimit:
    """Displacement with one limit lifted in both worlds.

    Attributes
    ----------
    limit : str
        As in `BindingLimit`.
    displacement : float or None
        Of energy, over all years; None if the intervention is then not used, or if a world has
        no plan, in time or at all.
    verdict : str
        Its band, ``not used``, or ``undetermined`` without a plan.
    by_year : mapping of int to float or None
        Displacement by year.
    """

    limit: str
    displacement: float | None
    verdict: str
    by_year: dict[int, float | None]


def lift_each(
    scenarios: SolvedScenarios, limits: Iterable[BindingLimit], context: SolveContext
) -> tuple[LiftedLimit, ...]:
    """Lift every limit that binds in both worlds, one at a time, and measure displacement again."""
    names = in_both_worlds(limits) if measures.used(scenarios).whole else ()
    return tuple(_lifted(scenarios, name, context) for name in names)


def _lifted(scenarios: SolvedScenarios, limit: str, context: SolveContext) -> LiftedLimit:
    case, scope = scenarios.case, scenarios.scope
    world = scenarios.worlds[worlds.WITH_INTERVENTION]
    world = replace(world, program=without_limit(world.program, case, limit))
    again = solve_adding_pair(AddingPair(world, scope), context.quiet())
    if not again.complete:
        return LiftedLimit(limit, None, UNDETERMINED, {})
    series = measures.series(again, again.split(linear_measure.energy))
    whole = series.whole.displacement
    years = zip(case.horizon.years, series.by_year, strict=True)
    by_year = {year: measure.displacement for year, measure in years}
    return LiftedLimit(limit, whole, _words(whole), by_year)


def forcing(
    lifted: Iterable[LiftedLimit],
    limits: Iterable[BindingLimit],
    displacement: float | None,
    interval: Bounds,
    year: int | None = None,
) -> tuple[str, ...]:
    """Names of the limits without which displacement is in another band.

    Parameters
    ----------
    lifted : iterable of LiftedLimit
    limits : iterable of BindingLimit
    displacement : float or None
    interval : Bounds
        Every band that it reaches is one that the verdict may name.
    year : int, optional
        Year in question; all years together by default.  Only limits that bind in it count.
    """
    if displacement is None:
        return ()
    ends = [end for end in (displacement, interval.low, interval.high) if end is not None]
    named = range(band(min(ends)), band(max(ends)) + 1)
    binding = in_both_worlds(limits, year)
    return tuple(
        each.limit
        for each in lifted
        if each.limit in binding
        and each.verdict != UNDETERMINED
        and (year is None or year in each.by_year)
        and not _within(each.displacement if year is None else each.by_year[year], named)
    )


def _within(displacement: float | None, named: range) -> bool:
    return displacement is not None and band(displacement) in named


def _words(displacement: float | None) -> str:
    return NOT_USED if displacement is None else BANDS[band(displacement)][1]
