"""A chart: what plotly.js draws, described in words for those who do not see it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap
from typing import Any

from optimizer.report.page.html import Html, element

Spec = dict[str, Any]
"""A trace or a layout in the terms of plotly.js."""

FONT = {"family": "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif", "size": 13}
FIGURES = 7
"""Significant figures of what is drawn: more than any screen shows."""

SIZES = ((2, "wide"), (4, "quarters"))
"""(largest number of charts, their class in the style sheet)."""

BLUE, RED, GREEN, YELLOW = "#4477aa", "#ee6677", "#228833", "#ccbb44"
CYAN, PURPLE, GREY = "#66ccee", "#aa3377", "#999999"
"""Colours that colour-blind readers distinguish on a light and on a dark page: Paul Tol, Colour
Schemes, SRON/EPS/TN/09-002, the "bright" scheme."""

OF_KIND = {"device": YELLOW, "edge": GREEN, "cloud": BLUE, "offgrid": PURPLE}
"""Kinds of site, in the order in which they are stacked."""

INK = "#010203"
"""A placeholder that the style sheet replaces by the text colour of the page; used for limits."""

BINDING, HEADROOM = RED, BLUE
REST, INTERVENTION = BLUE, YELLOW
UP, DOWN = PURPLE, GREEN
SERIES = (CYAN, YELLOW, GREEN, BLUE, PURPLE, GREY)


@dataclass(frozen=True)
class Chart:
    """Traces on axes.

    Attributes
    ----------
    title : str
        The quantity drawn, with its unit.
    description : str
        The same in words, for screen readers.
    traces : tuple of dict
    layout : dict
        What differs from the layout that all charts share.
    height_px : int
    keys : tuple of (str, str)
        Colours with their meaning, if the chart needs a legend of its own.
    """

    title: str
    description: str
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
    """An axis with its title, which cannot be dragged."""
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


def name_axis(**more: Any) -> Spec:
    """The vertical axis of horizontal bars: names from the top down."""
    return axis(autorange="reversed", type="category", **more)


def year_axis(years: Sequence[int]) -> Spec:
    """The horizontal axis of bars by year; a few are not drawn too wide."""
    return axis(type="category", range=[-0.7, max(len(years), 3) - 0.3])


def bars(names: Sequence[str], amounts: Sequence[float], hover: Iterable[str], **more: Any) -> Spec:
    """A trace of vertical bars.

    Parameters
    ----------
    names : sequence of str
        Drawn as they are: see `label`.
    amounts : sequence of float
    hover : iterable of str
        Plain text shown over each bar.
    **more
        Further properties of the trace; ``color`` is the colour of its marker.
    """
    if "color" in more:
        more["marker"] = {"color": more.pop("color")}
    drawn = {"type": "bar", "x": [*names], "y": [*amounts], "width": 0.7, **more}
    return drawn | {"hovertext": [label(text) for text in hover], "hoverinfo": "text"}


def horizontal(trace: Spec) -> Spec:
    """The same trace of bars, lying."""
    return trace | {"orientation": "h", "x": trace["y"], "y": trace["x"]}


def whiskers(
    values: Sequence[float | None],
    low: Sequence[float | None],
    high: Sequence[float | None],
    width: int = 4,
) -> Spec:
    """Error bars from values to the ends of their intervals; none if an end is unknown."""

    def lengths(ends: Sequence[float | None]) -> list[float]:
        return [
            0.0 if value is None or end is None else abs(end - value)
            for value, end in zip(values, ends, strict=True)
        ]

    return {
        "type": "data",
        "symmetric": False,
        "array": lengths(high),
        "arrayminus": lengths(low),
        "color": INK,
        "thickness": 1.5,
        "width": width,
    }


def label(text: str, width: int | None = None) -> str:
    """Escape text for plotly.js, which interprets tags and links; wrap it to a width if given."""
    lines = [text] if width is None else wrap(text, width)
    return "<br>".join(escape(line, quote=False) for line in lines)


def described(title: str, parts: Iterable[str]) -> str:
    """A chart's description: its title and its figures."""
    return f"{title}. {'; '.join(parts)}."


def charts(some: Sequence[Chart], class_: str | None = None) -> Html:
    """Charts side by side, as many as the width allows; the fewer they are, the larger."""
    if not some:
        return Html()
    few = next((name for most, name in SIZES if len(some) <= most), "panels")
    return element("div", *map(_figure, some), class_=class_ or few)


def legend(entries: Sequence[tuple[str, str]]) -> Html:
    """Colours with their meaning: (colour, words)."""
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
        aria_label=chart.description,
        style=f"height:{chart.height_px}px",
    )
    title = element("figcaption", chart.title)
    return element("figure", title, legend(chart.keys) if chart.keys else "", drawn)


def _as_json(spec: Spec) -> Html:
    """JSON for a script element: no character of it can begin a tag."""
    text = json.dumps(_rounded(spec), ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Html(text)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, bool | str | int) or value is None:
        return value
    return float(f"{float(value):.{FIGURES}g}")
