"""Lines at height zero, against squares joined by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optimizer.studies.analysis.verdict_map import Point, zero_lines

HIGHER = 1 + 1e-9
"""Two cells this high and two at -1 have a mean above zero; zeros stay in the middle."""


def joined(rows: list[list[int]], unknown: tuple[tuple[int, int], ...] = (), high: float = 1.0):
    above = np.array(rows, dtype=bool)
    known = np.ones(above.shape, dtype=bool)
    for cell in unknown:
        known[cell] = False
    return lines_at(above, known, high)


def lines_at(above, known, high: float) -> list[list[Point]]:
    lines = zero_lines(np.where(above, high, -1.0), known)
    return [[(round(x, 6), round(y, 6)) for x, y in line] for line in lines]


def as_set(lines: list[list[Point]]) -> set[frozenset[Point]]:
    return {frozenset(line) for line in lines}


def test_a_corner_is_cut_off() -> None:
    assert as_set(joined([[1, 0], [0, 0]])) == {frozenset([(0.5, 0.0), (0.0, 0.5)])}


def test_one_line_separates_two_halves() -> None:
    (line,) = joined([[0, 1], [0, 1], [0, 1]])
    assert line in ([(0.5, 0.0), (0.5, 1.0), (0.5, 2.0)], [(0.5, 2.0), (0.5, 1.0), (0.5, 0.0)])


def test_the_line_around_an_island_is_closed() -> None:
    (line,) = joined([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert line[0] == line[-1]
    assert set(line) == {(1.0, 0.5), (1.5, 1.0), (1.0, 1.5), (0.5, 1.0)}
    assert len(line) == 5


def test_the_mean_decides_which_way_a_saddle_is_joined() -> None:
    a, b = frozenset([(0.5, 0.0), (0.0, 0.5)]), frozenset([(1.0, 0.5), (0.5, 1.0)])
    assert as_set(joined([[1, 0], [0, 1]])) == {a, b}
    c, d = frozenset([(0.5, 0.0), (1.0, 0.5)]), frozenset([(0.0, 0.5), (0.5, 1.0)])
    assert as_set(joined([[1, 0], [0, 1]], high=HIGHER)) == {c, d}


def test_nothing_is_drawn_beside_unknown_cells() -> None:
    assert joined([[0, 1], [0, 1]], unknown=((0, 1), (1, 1))) == []
    # One pair of neighbours is left: a point with nothing to join it to.
    assert joined([[0, 1], [0, 1]], unknown=((1, 1),)) == [[(0.5, 0.0)]]


def test_a_single_row_or_column_has_points() -> None:
    assert joined([[0, 1, 1, 0]]) == [[(0.5, 0.0)], [(2.5, 0.0)]]
    assert joined([[0], [1], [1], [0]]) == [[(0.0, 0.5)], [(0.0, 2.5)]]


@given(arrays(bool, (5, 4)), arrays(bool, (5, 4)), st.sampled_from([1.0, HIGHER]))
def test_every_crossing_is_met_exactly_once(above, known, high) -> None:
    """Each pair of known neighbours that differ is a point of one line, and nothing else is."""
    lines = lines_at(above, known, high)
    met: list[Point] = []
    for line in lines:
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
    for line in lines:
        for (x, y), (u, v) in pairwise(line):
            assert abs(x - u) + abs(y - v) == pytest.approx(1.0)


@given(arrays(bool, (6, 5)), st.sampled_from([1.0, HIGHER]))
def test_a_line_ends_at_the_border_or_closes(above, high) -> None:
    for line in lines_at(above, np.ones((6, 5), dtype=bool), high):
        if line[0] != line[-1] or len(line) == 1:
            for x, y in (line[0], line[-1]):
                assert x in (0.0, 4.0) or y in (0.0, 5.0)
