"""Search candidates in both directions for the nearest flip, and bracket it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from optimizer.counterfactual.bracketing import Bracket, Bracketing, Point, are_neighbours
from optimizer.counterfactual.flip import UNPLANNED
from optimizer.counterfactual.flip_candidates import LARGEST, Candidate
from optimizer.errors import SolverError
from optimizer.solvers.context import SolveContext

WIDTH, JUMP = 0.05, 0.01
"""Width of a bracket, as a share of its larger end: if the two bands are neighbours, and if not."""

LEAST = 1e-4
"""Magnitude below which a flip is not bracketed further."""

BEYOND = (1.0 + WIDTH, 1.5)
"""Multiples of a relaxation's bracket within which the flip is confirmed."""

TWICE = 2.0
"""Multiple of a magnitude to which a direction is searched if a closer look shows no flip there."""

NEAR = 0.3
"""Share of a magnitude below which a flip is looked at more closely again."""

FURTHER = (1.5, 2.5, 5.0)
"""Multiples of a flip at which the next is searched."""


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
        return relative if self.sign > 0 else relative / (1.0 - relative)

    @property
    def most(self) -> float:
        """Largest magnitude that is searched."""
        return LARGEST if self.sign > 0 else self.magnitude(-self.candidate.lowest)


Evaluation = Callable[[Direction, float], Point | None]
"""The point at a magnitude; None if a world has no plan there, or the value is not allowed."""


@dataclass(frozen=True)
class Focus:
    """How points of one direction are evaluated.

    Attributes
    ----------
    evaluate : callable
        The point at a magnitude, of relaxations if `confirm` is given.
    confirm : callable or None
        The same with both worlds solved to the gap.
    """

    evaluate: Evaluation
    confirm: Evaluation | None = None


@dataclass(frozen=True)
class Found:
    """A flip in a direction, bracketed; `confirmed` if both ends were solved to the gap."""

    direction: Direction
    bracket: Bracket
    confirmed: bool
    focus: "Focus"

    @property
    def signed(self) -> float:
        """Relative change at which the band differs."""
        return self.direction.relative(self.bracket.high)

    @property
    def relative(self) -> float:
        """Its size."""
        return abs(self.signed)


@dataclass(frozen=True)
class Search:
    """A search over directions.

    Attributes
    ----------
    base : Point
        Without a change.
    evaluate : callable
        The point at a magnitude.
    focus : callable
        How to evaluate a direction more closely up to a magnitude.
    magnitudes : sequence of float
        Sampled in turn.
    context : SolveContext
    reached : dict of Direction to float
        Magnitude up to which no flip was found.
    """

    base: Point
    evaluate: Evaluation
    focus: Callable[[Direction, float], Focus]
    magnitudes: Sequence[float]
    context: SolveContext
    reached: dict[Direction, float] = field(default_factory=dict)

    def nearest(self, directions: Sequence[Direction]) -> Found | None:
        """Return the nearest flip of all directions."""
        last = dict.fromkeys(directions, self.base)
        open_ = list(directions)
        for magnitude in self.magnitudes:
            tasks = [partial(self.evaluate, each, min(magnitude, each.most)) for each in open_]
            points = dict(zip(open_, self.context.side_by_side(tasks), strict=True))
            flipped = {d: p for d, p in points.items() if p is not None and self._differs(p)}
            best = self._nearest_of(flipped, last)
            if best is not None:
                return best
            if self.context.stopped:
                raise SolverError("it was stopped first")
            for direction in list(open_):
                point = points[direction]
                if point is None or point.value >= direction.most:
                    open_.remove(direction)
                if point is not None:
                    last[direction] = point
                    self.reached[direction] = point.value
        return None

    def _differs(self, point: Point) -> bool:
        return point.words != self.base.words

    def _nearest_of(
        self, flipped: Mapping[Direction, Point], last: Mapping[Direction, Point]
    ) -> Found | None:
        """Bracket the flip of each direction that may be nearer than the best so far."""
        best: Found | None = None
        for direction, point in flipped.items():
            right: Point | None = point
            if best is not None:
                nearer = direction.magnitude(best.relative)
                if nearer < point.value:
                    right = self.evaluate(direction, nearer)
            if right is None or not self._differs(right):
                continue
            found = self._bracketed(direction, last[direction], right)
            if found is not None and (best is None or found.relative < best.relative):
                best = found
        return best

    def _bracketed(self, direction: Direction, left: Point, right: Point) -> Found | None:
        """Bracket the first flip between two points; None if there is none on a closer look."""
        focus = self.focus(direction, right.value)
        if focus.confirm is not None:
            closer = focus.evaluate(direction, right.value)
            if closer is None or not self._differs(closer):
                left, closer = closer or left, focus.evaluate(direction, TWICE * right.value)
            if closer is None or not self._differs(closer):
                return None
            right = closer
        found = Found(direction, self._first(focus, direction, left, right), False, focus)
        high = found.bracket.high
        if focus.confirm is not None and LEAST < high < NEAR * right.value:
            start = left if left.value < high else self.base
            return self._bracketed(direction, start, replace(right, value=high)) or found
        return found

    def _first(self, focus: Focus, direction: Direction, left: Point, right: Point) -> Bracket:
        def at(magnitude: float) -> Point:
            point = focus.evaluate(direction, magnitude)
            return Point(magnitude, None, UNPLANNED) if point is None else point

        search = Bracketing(at, _is_narrow, lambda: self.context.stopped)
        return next(search.flips(left, right))

    def confirmed(self, found: Found, start: Point) -> Found:
        """Solve both worlds to the gap around a flip of relaxations; widen until it is inside.

        `start` is a point that is solved to the gap before the flip.
        """
        confirm = found.focus.confirm
        if confirm is None:
            return replace(found, confirmed=True)
        direction, low, high = found.direction, found.bracket.low, found.bracket.high
        left, right = start, None
        for factor in BEYOND:
            point = confirm(direction, min(high * factor, direction.most))
            if point is None:
                return found
            if point.words != start.words:
                right = point
                break
            left = point
        if right is None:
            return found
        for factor in BEYOND:
            if left.value > start.value or low / factor <= start.value:
                break
            point = confirm(direction, low / factor)
            if point is None:
                return found
            if point.words == start.words:
                left = point
            else:
                right = point
        bracket = Bracket(left.value, right.value, left.words, right.words)
        return replace(found, bracket=bracket, confirmed=True)

    def next_after(self, found: Found) -> Found | None:
        """Return the flip that follows in the same direction."""
        direction, bracket, focus = found.direction, found.bracket, found.focus
        left = Point(bracket.high, None, bracket.after)
        at_flip = focus.evaluate(direction, bracket.high)
        if at_flip is not None and at_flip.words == bracket.after:
            left = at_flip
        for factor in FURTHER:
            magnitude = min(bracket.high * factor, direction.most)
            if magnitude <= left.value or self.context.stopped:
                return None
            point = focus.evaluate(direction, magnitude)
            if point is None:
                return None
            if point.words != bracket.after:
                following = replace(found, bracket=self._first(focus, direction, left, point))
                return self.confirmed(
                    replace(following, confirmed=False), Point(bracket.high, None, bracket.after)
                )
            left = point
        return None


def _is_narrow(left: Point, right: Point) -> bool:
    width = WIDTH if are_neighbours(left, right) else JUMP
    return right.value - left.value <= width * right.value or right.value <= LEAST
