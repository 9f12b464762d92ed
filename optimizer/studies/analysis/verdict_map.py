"""The verdict over two axes, and the lines on which it flips."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimizer.studies.analysis.contour import Cell, Point, lines
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


@dataclass(frozen=True)
class Flip:
    """A line on which the verdict flips.

    Attributes
    ----------
    below, above : str
        Verdicts on its two sides; where one of them has no figure, as ``not used``, it is the
        first, and the second is ``otherwise``.
    edge : float or None
        Figure at which the bands meet; None where a side has no figure.
    points : tuple of (float, float)
        On the two axes, from end to end; the first once more where the line closes.
    """

    below: str
    above: str
    edge: float | None
    points: tuple[Point, ...]


@dataclass(frozen=True)
class VerdictMap:
    """The grid of two axes.

    Attributes
    ----------
    intervention, x, y : str
        ``y`` is empty where a single axis was asked for.
    xs, ys : tuple of float
        Values of the axes, rising; a single 0 in place of an axis that is not there.
    scale : Scale
        The measure and its bands.
    figures : array, shape (Y, X)
        Displacement of energy, or rebound; not a number where it is not known.
    words : tuple of tuple of (str or None), shape (Y, X)
        Verdicts; None where there is no answer, or the scenario is missing.
    flips : tuple of Flip
        None of them borders a cell that is undetermined or without an answer.
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
    """Lay the verdicts out over two axes, or along one, and find where they flip.

    A flip lies between two neighbouring cells whose figures lie in different bands, where the
    figure, taken as linear between them, passes the edge.  Where one of two answered cells has no
    figure, as one in which the intervention is not used, it is put in the middle.  A cell whose
    interval spans two neighbouring bands counts at its figure.

    Parameters
    ----------
    results : DataFrame
        One row a scenario, in any order.
    x, y : str
        Columns of two axes of numbers; None for y where there is one axis.
    intervention : str
    where : mapping of str to value, optional
        Slice: a value for each other input that varies.

    Raises
    ------
    InputError
        Where an axis is unknown, the same twice or of words, or a cell holds several scenarios;
        says which inputs still vary.
    """
    axes = [x] if y is None else [x, y]
    require(results, axes)
    if x == y:
        raise refused(x, None, "is both axes of the map: choose two")
    for name in axes:
        if not is_numeric(results[name]):
            raise refused(name, None, "is an axis of words: a map needs numbers")
    kept = one_slice(results, axes, where or {}).dropna(subset=axes)
    twice = kept[kept.duplicated(axes)]
    if not twice.empty:
        cell = ", ".join(f"{name} {twice.iloc[0][name]:g}" for name in axes)
        raise refused(SCENARIO, None, f"several stand for one cell of the map ({cell})")
    scale = scale_of(kept, intervention)
    xs, columns = np.unique(kept[x].to_numpy(dtype=float), return_inverse=True)
    up = np.zeros(len(kept)) if y is None else kept[y].to_numpy(dtype=float)
    ys, rows = np.unique(up, return_inverse=True)
    values = np.full((ys.size, xs.size), np.nan)
    values[rows, columns] = figures(kept, f"{intervention}_{scale.measure}")
    words: list[list[str | None]] = [[None] * xs.size for _ in ys]
    for row, column, said in zip(rows, columns, verdicts(kept, intervention, scale), strict=True):
        words[row][column] = said
    grid = tuple(map(tuple, words))
    found = [
        Flip(below, above, edge, tuple(_on_axes(point, xs, ys) for point in line))
        for below, above, edge, line in _flips(values, grid, scale)
    ]
    spans = tuple(map(float, xs)), tuple(map(float, ys))
    return VerdictMap(intervention, x, y or "", *spans, scale, values, grid, tuple(found))


def _flips(
    values: Floats, words: tuple[tuple[str | None, ...], ...], scale: Scale
) -> list[tuple[str, str, float | None, list[Point]]]:
    """Lines in cells: at each edge between bands, then around what has no figure."""
    settled = np.array([[_settled(one, scale) for one in row] for row in words], dtype=bool)
    banded = np.array([[bool(scale.bands(one)) for one in row] for row in words], dtype=bool)
    has_figure = banded & np.isfinite(values)
    places = np.full(values.shape, -1)
    places[has_figure] = [scale.place(value) for value in values[has_figure]]
    found: list[tuple[str, str, float | None, list[Point]]] = []
    for position, edge in enumerate(scale.edges):
        names = scale.names[position], scale.names[position + 1]
        parted = _at_edge(values, places > position, has_figure, position, edge, scale)
        found.extend((*names, edge, line) for line in parted)
    aside = {one for row in words for one in row if _settled(one, scale) and not scale.bands(one)}
    for name in sorted(filter(None, aside)):
        its = np.array([[one == name for one in row] for row in words], dtype=bool)
        around = lines(its, settled, lambda *_: 0.5, lambda _: False)
        found.extend((name, OTHERWISE, None, line) for line in around)
    return found


def _settled(words: str | None, scale: Scale) -> bool:
    return words is not None and not scale.is_open(words)


def _at_edge(
    values: Floats, above: Mask, known: Mask, position: int, edge: float, scale: Scale
) -> list[list[Point]]:
    def fraction(one: Cell, two: Cell) -> float:
        return float((edge - values[one]) / (values[two] - values[one]))

    def centre(cells: list[Cell]) -> bool:
        return scale.place(float(np.mean([values[cell] for cell in cells]))) > position

    return lines(above, known, fraction, centre)


def _on_axes(point: Point, xs: Floats, ys: Floats) -> Point:
    """A point in cells as one on the axes."""
    column, row = point
    x = np.interp(column, np.arange(xs.size), xs)
    return float(x), float(np.interp(row, np.arange(ys.size), ys))
