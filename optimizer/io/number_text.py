"""Numbers as text: one unit and one number of decimals for all the figures of a table."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimizer.units import MWH_PER_GWH, T_PER_KT, TOKENS_PER_GTOK

NOTHING = 1e-6
"""Figures closer to 0 than this, in the unit shown, are numerical noise."""

NONE = "-"
"""Shown if there is no figure."""

Ladder = Sequence[tuple[float, float, str]]
"""Units from the largest: (smallest amount shown in it, its size, its name)."""

LARGE: Ladder = ((1e9, 1e9, "billion"), (1e6, 1e6, "million"))
TOKENS: Ladder = tuple(
    (tokens / TOKENS_PER_GTOK, tokens / TOKENS_PER_GTOK, name)
    for tokens, name in ((1e15, "Ptok"), (1e12, "Ttok"), (1e9, "Gtok"))
)
ENERGY: Ladder = (
    (1e3 * MWH_PER_GWH, 1e3 * MWH_PER_GWH, "TWh"),
    (10 * MWH_PER_GWH, MWH_PER_GWH, "GWh"),
)
MASS: Ladder = ((1e3 * T_PER_KT, 1e3 * T_PER_KT, "Mt"), (10 * T_PER_KT, T_PER_KT, "kt"))


@dataclass(frozen=True)
class Unit:
    """The unit and the number of decimals that a set of figures shares."""

    name: str
    size: float = 1.0
    places: int = 0

    def text(self, amount: float | None) -> str:
        """An amount, given in the base unit, as a number in this one."""
        return NONE if amount is None else number(amount / self.size, self.places)

    def dollars(self, amount: float) -> str:
        """An amount of money with its unit, as in ``$1.23 million``; see `money_unit`."""
        sign = "-" if amount < 0 else ""
        return f"{sign}${self.text(abs(amount))} {self.name.lstrip('$ ')}".rstrip()

    def signed(self, amount: float) -> str:
        """The same with a plus sign for an increase."""
        text = self.text(amount)
        return f"+{text}" if amount > 0 and text[0].isdigit() else text


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, as in ``1 zone`` or ``2 zones``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def decimals(values: Iterable[float], figures: int = 3) -> int:
    """Decimals with which the largest of some values shows at least this many figures."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest < NOTHING:
        return 0
    return min(max(figures - 1 - math.floor(math.log10(largest)), 0), 6)


def number(value: float | None, places: int) -> str:
    """A figure with thousands separators; `NONE` if there is none.

    A figure that rounds to 0 without being 0 is shown as less than the last decimal.
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


def unit_of(
    amounts: Iterable[float],
    ladder: Ladder,
    base: str,
    fine: Iterable[float] | None = None,
    figures: int = 3,
) -> Unit:
    """The unit that suits the largest of some amounts.

    Parameters
    ----------
    amounts : iterable of float
        In the base unit.
    ladder : Ladder
    base : str
        Name of the unit below the ladder.
    fine : iterable of float, optional
        Amounts that decide the decimals, if not all do.
    figures : int
        Significant figures of the largest of those.
    """
    finite = [amount for amount in amounts if math.isfinite(amount)]
    largest = max(map(abs, finite), default=0.0)
    steps = (step[1:] for step in ladder if largest >= step[0])
    size, name = next(steps, (1.0, base))
    shown = finite if fine is None else fine
    return Unit(name, size, decimals([amount / size for amount in shown], figures))


def money_unit(dollars: Iterable[float], fine: Iterable[float] | None = None) -> Unit:
    """Dollars, to four figures or whole; the name begins with ``$``."""
    unit = unit_of(dollars, LARGE, "", fine, figures=4)
    return Unit(f"$ {unit.name}".rstrip(), unit.size, max(unit.places, 1) if unit.name else 0)


def token_unit(gtok: Iterable[float], fine: Iterable[float] | None = None) -> Unit:
    """Tokens, from Gtok up."""
    return unit_of(gtok, TOKENS, "Gtok", fine)


def energy_unit(mwh: Iterable[float], fine: Iterable[float] | None = None) -> Unit:
    """Energy, from MWh up."""
    return unit_of(mwh, ENERGY, "MWh", fine)


def power_unit(mw: Iterable[float], fine: Iterable[float] | None = None) -> Unit:
    """Power, always in MW."""
    return unit_of(mw, (), "MW", fine)


def mass_unit(tonnes: Iterable[float]) -> Unit:
    """Emissions, from tonnes up."""
    return unit_of(tonnes, MASS, "t")


def money(dollars: float, figures: int = 3) -> str:
    """One amount with its unit, as in ``$1.23 million``."""
    return unit_of([dollars], LARGE, "", figures=figures).dollars(dollars)


def energy(mwh: float) -> str:
    """One amount with its unit, as in ``42.8 TWh``."""
    unit = energy_unit([mwh])
    return f"{unit.text(mwh)} {unit.name}"


def plain(value: float) -> str:
    """A number as it was given, without an exponent if it is large: ``5 million``."""
    for least, size, name in LARGE:
        if abs(value) >= least:
            return f"{value / size:,g} {name}"
    return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,g}"
