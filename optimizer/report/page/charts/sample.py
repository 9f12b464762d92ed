"""A sample of a study: the share of draws with each verdict, and the quantiles of the figure."""

import numpy as np

from optimizer.report.numbers import figure_text, percent
from optimizer.report.page.charts.bands import (
    band_colours,
    band_names_trace,
    figure_title,
    on_bands,
    visible_range,
)
from optimizer.report.page.charts.chart import (
    GREY,
    INK,
    Chart,
    Spec,
    axis,
    bars,
    described,
    horizontal,
    label,
    name_axis,
    whiskers,
)
from optimizer.report.tables.study_analysis import share_interval
from optimizer.report.tables.study_layout import Panel
from optimizer.studies.analysis.outcomes import figures
from optimizer.studies.analysis.scale import Scale, scale_of
from optimizer.studies.analysis.shares import VerdictShares

QUANTILES = (5, 25, 50, 75, 95)
"""Quantiles named in the description, in percent."""

ROW_PX = 34


def quantiles(panel: Panel, intervention: str) -> Chart | None:
    """Draws in order of their figure; None if none has one."""
    scale = scale_of(panel.rows, intervention)
    every = figures(panel.rows, f"{intervention}_{scale.measure}")
    known = np.sort(every[np.isfinite(every)])
    if not known.size:
        return None
    curve: Spec = {
        "type": "scatter",
        "mode": "lines" if known.size > 1 else "markers",
        "x": [100 * place / known.size for place in range(known.size + 1)],
        "y": [float(known[0]), *map(float, known)],
        "line": {"color": INK, "width": 2, "shape": "vh"},
        "marker": {"color": INK},
        "hoverinfo": "x+y",
    }
    layout: Spec = {
        "xaxis": axis("% of draws at or below", range=[0, 100], showgrid=False, nticks=6),
        **on_bands(scale, visible_range([float(known[0]), float(known[-1])])),
    }
    title = panel.titled(
        f"{figure_title(scale, intervention)}: {known.size:,} of {len(panel.rows):,} draws have one"
    )
    parts = (
        f"{part}% at or below {figure_text(scale, float(known[_place(part, known.size)]))}"
        for part in QUANTILES
    )
    return Chart(title, described(title, parts), (curve, band_names_trace(0)), layout, 320)


def _place(part: int, draws: int) -> int:
    """Position of the lowest draw not exceeded by this percentage of the draws."""
    return max(-(-part * draws // 100) - 1, 0)


def share_bars(verdicts: VerdictShares, panel: Panel) -> Chart:
    """Share of draws with each verdict, from the lowest band; grey if it is not one band."""
    shares = verdicts.shares
    texts = [f"{s.words}: {percent(s.share)}, {share_interval(s)}" for s in shares]
    percents = [100 * share.share for share in shares]
    low, high = [100 * share.low for share in shares], [100 * share.high for share in shares]
    trace = bars(
        [label(share.words).replace(" to ", " to<br>") for share in shares],
        percents,
        texts,
        color=[_colour(share.words, verdicts.scale) for share in shares],
        error_x=whiskers(percents, low, high),
    )
    layout: Spec = {"xaxis": axis("% of draws", range=[0, 101], nticks=6), "yaxis": name_axis()}
    title = panel.titled(f"Verdict on {verdicts.intervention}, share of {verdicts.draws:,} draws")
    height = 90 + ROW_PX * max(len(shares), 3)
    return Chart(title, described(title, texts), (horizontal(trace),), layout, height)


def _colour(words: str, scale: Scale) -> str:
    bands = scale.bands(words)
    return band_colours(scale)[bands[0]] if len(bands) == 1 else GREY
