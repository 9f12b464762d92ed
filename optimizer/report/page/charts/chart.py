"""A chart: what plotly.js draws, and what it shows in words for those who do not see it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from optimizer.report.page.html import Html, element

Spec = dict[str, Any]
"""A trace or a layout in the words of plotly.js."""

FONT = {"family": "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif", "size": 13}
FIGURES = 7
"""Significant figures of what is drawn: more than any screen shows."""


SIZES = ((2, "wide"), (4, "quarters"))
"""(as many charts, their class in the style sheet)."""


@dataclass(frozen=True)
class Chart:
    """Traces on axes.

    Attributes
    ----------
    title : str
        What is drawn, with its unit.
    told : str
        The same in a sentence, read aloud in its place.
    traces : tuple of dict
    layout : dict
        What differs from the layout that all charts share.
    height_px : int
    keys : tuple of (str, str)
        What each colour means, where the chart needs a legend of its own.
    """

    title: str
    told: str
    traces: tuple[Spec, ...]
    layout: Spec = field(default_factory=dict)
    height_px: int = 300
    keys: tuple[tuple[str, str], ...] = ()

    def spec(self) -> Spec:
        """What plotly.js is given."""
        shared: Spec = {
            "font": FONT,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
        }
        return {"data": [*self.traces], "layout": shared | self.layout}


def axis(title: str = "", **more: Any) -> Spec:
    """An axis that does not move when it is dragged, with its title."""
    return {
        "title": {"text": label(title), "standoff": 6, "font": {"size": 12}},
        "fixedrange": True,
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "none",
        "tickangle": 0,
        "tickfont": {"size": 12},
        **more,
    }


def label(text: str) -> str:
    """Text for a chart: plotly.js reads tags and links in it."""
    return escape(text, quote=False)


def charts(some: Sequence[Chart], class_: str | None = None) -> Html:
    """Charts side by side, as many as the width allows; the fewer they are, the larger."""
    if not some:
        return Html()
    few = next((name for most, name in SIZES if len(some) <= most), "panels")
    return element("div", *(_figure(one) for one in some), class_=class_ or few)


def legend(entries: Sequence[tuple[str, str]]) -> Html:
    """What each colour means: (colour, words)."""
    keys = (element("li", _swatch(colour), words) for colour, words in entries)
    return element("ul", *keys, class_="legend")


def _swatch(colour: str) -> Html:
    if colour == INK:
        return element("i", class_="line")
    return element("i", style=f"background:{colour}")


def _figure(chart: Chart) -> Html:
    data = element("script", _as_json(chart.spec()), type="application/json")
    drawn = element(
        "div",
        data,
        class_="plot",
        role="img",
        aria_label=chart.told,
        style=f"height:{chart.height_px}px",
    )
    title = element("figcaption", chart.title)
    return element("figure", title, legend(chart.keys) if chart.keys else "", drawn)


def _as_json(spec: Spec) -> Html:
    """JSON that may stand in a script element: no character of it begins a tag."""
    text = json.dumps(_rounded(spec), ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Html(text)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    if isinstance(value, bool | str | int) or value is None:
        return value
    return float(f"{float(value):.{FIGURES}g}")


BLUE, RED, GREEN, YELLOW, CYAN, PURPLE, GREY = (
    "#4477aa",
    "#ee6677",
    "#228833",
    "#ccbb44",
    "#66ccee",
    "#aa3377",
    "#999999",
)

OF_KIND = {"device": YELLOW, "edge": GREEN, "cloud": BLUE, "offgrid": PURPLE}
"""Kinds of site, in the order in which they are stacked."""

INK = "#010203"
"""Stands for the ink of the page, which the style sheet puts in its place: the colour of limits."""

FULL, ROOM = RED, BLUE
REST, INTERVENTION = BLUE, YELLOW
UP, DOWN = PURPLE, GREEN
SERIES = (CYAN, YELLOW, GREEN, BLUE, PURPLE, GREY)
