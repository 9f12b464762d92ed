"""Find the nearest flip: the smallest relative change that moves displacement to another band.

Every candidate is changed both ways, by growing magnitudes, until the band flips; the flip is then
bracketed.  A small program is solved to the gap at every step.  In place of a large one its
relaxation is solved, from the last basis and with the openings of each world's plan, and only
the flip found is confirmed by solving both worlds to the gap on both sides of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from optimizer.counterfactual.bracketing import Point, judged
from optimizer.counterfactual.flip import Flip, SearchedChange
from optimizer.counterfactual.flip_candidates import LARGEST, Candidate, candidates
from optimizer.counterfactual.flip_points import Displaced, displacement_of, relaxed, solved
from optimizer.counterfactual.flip_search import Direction, Evaluation, Focus, Found, Search
from optimizer.counterfactual.interval import Interval
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.verdict import band, judge
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.errors import SolverError
from optimizer.solvers.context import SolveContext

MAGNITUDES = (0.03, 0.25, LARGEST)
"""Magnitudes sampled in turn: a value becomes 1 + m times as large, or as small."""

GENTLE = 0.005
"""Magnitude that comes before them in large programs: from a last basis, a small step is cheap."""

SMALL = 20_000
"""Columns up to which a program is solved to the gap at every step."""


def nearest_flip(
    scenarios: SolvedScenarios, context: SolveContext, interval: Interval | None = None
) -> Flip:
    """Find the nearest flip of the energy displacement between solved worlds.

    Parameters
    ----------
    scenarios : SolvedScenarios
    context : SolveContext
    interval : Interval, optional
        Of displacement between them: only a band that it does not touch is another.

    Raises
    ------
    SolverError
        If the solver fails, or the search is stopped before it has found a flip.
    """
    now = displacement_of(scenarios)
    ends = (now,) if interval is None or now is None else (interval.low, now, interval.high)
    here = _Verdict.of([end for end in ends if end is not None and math.isfinite(end)])
    changes = candidates(scenarios)
    search = _search(scenarios, context, here)
    directions = [Direction(each, sign) for sign in (1, -1) for each in changes]
    found = search.nearest([each for each in directions if each.most > 0])
    if found is None:
        searched = tuple(_searched(each, search, None, None) for each in changes)
        return Flip(before=search.base.words, searched=searched)
    at_first, following = found, None
    try:
        found = search.confirmed(found, search.base)
        following = search.next_after(found)
    except SolverError:
        if not context.stopped:
            raise
    searched = tuple(_searched(each, search, at_first, found) for each in changes)
    after = None if following is None else _flip(following)
    return _flip(found).model_copy(update={"next": after, "searched": searched})


def _search(scenarios: SolvedScenarios, context: SolveContext, here: "_Verdict") -> Search:
    """Return a search that solves small programs, and relaxations of large ones."""
    base = here.point(0.0, displacement_of(scenarios))
    if scenarios.programs[WITH_INTERVENTION].size["columns"] <= SMALL:
        exact = _points(solved(scenarios, context), here)
        return Search(base, exact, lambda *_: Focus(exact), MAGNITUDES, context)
    rough = relaxed(scenarios, context)

    def focus(direction: Direction, magnitude: float) -> Focus:
        close = rough.towards(direction.candidate, direction.relative(magnitude))
        exact = solved(scenarios, context, close)
        return Focus(_points(close.displaced, here), _points(exact, here))

    return Search(base, _points(rough.displaced, here), focus, (GENTLE, *MAGNITUDES), context)


@dataclass(frozen=True)
class _Verdict:
    """The bands that the verdict without a change leaves open; none if nothing is used."""

    low: float = math.nan
    high: float = math.nan

    @classmethod
    def of(cls, displacements: Sequence[float]) -> Self:
        """Return the verdict on an interval that holds these."""
        return cls(min(displacements), max(displacements)) if displacements else cls()

    def point(self, magnitude: float, displacement: float | None) -> Point:
        """Return a point: its words are those of the verdict if its band is one of these."""
        point = judged(magnitude, displacement)
        if displacement is None or math.isnan(self.low):
            return point
        if not band(self.low) <= band(displacement) <= band(self.high):
            return point
        return replace(point, words=judge(displacement, self.low, self.high))


def _points(displacement: Displaced, here: _Verdict) -> Evaluation:
    """Return a function to the points of directions, which evaluates each but once."""
    known: dict[tuple[Direction, float], Point | None] = {}

    def at(direction: Direction, magnitude: float) -> Point | None:
        key = (direction, magnitude)
        if key not in known:
            value = displacement(direction.candidate, direction.relative(magnitude))
            has_plan = value is None or not math.isnan(value)
            known[key] = here.point(magnitude, value) if has_plan else None
        return known[key]

    return at


def _searched(
    candidate: Candidate, search: Search, at_first: Found | None, found: Found | None
) -> SearchedChange:
    """How far a candidate was searched: as far as the flip found at first, or to where plans end.

    The flip is that which was confirmed.
    """
    ends = {}
    for sign in (1, -1):
        direction = Direction(candidate, sign)
        reached = direction.relative(search.reached.get(direction, 0.0))
        ends[sign] = reached if at_first is None else sign * at_first.relative
    flips = found is not None and found.direction.candidate == candidate
    return SearchedChange(
        what=candidate.what,
        kind=candidate.kind,
        lowest=ends[-1],
        highest=ends[1],
        relative_distance=found.signed if found is not None and flips else None,
    )


def _flip(found: Found) -> Flip:
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
