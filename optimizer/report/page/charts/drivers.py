"""What moves a measure most: bars from base to low and high, or rank regression coefficients."""

from textwrap import wrap

from optimizer.report.numbers import number
from optimizer.report.page.charts.chart import (
    BLUE,
    CYAN,
    DOWN,
    INK,
    PURPLE,
    UP,
    YELLOW,
    Chart,
    Spec,
    axis,
    label,
)
from optimizer.report.tables.study_analysis import (
    measure_words,
    measured,
    sobol_table,
    tornado_table,
)
from optimizer.studies.analysis.rank_regression import RankRegression
from optimizer.studies.analysis.sobol import SobolIndices
from optimizer.studies.analysis.swings import Swings

MOST = 15
ROW_PX, ABOVE_PX = 30, 90
WIDTH = 18
"""Letters of a name's line."""


def tornado_bars(found: Swings | RankRegression, words: str = "") -> Chart:
    """The first so many parameters, the one that moves it most on top."""
    return _swings(found, words) if isinstance(found, Swings) else _regression(found, words)


def short(name: str) -> str:
    """A name on lines that leave room for bars."""
    return "<br>".join(label(line) for line in wrap(name, WIDTH))


def _swings(found: Swings, words: str) -> Chart:
    shown = found.swings[:MOST]
    ends = (
        ("at its lowest value", CYAN, [(one.lowest, one.low) for one in shown]),
        ("at its highest value", PURPLE, [(one.highest, one.high) for one in shown]),
    )
    traces = tuple[Spec, ...](
        {
            "type": "bar",
            "orientation": "h",
            "y": [short(one.parameter) for one in shown],
            "x": [0.0 if value is None else value - found.base for _, value in pairs],
            "base": found.base,
            "width": 0.7,
            "marker": {"color": colour},
            "hovertext": [
                label(f"{one.parameter} {at:g}: {measured(found.measure, value)}")
                for one, (at, value) in zip(shown, pairs, strict=True)
            ],
            "hoverinfo": "text",
        }
        for _, colour, pairs in ends
    )
    base = {
        "type": "line",
        "yref": "paper",
        "x0": found.base,
        "x1": found.base,
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 2},
    }
    name = measure_words(found.measure)[0]
    layout: Spec = {
        "barmode": "overlay",
        "xaxis": axis(name, nticks=6, zeroline=False),
        "yaxis": axis(autorange="reversed", type="category"),
        "shapes": [base],
    }
    keys = (*((colour, said) for said, colour, _ in ends), (INK, "base"))
    return _chart(found, len(found.swings), words, traces, layout, keys)


def _regression(found: RankRegression, words: str) -> Chart:
    known = [one for one in found.coefficients if one.value is not None]
    shown = known[:MOST]
    values = [one.value or 0.0 for one in shown]
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "y": [short(one.parameter) for one in shown],
        "x": values,
        "width": 0.7,
        "marker": {"color": [DOWN if value < 0 else UP for value in values]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [(one.high or 0.0) - value for one, value in zip(shown, values, strict=True)],
            "arrayminus": [
                value - (one.low or 0.0) for one, value in zip(shown, values, strict=True)
            ],
            "color": INK,
            "thickness": 1.5,
            "width": 4,
        },
        "hovertext": [label(f"{one.parameter}: {number(one.value, 2)}") for one in shown],
        "hoverinfo": "text",
    }
    layout: Spec = {
        "xaxis": axis("SRRC", range=[-1.08, 1.08], nticks=5, zerolinewidth=2),
        "yaxis": axis(autorange="reversed", type="category"),
    }
    keys = ((UP, "raises it"), (DOWN, "lowers it"))
    return _chart(found, len(known), words, (bars,), layout, keys)


def _chart(
    found: Swings | RankRegression,
    count: int,
    words: str,
    traces: tuple[Spec, ...],
    layout: Spec,
    keys: tuple[tuple[str, str], ...],
) -> Chart:
    table = tornado_table(found)
    few = f" (the first {MOST} of {count})" if count > MOST else ""
    title = f"{table.title}{few}{words and f': {words}'}"
    told = "; ".join(", ".join(row) for row in table.rows)
    height = ABOVE_PX + ROW_PX * min(max(count, 3), MOST)
    return Chart(title, f"{title}. {told}.", traces, layout, height, keys)


ROW_PX = 42


def sobol_bars(found: SobolIndices, words: str = "") -> Chart:
    """The first so many parameters, the largest total on top."""
    shown = sorted(found.indices, key=lambda one: (-one.total, one.parameter))[:MOST]
    parts = (
        ("total", YELLOW, [(one.total, one.total_within) for one in shown]),
        ("first order", BLUE, [(one.first, one.first_within) for one in shown]),
    )
    traces = tuple[Spec, ...](
        {
            "type": "bar",
            "orientation": "h",
            "y": [short(one.parameter) for one in shown],
            "x": [value for value, _ in pairs],
            "marker": {"color": colour},
            "error_x": {
                "type": "data",
                "array": [within for _, within in pairs],
                "color": INK,
                "thickness": 1.5,
                "width": 4,
            },
            "hovertext": [
                label(f"{one.parameter}, {what}: {number(value, 2)} ± {number(within, 2)}")
                for one, (value, within) in zip(shown, pairs, strict=True)
            ],
            "hoverinfo": "text",
        }
        for what, colour, pairs in parts
    )
    layout: Spec = {
        "barmode": "group",
        "bargap": 0.25,
        "xaxis": axis("share of the variance", nticks=6, zerolinewidth=2),
        "yaxis": axis(autorange="reversed", type="category"),
    }
    table = sobol_table(found)
    few = f" (the first {MOST} of {len(found.indices)})" if len(found.indices) > MOST else ""
    title = f"{table.title}{few}{words and f': {words}'}"
    told = "; ".join(", ".join(row) for row in table.rows)
    keys = tuple((colour, what) for what, colour, _ in reversed(parts))
    height = ABOVE_PX + ROW_PX * max(len(shown), 2)
    return Chart(title, f"{title}. {told}.", traces, layout, height, keys)
