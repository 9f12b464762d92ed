"""A measure and its bands: energy displacement, or rebound."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from optimizer.counterfactual.rebound import BACKFIRES, REBOUNDS, SAVES, kind_of
from optimizer.counterfactual.verdict import BANDS, UNDETERMINED, band

JOINT = " to "


@dataclass(frozen=True)
class Scale:
    """A measure and its bands, lowest first.

    Attributes
    ----------
    measure : str
        Column of the figure, without the prefix of the intervention.
    low, high : str
        Columns of its interval.
    verdict : str
        Column of the verdict.
    names : tuple of str
        Names of the bands.
    edges : tuple of float
        Figures between neighbouring bands: one fewer than names.
    place : callable
        Maps a figure to the position of its band in `names`.
    """

    measure: str
    low: str
    high: str
    verdict: str
    names: tuple[str, ...]
    edges: tuple[float, ...]
    place: Callable[[float], int]

    def bands(self, words: str | None) -> tuple[int, ...]:
        """Return the positions of the band, or the two neighbouring bands, that a verdict names.

        ``undetermined``, ``not used`` and anything but a verdict name none.
        """
        if words in self.names:
            return (self.names.index(words),)
        first, joint, last = (words or "").partition(JOINT)
        if joint and first in self.names and last in self.names:
            ends = self.names.index(first), self.names.index(last)
            return ends if ends[1] == ends[0] + 1 else ()
        return ()

    def is_open(self, words: str | None) -> bool:
        """Whether a verdict is open: undetermined, or over more than two bands."""
        if words is None or self.bands(words):
            return False
        return words == UNDETERMINED or all(name in self.names for name in words.split(JOINT))


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
    """Return rebound if only that was measured, as for an efficiency step; else displacement."""

    def has_values(suffix: str) -> bool:
        name = f"{intervention}_{suffix}"
        return name in results and bool(results[name].notna().any())

    only_rebound = has_values(REBOUND.verdict) and not has_values(DISPLACEMENT.measure)
    return REBOUND if only_rebound else DISPLACEMENT
