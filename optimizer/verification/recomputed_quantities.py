"""The quantities of a displacement, added up from the two worlds' tables."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.verification.grid_stress import GridStress, grid_stress
from optimizer.verification.result_claims import ResultClaims, Worlds
from optimizer.verification.world_figures import Split

USED = 1e-3
"""Share of tokens, energy and MW below which an intervention counts as not used."""

NOISE = 1e-9
"""Share of a quantity below which the intervention's part of it is numerical noise."""

PARTS = ("rest_without", "rest_with", "intervention")


@dataclass(frozen=True)
class Amounts:
    """One quantity by year, shape (Y,): of the rest in both worlds, and of the intervention."""

    rest_without: Floats
    rest_with: Floats
    intervention: Floats

    @classmethod
    def of(cls, without: Split, with_it: Split) -> "Amounts":
        """Return the amounts of a quantity in the baseline and with the intervention."""
        return cls(without.whole, with_it.rest, with_it.new)

    def whole(self, weight: Floats) -> "Amounts":
        """Sum over years with weights, as one year."""
        return Amounts(*(np.array([float(weight @ getattr(self, name))]) for name in PARTS))

    def displacement(self, y: int, used: bool) -> float | None:
        """Return the displacement in a year; None if the intervention is not used."""
        parts = self.rest_without[y], self.rest_with[y], self.intervention[y]
        return ratio(*map(float, parts), used=used)

    def is_used(self) -> np.ndarray:
        """Whether the intervention carries at least `USED` of the whole, shape (Y,)."""
        new = self.intervention
        return (new > 0) & (new >= USED * (new + self.rest_with))


def ratio(without: float, rest: float, new: float, *, used: bool) -> float | None:
    """Return a displacement; None if the intervention is not used."""
    return (without - rest) / new if used and new > NOISE * max(without, rest, new) else None


@dataclass(frozen=True)
class Quantities:
    """Every quantity by name and year, the weight of each year in the whole, and use.

    Attributes
    ----------
    amounts : dict of str to Amounts
        ``tokens``, ``energy``, ``draw``, and ``stress`` if the result has it.
    weights : dict of str to ndarray, shape (Y,)
    stress : GridStress or None
    used : bool
    used_by_year : ndarray of bool, shape (Y,)
    """

    amounts: dict[str, Amounts]
    weights: dict[str, Floats]
    stress: GridStress | None
    used: bool
    used_by_year: np.ndarray


def quantities(claims: ResultClaims, worlds: Worlds) -> Quantities:
    """Add up the quantities of both worlds.

    Results of earlier versions judge use by tokens alone, and meter draw by site.
    """
    horizon, earlier = worlds.with_it.horizon, claims.get("verdicts") is None
    hours, spans = horizon.hours_per_year, horizon.span_years
    without, with_it = worlds.figures_without, worlds.figures_with
    power = Amounts.of(without.power.yearly(hours), with_it.power.yearly(hours))
    draws = (without.metered, with_it.metered) if earlier else (without.draw, with_it.draw)
    amounts = {
        "tokens": Amounts.of(without.tokens, with_it.tokens),
        "energy": power,
        "draw": Amounts.of(*(draw.yearly(hours) for draw in draws)),
    }
    weights = dict.fromkeys(amounts, spans)
    judged = [(amounts["tokens"], spans)]
    stress = None
    if not earlier:
        stress = grid_stress(worlds.without, worlds.with_it)
        amounts["stress"] = Amounts.of(
            *(
                Split(
                    (draw.new * stress.weight).sum(axis=1), (draw.rest * stress.weight).sum(axis=1)
                )
                for draw in draws
            )
        )
        weights["stress"] = np.eye(len(spans))[stress.tightest_year]
        load = without.power.whole
        slots, years = load.argmax(axis=1), np.arange(len(spans))
        peak = Amounts(
            load[years, slots], with_it.power.rest[years, slots], with_it.power.new[years, slots]
        )
        highest = np.eye(len(spans))[int(load.max(axis=1).argmax())]
        judged += [(power, spans), (peak, highest), (amounts["stress"], weights["stress"])]
    return Quantities(
        amounts,
        weights,
        stress,
        any(bool(each.whole(weight).is_used()[0]) for each, weight in judged),
        np.any([each.is_used() for each, _ in judged], axis=0),
    )
