"""The map of verdicts: flips of fields known in closed form, and cells without a verdict."""

import math

import numpy as np
import pytest

from optimizer.counterfactual.rebound import BACKFIRES, REBOUNDS, UNDEFINED
from optimizer.errors import InputError
from optimizer.studies.analysis import verdict_map
from optimizer.studies.analysis.verdict_map import Point, VerdictMap
from tests.studies.analysis.made import failed, grid, open_ended, row, shuffled, table


def test_the_lines_of_a_plane_are_exact() -> None:
    """D = 0.1 x + 0.2 y is linear between cells, so every point lies on its edge."""
    found = verdict_map(
        grid([0, 1, 2.5, 4], [0, 0.5, 2, 3], lambda x, y: 0.1 * x + 0.2 * y), "x", "y", "edge"
    )
    edges = {flip.edge for flip in found.flips}
    assert edges == {0.1, 0.4, 0.6, 0.9}
    for flip in found.flips:
        for x, y in flip.points:
            assert 0.1 * x + 0.2 * y == pytest.approx(flip.edge, abs=1e-12)
    assert [(one.below, one.above) for one in found.flips if one.edge == 0.4] == [
        ("mostly adds", "mixed")
    ]
    assert len(found.flips) == len(edges)


def test_the_line_of_a_circle_is_closed_and_round() -> None:
    """D = 1 - r²/2 passes 0.9 on a circle: with cells h wide, to within h²/8 of its curvature."""
    axis = np.linspace(-1, 1, 21)
    field = lambda x, y: 1 - (x * x + y * y) / 2  # noqa: E731
    found = verdict_map(grid(list(axis), list(axis), field), "x", "y", "edge")
    (circle,) = (flip for flip in found.flips if flip.edge == 0.9)
    assert circle.points[0] == circle.points[-1]
    radius, h = math.sqrt(0.2), 0.1
    for x, y in circle.points:
        assert abs(math.hypot(x, y) - radius) <= h * h / 8 / radius + 1e-12


def test_the_verdict_flips_by_hand() -> None:
    found = verdict_map(grid([1, 3], [10], lambda x, _: {1: 0.0, 3: 0.5}[x]), "x", "y", "edge")
    points = {flip.edge: flip.points for flip in found.flips}
    assert points == {0.1: ((1.4, 10.0),), 0.4: ((pytest.approx(2.6), 10.0),)}
    assert found.words == (("adds", "mixed"),)


def test_one_axis_has_the_same_flips() -> None:
    results = grid([1, 3], [10], lambda x, _: {1: 0.0, 3: 0.5}[x])
    one, two = verdict_map(results, "x", None, "edge"), verdict_map(results, "x", "y", "edge")
    assert [[x for x, _ in flip.points] for flip in one.flips] == [
        [x for x, _ in flip.points] for flip in two.flips
    ]
    assert (one.ys, one.y, one.words) == ((0.0,), "", two.words)


def test_a_side_without_a_figure_flips_in_the_middle() -> None:
    results = grid([0, 1], [0, 1], lambda x, _: None if x == 0 else 0.95)
    (flip,) = verdict_map(results, "x", "y", "edge").flips
    assert (flip.below, flip.above, flip.edge) == ("not used", "otherwise", None)
    assert sorted(flip.points) == [(0.5, 0.0), (0.5, 1.0)]


def test_unknown_cells_have_no_flips() -> None:
    """Neither a failed cell, even with figures in it, nor an undetermined one."""
    left = row({"x": 0.0, "y": 0.0}, 0.0)
    right = row({"x": 1.0, "y": 0.0}, 1.0)
    assert verdict_map(table([left, right]), "x", "y", "edge").flips
    stale = right | {"status": "crashed"}
    unsolved = right | {"edge_status": "time_limit"}
    for other in (failed(right), open_ended(right), stale, unsolved):
        found = verdict_map(table([left, other]), "x", "y", "edge")
        assert found.flips == ()
    for other in (failed(right), stale, unsolved):
        found = verdict_map(table([left, other]), "x", "y", "edge")
        assert found.words == (("adds", None),)
        assert math.isnan(found.figures[0, 1])
    found = verdict_map(table([left, open_ended(right)]), "x", "y", "edge")
    assert found.words == (("adds", "undetermined"),)


def test_a_stopped_plan_counts() -> None:
    """A stopped scenario has a verdict and an interval; only its gap is wider."""
    one = row({"x": 0.0, "y": 0.0}, 0.0) | {"status": "stopped", "edge_status": "stopped"}
    assert verdict_map(table([one]), "x", "y", "edge").words == (("adds",),)


def test_a_missing_cell_is_none() -> None:
    results = grid([0, 1], [0, 1], lambda *_: 0.0).drop(index=0)
    assert verdict_map(results, "x", "y", "edge").words == ((None, "adds"), ("adds", "adds"))


def test_a_verdict_over_two_bands_counts_at_its_figure() -> None:
    found = verdict_map(grid([0, 1], [0], lambda x, _: 0.08 + x, within=0.03), "x", "y", "edge")
    assert found.words == (("adds to mostly adds", "substitutes to over-displaces"),)
    assert found.scale.bands("adds to mostly adds") == (1, 2)
    assert [flip.edge for flip in found.flips] == [0.1, 0.4, 0.6, 0.9]


@pytest.mark.parametrize(
    ("words", "bands", "is_open"),
    [
        ("adds", (1,), False),
        ("not used", (), False),
        ("undetermined", (), True),
        ("adds to mixed", (), True),
        ("serves more", (), False),
        (None, (), False),
    ],
)
def test_the_bands_of_a_verdict(words: str | None, bands: tuple[int, ...], is_open: bool) -> None:
    scale = verdict_map(grid([0], [0], lambda *_: 0.0), "x", "y", "edge").scale
    assert scale.bands(words) == bands
    assert scale.is_open(words) is is_open


