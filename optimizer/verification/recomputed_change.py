"""What a step in efficiency or more grid does, from the two worlds' tables."""

from collections.abc import Iterator, Mapping

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.interventions import Intervention
from optimizer.verification.result_claims import FAMILY, ResultClaims, Worlds
from optimizer.verification.verdict_words import rebound_words
from optimizer.verification.violation import RELATIVE, Violation

LEAST = 1e-6
"""Share of baseline energy below which a saving is numerical noise; Gtok below which nothing is."""


def check_change(
    claims: ResultClaims, worlds: Worlds, intervention: Intervention
) -> Iterator[Violation]:
    """Yield every figure of a rebound or of a grid return that the two worlds do not give."""
    horizon = worlds.with_it.horizon
    energy, tokens = _totals(worlds)
    peak = [
        float(figures.power.whole.max())
        for figures in (worlds.figures_without, worlds.figures_with)
    ]
    for name, (without, with_it) in (("tokens", tokens), ("energy", energy), ("peak", peak)):
        yield from claims.same(f"{name}.rest_without", without)
        yield from claims.same(f"{name}.rest_with", with_it)
        yield from claims.same(f"{name}.intervention", 0.0)
        yield from claims.same(f"{name}.displacement", None)
    if intervention.efficiency is not None:
        if not isinstance(claims.get("rebound"), Mapping):
            yield Violation(FAMILY, "rebound", "null", "a rebound", "is missing")
            return
        yield from check_rebound(claims, worlds)
        value, low, high = (claims.get(f"rebound.{name}") for name in ("rebound", "low", "high"))
        message = "is not the kind of its rebound and interval"
        yield from claims.same("verdict", rebound_words(value, low, high), message)
        return
    if not isinstance(claims.get("grid_return"), Mapping):
        yield Violation(FAMILY, "grid_return", "null", "a return", "is missing")
        return
    added = np.array(
        [sum(at_year(each.added_mw, year) for each in intervention.grid) for year in horizon.years]
    )
    mw_years = float(horizon.span_years @ added)
    yield from claims.same("grid_return.added_mw", mw_years / float(horizon.span_years.sum()))
    if mw_years <= 0:
        return
    for name, (without, with_it) in (("mwh_per_mw", energy), ("gtok_per_mw", tokens)):
        slack = (1e-5 + RELATIVE * (abs(without) + abs(with_it))) / mw_years
        change = (with_it - without) / mw_years
        yield from claims.same(f"grid_return.{name}", change, slack=slack)
    serves = float(claims.get("grid_return.gtok_per_mw")) > LEAST
    yield from claims.same("verdict", "serves more" if serves else "changes nothing")


def check_rebound(claims: ResultClaims, worlds: Worlds) -> Iterator[Violation]:
    """Yield the figures of a rebound that are not those of the worlds, or not of each other.

    Fixed service is not saved, so that its energy is believed.
    """
    energy, _ = _totals(worlds)
    yield from claims.same("rebound.energy_without_mwh", energy[0])
    yield from claims.same("rebound.energy_with_mwh", energy[1])
    names = ("energy_without_mwh", "energy_with_mwh", "energy_frozen_mwh")
    without, with_it, frozen = (float(claims.get(f"rebound.{name}")) for name in names)
    saving = without - frozen
    value = 1.0 - (without - with_it) / saving if saving > LEAST * max(without, 1.0) else None
    yield from claims.same("rebound.rebound", value, slack=1e-9 * max(1.0, abs(value or 0.0)))
    low, high = claims.get("rebound.low"), claims.get("rebound.high")
    if low is None and high is None:
        return
    if value is None or low is None or high is None or not low - 1e-9 <= value <= high + 1e-9:
        message = "does not contain the rebound of the plans found"
        shown = "null" if value is None else value
        yield Violation(FAMILY, "rebound.low", f"{low} to {high}", shown, message)


def _totals(worlds: Worlds) -> tuple[list[float], list[float]]:
    """Return energy and tokens over all years, each without and with the intervention."""
    horizon = worlds.with_it.horizon
    pair = worlds.figures_without, worlds.figures_with

    def over(by_year: Floats) -> float:
        return float(horizon.span_years @ by_year)

    return (
        [over(figures.power.whole @ horizon.hours_per_year) for figures in pair],
        [over(figures.tokens.whole) for figures in pair],
    )
