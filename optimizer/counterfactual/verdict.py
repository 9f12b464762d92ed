"""Verdicts: the band in which a displacement lies, and how certain that is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.io.number_text import NONE as NO_FIGURE

BANDS: tuple[tuple[float, str], ...] = (
    (-0.1, "amplifies"),
    (0.1, "adds"),
    (0.4, "mostly adds"),
    (0.6, "mixed"),
    (0.9, "mostly substitutes"),
    (1.1, "substitutes"),
    (math.inf, "over-displaces"),
)
"""Upper end of each band of displacement and its name, lowest band first."""

WORK, ENERGY, GRID, STRESS = MEASURES = ("work", "energy", "grid", "stress")
"""Measures with a verdict of their own."""

FEWEST, MOST = 2, 9
"""Decimals of a displacement."""

NOT_USED = "not used"
CARRIES_NONE = "carries none"
"""Words of a measure of which an intervention that is used carries nothing."""

UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Bounds:
    """Interval of a displacement; None if unknown."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class MeasureVerdict:
    """The verdict by one measure.

    Attributes
    ----------
    words : str
        As in `judge`, or ``carries none``.
    displacement : float or None
        Of the measure, at the plans found.
    interval : Bounds
        At the worlds' builds; unknown if it was not computed or not found.
    proved : bool
        Whether every plan within the gap has the same verdict; False if that was not looked into.
    proved_interval : Bounds
        Over all plans within the gap.
    """

    words: str
    displacement: float | None = None
    interval: Bounds = Bounds()
    proved: bool = False
    proved_interval: Bounds = Bounds()


@dataclass(frozen=True)
class Verdicts:
    """The verdict by each measure.

    Attributes
    ----------
    work, energy, grid, stress : MeasureVerdict
        By tokens, site energy, energy drawn from the grid, and MW drawn at the hours of grid
        stress.
    """

    work: MeasureVerdict
    energy: MeasureVerdict
    grid: MeasureVerdict
    stress: MeasureVerdict

    def items(self) -> Iterator[tuple[str, MeasureVerdict]]:
        """Yield each measure's name and verdict."""
        for name in MEASURES:
            yield name, getattr(self, name)


@dataclass(frozen=True)
class Verdict:
    """What the worlds support.

    Attributes
    ----------
    words : str
        A band, two neighbours joined by "to", ``undetermined`` or ``not used``.
    forced_by : tuple of str
        Limits without which displacement is in another band: the verdict is theirs as much as
        the intervention's.
    proved : bool
        Whether every plan within the gap has the same verdict.
    """

    words: str
    forced_by: tuple[str, ...] = ()
    proved: bool = False

    def __str__(self) -> str:
        notes = [
            *(["forced by the limit"] if self.forced_by else []),
            *(["proved"] if self.proved else []),
        ]
        return f"{self.words} ({', '.join(notes)})" if notes else self.words


def judge(displacement: float | None, low: float, high: float) -> str:
    """Name the band, or the two neighbouring bands, that hold the whole interval.

    Parameters
    ----------
    displacement : float or None
        Displacement at the plans found; None if the intervention is not used.
    low, high : float
        Its interval.
    """
    if displacement is None:
        return NOT_USED
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNDETERMINED
    first, last = band(min(low, displacement)), band(max(high, displacement))
    if first == last:
        return BANDS[first][1]
    if last == first + 1:
        return f"{BANDS[first][1]} to {BANDS[last][1]}"
    return UNDETERMINED


def is_proved(words: str, low: float, high: float) -> bool:
    """Whether the proven interval lies in the one band that the verdict names."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return False
    return words == BANDS[band(low)][1] == BANDS[band(high)][1]


def band(displacement: float) -> int:
    """Position in `BANDS` of a displacement; a boundary belongs to the inner side.

    Values are first rounded to nine decimals, so that numerical noise at a boundary does not
    decide.
    """
    value = round(displacement, 9)
    for position, (upper, _) in enumerate(BANDS):
        if value < upper or (value == upper and upper > 0):
            return position
    return len(BANDS) - 1


def ratio(value: float | None) -> str:
    """A displacement, with enough decimals to read as lying in its own band."""
    if value is None:
        return NO_FIGURE
    for places in range(FEWEST, MOST):
        rounded = round(value, places)
        if band(rounded) == band(value):
            return f"{rounded + 0.0:.{places}f}"
    return f"{round(value, MOST) + 0.0:.{MOST}f}"


def interval_in_words(low: float, high: float) -> str:
    """An interval of displacement; one number if both ends read alike."""
    return " to ".join(dict.fromkeys([ratio(low), ratio(high)]))
