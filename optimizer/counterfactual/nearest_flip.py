"""Find the nearest flip: the smallest relative change that moves displacement to another band.

Every candidate is changed both ways, by growing magnitudes, until the band flips; the flip is then
bracketed.  A small program is solved to the gap at every step.  In place of a large one its
relaxation is solved, from the last basis and with the openings of each world's plan, and only
the flip found is confirmed by solving both worlds to the gap on both sides of it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from optimizer.counterfactual.bracketing import Bracket, Bracketing, Point, are_neighbours, judged
from optimizer.counterfactual.flip import UNPLANNED, Flip, SearchedChange
from optimizer.counterfactual.flip_candidates import LARGEST, Candidate, candidates
from optimizer.counterfactual.flip_points import Displaced, displacement_of, relaxed, solved
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.errors import SolverError
from optimizer.solvers.context import SolveContext

MAGNITUDES = (0.03, 0.25, LARGEST)
"""Magnitudes sampled in turn: a value becomes 1 + m times as large, or as small."""

GENTLE = 0.003
"""Magnitude that comes before them in large programs: from a last basis, a small step is cheap."""

WIDTH, JUMP = 0.05, 0.01
"""Width of a bracket, as a share of its larger end: if the two bands are neighbours, and if not."""

LEAST = 1e-4
"""Magnitude below which a flip is not bracketed further."""

SMALL = 20_000
"""Columns up to which a program is solved to the gap at every step."""

BEYOND = (1.0 + WIDTH, 1.5)
"""Multiples of a relaxation's bracket within which the flip is confirmed."""

FURTHER = (1.5, 2.5, 5.0)
"""Multiples of a flip at which the next is searched."""


@dataclass(frozen=True)
class _Direction:
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


Evaluation = Callable[[_Direction, float], Point | None]
"""The point at a magnitude; None if a world has no plan there, or the value is not allowed."""


@dataclass(frozen=True)
class _Found:
    direction: _Direction
    bracket: Bracket
    confirmed: bool

    @property
    def relative(self) -> float:
        return abs(self.direction.relative(self.bracket.high))


@dataclass(frozen=True)
class _Search:
    base: Point
    evaluate: Evaluation
    confirm: Evaluation | None
    magnitudes: Sequence[float]
    context: SolveContext
    reached: dict[_Direction, float] = field(default_factory=dict)

    def nearest(self, directions: Sequence[_Direction]) -> _Found | None:
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
                raise SolverError("stopped first")
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
        self, flipped: Mapping[_Direction, Point], last: Mapping[_Direction, Point]
    ) -> _Found | None:
        """Bracket the flip of each direction that may be nearer than the best so far."""
        best: _Found | None = None
        for direction, point in flipped.items():
            right: Point | None = point
            if best is not None:
                nearer = direction.magnitude(best.relative)
                if nearer < point.value:
                    right = self.evaluate(direction, nearer)
            if right is None or not self._differs(right):
                continue
            found = self._bracketed(direction, last[direction], right)
            if best is None or found.relative < best.relative:
                best = found
        return best

    def _bracketed(self, direction: _Direction, left: Point, right: Point) -> _Found:
        """Bracket the first flip between two points, and confirm it."""
        bracket = self._first(self.evaluate, direction, left, right)
        return _Found(direction, bracket, self.confirm is None)

    def _first(
        self, evaluate: Evaluation, direction: _Direction, left: Point, right: Point
    ) -> Bracket:
        def at(magnitude: float) -> Point:
            point = evaluate(direction, magnitude)
            return Point(magnitude, None, UNPLANNED) if point is None else point

        search = Bracketing(at, _is_narrow, lambda: self.context.stopped)
        return next(search.flips(left, right))

    def confirmed(self, found: _Found, start: Point) -> _Found:
        """Solve both worlds to the gap around a flip of relaxations; widen until it is inside.

        `start` is a point that is solved to the gap before the flip.
        """
        if self.confirm is None:
            return found
        direction, low, high = found.direction, found.bracket.low, found.bracket.high
        left, right = start, None
        for factor in BEYOND:
            point = self.confirm(direction, min(high * factor, direction.most))
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
            point = self.confirm(direction, low / factor)
            if point is None:
                return found
            if point.words == start.words:
                left = point
            else:
                right = point
        bracket = Bracket(left.value, right.value, left.words, right.words)
        return replace(found, bracket=bracket, confirmed=True)

    def next_after(self, found: _Found) -> _Found | None:
        """Return the flip that follows in the same direction."""
        direction, bracket = found.direction, found.bracket
        left = Point(bracket.high, None, bracket.after)
        at_flip = self.evaluate(direction, bracket.high)
        if at_flip is not None and at_flip.words == bracket.after:
            left = at_flip
        for factor in FURTHER:
            magnitude = min(bracket.high * factor, direction.most)
            if magnitude <= left.value or self.context.stopped:
                return None
            point = self.evaluate(direction, magnitude)
            if point is None:
                return None
            if point.words != bracket.after:
                return self.confirmed(
                    self._bracketed(direction, left, point),
                    Point(bracket.high, None, bracket.after),
                )
            left = point
        return None


