"""Numbers of a report as text: those of any text, and displacement and rebound."""

import math

from optimizer.counterfactual.change_sentences import rebound_text
from optimizer.counterfactual.verdict import interval_in_words, ratio
from optimizer.io.number_text import (
    NONE,
    NOTHING,
    Ladder,
    Unit,
    counted,
    decimals,
    energy,
    energy_unit,
    mass_unit,
    money,
    money_unit,
    number,
    percent,
    plain,
    power_unit,
    token_unit,
    unit_of,
)
from optimizer.studies.analysis.scale import REBOUND, Scale

__all__ = [
    "NONE",
    "NOTHING",
    "Ladder",
    "Unit",
    "counted",
    "decimals",
    "energy",
    "energy_unit",
    "figure_text",
    "interval_in_words",
    "interval_text",
    "mass_unit",
    "money",
    "money_unit",
    "number",
    "percent",
    "plain",
    "power_unit",
    "ratio",
    "rebound_text",
    "token_unit",
    "unit_of",
]


def figure_text(scale: Scale, value: float | None) -> str:
    """A displacement or a rebound as text."""
    if value is None or not math.isfinite(value):
        return NONE
    return rebound_text(value) if scale is REBOUND else ratio(value)


def interval_text(scale: Scale, low: float, high: float) -> str:
    """An interval of displacement or rebound; one number if both ends read alike."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    return " to ".join(dict.fromkeys([figure_text(scale, low), figure_text(scale, high)]))
