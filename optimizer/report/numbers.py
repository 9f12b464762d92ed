"""Numbers as text: one unit and one number of decimals for all the figures of a table."""

import math
from collections.abc import Iterable

from optimizer.counterfactual.verdict import band
from optimizer.studies.analysis.scale import REBOUND, Scale
from optimizer.units import TOKENS_PER_GTOK

NOTHING = 1e-6
"""Figures nearer to 0 than this, in the unit shown, are the solver's dust."""

NONE = "-"
"""Shown where there is no figure."""

MONEY = ((1e12, 1e9, "billion $"), (1e6, 1e6, "million $"), (1e4, 1e3, "thousand $"))
"""(from this many dollars on, dollars of the unit, the unit)."""

TOKENS = ((1e15, "Ptok"), (1e12, "Ttok"), (1e9, "Gtok"))
"""(tokens of the unit, the unit)."""


def decimals(values: Iterable[float], figures: int = 3) -> int:
    """Decimals with which the largest of some values shows at least so many figures."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest < NOTHING:
        return 0
    return min(max(figures - 1 - math.floor(math.log10(largest)), 0), 6)


def number(value: float | None, places: int) -> str:
    """A figure with thousands separators; `NONE` where there is none.

    What is not 0 is never shown as 0, but as less than the last decimal.
    """
    if value is None or not math.isfinite(value):
        return NONE
    if abs(value) < NOTHING:
        return "0"
    if round(value, places) == 0:
        least = f"{10**-places:.{places}f}"
        return f"<{least}" if value > 0 else f">-{least}"
    return f"{value:,.{places}f}"


def percent(share: float | None, places: int = 1) -> str:
    """A share in percent."""
    return NONE if share is None else f"{number(share * 100, places)}%"


def money_unit(dollars: Iterable[float]) -> tuple[float, str]:
    """Dollars of the unit that suits the largest of some amounts, and its name."""
    largest = max((abs(amount) for amount in dollars), default=0.0)
    for least, size, name in MONEY:
        if largest >= least:
            return size, name
    return 1.0, "$"


def money(dollars: float, figures: int = 3) -> str:
    """One amount with its unit, as in ``$1.23 million``."""
    size, unit = money_unit([dollars])
    scaled = dollars / size
    return f"${number(scaled, decimals([scaled], figures))} {unit.removesuffix('$')}".rstrip()


def token_unit(gtok: Iterable[float]) -> tuple[float, str]:
    """Gtok of the unit that suits the largest of some amounts, and its name."""
    largest = max((abs(amount) for amount in gtok), default=0.0) * TOKENS_PER_GTOK
    for tokens, name in TOKENS:
        if largest >= tokens:
            return tokens / TOKENS_PER_GTOK, name
    return 1.0, "Gtok"


FEWEST, MOST = 2, 9
"""Decimals of a displacement."""


def ratio(value: float | None) -> str:
    """A displacement, with so many decimals that it reads as in the band where it lies."""
    if value is None:
        return NONE
    for places in range(FEWEST, MOST):
        rounded = round(value, places)
        if band(rounded) == band(value):
            return f"{rounded + 0.0:.{places}f}"
    return f"{round(value, MOST) + 0.0:.{MOST}f}"


def interval_in_words(low: float, high: float) -> str:
    """Write an interval of displacement; one number where both ends read alike."""
    ends = ratio(low), ratio(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def figure_text(scale: Scale, value: float | None) -> str:
    """A displacement or a rebound as text."""
    if value is None or not math.isfinite(value):
        return NONE
    return percent(round(value, 3) + 0.0, 0) if scale is REBOUND else ratio(value)


def interval_text(scale: Scale, low: float, high: float) -> str:
    """An interval of either; one number where both ends read alike."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    if scale is REBOUND:
        return " to ".join(dict.fromkeys([figure_text(scale, low), figure_text(scale, high)]))
    return interval_in_words(low, high)
