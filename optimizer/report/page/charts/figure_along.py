"""Displacement or rebound along an axis or by year, with its interval, on the verdict bands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.counterfactual.results import Displacement
from optimizer.report.numbers import figure_text, interval_text
from optimizer.report.page.charts.bands import (
    Range,
    band_names_trace,
    figure_title,
    mark_of,
    on_bands,
    visible_range,
)
from optimizer.report.page.charts.chart import (
    INK,
    Chart,
    Spec,
    axis,
    charts,
    described,
    label,
    whiskers,
)
from optimizer.report.page.html import Html, element, together
from optimizer.report.tables.study_layout import Panel, value_text
from optimizer.studies.analysis.outcomes import figures, is_numeric, text_of, verdicts
from optimizer.studies.analysis.scale import DISPLACEMENT, Scale, scale_of
from optimizer.studies.analysis.shares import NO_ANSWER

WHOLE = "all"
CUT = "Some intervals extend beyond the range shown; see the table."


@dataclass(frozen=True)
class Point:
    """One value of the axis: the figure, its interval and the verdict; None if unknown."""

    value: float | str
    figure: float | None
    low: float | None
    high: float | None
    words: str | None

    def text(self, scale: Scale) -> str:
        """Figure, interval and verdict."""
        if self.figure is None:
            return self.words or NO_ANSWER
        known = self.low is not None and self.high is not None
        ends = interval_text(scale, self.low or 0.0, self.high or 0.0)
        interval = f", interval {ends}" if known else ""
        words = "" if self.words == "" else f", {self.words or NO_ANSWER}"
        return f"{figure_text(scale, self.figure)}{interval}{words}"

    def mark(self, scale: Scale) -> str | None:
        """What is drawn in place of a figure."""
        return mark_of(scale, self.words) if self.figure is None else None


def years_of_d(answer: Displacement) -> Html:
    """Displacement in total and by year; empty if the intervention is used in no year."""
    rows = [(str(year.year), year.energy, year.interval) for year in answer.by_year]
    if answer.energy is not None and len(rows) > 1:
        rows.insert(0, (WHOLE, answer.energy, answer.interval))
    points = [
        Point(when, energy.displacement, interval.low, interval.high, "")
        for when, energy, interval in rows
        if energy.displacement is not None
    ]
    if not points:
        return Html()
    shown = visible_range([point.figure for point in points if point.figure is not None])
    years = _categories([when for when, *_ in rows])
    years["range"] = [-0.5, max(len(rows), 3) - 0.5]
    title = f"{figure_title(DISPLACEMENT)} and its interval at these builds"
    chart = _chart(title, points, DISPLACEMENT, shown, "", years)
    note = CUT if _cut(points, shown) else ""
    return together([charts([chart], "one"), element("p", note, class_="note") if note else ""])


def figures_along(panels: Sequence[Panel], across: str, intervention: str) -> Html:
    """A chart for each panel; empty if no scenario has a figure."""
    scale = scale_of(pd.concat([panel.rows for panel in panels]), intervention)
    series = [_points(panel.rows, across, intervention, scale) for panel in panels]
    every = [point for points in series for point in points]
    known = [point.figure for point in every if point.figure is not None]
    if not known:
        return Html()
    shown = visible_range(known)
    title = f"{figure_title(scale, intervention)} and its interval at these builds"
    drawn = [
        _chart(panel.titled(title), points, scale, shown, across, _axis_of(points))
        for panel, points in zip(panels, series, strict=True)
    ]
    marks = {point.mark(scale) for point in every}
    notes = [CUT] if _cut(every, shown) else []
    notes += [f"{mark}." for mark in sorted(filter(None, marks))]
    return together(
        [
            charts(drawn, "one" if len(drawn) == 1 else "wide"),
            element("p", " ".join(notes), class_="note") if notes else "",
        ]
    )


def _points(rows: pd.DataFrame, across: str, intervention: str, scale: Scale) -> list[Point]:
    numeric = is_numeric(rows[across])
    if numeric:
        rows = rows.sort_values(across)
    columns = (
        [float(value) if math.isfinite(value) else None for value in figures(rows, column)]
        for column in (f"{intervention}_{end}" for end in (scale.measure, scale.low, scale.high))
    )
    values = [float(value) if numeric else text_of(value) for value in rows[across]]
    words = verdicts(rows, intervention, scale)
    return [Point(*cells) for cells in zip(values, *columns, words, strict=True)]


def _axis_of(points: Sequence[Point]) -> Spec:
    if all(isinstance(point.value, float) for point in points):
        return {"nticks": 8, "zeroline": False}
    return _categories([label(str(point.value)) for point in points])


def _categories(names: Sequence[str]) -> Spec:
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [*names],
        "tickangle": None,
        "zeroline": False,
    }


def _chart(
    title: str, points: Sequence[Point], scale: Scale, shown: Range, across: str, ticks: Spec
) -> Chart:
    """Points with their intervals, joined if the axis is numeric, and marks if there are none."""
    texts = [
        f"{across and f'{across} '}{value_text(point.value)}: {point.text(scale)}"
        for point in points
    ]
    numeric = all(isinstance(point.value, float) for point in points)
    x = [label(point.value) if isinstance(point.value, str) else point.value for point in points]
    y = [point.figure for point in points]
    drawn: Spec = {
        "type": "scatter",
        "mode": "lines+markers" if numeric else "markers",
        "x": x,
        "y": y,
        "line": {"color": INK, "width": 1.5},
        "marker": {"color": INK, "size": 8},
        "error_y": whiskers(y, [p.low for p in points], [p.high for p in points], width=5),
        "hovertext": [label(text) for text in texts],
        "hoverinfo": "text",
    }
    absent = [
        (place, mark[0], label(text))
        for place, text, point in zip(x, texts, points, strict=True)
        if (mark := point.mark(scale))
    ]
    marks: Spec = {
        "type": "scatter",
        "mode": "text",
        "x": [place for place, *_ in absent],
        "y": [shown[0] + 0.05 * (shown[1] - shown[0])] * len(absent),
        "text": [mark for _, mark, _ in absent],
        "hovertext": [text for *_, text in absent],
        "hoverinfo": "text",
    }
    layout: Spec = {"xaxis": axis(across, showgrid=False, **ticks), **on_bands(scale, shown)}
    traces = (drawn, marks, band_names_trace(x[0]))
    return Chart(title, described(title, texts), traces, layout, 360)


def _cut(points: Sequence[Point], shown: Range) -> bool:
    """Whether an interval extends beyond the range shown."""
    ends = [end for point in points for end in (point.low, point.high)]
    return any(end is not None and not shown[0] <= end <= shown[1] for end in ends)
