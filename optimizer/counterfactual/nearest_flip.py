"""Find the nearest flip: the smallest relative change that moves displacement to another band.

Every candidate is changed both ways, by growing magnitudes, until the band flips; the flip is then
bracketed.  The search solves relaxations, with the openings of each world's plan; the flip that
it finds is confirmed by solving both worlds to the gap on both sides of it.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from optimizer.counterfactual.bracketing import Point, judged
from optimizer.counterfactual.flip import Flip, SearchedChange
from optimizer.counterfactual.flip_candidates import Candidate, candidates
from optimizer.counterfactual.flip_points import Relaxations
from optimizer.counterfactual.flip_search import Direction, Evaluation, Found, Search
from optimizer.counterfactual.interval import Interval
from optimizer.counterfactual.measures import displacement_of
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.verdict import band, judge
from optimizer.errors import SolverError
from optimizer.solvers.context import SolveContext

EFFORT, EFFORT_S = 3.0, 5.0
"""Processor time of the search: a multiple of that of solving the worlds, and at least seconds."""


def nearest_flip(
    scenarios: SolvedScenarios,
    context: SolveContext,
    interval: Interval | None = None,
    solved_cpu_s: float = math.inf,
) -> Flip:
    """Find the nearest flip of the energy displacement between solved worlds.

    Parameters
    ----------
    scenarios : SolvedScenarios
    context : SolveContext
    interval : Interval, optional
        Of displacement between them: only a band that it does not touch is another.
    solved_cpu_s : float
        Processor time of solving the worlds.

    Raises
    ------
    SolverError
        If the solver fails, or the search is stopped before it has searched anything.
    """
    context = _limited(context, max(EFFORT * solved_cpu_s, EFFORT_S))
    now = displacement_of(scenarios)
    ends = (now,) if interval is None or now is None else (interval.low, now, interval.high)
    here = _Verdict.of([end for end in ends if end is not None and math.isfinite(end)])
    changes = candidates(scenarios)
    directions = [Direction(each, sign) for sign in (1, -1) for each in changes]
    search = _search(scenarios, context, here)
    found = search.nearest([each for each in directions if each.most > 0])
    nearest = math.inf if found is None else found.relative
    if found is None and context.stopped and not search.last:
        raise SolverError("it was stopped first")
    following = None
    if found is not None:
        found = search.confirmed(found)
        following = search.next_after(found)
    searched = tuple(_searched(each, search, nearest, found) for each in changes)
    if found is None:
        return Flip(before=search.base.words, searched=searched)
    after = None if following is None else _flip(following)
    return _flip(found).model_copy(update={"next": after, "searched": searched})


def _limited(context: SolveContext, cpu_s: float) -> SolveContext:
    """Return the context of a search that stops once it has used so much processor time."""
    end, asked = time.process_time() + cpu_s, context.should_stop

    def should_stop() -> bool:
        return time.process_time() >= end or (asked is not None and asked())

    return replace(context, should_stop=should_stop)


def _search(scenarios: SolvedScenarios, context: SolveContext, here: "_Verdict") -> Search:
    rough = Relaxations.of(scenarios, context)

    def focus(direction: Direction, magnitude: float) -> tuple[Evaluation, Evaluation]:
        try:
            close = rough.between(direction.candidate, direction.relative(magnitude))
        except SolverError:
            if not context.stopped:
                raise
            close = rough
        return _points(close.displaced, here), _points(close.solved, here)

    base = here.point(0.0, displacement_of(scenarios))
    return Search(base, _points(rough.displaced, here), focus, lambda: context.stopped)


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


def _points(displaced: Callable[[Candidate, float], float | None], here: _Verdict) -> Evaluation:
    def at(direction: Direction, magnitude: float) -> Point | None:
        value = displaced(direction.candidate, direction.relative(magnitude))
        return None if value is not None and math.isnan(value) else here.point(magnitude, value)

    return at


def _searched(
    candidate: Candidate, search: Search, nearest: float, found: Found | None
) -> SearchedChange:
    """How far a candidate was searched without a flip: no farther than the flip found at first.

    The flip is that which was confirmed.
    """
    lowest, highest = (
        sign * min(abs(direction.relative(search.reached(direction))), nearest)
        for sign in (-1, 1)
        for direction in [Direction(candidate, sign)]
    )
    flips = found is not None and found.direction.candidate == candidate
    return SearchedChange(
        what=candidate.what,
        kind=candidate.kind,
        lowest=lowest,
        highest=highest,
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
