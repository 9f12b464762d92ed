"""Bracket the values at which a verdict flips.

Each pair of points that disagree is bracketed: by false position if displacement is known on both
sides, by bisection if the verdict jumps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from optimizer.counterfactual.verdict import BANDS, NOT_USED, band

NEAREST = 0.1
"""Least distance of a false position from the ends of a bracket, as a share of its width."""


@dataclass(frozen=True)
class Point:
    """The result at a value.

    Attributes
    ----------
    value : float
    displacement : float or None
        Of energy, at the plans found; None if the intervention is not used or changes figures,
        or a world has no plan.
    words : str
        Its band, ``not used``, the effect of a change of figures (``partial rebound``,
        ``backfire``, ...), or why a world has no plan (``infeasible``, ``time_limit``, ...).
    rebound : float or None
        Of a step in efficiency only.
    """

    value: float
    displacement: float | None
    words: str
    rebound: float | None = None


def judged(value: float, displacement: float | None) -> Point:
    """Return the point of a displacement; None means that the intervention is not used."""
    words = NOT_USED if displacement is None else BANDS[band(displacement)][1]
    return Point(value, displacement, words)


@dataclass(frozen=True)
class Bracket:
    """Two values between which the verdict flips."""

    low: float
    high: float
    before: str
    after: str


@dataclass(frozen=True)
class Bracketing:
    """A search for flips.

    Attributes
    ----------
    evaluate : callable
        Returns the point at a value.
    narrow : callable
        Whether a bracket, given by the points at its ends, is narrow enough.
    stopped : callable
        Whether the search must stop, leaving brackets as wide as they are.
    """

    evaluate: Callable[[float], Point]
    narrow: Callable[[Point, Point], bool]
    stopped: Callable[[], bool]

    def flips(self, left: Point, right: Point) -> Iterator[Bracket]:
        """Yield the bracket of each flip from left to right: a third verdict between makes two."""
        halve = False
        while left.words != right.words:
            if self.narrow(left, right) or self.stopped():
                yield Bracket(left.value, right.value, left.words, right.words)
                return
            width = right.value - left.value
            share = 0.5 if halve else _crossing(left, right)
            middle = self.evaluate(left.value + share * width)
            if self.stopped():  # the point may be none
                continue
            if middle.words == left.words:
                left = middle
            elif middle.words == right.words:
                right = middle
            else:
                yield from self.flips(left, middle)
                left = middle
                continue
            # If false position keeps moving one end only, the other would never move.
            halve = right.value - left.value > width / 2


def are_neighbours(left: Point, right: Point) -> bool:
    """Whether the bands of two displacements are next to each other."""
    if left.displacement is None or right.displacement is None:
        return False
    return abs(band(left.displacement) - band(right.displacement)) == 1


def _crossing(left: Point, right: Point) -> float:
    """Share of the way at which a line between two displacements crosses the end of a band.

    If bands lie between, the end of the one on the left.
    """
    if left.displacement is None or right.displacement is None:
        return 0.5
    first, last = band(left.displacement), band(right.displacement)
    boundary = BANDS[first if last > first else first - 1][0]
    share = (boundary - left.displacement) / (right.displacement - left.displacement)
    return min(max(share, NEAREST), 1 - NEAREST)
