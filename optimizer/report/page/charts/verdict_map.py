"""The map of verdicts over two axes: a cell for each scenario, and the lines where it flips."""

import math
from collections.abc import Sequence
from itertools import pairwise

from optimizer.report.numbers import figure_text, plain
from optimizer.report.page.charts.bands import band_colours, mark_of
from optimizer.report.page.charts.chart import (
    INK,
    Chart,
    Spec,
    axis,
    charts,
    described,
    label,
    legend,
)
from optimizer.report.page.html import Html, element, together
from optimizer.report.tables.study_layout import Panel
from optimizer.studies.analysis.scale import Scale
from optimizer.studies.analysis.shares import NO_ANSWER
from optimizer.studies.analysis.verdict_map import Flip, VerdictMap

MOST_FIGURES = 8
"""Largest number of cells along a side at which a single map shows the figure of each."""

MOST_TICKS = {True: (8, 8), False: (3, 5)}
"""Values named across and up: of a single map, and of one among several."""


def verdict_maps(panels: Sequence[Panel], maps: Sequence[VerdictMap]) -> Html:
    """A map for each slice, under one legend."""
    single = len(maps) == 1
    drawn = [_panel(each, panel, single) for panel, each in zip(panels, maps, strict=True)]
    verdicts = [(each.scale, words) for each in maps for row in each.words for words in row]
    notes = ["Cells are equally wide, whatever the distance between their values."]
    if any(len(scale.bands(words)) == 2 for scale, words in verdicts):
        notes.insert(0, "A cell in two colours has an interval that spans both bands.")
    return together(
        [
            legend(_keys(verdicts)),
            charts(drawn, "one" if single else "quarters"),
            element("p", " ".join(notes), class_="note"),
        ]
    )


def _keys(verdicts: Sequence[tuple[Scale, str | None]]) -> list[tuple[str, str]]:
    """Colours and marks that occur, with their meaning."""
    bands = {(scale, band) for scale, words in verdicts for band in scale.bands(words)}
    ranked = sorted(bands, key=lambda item: (item[0].measure, item[1]))
    keys = [(band_colours(scale)[band], scale.names[band]) for scale, band in ranked]
    marks = {mark_of(scale, words) for scale, words in verdicts}
    keys += [("none", mark) for mark in sorted(filter(None, marks))]
    return [*keys, (INK, "the verdict flips")]


def _panel(verdicts: VerdictMap, panel: Panel, single: bool) -> Chart:
    columns, rows = len(verdicts.xs), len(verdicts.ys)
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    texts = [_text(verdicts, *cell) for cell in cells]
    in_figures = single and max(columns, rows) <= MOST_FIGURES
    marks: Spec = {
        "type": "scatter",
        "mode": "text",
        "x": [column for _, column in cells],
        "y": [row for row, _ in cells],
        "text": [_mark(verdicts, *cell, in_figures) for cell in cells],
        "textfont": {"size": 12 if single else 10},
        "hovertext": [label(text) for text in texts],
        "hoverinfo": "text",
    }
    lines = [_line(verdicts, flip) for flip in verdicts.flips]
    across, up = MOST_TICKS[single]
    layout: Spec = {
        "xaxis": _ticks(verdicts.x, verdicts.xs, across),
        "yaxis": _ticks(verdicts.y, verdicts.ys, up),
    }
    title = panel.words or f"Verdict on {verdicts.intervention}"
    described_as = f"{verdicts.intervention}, {title}, over {verdicts.x} and {verdicts.y}"
    height = 90 + min(max(rows * 42, 220), 420) if single else 250
    traces = (*_fields(verdicts), *lines, marks)
    return Chart(title, described(described_as, texts), traces, layout, height)


def _fields(verdicts: VerdictMap) -> list[Spec]:
    """Cells of each band as one shape; a cell over two bands is halved.

    A heatmap would be an image, which the policy of the page does not let the browser load.
    """
    parts: dict[int, list[tuple[float, float, float]]] = {}
    for row, line in enumerate(verdicts.words):
        for column, words in enumerate(line):
            bands = verdicts.scale.bands(words)
            for place, band in enumerate(bands):
                width = 1 / len(bands)
                left = column - 0.5 + place * width
                parts.setdefault(band, []).append((left, left + width, row - 0.5))
    colours = band_colours(verdicts.scale)
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


def _mark(verdicts: VerdictMap, row: int, column: int, in_figures: bool) -> str:
    mark = mark_of(verdicts.scale, verdicts.words[row][column])
    if mark is not None:
        return mark[0]
    return figure_text(verdicts.scale, verdicts.figures[row, column]) if in_figures else ""


def _text(verdicts: VerdictMap, row: int, column: int) -> str:
    x, y = plain(verdicts.xs[column]), plain(verdicts.ys[row])
    words, value = verdicts.words[row][column], float(verdicts.figures[row, column])
    figure = f" ({figure_text(verdicts.scale, value)})" if math.isfinite(value) else ""
    return f"{verdicts.x} {x}, {verdicts.y} {y}: {words or NO_ANSWER}{figure}"


def _line(verdicts: VerdictMap, flip: Flip) -> Spec:
    """A flip in cells; a single point as a mark."""
    return {
        "type": "scatter",
        "mode": "lines" if len(flip.points) > 1 else "markers",
        "x": [_cell(x, verdicts.xs) for x, _ in flip.points],
        "y": [_cell(y, verdicts.ys) for _, y in flip.points],
        "line": {"color": INK, "width": 2.5},
        "marker": {"color": INK, "size": 7},
        "hoverinfo": "skip",
    }


def _cell(value: float, values: tuple[float, ...]) -> float:
    """Position of a value among those of the axis, in cells."""
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
        ticktext=[plain(values[place]) for place in places],
        showgrid=False,
        zeroline=False,
    )
