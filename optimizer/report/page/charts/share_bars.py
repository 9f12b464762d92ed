"""Share of draws with each verdict: a bar with its interval."""

from optimizer.report.numbers import percent
from optimizer.report.page.charts.bands import band_colours
from optimizer.report.page.charts.chart import Chart, Spec, axis, label
from optimizer.report.page.charts.colours import GREY, INK
from optimizer.report.tables.study_analysis import share_interval
from optimizer.studies.analysis.scale import Scale
from optimizer.studies.analysis.shares import VerdictShares

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
