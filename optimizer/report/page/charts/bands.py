"""The bands of the verdict as colours: behind a chart of the figure, and named beside it."""

import math
from collections.abc import Sequence

from optimizer.counterfactual.verdict import UNDETERMINED
from optimizer.report.page.charts.chart import BLUE, GREY, YELLOW, Spec, axis
from optimizer.studies.analysis.scale import DISPLACEMENT, REBOUND, Scale
from optimizer.studies.analysis.shares import NO_ANSWER

LOWEST, HIGHEST = -0.3, 1.3
"""What is shown at least; figures found beyond it widen it, intervals do not."""

TINTS = {
    DISPLACEMENT.measure: (
        (YELLOW, 0.45),
        (YELLOW, 0.3),
        (YELLOW, 0.15),
        (GREY, 0.12),
        (BLUE, 0.15),
        (BLUE, 0.3),
        (BLUE, 0.45),
    ),
    REBOUND.measure: ((BLUE, 0.4), (GREY, 0.12), (YELLOW, 0.45)),
}
"""Of each band, from the lowest: colour and opacity."""

OPEN, MISSING, ASIDE = "?", "×", "–"
"""Marks: undetermined, no answer, a verdict without a figure."""

STRONGER = 2.0
"""Where the colour alone tells the band, it is so much stronger than behind points."""


def in_sight(found: Sequence[float]) -> tuple[float, float]:
    """Lower and upper end of what a chart shows."""
    return min(LOWEST, min(found) - 0.1), max(HIGHEST, max(found) + 0.1)


def band_colours(scale: Scale) -> tuple[str, ...]:
    """Colour of each band where it fills a cell or a bar, from the lowest."""
    return tuple(_rgba(colour, STRONGER * opacity) for colour, opacity in TINTS[scale.measure])


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def mark_of(scale: Scale, words: str | None) -> str | None:
    """The mark of what is no band, one letter, and what it means; None for one or two bands."""
    if scale.bands(words):
        return None
    if words is None:
        return f"{MISSING} {NO_ANSWER}"
    return f"{OPEN} {UNDETERMINED}" if scale.is_open(words) else f"{ASIDE} {words}"


def bands_behind(scale: Scale, low: float, high: float) -> list[Spec]:
    """Stripes from side to side of a chart whose vertical axis is the figure."""
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
        for bottom, top, _, (colour, opacity) in _edges(scale, low, high)
    ]


def bands_named(scale: Scale, low: float, high: float) -> Spec:
    """Axis on the right that names the bands."""
    edges = _edges(scale, low, high)
    return {
        **axis(range=[low, high], overlaying="y", side="right", showgrid=False, zeroline=False),
        "tickmode": "array",
        "tickvals": [(bottom + top) / 2 for bottom, top, *_ in edges],
        "ticktext": [name for *_, name, _ in edges],
    }


def _edges(
    scale: Scale, low: float, high: float
) -> list[tuple[float, float, str, tuple[str, float]]]:
    """Lower end, upper end, name and tint of the bands in sight."""
    ends = [-math.inf, *scale.edges, math.inf]
    found = []
    for position, (name, tint) in enumerate(zip(scale.names, TINTS[scale.measure], strict=True)):
        start, stop = max(ends[position], low), min(ends[position + 1], high)
        if start < stop:
            found.append((start, stop, name, tint))
    return found
