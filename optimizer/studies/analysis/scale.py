"""A measure with its bands: displacement of energy, or rebound."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from optimizer.counterfactual.rebound import BACKFIRES, REBOUNDS, SAVES, kind_of
from optimizer.counterfactual.verdict import BANDS, UNDETERMINED, band

JOINT = " to "


@dataclass(frozen=True)
class Scale:
    """Bands of a measure, from the lowest.

    Attributes
    ----------
    measure : str
        What follows the intervention's name in the column of the figure.
    low, high : str
        Likewise of its interval.
    verdict : str
        Likewise of the verdict, in words.
    names : tuple of str
        Of the bands.
    edges : tuple of float
        Between neighbouring bands: one fewer than names.
    place : callable
        Position in `names` of a figure.
    """

    measure: str
    low: str
    high: str
    verdict: str
    names: tuple[str, ...]
    edges: tuple[float, ...]
    place: Callable[[float], int]

    def bands(self, words: str | None) -> tuple[int, ...]:
        """Positions of the band, or of the two neighbours, that a verdict names; else none.

        ``undetermined``, ``not used`` and what is no verdict name none.
        """
        if words in self.names:
            return (self.names.index(words),)
        first, joint, last = (words or "").partition(JOINT)
        if joint and first in self.names and last in self.names:
            ends = self.names.index(first), self.names.index(last)
            return ends if ends[1] == ends[0] + 1 else ()
        return ()

    def is_open(self, words: str | None) -> bool:
        """Whether it is answered that nothing can be said: over more than two bands."""
        if words is None or self.bands(words):
            return False
        return words == UNDETERMINED or all(one in self.names for one in words.split(JOINT))


def _kind(rebound: float) -> int:
    return REBOUND.names.index(kind_of(rebound))


DISPLACEMENT = Scale(
    measure="displacement",
    low="low",
    high="high",
    verdict="verdict",
    names=tuple(name for _, name in BANDS),
    edges=tuple(upper for upper, _ in BANDS[:-1]),
    place=band,
)
REBOUND = Scale(
    measure="rebound",
    low="rebound_low",
    high="rebound_high",
    verdict="rebound_words",
    names=(SAVES, REBOUNDS, BACKFIRES),
    edges=(0.0, 1.0),
    place=_kind,
)


def scale_of(results: pd.DataFrame, intervention: str) -> Scale:
    """Rebound where it alone was measured, as for a step in efficiency; else displacement."""

    def some(suffix: str) -> bool:
        name = f"{intervention}_{suffix}"
        return name in results and bool(results[name].notna().any())

    only = some(REBOUND.verdict) and not some(DISPLACEMENT.measure)
    return REBOUND if only else DISPLACEMENT