def nearest_flip(scenarios: SolvedScenarios, context: SolveContext) -> Flip:
    """Find the nearest flip of the energy displacement between solved worlds.

    Raises
    ------
    SolverError
        If the solver fails, or the search is stopped before it has found a flip.
    """
    base = judged(0.0, displacement_of(scenarios))
    changes = candidates(scenarios)
    exact = _points(solved(scenarios, context))
    if scenarios.programs[WITH_INTERVENTION].size["columns"] <= SMALL:
        search = _Search(base, exact, None, MAGNITUDES, context)
    else:
        coarse = _points(relaxed(scenarios, context))
        search = _Search(base, coarse, exact, (GENTLE, *MAGNITUDES), context)
    directions = [_Direction(each, sign) for sign in (1, -1) for each in changes]
    found = search.nearest([each for each in directions if each.most > 0])
    searched = tuple(_searched(each, search, found) for each in changes)
    if found is None:
        return Flip(before=base.words, searched=searched)
    following = None
    try:
        found = search.confirmed(found, base)
        following = search.next_after(found)
    except SolverError:
        if not context.stopped:
            raise
    after = None if following is None else _flip(following)
    return _flip(found).model_copy(update={"next": after, "searched": searched})


def _is_narrow(left: Point, right: Point) -> bool:
    width = WIDTH if are_neighbours(left, right) else JUMP
    return right.value - left.value <= width * right.value or right.value <= LEAST


def _points(displacement: Displaced) -> Evaluation:
    """Return a function to the points of directions, which evaluates each but once."""
    known: dict[tuple[_Direction, float], Point | None] = {}

    def at(direction: _Direction, magnitude: float) -> Point | None:
        key = (direction, magnitude)
        if key not in known:
            value = displacement(direction.candidate, direction.relative(magnitude))
            has_plan = value is None or not math.isnan(value)
            known[key] = judged(magnitude, value) if has_plan else None
        return known[key]

    return at


def _searched(candidate: Candidate, search: _Search, found: _Found | None) -> SearchedChange:
    """How far a candidate was searched: to the flip found, or to where there is a plan."""
    ends = {}
    for sign in (1, -1):
        direction = _Direction(candidate, sign)
        reached = direction.relative(search.reached.get(direction, 0.0))
        ends[sign] = reached if found is None else sign * found.relative
    flips = found is not None and found.direction.candidate == candidate
    return SearchedChange(
        what=candidate.what,
        kind=candidate.kind,
        lowest=ends[-1],
        highest=ends[1],
        relative_distance=(
            found.direction.relative(found.bracket.high) if flips and found is not None else None
        ),
    )


def _flip(found: _Found) -> Flip:
    candidate, bracket = found.direction.candidate, found.bracket
    low, high = (found.direction.relative(end) for end in (bracket.low, bracket.high))
    return Flip(
        before=bracket.before,
        after=bracket.after,
        kind=candidate.kind,
        what=candidate.what,
        paths=candidate.paths,
        unit=candidate.unit,
        value=candidate.value,
        value_at_flip=candidate.value * (1.0 + high),
        distance=candidate.value * high,
        relative_distance=high,
        bracket=(candidate.value * low, candidate.value * high),
        confirmed=found.confirmed,
    )
