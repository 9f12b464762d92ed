"""The measures of displacement, from the points of the worlds."""

from dataclasses import dataclass

import numpy as np
from pydantic import SerializerFunctionWrapHandler, model_serializer
from pydantic import dataclasses as pydantic_dataclasses

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.linear_measure import USED, Split
from optimizer.counterfactual.quantities import stressed_draw
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.stress import Stress
from optimizer.counterfactual.verdict import NOT_USED, judge
from optimizer.counterfactual.worlds import COMPARED
from optimizer.solvers.milp import Bools, Floats

NOISE = 1e-9
"""Share of a quantity below which the intervention's part of it is numerical noise."""


@pydantic_dataclasses.dataclass(frozen=True)
class Measure:
    """One quantity in both worlds.

    Attributes
    ----------
    displacement : float or None
        (rest without - rest with) / intervention; None if the intervention is not used.
    rest_without, rest_with, intervention : float
        The rest in the baseline and with the intervention, and the intervention itself.
    """

    displacement: float | None
    rest_without: float
    rest_with: float
    intervention: float

    @property
    def additionality(self) -> float | None:
        """Additional share: 1 - displacement."""
        return None if self.displacement is None else 1.0 - self.displacement

    @property
    def share(self) -> float:
        """The intervention's share of the whole: attributional, not displaced."""
        whole = self.rest_with + self.intervention
        return self.intervention / whole if whole > 0 else 0.0

    @model_serializer(mode="wrap")
    def _with_shares(self, fields: SerializerFunctionWrapHandler) -> dict[str, float | None]:
        return {
            **fields(self),
            "additionality": self.additionality,
            "attributional_share": self.share,
        }


@dataclass(frozen=True)
class Series:
    """A measure over all years, and by year."""

    whole: Measure
    by_year: tuple[Measure, ...]


@dataclass(frozen=True)
class Refill:
    """Load of the rest that comes back because the intervention made room.

    Attributes
    ----------
    mw : float
        Mean load of the rest with the intervention less that under fixed service, MW.
    share : float or None
        Of what the intervention frees under fixed service; None if it frees nothing.
    """

    mw: float
    share: float | None


@dataclass(frozen=True)
class ClassWork:
    """Work of a class of requests, over all years; see `Measure`.

    Attributes
    ----------
    workload_class : str
        Id of the class.
    words : str
        The band of its displacement, at the plans found.
    tokens : Measure
        Gtok.
    """

    workload_class: str
    words: str
    tokens: Measure


@dataclass(frozen=True)
class Usage:
    """Whether the intervention is used: over all years, and by year, shape (Y,)."""

    whole: bool
    by_year: Bools


def used(scenarios: SolvedScenarios, stress: Stress | None = None) -> Usage:
    """Judge use by tokens, by energy, and by MW at the hours of highest load and of grid stress.

    An intervention is used if it carries at least 0.1% of any of them.
    """
    x, years = scenarios.point(worlds.WITH_INTERVENTION), len(scenarios.spans)
    whole, by_year = False, np.zeros(years, dtype=bool)
    yearly = (
        (scenarios.split(measure), scenarios.spans)
        for measure in (linear_measure.tokens, linear_measure.energy)
    )
    for split, weight in (*yearly, peak(scenarios), stressed_draw(scenarios, stress)):
        new, rest = split.intervention.by_year(x), split.rest.by_year(x)
        by_year |= (new > 0) & (new >= USED * (new + rest))
        total = float(weight @ new)
        whole |= total > 0 and total >= USED * float(weight @ (new + rest))
    return Usage(bool(whole), by_year)


def series(
    scenarios: SolvedScenarios,
    split: Split,
    weight: Floats | None = None,
    usage: Usage | None = None,
) -> Series:
    """Measure the displacement of a quantity, over all years and by year.

    Parameters
    ----------
    scenarios : SolvedScenarios
    split : Split
        The quantity, of the intervention and of the rest.
    weight : ndarray, shape (Y,), optional
        Weight of each year in the whole; by default the years that each period represents.
    usage : Usage, optional
        That of `used`, if it is known.
    """
    weight = scenarios.spans if weight is None else weight
    x = scenarios.point(worlds.WITH_INTERVENTION)
    without = split.rest.by_year(scenarios.point(worlds.BASELINE))
    rest, new = split.rest.by_year(x), split.intervention.by_year(x)
    usage = usage or used(scenarios)
    return Series(
        _measure(float(weight @ without), float(weight @ rest), float(weight @ new), usage.whole),
        tuple(
            _measure(float(a), float(b), float(c), bool(on))
            for a, b, c, on in zip(without, rest, new, usage.by_year, strict=True)
        ),
    )


