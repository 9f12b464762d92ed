"""Verdict bands as colours: behind a chart of the figure, and named beside it."""

import math
from collections.abc import Sequence

from optimizer.counterfactual.verdict import UNDETERMINED
from optimizer.report.page.charts.chart import BLUE, GREY, YELLOW, Spec, axis
from optimizer.studies.analysis.scale import DISPLACEMENT, REBOUND, Scale
from optimizer.studies.analysis.shares import NO_ANSWER

LOWEST, HIGHEST = -0.3, 1.3
"""Smallest range shown; figures beyond it widen it, intervals do not."""

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
"""Colour and opacity of each band, lowest first."""

OPEN, MISSING, ASIDE = "?", "×", "–"
"""Marks: undetermined, no answer, a verdict without a figure."""

STRONGER = 2.0
"""Factor on the opacity if the colour alone shows the band."""

Range = tuple[float, float]
"""Lower and upper end of the figure's axis."""


def visible_range(figures: Sequence[float]) -> Range:
    """The range that a chart of some figures shows."""
    return min(LOWEST, min(figures) - 0.1), max(HIGHEST, max(figures) + 0.1)


def figure_title(scale: Scale, of: str = "") -> str:
    """Title of a chart of the figure, capitalised."""
    return f"{'Rebound' if scale is REBOUND else 'Energy displacement D'}{of and f' of {of}'}"


def band_colours(scale: Scale) -> tuple[str, ...]:
    """Colour of each band as the fill of a cell or bar, lowest first."""
    return tuple(_rgba(colour, STRONGER * opacity) for colour, opacity in TINTS[scale.measure])


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def mark_of(scale: Scale, words: str | None) -> str | None:
    """One letter and its meaning for a verdict that is no band; None for one or two bands."""
    if scale.bands(words):
        return None
    if words is None:
        return f"{MISSING} {NO_ANSWER}"
    return f"{OPEN} {UNDETERMINED}" if scale.is_open(words) else f"{ASIDE} {words}"


def on_bands(scale: Scale, shown: Range) -> Spec:
    """Layout of a chart whose vertical axis is the figure: bands as stripes, named on the right."""
    ends = [-math.inf, *scale.edges, math.inf]
    stripes, names, middles = [], [], []
    for position, (name, tint) in enumerate(zip(scale.names, TINTS[scale.measure], strict=True)):
        bottom, top = max(ends[position], shown[0]), min(ends[position + 1], shown[1])
        if bottom < top:
            stripes.append(_stripe(bottom, top, *tint))
            names.append(name)
            middles.append((bottom + top) / 2)
    still: Spec = {"range": list(shown), "showgrid": False, "zeroline": False}
    title = "rebound: 1 = all of the saving" if scale is REBOUND else "D: 1 replaces, 0 adds"
    right = axis(overlaying="y", side="right", **still)
    return {
        "yaxis": axis(title, **still),
        "shapes": stripes,
        "yaxis2": right | {"tickmode": "array", "tickvals": middles, "ticktext": names},
    }


def _stripe(bottom: float, top: float, colour: str, opacity: float) -> Spec:
    return {
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


def band_names_trace(x: object) -> Spec:
    """An invisible trace: plotly.js draws a second axis only if a trace uses it."""
    return {"type": "scatter", "x": [x], "y": [None], "yaxis": "y2"}
