"""Energy displacement with its interval, as a whole and by year, on the bands of the verdict."""

import math

from optimizer.counterfactual.result import Bounds, Displacement
from optimizer.counterfactual.verdict import BANDS
from optimizer.report.displacement_words import interval_in_words, ratio
from optimizer.report.page.chart import Chart, Spec, axis, charts
from optimizer.report.page.colours import BLUE, GREY, INK, YELLOW
from optimizer.report.page.html import Html, element, together

WHOLE = "all"
LOWEST, HIGHEST = -0.3, 1.3
"""What is shown at least; displacements found beyond it widen it, intervals do not."""

TINT = (
    (YELLOW, 0.45),
    (YELLOW, 0.3),
    (YELLOW, 0.15),
    (GREY, 0.12),
    (BLUE, 0.15),
    (BLUE, 0.3),
    (BLUE, 0.45),
)
"""Of each band, from "amplifies" to "over-displaces": colour and opacity."""


def years_of_d(answer: Displacement) -> Html:
    """Points with their intervals; nothing where the intervention is not used in any year."""
    rows = [(str(one.year), one.energy.displacement, one.interval) for one in answer.by_year]
    if answer.energy is not None and len(rows) > 1:
        rows.insert(0, (WHOLE, answer.energy.displacement, answer.interval))
    known = [(when, d, bounds) for when, d, bounds in rows if d is not None]
    if not known:
        return Html()
    found = [d for _, d, _ in known]
    low, high = min(LOWEST, min(found) - 0.1), max(HIGHEST, max(found) + 0.1)
    said = [_said(when, d, bounds) for when, d, bounds in known]
    points: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [when for when, *_ in known],
        "y": found,
        "marker": {"color": INK, "size": 10},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_reach(d, bounds.high) for _, d, bounds in known],
            "arrayminus": [_reach(d, bounds.low) for _, d, bounds in known],
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
        "shapes": _bands(low, high),
        "yaxis2": _names(low, high),
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


def _reach(found: float, end: float | None) -> float:
    return 0.0 if end is None else abs(end - found)


def _said(when: str, found: float, bounds: Bounds) -> str:
    if bounds.low is None or bounds.high is None:
        return f"{when}: {ratio(found)}"
    return f"{when}: {ratio(found)}, interval {interval_in_words(bounds.low, bounds.high)}"


def _edges(low: float, high: float) -> list[tuple[float, float, str, tuple[str, float]]]:
    """Lower end, upper end, name and tint of the bands in sight."""
    ends = [-math.inf, *(upper for upper, _ in BANDS)]
    found = []
    for bottom, (top, name), tint in zip(ends, BANDS, TINT, strict=False):
        start, stop = max(bottom, low), min(top, high)
        if start < stop:
            found.append((start, stop, name, tint))
    return found


def _bands(low: float, high: float) -> list[Spec]:
    return [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": bottom,
            "y1": top,
            "fillcolor": colour,
            "opacity": opacity,
            "line": {"width": 0},
            "layer": "below",
        }
        for bottom, top, _, (colour, opacity) in _edges(low, high)
    ]


def _names(low: float, high: float) -> Spec:
    """Axis on the right that names the bands."""
    edges = _edges(low, high)
    return {
        **axis(range=[low, high], overlaying="y", side="right", showgrid=False, zeroline=False),
        "tickmode": "array",
        "tickvals": [(bottom + top) / 2 for bottom, top, *_ in edges],
        "ticktext": [name for *_, name, _ in edges],
    }