@pytest.mark.parametrize(("high", "ends"), [(0.3, "top"), (0.12, "bottom")])
def test_the_mean_decides_which_cells_of_a_saddle_are_joined(high: float, ends: str) -> None:
    """Two opposite cells at `high`, two at 0: a mean of 0.15 joins them across, 0.06 does not.

    So the line that comes in on the left goes on to the top, or to the bottom.
    """
    results = grid([0, 1], [0, 1], lambda x, y: high if x == y else 0.0)
    share = (high - 0.1) / high
    sides = {"left": (0.0, share), "top": (1 - share, 1.0), "bottom": (share, 0.0)}
    lines = {frozenset(rounded(one.points)) for one in verdict_map(results, "x", "y", "edge").flips}
    assert len(lines) == 2
    assert frozenset(rounded((sides["left"], sides[ends]))) in lines


def test_a_figure_that_rounds_to_an_edge_flips_at_its_own_cell() -> None:
    """Bands round D at the ninth decimal: the first cell lies below 0.4 by its band alone."""
    results = grid([2, 3], [0], lambda x, _: {2: 0.4 + 4e-10, 3: 0.5}[x])
    (flip,) = verdict_map(results, "x", "y", "edge").flips
    assert (flip.edge, flip.points) == (0.4, ((pytest.approx(2.0, abs=1e-12), 0.0),))


def test_the_order_of_rows_does_not_matter() -> None:
    results = grid([0, 1, 2], [0, 1, 3], lambda x, y: 0.3 * x - 0.2 * y)
    one, two = (verdict_map(each, "x", "y", "edge") for each in (results, shuffled(results)))
    assert same(one, two)


def same(one: VerdictMap, two: VerdictMap) -> bool:
    figures = np.array_equal(one.figures, two.figures, equal_nan=True)
    return figures and one.flips == two.flips and one.words == two.words


def test_swapping_the_axes_swaps_the_flips() -> None:
    results = grid([0, 1, 2], [0, 1, 3], lambda x, y: 0.3 * x - 0.2 * y)
    one, two = verdict_map(results, "x", "y", "edge"), verdict_map(results, "y", "x", "edge")
    straight = {(flip.edge, *there) for flip in one.flips for there in rounded(flip.points)}
    turned = {(flip.edge, y, x) for flip in two.flips for x, y in rounded(flip.points)}
    assert straight == turned
    assert len(straight) > 5


def rounded(points: tuple[Point, ...]) -> list[Point]:
    return [(round(x, 9), round(y, 9)) for x, y in points]


def test_one_of_several_slices_must_be_chosen() -> None:
    rows = [row({"x": 0.0, "y": 0.0, "cap": cap}, d) for cap, d in ((1.0, 0.0), (2.0, 1.0))]
    results = table([*rows, rows[0] | {"case": "tight", "scenario": "t"}])
    with pytest.raises(InputError) as caught:
        verdict_map(results, "x", "y", "edge")
    assert [str(one) for one in caught.value.problems] == [
        "results: case: still varies: choose one value for the slice (base, tight)",
        "results: cap: still varies: choose one value for the slice (1, 2)",
    ]
    chosen = verdict_map(results, "x", "y", "edge", {"case": "base", "cap": 2})
    assert chosen.words == (("substitutes",),)
    with pytest.raises(InputError, match="cap = 3: no scenario has this value; values are 1, 2"):
        verdict_map(results, "x", "y", "edge", {"cap": 3})


def test_a_draw_must_be_chosen_too() -> None:
    results = table([row({"x": 0.0, "y": 0.0}, 0.0, draw=n) for n in range(2)])
    with pytest.raises(InputError, match="draw: still varies"):
        verdict_map(results, "x", "y", "edge")
    assert verdict_map(results, "x", "y", "edge", {"draw": 1}).words == (("adds",),)


def test_invalid_axes_are_refused() -> None:
    results = grid([0, 1], [0], lambda *_: 0.0)
    with pytest.raises(InputError, match=r"xx: no such column; did you mean x\?"):
        verdict_map(results, "xx", "y", "edge")
    with pytest.raises(InputError, match="both axes"):
        verdict_map(results, "x", "x", "edge")
    with pytest.raises(InputError, match="contains text: a map needs axes of numbers"):
        verdict_map(results, "case", "y", "edge")
    with pytest.raises(InputError, match="no such column"):
        verdict_map(results, "x", "y", "edgy")
    twice = table([row({"x": 0.0, "y": 0.0}, 0.0)] * 2)
    with pytest.raises(InputError, match=r"one cell of the map \(x 0, y 0\)"):
        verdict_map(twice, "x", "y", "edge")


def test_rebound_has_bands_of_its_own() -> None:
    rows = []
    for x, rebound in ((0.0, 0.5), (1.0, 1.5), (2.0, None)):
        words = UNDEFINED if rebound is None else REBOUNDS if rebound < 1 else BACKFIRES
        more = {"edge_rebound": rebound, "edge_rebound_words": words, "edge_verdict": words}
        rows.append(row({"x": x, "y": 0.0}, None) | more)
    found = verdict_map(table(rows), "x", "y", "edge")
    assert found.words == ((REBOUNDS, BACKFIRES, UNDEFINED),)
    assert [(flip.below, flip.edge, flip.points) for flip in found.flips] == [
        (REBOUNDS, 1.0, ((0.5, 0.0),)),
        (UNDEFINED, None, ((1.5, 0.0),)),
    ]
