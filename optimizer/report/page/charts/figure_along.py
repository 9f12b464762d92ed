"""Displacement, or rebound, along one axis with its interval, on the bands of the verdict."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.counterfactual.results import Bounds, Displacement
from optimizer.report.numbers import figure_text, interval_in_words, interval_text, ratio
from optimizer.report.page.charts.bands import bands_behind, bands_named, in_sight, mark_of
from optimizer.report.page.charts.chart import INK, Chart, Spec, axis, charts, label
from optimizer.report.page.html import Html, element, together
from optimizer.studies.analysis.outcomes import figures, is_numeric, text_of, verdicts
from optimizer.studies.analysis.scale import DISPLACEMENT, REBOUND, Scale, scale_of
from optimizer.studies.analysis.shares import NO_ANSWER


@dataclass(frozen=True)
class Point:
    """One value of the axis: what was found, its interval, and the verdict; None where unknown."""

    at: float | str
    found: float | None
    low: float | None
    high: float | None
    words: str | None


def axis_title(scale: Scale) -> str:
    """Name the figure, and what its ends mean."""
    return "rebound: 1 takes all back" if scale is REBOUND else "D: 1 replaces, 0 adds"


def figures_along(
    slices: Sequence[tuple[str, pd.DataFrame]], across: str, intervention: str
) -> Html:
    """A panel for each slice; nothing where no scenario has a figure."""
    scale = scale_of(pd.concat([rows for _, rows in slices]), intervention)
    panels = [(words, _points(rows, across, intervention, scale)) for words, rows in slices]
    known = [one.found for _, points in panels for one in points if one.found is not None]
    if not known:
        return Html()
    low, high = in_sight(known)
    shown = [
        _chart(words, points, across, intervention, scale, (low, high)) for words, points in panels
    ]
    ends = [end for _, points in panels for one in points for end in (one.low, one.high)]
    notes = []
    if any(end is not None and not low <= end <= high for end in ends):
        notes.append("Intervals reach beyond what is shown: see the table.")
    marks = {_mark(one, scale) for _, points in panels for one in points}
    notes += [f"{mark}." for mark in sorted(filter(None, marks))]
    return together(
        [
            charts(shown, "one" if len(shown) == 1 else "wide"),
            element("p", " ".join(notes), class_="note") if notes else "",
        ]
    )


def _points(rows: pd.DataFrame, across: str, intervention: str, scale: Scale) -> list[Point]:
    numeric = is_numeric(rows[across])
    if numeric:
        rows = rows.sort_values(across)
    found, low, high = (
        [
            float(one) if math.isfinite(one) else None
            for one in figures(rows, f"{intervention}_{end}")
        ]
        for end in (scale.measure, scale.low, scale.high)
    )
    at = [float(one) if numeric else text_of(one) for one in rows[across]]
    said = verdicts(rows, intervention, scale)
    return [Point(*one) for one in zip(at, found, low, high, said, strict=True)]


def _chart(
    words: str,
    points: list[Point],
    across: str,
    intervention: str,
    scale: Scale,
    sight: tuple[float, float],
) -> Chart:
    said = [_said(one, across, scale) for one in points]
    numeric = all(isinstance(one.at, float) for one in points)
    at = [label(one.at) if isinstance(one.at, str) else one.at for one in points]
    drawn: Spec = {
        "type": "scatter",
        "mode": "lines+markers" if numeric else "markers",
        "x": at,
        "y": [one.found for one in points],
        "line": {"color": INK, "width": 1.5},
        "marker": {"color": INK, "size": 8},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_reach(one.found, one.high) for one in points],
            "arrayminus": [_reach(one.found, one.low) for one in points],
            "color": INK,
            "thickness": 1.5,
            "width": 5,
        },
        "hovertext": [label(text) for text in said],
        "hoverinfo": "text",
    }
    absent = [
        (place, text, mark[0])
        for place, text, one in zip(at, said, points, strict=True)
        if (mark := _mark(one, scale))
    ]
    marks: Spec = {
        "type": "scatter",
        "mode": "text",
        "x": [place for place, *_ in absent],
        "y": [sight[0] + 0.05 * (sight[1] - sight[0])] * len(absent),
        "text": [mark for *_, mark in absent],
        "hovertext": [label(text) for _, text, _ in absent],
        "hoverinfo": "text",
    }
    # An axis beside is drawn only where a trace stands on it.
    names: Spec = {"type": "scatter", "x": at[:1], "y": [None], "yaxis": "y2"}
    category: Spec = (
        {"nticks": 8}
        if numeric
        else {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": at,
            "tickangle": None,
        }
    )
    layout: Spec = {
        "xaxis": axis(across, showgrid=False, zeroline=False, **category),
        "yaxis": axis(axis_title(scale), range=list(sight), showgrid=False, zeroline=False),
        "shapes": bands_behind(scale, *sight),
        "yaxis2": bands_named(scale, *sight),
    }
    measure = "Rebound" if scale is REBOUND else "Energy displacement D"
    title = f"{measure} of {intervention} and its interval at these builds{words and f': {words}'}"
    return Chart(title, f"{title}. {'; '.join(said)}.", (drawn, marks, names), layout, 360)


def _mark(one: Point, scale: Scale) -> str | None:
    """What stands where there is no figure."""
    return mark_of(scale, one.words) if one.found is None else None


def _reach(found: float | None, end: float | None) -> float:
    return 0.0 if found is None or end is None else abs(end - found)


def _said(one: Point, across: str, scale: Scale) -> str:
    where = f"{across} {text_of(one.at)}"
    if one.found is None:
        return f"{where}: {one.words or NO_ANSWER}"
    known = one.low is not None and one.high is not None
    ends = f", interval {interval_text(scale, one.low or 0.0, one.high or 0.0)}" if known else ""
    return f"{where}: {figure_text(scale, one.found)}{ends}, {one.words or NO_ANSWER}"


WHOLE = "all"


def years_of_d(answer: Displacement) -> Html:
    """Points with their intervals; nothing where the intervention is not used in any year."""
    rows = [(str(one.year), one.energy.displacement, one.interval) for one in answer.by_year]
    if answer.energy is not None and len(rows) > 1:
        rows.insert(0, (WHOLE, answer.energy.displacement, answer.interval))
    known = [(when, d, bounds) for when, d, bounds in rows if d is not None]
    if not known:
        return Html()
    found = [d for _, d, _ in known]
    low, high = in_sight(found)
    said = [_year_said(when, d, bounds) for when, d, bounds in known]
    points: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [when for when, *_ in known],
        "y": found,
        "marker": {"color": INK, "size": 10},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_beyond(d, bounds.high) for _, d, bounds in known],
            "arrayminus": [_beyond(d, bounds.low) for _, d, bounds in known],
            "color": INK,
            "thickness": 2,
            "width": 8,
        },
        "hovertext": said,
        "hoverinfo": "text",
    }
    layout: Spec = {
        "xaxis": axis(
            type="category",
            categoryorder="array",
            categoryarray=[when for when, *_ in rows],
            range=[-0.5, max(len(rows), 3) - 0.5],
            tickangle=None,
            showgrid=False,
        ),
        "yaxis": axis("D: 1 replaces, 0 adds", range=[low, high], showgrid=False, zeroline=False),
        "shapes": bands_behind(DISPLACEMENT, low, high),
        "yaxis2": bands_named(DISPLACEMENT, low, high),
    }
    title = "Energy displacement D and its interval at these builds"
    told = f"{title}. {'; '.join(said)}."
    names: Spec = {"type": "scatter", "x": [known[0][0]], "y": [None], "yaxis": "y2"}
    chart = Chart(title, told, (points, names), layout, height_px=360)
    cut = any(
        end is not None and not low <= end <= high
        for *_, bounds in known
        for end in (bounds.low, bounds.high)
    )
    note = "Intervals reach beyond what is shown: see the table." if cut else ""
    parts = [charts([chart], "one")]
    return together([*parts, element("p", note, class_="note")] if note else parts)


def _beyond(found: float, end: float | None) -> float:
    return 0.0 if end is None else abs(end - found)


def _year_said(when: str, found: float, bounds: Bounds) -> str:
    if bounds.low is None or bounds.high is None:
        return f"{when}: {ratio(found)}"
    return f"{when}: {ratio(found)}, interval {interval_in_words(bounds.low, bounds.high)}"
