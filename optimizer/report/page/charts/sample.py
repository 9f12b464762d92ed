"""How displacement, or rebound, is spread over draws: its quantiles on the bands of the verdict."""

import numpy as np
import pandas as pd

from optimizer.report.page.charts.bands import bands_behind, bands_named, in_sight
from optimizer.report.page.charts.chart import Chart, Spec, axis
from optimizer.report.page.charts.colours import INK
from optimizer.report.page.charts.figure_along import axis_title
from optimizer.report.tables.study import figure_text
from optimizer.studies.analysis.outcomes import figures
from optimizer.studies.analysis.scale import REBOUND, scale_of

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