def displacement_of(scenarios: SolvedScenarios) -> float | None:
    """Energy displacement between solved worlds; None if the intervention is not used."""
    energy = scenarios.split(linear_measure.energy)
    return series(scenarios, energy).whole.displacement


def _measure(without: float, rest: float, new: float, in_use: bool) -> Measure:
    carries = new > NOISE * max(without, rest, new)
    return Measure((without - rest) / new if in_use and carries else None, without, rest, new)


def by_class(scenarios: SolvedScenarios) -> tuple[ClassWork, ...]:
    """Measure the displacement of tokens of each class, over all years.

    A class of which the intervention carries less than 0.1% has none.
    """
    case, groups = scenarios.case, []
    x, before = (scenarios.point(world) for world in COMPARED)
    of_workload = np.array([w.workload_class for w in case.instance.workloads])
    for group in case.instance.classes:
        kept = of_workload[case.arcs.workload] == group.id
        split = linear_measure.tokens_of(case, scenarios.layout, scenarios.scope, kept)
        without, rest, new = (
            float(scenarios.spans @ part.by_year(point))
            for part, point in ((split.rest, before), (split.rest, x), (split.intervention, x))
        )
        tokens = _measure(without, rest, new, new >= USED * (new + rest))
        d = tokens.displacement
        words = NOT_USED if d is None else judge(d, d, d)
        groups.append(ClassWork(group.id, words, tokens))
    return tuple(groups)


def _load(scenarios: SolvedScenarios, world: str) -> Floats:
    """Load of all sites in a world, MW, shape (Y, K)."""
    return np.asarray(scenarios.layout.power.of(scenarios.point(world)).sum(axis=0))


def peak_slots(scenarios: SolvedScenarios) -> np.ndarray:
    """Slot of each year in which baseline load is highest, shape (Y,)."""
    return np.asarray(_load(scenarios, worlds.BASELINE).argmax(axis=1))


def peak(scenarios: SolvedScenarios) -> tuple[Split, Floats]:
    """Load in the hour of each year in which baseline load is highest, and the peak year.

    Returns
    -------
    tuple of Split and ndarray, shape (Y,)
        MW; 1 for the year with the highest load, and 0 for the others.
    """
    load = _load(scenarios, worlds.BASELINE)
    weight = np.zeros(len(load))
    weight[int(load.max(axis=1).argmax())] = 1.0
    slots = peak_slots(scenarios)
    split = linear_measure.power_at(scenarios.case, scenarios.layout, scenarios.scope, slots)
    return split, weight


def change_of_maximum_mw(scenarios: SolvedScenarios) -> Floats:
    """Highest load of all sites with the intervention less the baseline's, MW, shape (Y,)."""
    after, before = (_load(scenarios, world).max(axis=1) for world in COMPARED)
    return np.asarray(after - before)


def refill(scenarios: SolvedScenarios) -> tuple[Refill, tuple[Refill, ...]] | None:
    """Load that comes back, over all years and by year; None if fixed service has no point."""
    if not scenarios.has(worlds.FIXED_SERVICE):
        return None
    rest = scenarios.split(linear_measure.energy).rest
    without, with_it, fixed = (
        rest.by_year(scenarios.point(world))
        for world in (worlds.BASELINE, worlds.WITH_INTERVENTION, worlds.FIXED_SERVICE)
    )
    hours = float(scenarios.case.horizon.hours_per_year.sum())

    def over(weight: Floats) -> Refill:
        back, freed = float(weight @ (with_it - fixed)), float(weight @ (without - fixed))
        frees = freed > USED * max(float(weight @ without), float(weight.sum()))
        return Refill(back / hours / float(weight.sum()), back / freed if frees else None)

    spans = scenarios.spans
    return over(spans), tuple(over(year) for year in np.eye(len(spans)))


def zone_changes(scenarios: SolvedScenarios) -> tuple[Floats, Floats]:
    """Change of each zone's modelled load from the baseline to the intervention.

    Returns
    -------
    tuple of ndarray
        MWh per year, and MW in the hour of highest baseline load, each of shape (Z, Y).
    """
    grid, draw = scenarios.case.grid, scenarios.layout.draw
    after, before = (draw.of(scenarios.point(world)) for world in COMPARED)
    change = after - before
    zones = np.zeros((len(scenarios.case.instance.zones), *change.shape[1:]))
    member = grid.zone_of_site >= 0
    np.add.at(zones, grid.zone_of_site[member], change[member])
    slots = peak_slots(scenarios)
    return (
        np.asarray(zones @ scenarios.case.horizon.hours_per_year),
        zones[:, np.arange(len(slots)), slots],
    )
