"""How displacement, or rebound, is spread over draws: its quantiles on the bands of the verdict."""

import numpy as np
import pandas as pd

from optimizer.report.numbers import figure_text, percent
from optimizer.report.page.charts.bands import band_colours, bands_behind, bands_named, in_sight
from optimizer.report.page.charts.chart import GREY, INK, Chart, Spec, axis, label
from optimizer.report.page.charts.figure_along import axis_title
from optimizer.report.tables.study_analysis import share_interval
from optimizer.studies.analysis.outcomes import figures
from optimizer.studies.analysis.scale import REBOUND, Scale, scale_of
from optimizer.studies.analysis.shares import VerdictShares

TOLD = (5, 25, 50, 75, 95)
"""Quantiles that are said in words, in percent."""


def quantiles_of_d(rows: pd.DataFrame, intervention: str, words: str = "") -> Chart | None:
    """Draws in order of their figure; nothing where none has one."""
    scale = scale_of(rows, intervention)
    whole = figures(rows, f"{intervention}_{scale.measure}")
    found = np.sort(whole[np.isfinite(whole)])
    if not found.size:
        return None
    low, high = in_sight([float(found[0]), float(found[-1])])
    curve: Spec = {
        "type": "scatter",
        "mode": "lines" if found.size > 1 else "markers",
        "x": [100 * place / found.size for place in range(found.size + 1)],
        "y": [float(found[0]), *map(float, found)],
        "line": {"color": INK, "width": 2, "shape": "vh"},
        "marker": {"color": INK},
        "hoverinfo": "x+y",
    }
    names: Spec = {"type": "scatter", "x": [0], "y": [None], "yaxis": "y2"}
    layout: Spec = {
        "xaxis": axis("% of draws at or below", range=[0, 100], showgrid=False, nticks=6),
        "yaxis": axis(axis_title(scale), range=[low, high], showgrid=False, zeroline=False),
        "shapes": bands_behind(scale, low, high),
        "yaxis2": bands_named(scale, low, high),
    }
    measure = "Rebound" if scale is REBOUND else "Energy displacement D"
    of = f"{found.size:,} of {len(rows):,} draws"
    title = f"{measure} of {intervention}: {of} have one{words and f': {words}'}"
    said = "; ".join(
        f"{part}% at or below {figure_text(scale, float(found[_place(part, found.size)]))}"
        for part in TOLD
    )
    return Chart(title, f"{title}. {said}.", (curve, names), layout, 320)


def _place(part: int, draws: int) -> int:
    """Position of the least draw that so many percent of the draws do not pass."""
    return max(-(-part * draws // 100) - 1, 0)


ROW_PX = 34


def share_bars(found: VerdictShares, words: str = "") -> Chart:
    """Bars from the lowest band; in grey what is not one band."""
    said = [f"{one.words}: {percent(one.share)}, {share_interval(one)}" for one in found.shares]
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "y": [label(one.words).replace(" to ", " to<br>") for one in found.shares],
        "x": [100 * one.share for one in found.shares],
        "width": 0.7,
        "marker": {"color": [_colour(one.words, found.scale) for one in found.shares]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (one.high - one.share) for one in found.shares],
            "arrayminus": [100 * (one.share - one.low) for one in found.shares],
            "color": INK,
            "thickness": 1.5,
            "width": 4,
        },
        "hovertext": [label(text) for text in said],
        "hoverinfo": "text",
    }
    layout: Spec = {
        "xaxis": axis("% of draws", range=[0, 101], nticks=6),
        "yaxis": axis(autorange="reversed", type="category"),
    }
    title = (
        f"Verdict on {found.intervention}, share of {found.draws:,} draws{words and f': {words}'}"
    )
    height = 90 + ROW_PX * max(len(found.shares), 3)
    return Chart(title, f"{title}. {'; '.join(said)}.", (bars,), layout, height)


def _colour(words: str, scale: Scale) -> str:
    bands = scale.bands(words)
    return band_colours(scale)[bands[0]] if len(bands) == 1 else GREY
