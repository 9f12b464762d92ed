"""Search candidates in both directions for the nearest flip, and bracket it."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from optimizer.counterfactual.bracketing import Bracket, Bracketing, Point, are_neighbours
from optimizer.counterfactual.flip import UNPLANNED
from optimizer.counterfactual.flip_candidates import LARGEST, Candidate

MAGNITUDES = (0.01, 0.1, LARGEST)
"""Magnitudes sampled in turn: a value becomes 1 + m times as large, or as small."""

WIDTH, JUMP = 0.03, 0.01
"""Width of a bracket, as a share of its larger end: if the two bands are neighbours, and if not."""

FARTHER = 1.5
"""Multiple of a flip up to which it is looked at more closely."""

BEYOND = (1.0, 1.1, FARTHER)
"""Multiples of a bracket's larger end at which a flip is confirmed: the first that shows it."""

LEAST = 1e-4
"""Magnitude below which a flip is not bracketed further."""

FURTHER = (2.0, 5.0)
"""Multiples of that at which the next flip is searched."""


@dataclass(frozen=True)
class Direction:
    """A candidate, raised or lowered.  Magnitudes are positive; 0 is no change."""

    candidate: Candidate
    sign: int

    def relative(self, magnitude: float) -> float:
        """Relative change of the value: 1 is twice as much, or half as much."""
        return magnitude if self.sign > 0 else -magnitude / (1.0 + magnitude)

    def magnitude(self, relative: float) -> float:
        """Magnitude of a relative change of this size."""
        if self.sign > 0:
            return relative
        return relative / (1.0 - relative) if relative < 1.0 else math.inf

    @property
    def most(self) -> float:
        """Largest magnitude that is searched."""
        return LARGEST if self.sign > 0 else self.magnitude(-self.candidate.lowest)


Evaluation = Callable[[Direction, float], Point | None]
"""The point at a magnitude; None if a world has no plan there, or the search was stopped."""


@dataclass(frozen=True)
class Found:
    """A flip in a direction.

    Attributes
    ----------
    direction : Direction
    bracket : Bracket
    confirmed : bool
        Whether both ends were solved to the gap.
    confirm : callable
        The point at a magnitude, with both worlds solved to the gap.
    following : iterator of Bracket
        Brackets of the flips that follow, found one at a time.
    """

    direction: Direction
    bracket: Bracket
    confirmed: bool
    confirm: Evaluation
    following: Iterator[Bracket]

    @property
    def signed(self) -> float:
        """Relative change at which the band differs."""
        return self.direction.relative(self.bracket.high)

    @property
    def relative(self) -> float:
        """Its size."""
        return _relative(self.direction, self.bracket)


