"""Marching squares, against squares joined by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optimizer.studies.analysis.contour import Point, lines


def joined(rows: list[list[int]], unknown: tuple[tuple[int, int], ...] = (), centre: bool = False):
    above = np.array(rows, dtype=bool)
    known = np.ones(above.shape, dtype=bool)
    for cell in unknown:
        known[cell] = False
    return lines(above, known, lambda *_: 0.5, lambda _: centre)


def as_set(found: list[list[Point]]) -> set[frozenset[Point]]:
    return {frozenset(line) for line in found}


def test_a_corner_is_cut_off() -> None:
    assert as_set(joined([[1, 0], [0, 0]])) == {frozenset([(0.5, 0.0), (0.0, 0.5)])}


def test_two_halves_are_parted_by_one_line_from_end_to_end() -> None:
    (line,) = joined([[0, 1], [0, 1], [0, 1]])
    assert line in ([(0.5, 0.0), (0.5, 1.0), (0.5, 2.0)], [(0.5, 2.0), (0.5, 1.0), (0.5, 0.0)])


def test_an_island_is_closed() -> None:
    (line,) = joined([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert line[0] == line[-1]
    assert set(line) == {(1.0, 0.5), (1.5, 1.0), (1.0, 1.5), (0.5, 1.0)}
    assert len(line) == 5


def test_a_saddle_goes_by_its_middle() -> None:
    a, b = frozenset([(0.5, 0.0), (0.0, 0.5)]), frozenset([(1.0, 0.5), (0.5, 1.0)])
    assert as_set(joined([[1, 0], [0, 1]], centre=False)) == {a, b}
    c, d = frozenset([(0.5, 0.0), (1.0, 0.5)]), frozenset([(0.0, 0.5), (0.5, 1.0)])
    assert as_set(joined([[1, 0], [0, 1]], centre=True)) == {c, d}


def test_nothing_is_drawn_beside_what_is_unknown() -> None:
    assert joined([[0, 1], [0, 1]], unknown=((0, 1), (1, 1))) == []
    # One neighbour is left: a point, and nothing to join it to.
    assert joined([[0, 1], [0, 1]], unknown=((1, 1),)) == [[(0.5, 0.0)]]


def test_a_single_row_has_points() -> None:
    assert joined([[0, 1, 1, 0]]) == [[(0.5, 0.0)], [(2.5, 0.0)]]


@pytest.mark.parametrize(("share", "x"), [(-0.5, 0.0), (0.25, 0.25), (7.0, 1.0)])
def test_a_point_stays_between_its_cells(share: float, x: float) -> None:
    above, known = np.array([[False, True]]), np.ones((1, 2), dtype=bool)
    assert lines(above, known, lambda *_: share, lambda _: False) == [[(x, 0.0)]]


@given(arrays(bool, (5, 4)), arrays(bool, (5, 4)), st.booleans())
def test_every_crossing_is_met_once_and_none_beside(above, known, centre) -> None:
    """Each pair of known neighbours that differ is a point of one line, and nothing else is."""
    found = lines(above, known, lambda *_: 0.5, lambda _: centre)
    met: list[Point] = []
    for line in found:
        met += line[:-1] if len(line) > 1 and line[0] == line[-1] else line
    rows, columns = above.shape
    expected = [
        (c + 0.5, float(r))
        for r in range(rows)
        for c in range(columns - 1)
        if known[r, c] and known[r, c + 1] and above[r, c] != above[r, c + 1]
    ] + [
        (float(c), r + 0.5)
        for r in range(rows - 1)
        for c in range(columns)
        if known[r, c] and known[r + 1, c] and above[r, c] != above[r + 1, c]
    ]
    assert sorted(met) == sorted(expected)
    for line in found:
        for (x, y), (u, v) in pairwise(line):
            assert abs(x - u) + abs(y - v) == pytest.approx(1.0)


@given(arrays(bool, (6, 5)), st.booleans())
def test_a_line_ends_at_the_border_or_closes(above, centre) -> None:
    for line in lines(above, np.ones((6, 5), dtype=bool), lambda *_: 0.5, lambda _: centre):
        if line[0] != line[-1] or len(line) == 1:
            for x, y in (line[0], line[-1]):
                assert x in (0.0, 4.0) or y in (0.0, 5.0)
