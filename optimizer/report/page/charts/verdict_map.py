"""The map of verdicts over two axes: a cell a scenario, and the lines on which it flips."""

import math
from collections.abc import Sequence
from itertools import pairwise

from optimizer.report.numbers import figure_text
from optimizer.report.page.charts.bands import band_colours, mark_of
from optimizer.report.page.charts.chart import INK, Chart, Spec, axis, charts, label, legend
from optimizer.report.page.html import Html, element, together
from optimizer.studies.analysis.outcomes import text_of
from optimizer.studies.analysis.scale import Scale
from optimizer.studies.analysis.shares import NO_ANSWER
from optimizer.studies.analysis.verdict_map import VerdictMap

MOST_FIGURES = 8
"""Cells to a side up to which each shows its figure, in a map that stands alone."""

MOST_TICKS = {True: (8, 8), False: (3, 5)}
"""Values named across and up a map that stands alone, and one among several."""


def verdict_panels(maps: Sequence[tuple[str, VerdictMap]]) -> Html:
    """A panel for each slice, under one legend."""
    alone = len(maps) == 1
    shown = [_panel(found, words, alone) for words, found in maps]
    said = [(found.scale, one) for _, found in maps for row in found.words for one in row]
    notes = ["Cells are equally wide, whatever lies between their values."]
    if any(len(scale.bands(one)) == 2 for scale, one in said):
        notes.insert(0, "A cell in two colours: its interval spans both bands.")
    return together(
        [
            legend(_keys(said)),
            charts(shown, "one" if alone else "quarters"),
            element("p", " ".join(notes), class_="note"),
        ]
    )


def _keys(said: Sequence[tuple[Scale, str | None]]) -> list[tuple[str, str]]:
    """What colours and marks mean, of those that occur."""
    there = {(scale, band) for scale, one in said for band in scale.bands(one)}
    ranked = sorted(there, key=lambda each: (each[0].measure, each[1]))
    keys = [(band_colours(scale)[band], scale.names[band]) for scale, band in ranked]
    marks = {mark_of(scale, one) for scale, one in said} - {None}
    keys += [("none", mark) for mark in sorted(filter(None, marks))]
    return [*keys, (INK, "the verdict flips")]


def _panel(found: VerdictMap, words: str, alone: bool) -> Chart:
    columns, rows = len(found.xs), len(found.ys)
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    said = [_said(found, row, column) for row, column in cells]
    in_figures = alone and max(columns, rows) <= MOST_FIGURES
    marks: Spec = {
        "type": "scatter",
        "mode": "text",
        "x": [column for _, column in cells],
        "y": [row for row, _ in cells],
        "text": [_mark(found, *cell, in_figures) for cell in cells],
        "textfont": {"size": 12 if alone else 10},
        "hovertext": [label(text) for text in said],
        "hoverinfo": "text",
    }
    lines = [_line(found, position) for position in range(len(found.flips))]
    layout: Spec = {
        "xaxis": _ticks(found.x, found.xs, MOST_TICKS[alone][0]),
        "yaxis": _ticks(found.y, found.ys, MOST_TICKS[alone][1]),
    }
    title = words or f"Verdict on {found.intervention}"
    told = f"{found.intervention}, {title}, over {found.x} and {found.y}. {'; '.join(said)}."
    height = 90 + min(max(rows * 42, 220), 420) if alone else 250
    return Chart(title, told, (*_fields(found), *lines, marks), layout, height)


def _fields(found: VerdictMap) -> list[Spec]:
    """Cells of each band as one shape; a cell over two is halved.

    A heatmap would be an image, which the policy of the page lets nobody load.
    """
    parts: dict[int, list[tuple[float, float, float]]] = {}
    for row, line in enumerate(found.words):
        for column, words in enumerate(line):
            bands = found.scale.bands(words)
            for place, band in enumerate(bands):
                width = 1 / len(bands)
                left = column - 0.5 + place * width
                parts.setdefault(band, []).append((left, left + width, row - 0.5))
    colours = band_colours(found.scale)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "fill": "toself",
            "fillcolor": colours[band],
            "line": {"width": 0},
            "x": [x for left, right, _ in cells for x in (left, right, right, left, left, None)],
            "y": [y for *_, low in cells for y in (low, low, low + 1, low + 1, low, None)],
            "hoverinfo": "skip",
        }
        for band, cells in sorted(parts.items())
    ]


def _mark(found: VerdictMap, row: int, column: int, in_figures: bool) -> str:
    mark = mark_of(found.scale, found.words[row][column])
    if mark is not None:
        return mark[0]
    return figure_text(found.scale, found.figures[row, column]) if in_figures else ""


def _said(found: VerdictMap, row: int, column: int) -> str:
    where = f"{found.x} {found.xs[column]:g}, {found.y} {found.ys[row]:g}"
    words, value = found.words[row][column], float(found.figures[row, column])
    figure = f" ({figure_text(found.scale, value)})" if math.isfinite(value) else ""
    return f"{where}: {words or NO_ANSWER}{figure}"


def _line(found: VerdictMap, position: int) -> Spec:
    """A flip in cells; a single point as a mark."""
    flip = found.flips[position]
    return {
        "type": "scatter",
        "mode": "lines" if len(flip.points) > 1 else "markers",
        "x": [_cell(x, found.xs) for x, _ in flip.points],
        "y": [_cell(y, found.ys) for _, y in flip.points],
        "line": {"color": INK, "width": 2.5},
        "marker": {"color": INK, "size": 7},
        "hoverinfo": "skip",
    }


def _cell(value: float, values: tuple[float, ...]) -> float:
    """Where a value lies among those of the axis, in cells."""
    for place, (low, high) in enumerate(pairwise(values)):
        if low <= value <= high:
            return place + (value - low) / (high - low)
    return 0.0


def _ticks(name: str, values: tuple[float, ...], most: int) -> Spec:
    step = math.ceil(len(values) / most)
    places = list(range(0, len(values), step))
    return axis(
        name,
        range=[-0.5, len(values) - 0.5],
        tickmode="array",
        tickvals=places,
        ticktext=[text_of(values[place]) for place in places],
        showgrid=False,
        zeroline=False,
    )
