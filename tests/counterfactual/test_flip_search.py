"""The search for a flip, on displacements that are given as functions of the change."""

from collections.abc import Callable

import pytest

from optimizer.counterfactual.bracketing import Point, judged
from optimizer.counterfactual.flip_candidates import Candidate
from optimizer.counterfactual.flip_search import WIDTH, Direction, Evaluation, Found, Search

LIMIT, SIZE = (
    Candidate(kind, kind, "MW", (kind,), 100.0, lowest=-0.5) for kind in ("zone", "size")
)
UP, DOWN, LARGER, SMALLER = (Direction(each, sign) for each in (LIMIT, SIZE) for sign in (1, -1))
EVERY = (UP, LARGER, DOWN, SMALLER)
START = 0.85
"""Displacement without a change: mostly substitutes, down to 0.6."""

Slopes = dict[Direction, float]
"""Displacement that a magnitude of 1 takes away."""


def line(slopes: Slopes, start: float = START) -> Evaluation:
    return lambda direction, magnitude: judged(
        magnitude, start - slopes.get(direction, 0.0) * magnitude
    )


def never() -> bool:
    return False


def search(
    rough: Evaluation,
    close: Evaluation | None = None,
    solved: Evaluation | None = None,
    stopped: Callable[[], bool] = never,
) -> Search:
    near = close or rough
    return Search(judged(0.0, START), rough, lambda *_: (near, solved or near), stopped)


def nearest(of: Search) -> Found:
    found = of.nearest(EVERY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "slopes",
    [
        {UP: 40.0, SMALLER: 60.0},
        {UP: 3.0, LARGER: 4.0, DOWN: 5.0, SMALLER: 6.0},
        {DOWN: 0.3, LARGER: 0.9},
    ],
)
def test_the_direction_with_the_smallest_relative_change_is_found(slopes: Slopes) -> None:
    """Displacement falls by a quarter, to 0.6, at a magnitude of 0.25 over the slope."""
    changes = {each: abs(each.relative(0.25 / slope)) for each, slope in slopes.items()}
    first = min(changes, key=lambda each: changes[each])
    looked = search(line(slopes))
    found = nearest(looked)
    assert found.direction == first
    assert found.bracket.low <= 0.25 / slopes[first] <= found.bracket.high
    assert found.bracket.high - found.bracket.low <= WIDTH * found.bracket.high
    assert all(looked.reached(each) <= 0.25 / slope for each, slope in slopes.items())


def test_a_flip_at_twice_a_value_does_not_end_the_search_of_lower_values() -> None:
    """No value can fall by as much as another rises when it doubles: it would be 0."""

    def doubled(direction: Direction, magnitude: float) -> Point:
        return judged(magnitude, 0.1 if direction == UP and magnitude >= 1.0 else START)

    found = nearest(search(doubled))
    assert found.direction == UP
    assert found.bracket.high == pytest.approx(1.0)


@pytest.mark.parametrize("evaluations", range(1, 12))
def test_a_search_that_is_stopped_keeps_what_it_has_found(evaluations: int) -> None:
    """The limit flips at the first sample, and later evaluations bracket it."""
    met: list[float] = []

    def counted(direction: Direction, magnitude: float) -> Point | None:
        met.append(magnitude)
        return None if len(met) > evaluations else line({UP: 40.0})(direction, magnitude)

    looked = search(counted, stopped=lambda: len(met) > evaluations)
    found = looked.nearest(EVERY)
    if evaluations == 1:
        assert found is None or found.bracket.high == 0.01
    else:
        assert found is not None
        assert found.bracket.low <= 0.25 / 40 <= found.bracket.high + 1e-9 <= 0.011
        confirmed = looked.confirmed(found)
        assert confirmed.bracket.low <= 0.25 / 40 <= confirmed.bracket.high + 1e-9


def test_a_flip_that_a_closer_look_does_not_show_is_none() -> None:
    found = nearest(search(line({UP: 40.0, LARGER: 4.0}), close=line({LARGER: 4.0})))
    assert found.direction == LARGER


@pytest.mark.parametrize("slope", [4.0, 3.98, 3.0, 8.0])
def test_a_confirmed_bracket_holds_the_flip_of_the_solved_worlds(slope: float) -> None:
    """Relaxations flip at 1/16; the plans may do so a little or much earlier, or later."""
    solved: list[float] = []

    def at(direction: Direction, magnitude: float) -> Point | None:
        solved.append(magnitude)
        return line({UP: slope})(direction, magnitude)

    looked = search(line({UP: 4.0}), solved=at)
    found = looked.confirmed(nearest(looked))
    assert found.confirmed
    assert found.bracket.low <= 0.25 / slope <= found.bracket.high
    assert len(solved) <= 3


def test_a_flip_that_the_solved_worlds_do_not_show_is_not_confirmed() -> None:
    looked = search(line({UP: 4.0}), solved=line({}))
    assert not looked.confirmed(nearest(looked)).confirmed


def test_the_flip_that_follows_leads_on_from_the_first() -> None:
    looked = search(line({UP: 0.6}))
    first = looked.confirmed(nearest(looked))
    following = looked.next_after(first)
    assert following is not None
    assert (following.bracket.before, following.bracket.after) == ("mixed", "mostly adds")
    assert following.bracket.low <= 0.75 <= following.bracket.high + 1e-9
    assert not following.confirmed
