"""Measures of displacement, from the points of the worlds."""

from dataclasses import dataclass

import numpy as np
from pydantic import SerializerFunctionWrapHandler, model_serializer
from pydantic import dataclasses as pydantic_dataclasses

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.linear_measure import Split
from optimizer.counterfactual.scenario_pair import USED
from optimizer.counterfactual.scenarios import Comparison
from optimizer.solvers.milp import Floats


@pydantic_dataclasses.dataclass(frozen=True)
class Measure:
    """One quantity in both worlds.

    Attributes
    ----------
    displacement : float or None
        (rest without - rest with) / intervention; None where the intervention is not used.
    rest_without, rest_with, intervention : float
        The rest in world 0 and in world 1, the intervention in world 1.
    """

    displacement: float | None
    rest_without: float
    rest_with: float
    intervention: float

    @property
    def additionality(self) -> float | None:
        """What comes on top: 1 - displacement."""
        return None if self.displacement is None else 1.0 - self.displacement

    @property
    def share(self) -> float:
        """The intervention's share of the whole in world 1: attributional, not displaced."""
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
    """A measure as a whole and by year."""

    whole: Measure
    by_year: tuple[Measure, ...]


@dataclass(frozen=True)
class Refill:
    """Load of the rest that comes back because the intervention made room.

    Attributes
    ----------
    mw : float
        Mean load of the rest in world 1 less that in world F, MW.
    share : float or None
        Of what the intervention frees while serving the same: None where it frees nothing.
    """

    mw: float
    share: float | None


def used(comparison: Comparison) -> tuple[bool, np.ndarray]:
    """Whether the intervention carries 0.1% of tokens in world 1, as a whole and by year."""
    split = linear_measure.tokens(comparison.case, comparison.layout, comparison.scope)
    x = comparison.point(worlds.WITH)
    new, rest = split.intervention.by_year(x), split.rest.by_year(x)
    spans = comparison.case.horizon.span_years
    by_year = (new >= USED * (new + rest)) & (new > 0)
    whole = float(spans @ new)
    return whole > 0 and whole >= USED * float(spans @ (new + rest)), by_year


def series(comparison: Comparison, split: Split, weight: Floats | None = None) -> Series:
    """Displacement of a quantity, as a whole and by year.

    Parameters
    ----------
    comparison : Comparison
    split : Split
        The quantity, of the intervention and of the rest.
    weight : ndarray, shape (Y,), optional
        Weight of each year in the whole; the years it stands for where left out.
    """
    weight = comparison.case.horizon.span_years if weight is None else weight
    without = split.rest.by_year(comparison.point(worlds.WITHOUT))
    rest = split.rest.by_year(comparison.point(worlds.WITH))
    new = split.intervention.by_year(comparison.point(worlds.WITH))
    in_use, in_use_by_year = used(comparison)
    return Series(
        _measure(float(weight @ without), float(weight @ rest), float(weight @ new), in_use),
        tuple(
            _measure(float(a), float(b), float(c), bool(on))
            for a, b, c, on in zip(without, rest, new, in_use_by_year, strict=True)
        ),
    )


def _measure(without: float, rest: float, new: float, in_use: bool) -> Measure:
    ratio = (without - rest) / new if in_use and new > 0 else None
    return Measure(ratio, without, rest, new)


def peak_slots(comparison: Comparison) -> np.ndarray:
    """Slot of each year in which world 0's load is highest, shape (Y,)."""
    power = comparison.layout.power.of(comparison.point(worlds.WITHOUT)).sum(axis=0)
    return np.asarray(power.argmax(axis=1))


def peak(comparison: Comparison) -> tuple[Split, Floats]:
    """Load at the hour of each year at which world 0's is highest, and which year is the whole's.

    Returns
    -------
    tuple of Split and ndarray, shape (Y,)
        MW; 1 for the year whose highest load is highest, and 0 for the others.
    """
    slots = peak_slots(comparison)
    power = comparison.layout.power.of(comparison.point(worlds.WITHOUT)).sum(axis=0)
    weight = np.zeros(len(slots))
    weight[int(power.max(axis=1).argmax())] = 1.0
    return linear_measure.power_at(
        comparison.case, comparison.layout, comparison.scope, slots
    ), weight


def peak_series(comparison: Comparison) -> Series:
    """Displacement of megawatts at the hour of world 0's highest load."""
    return series(comparison, *peak(comparison))


def change_of_maximum_mw(comparison: Comparison) -> Floats:
    """Highest load of all sites in world 1 less that in world 0, MW, shape (Y,)."""
    highest = [
        comparison.layout.power.of(comparison.point(world)).sum(axis=0).max(axis=1)
        for world in (worlds.WITH, worlds.WITHOUT)
    ]
    return np.asarray(highest[0] - highest[1])


def refill(comparison: Comparison) -> tuple[Refill, tuple[Refill, ...]] | None:
    """Load that comes back, as a whole and by year; None where world F was not found in time."""
    if not comparison.has(worlds.FROZEN):
        return None
    rest = linear_measure.energy(comparison.case, comparison.layout, comparison.scope).rest
    without, with_it, frozen = (
        rest.by_year(comparison.point(world))
        for world in (worlds.WITHOUT, worlds.WITH, worlds.FROZEN)
    )
    spans = comparison.case.horizon.span_years
    hours = float(comparison.case.horizon.hours_per_year.sum())

    def one(weight: Floats) -> Refill:
        back, freed = float(weight @ (with_it - frozen)), float(weight @ (without - frozen))
        some = freed > USED * max(float(weight @ without), float(weight.sum()))
        return Refill(back / hours / float(weight.sum()), back / freed if some else None)

    return one(spans), tuple(one(row) for row in np.eye(len(spans)))


def zone_changes(comparison: Comparison) -> tuple[Floats, Floats]:
    """Change of each zone's modelled load from world 0 to 1.

    Returns
    -------
    tuple of ndarray
        MWh a year, shape (Z, Y), and MW at the hour of world 0's highest load, shape (Z, Y).
    """
    grid, layout = comparison.case.grid, comparison.layout
    change = layout.draw.of(comparison.point(worlds.WITH)) - layout.draw.of(
        comparison.point(worlds.WITHOUT)
    )
    zones = np.zeros((len(comparison.case.instance.zones), *change.shape[1:]))
    member = grid.zone_of_site >= 0
    np.add.at(zones, grid.zone_of_site[member], change[member])
    slots = peak_slots(comparison)
    return (
        np.asarray(zones @ comparison.case.horizon.hours_per_year),
        zones[:, np.arange(len(slots)), slots],
    )
