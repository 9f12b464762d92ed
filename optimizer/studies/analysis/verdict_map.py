"""The verdict over two axes, and the lines on which it flips.

The lines are contours by marching squares on the centres of cells (W. E. Lorensen and H. E. Cline,
Marching cubes, Computer Graphics 21, 1987), drawn by contourpy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from contourpy import contour_generator

from optimizer.studies.analysis.outcomes import (
    SCENARIO,
    Floats,
    Mask,
    figures,
    is_numeric,
    one_slice,
    refused,
    require,
    verdicts,
)
from optimizer.studies.analysis.scale import Scale, scale_of

OTHERWISE = "otherwise"
LEAST_HEIGHT = float(np.finfo(float).tiny)
WHOLE = 1e-9

Point = tuple[float, float]
"""Column and row in cells, where a whole number is the centre of a cell; or values of two axes."""


@dataclass(frozen=True)
class Flip:
    """A line on which the verdict flips.

    Attributes
    ----------
    below, above : str
        Verdicts on its two sides; a verdict without a figure, such as ``not used``, comes first,
        and the second is then ``otherwise``.
    edge : float or None
        Figure at which the bands meet; None if a side has no figure.
    points : tuple of (float, float)
        Values of the two axes, from end to end; a closed line repeats its first point.
    """

    below: str
    above: str
    edge: float | None
    points: tuple[Point, ...]


@dataclass(frozen=True)
class VerdictMap:
    """Verdicts over a grid of two axes.

    Attributes
    ----------
    intervention, x, y : str
        ``y`` is empty for a single axis.
    xs, ys : tuple of float
        Values of the axes, ascending; a single 0 for a missing axis.
    scale : Scale
        The measure and its bands.
    figures : array, shape (Y, X)
        Energy displacement, or rebound; NaN if unknown.
    words : tuple of tuple of (str or None), shape (Y, X)
        Verdicts; None if the scenario is missing or has no answer.
    flips : tuple of Flip
        None borders a cell that is undetermined or has no answer.
    """

    intervention: str
    x: str
    y: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    scale: Scale
    figures: Floats
    words: tuple[tuple[str | None, ...], ...]
    flips: tuple[Flip, ...]


def verdict_map(
    results: pd.DataFrame,
    x: str,
    y: str | None,
    intervention: str,
    where: Mapping[str, Any] | None = None,
) -> VerdictMap:
    """Arrange the verdicts over two axes, or along one, and find where they flip.

    Between two neighbouring cells with figures in different bands, the verdict flips where the
    figure, linear between them, passes the edge.  If one of two answered cells has no figure, as
    when the intervention is not used, it flips in the middle.  A cell whose interval spans two
    neighbouring bands counts at its figure.

    Parameters
    ----------
    results : DataFrame
        One row per scenario, in any order.
    x, y : str
        Columns of two axes of numbers; y is None for a single axis.
    intervention : str
    where : mapping of str to value, optional
        Slice: one value for each other input that varies.

    Raises
    ------
    InputError
        If an axis does not exist, is given twice or contains text, other inputs still vary, or a
        cell has several scenarios.
    """
    axes = [x] if y is None else [x, y]
    require(results, axes)
    if x == y:
        raise refused(x, None, "is both axes of the map: choose two")
    for name in axes:
        if not is_numeric(results[name]):
            raise refused(name, None, "contains text: a map needs axes of numbers")
    kept = one_slice(results, axes, where or {}).dropna(subset=axes)
    twice = kept[kept.duplicated(axes)]
    if not twice.empty:
        cell = ", ".join(f"{name} {twice.iloc[0][name]:g}" for name in axes)
        raise refused(SCENARIO, None, f"several scenarios share one cell of the map ({cell})")
    scale = scale_of(kept, intervention)
    xs, columns = np.unique(kept[x].to_numpy(dtype=float), return_inverse=True)
    up = np.zeros(len(kept)) if y is None else kept[y].to_numpy(dtype=float)
    ys, rows = np.unique(up, return_inverse=True)
    values = np.full((ys.size, xs.size), np.nan)
    values[rows, columns] = figures(kept, f"{intervention}_{scale.measure}")
    words: list[list[str | None]] = [[None] * xs.size for _ in ys]
    for row, column, verdict in zip(
        rows, columns, verdicts(kept, intervention, scale), strict=True
    ):
        words[row][column] = verdict
    grid = tuple(map(tuple, words))
    flips = [
        Flip(below, above, edge, tuple(_on_axes(point, xs, ys) for point in line))
        for below, above, edge, line in _flips(values, grid, scale)
    ]
    spans = tuple(map(float, xs)), tuple(map(float, ys))
    return VerdictMap(intervention, x, y or "", *spans, scale, values, grid, tuple(flips))


def _flips(
    values: Floats, words: tuple[tuple[str | None, ...], ...], scale: Scale
) -> list[tuple[str, str, float | None, list[Point]]]:
    """Find the lines in cells: at each edge between bands, then around cells without a figure."""
    settled = np.array([[_settled(cell, scale) for cell in row] for row in words], dtype=bool)
    banded = np.array([[bool(scale.bands(cell)) for cell in row] for row in words], dtype=bool)
    has_figure = banded & np.isfinite(values)
    places = np.full(values.shape, -1)
    places[has_figure] = [scale.place(value) for value in values[has_figure]]
    flips: list[tuple[str, str, float | None, list[Point]]] = []
    for position, edge in enumerate(scale.edges):
        names = scale.names[position], scale.names[position + 1]
        height = values - edge
        # Bands decide the side, since they round a figure before they compare it with an edge.
        height = np.where(
            places > position, np.maximum(height, LEAST_HEIGHT), np.minimum(height, 0.0)
        )
        flips.extend((*names, edge, line) for line in zero_lines(height, has_figure))
    without_band = {cell for row in words for cell in row if not scale.bands(cell)}
    for name in sorted(filter(None, without_band)):
        if _settled(name, scale):
            height = np.array([[1.0 if cell == name else -1.0 for cell in row] for row in words])
            flips.extend((name, OTHERWISE, None, line) for line in zero_lines(height, settled))
    return flips


def _settled(words: str | None, scale: Scale) -> bool:
    return words is not None and not scale.is_open(words)


def zero_lines(height: Floats, known: Mask) -> list[list[Point]]:
    """Join the points between neighbouring known cells at which the height passes zero.

    Parameters
    ----------
    height : array, shape (rows, columns)
        Taken as linear between neighbours; zero counts as below.
    known : array of bool, shape (rows, columns)
        Cells that take part: no line crosses or borders another.

    Returns
    -------
    list of list of (float, float)
        Each line from end to end.  A closed line ends where it begins, and a point that is joined
        to none is a line of its own.  Where two opposite cells of four are above zero, they are
        joined if the mean of the four is.
    """
    lines: list[list[Point]] = []
    if min(height.shape) > 1:
        contours: Any = contour_generator(z=np.ma.array(height, mask=~known), corner_mask=True)
        for line in contours.lines(0.0):
            # Beside an unknown cell contourpy goes on to the diagonal between its two neighbours.
            on_grid = (np.abs(line - np.rint(line)) < WHOLE).any(axis=1)
            lines.append([(float(x), float(y)) for x, y in line[on_grid]])
    columns, rows = _alone(height.T, known.T), _alone(height, known)
    return [*lines, *([(x, y)] for y, x in rows), *([point] for point in columns)]


def _alone(height: Floats, known: Mask) -> list[tuple[float, float]]:
    """Row and column of each zero between neighbours of a row that no known cell is beside."""
    pairs = known[:, :-1] & known[:, 1:]
    beside = np.pad(known[:, :-1] | known[:, 1:], ((1, 1), (0, 0)))
    left, right = height[:, :-1], height[:, 1:]
    alone = pairs & ~beside[:-2] & ~beside[2:] & ((left > 0) != (right > 0))
    shares = left[alone] / (left[alone] - right[alone])
    places = zip(np.argwhere(alone), shares, strict=True)
    return [(float(row), float(column + share)) for (row, column), share in places]


def _on_axes(point: Point, xs: Floats, ys: Floats) -> Point:
    """Convert a point from cells to values of the axes."""
    column, row = point
    x = np.interp(column, np.arange(xs.size), xs)
    return float(x), float(np.interp(row, np.arange(ys.size), ys))