@dataclass
class Search:
    """A search over directions, by relaxations.

    Attributes
    ----------
    base : Point
        Without a change.
    evaluate : callable
        The point at a magnitude.
    focus : callable
        How to evaluate a direction more closely up to a magnitude, and how to confirm.
    stopped : callable
        Whether the search must end with what it has found.
    last : dict of Direction to Point
        The farthest point without a flip.
    closer : dict of Direction to callable
        How to evaluate a direction in which a closer look has shown no flip.
    ended : set of Direction
        Without plans farther out.
    """

    base: Point
    evaluate: Evaluation
    focus: Callable[[Direction, float], tuple[Evaluation, Evaluation]]
    stopped: Callable[[], bool]
    last: dict[Direction, Point] = field(default_factory=dict)
    closer: dict[Direction, Evaluation] = field(default_factory=dict)
    ended: set[Direction] = field(default_factory=set)

    def nearest(self, directions: Sequence[Direction]) -> Found | None:
        """Return the nearest flip of all directions; of those searched, if it is stopped."""
        for magnitude in MAGNITUDES:
            flips: dict[Direction, Bracket] | None = None
            while flips is None or flips:  # again, if a closer look shows none
                flips = self._sampled(directions, magnitude)
                best = self._nearest_of(flips)
                if best is not None or self.stopped():
                    return best
        return None

    def _sampled(
        self, directions: Sequence[Direction], magnitude: float
    ) -> dict[Direction, Bracket]:
        """Return the flips up to a magnitude, each nearer than those before it."""
        flips: dict[Direction, Bracket] = {}
        for direction in directions:
            nearest = [direction.magnitude(_relative(*flip)) for flip in flips.items()]
            end = min(magnitude, direction.most, *nearest)
            if direction in self.ended or end <= self.reached(direction) or self.stopped():
                continue
            evaluate = self.closer.get(direction, self.evaluate)
            point = evaluate(direction, end)
            if self.stopped():
                continue
            if point is None:
                self.ended.add(direction)
            elif point.words == self.base.words:
                self.last[direction] = point
            else:
                left = self.last.get(direction, self.base)
                flips[direction] = next(self._flips(evaluate, direction, left, point))
        return flips

    def reached(self, direction: Direction) -> float:
        """Magnitude up to which no flip was found."""
        return self.last.get(direction, self.base).value

    def _nearest_of(self, flips: Mapping[Direction, Bracket]) -> Found | None:
        """Look more closely at each flip that may be nearer than the best so far."""
        best: Found | None = None
        for direction, bracket in sorted(flips.items(), key=lambda flip: _relative(*flip)):
            if best is None or _relative(direction, bracket) < best.relative:
                found = self._closer(direction, bracket)
                if found is not None and (best is None or found.relative < best.relative):
                    best = found
        return best

    def _closer(self, direction: Direction, rough: Bracket) -> Found | None:
        """Look more closely at a flip; None if there is none."""
        far = min(FARTHER * rough.high, direction.most)
        evaluate, confirm = self.focus(direction, far)
        start, right = self.base, evaluate(direction, far)
        if self.stopped():
            start = Point(rough.low, None, self.base.words)
            right = Point(rough.high, None, rough.after)
        elif right is None:
            self.ended.add(direction)
            return None
        elif right.words == self.base.words:
            self.last[direction], self.closer[direction] = right, evaluate
            return None

        def following() -> Iterator[Bracket]:
            yield from flips
            left: Point | None = right
            for multiple in FURTHER:
                magnitude = min(multiple * far, direction.most)
                if left is None or magnitude <= left.value or self.stopped():
                    return
                beyond = evaluate(direction, magnitude)
                if beyond is not None:
                    yield from self._flips(evaluate, direction, left, beyond)
                left = beyond

        flips = self._flips(evaluate, direction, start, right)
        return Found(direction, next(flips), False, confirm, following())

    def _flips(
        self, evaluate: Evaluation, direction: Direction, left: Point, right: Point
    ) -> Iterator[Bracket]:
        """Yield the bracket of each flip from a point to another."""

        def at(magnitude: float) -> Point:
            return evaluate(direction, magnitude) or Point(magnitude, None, UNPLANNED)

        return Bracketing(at, _is_narrow, self.stopped).flips(left, right)

    def confirmed(self, found: Found) -> Found:
        """Solve both worlds to the gap at both ends of the bracket of a flip of relaxations.

        Farther out if the band is still the same at its end; without a change it is known.
        """
        direction, low = found.direction, found.bracket.low
        left, right = self.base, None
        for multiple in BEYOND:
            magnitude = min(multiple * found.bracket.high, direction.most)
            point = found.confirm(direction, magnitude) if magnitude > left.value else None
            if point is None or self.stopped():
                return found
            if point.words != self.base.words:
                right = point
                break
            left = point
        if right is None:
            return found
        if left is self.base and low > 0:
            point = found.confirm(direction, low)
            if point is not None and not self.stopped():
                left, right = (point, right) if point.words == left.words else (left, point)
        bracket = Bracket(left.value, right.value, left.words, right.words)
        return replace(found, bracket=bracket, confirmed=True)

    def next_after(self, found: Found) -> Found | None:
        """Return the flip that follows in the same direction, of relaxations."""
        for bracket in found.following:
            if bracket.low >= found.bracket.high and bracket.before == found.bracket.after:
                return replace(found, bracket=bracket, confirmed=False)
            if self.stopped():
                break
        return None


def _relative(direction: Direction, bracket: Bracket) -> float:
    """Size of the relative change at which the band differs."""
    return abs(direction.relative(bracket.high))


def _is_narrow(left: Point, right: Point) -> bool:
    width = WIDTH if are_neighbours(left, right) else JUMP
    return right.value - left.value <= width * right.value or right.value <= LEAST
