"""What moves a measure most: swings from base, rank regression coefficients, Sobol indices."""

from dataclasses import replace

from optimizer.report.numbers import number, plain
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
    bars,
    described,
    horizontal,
    label,
    name_axis,
    whiskers,
)
from optimizer.report.tables.study_analysis import (
    Drivers,
    drivers_table,
    measure_words,
    measured,
    ranked,
)
from optimizer.report.tables.study_layout import Panel
from optimizer.studies.analysis.rank_regression import RankRegression
from optimizer.studies.analysis.sobol import SobolIndices
from optimizer.studies.analysis.swings import Swings

MOST = 15
ROW_PX, PAIR_PX, ABOVE_PX = 30, 42, 90
NAME_WIDTH = 18
"""Characters of a line of a name."""


def drivers_chart(effects: Drivers, panel: Panel) -> Chart:
    """The first parameters, the one of largest effect on top."""
    if isinstance(effects, SobolIndices):
        return _sobol(effects, panel)
    return _swings(effects, panel) if isinstance(effects, Swings) else _regression(effects, panel)


def _names(parameters: list[str]) -> list[str]:
    """Names on lines that leave room for bars."""
    return [label(parameter, NAME_WIDTH) for parameter in parameters]


def _swings(effects: Swings, panel: Panel) -> Chart:
    shown = effects.swings[:MOST]
    names = _names([swing.parameter for swing in shown])
    ends = (
        ("at its lowest value", CYAN, [(swing.lowest, swing.low) for swing in shown]),
        ("at its highest value", PURPLE, [(swing.highest, swing.high) for swing in shown]),
    )
    traces = tuple(
        horizontal(
            bars(
                names,
                [0.0 if value is None else value - effects.base for _, value in pairs],
                [
                    f"{swing.parameter} {plain(setting)}: {measured(effects.measure, value)}"
                    for swing, (setting, value) in zip(shown, pairs, strict=True)
                ],
                base=effects.base,
                color=colour,
            )
        )
        for _, colour, pairs in ends
    )
    base = {
        "type": "line",
        "yref": "paper",
        "x0": effects.base,
        "x1": effects.base,
        "y0": 0,
        "y1": 1,
    }
    layout: Spec = {
        "barmode": "overlay",
        "xaxis": axis(measure_words(effects.measure)[0], nticks=6, zeroline=False),
        "shapes": [base | {"line": {"color": INK, "width": 2}}],
    }
    keys = (*((colour, words) for words, colour, _ in ends), (INK, "base"))
    return _titled(effects, panel, len(effects.swings), Chart("", "", traces, layout, keys=keys))


def _regression(effects: RankRegression, panel: Panel) -> Chart:
    known = [driver for driver in effects.coefficients if driver.value is not None]
    shown = known[:MOST]
    values = [driver.value or 0.0 for driver in shown]
    low, high = [driver.low or 0.0 for driver in shown], [driver.high or 0.0 for driver in shown]
    trace = bars(
        _names([driver.parameter for driver in shown]),
        values,
        [f"{driver.parameter}: {number(driver.value, 2)}" for driver in shown],
        color=[DOWN if value < 0 else UP for value in values],
        error_x=whiskers(values, low, high),
    )
    layout: Spec = {"xaxis": axis("SRRC", range=[-1.08, 1.08], nticks=5, zerolinewidth=2)}
    keys = ((UP, "raises it"), (DOWN, "lowers it"))
    return _titled(
        effects, panel, len(known), Chart("", "", (horizontal(trace),), layout, keys=keys)
    )


def _sobol(effects: SobolIndices, panel: Panel) -> Chart:
    shown = ranked(effects)[:MOST]
    names = _names([index.parameter for index in shown])
    parts = (
        ("total", YELLOW, [(index.total, index.total_within) for index in shown]),
        ("first order", BLUE, [(index.first, index.first_within) for index in shown]),
    )
    traces = tuple(
        horizontal(
            bars(
                names,
                [value for value, _ in pairs],
                [
                    f"{index.parameter}, {what}: {number(value, 2)} ± {number(within, 2)}"
                    for index, (value, within) in zip(shown, pairs, strict=True)
                ],
                width=None,
                color=colour,
                error_x=whiskers(
                    [value for value, _ in pairs],
                    [value - within for value, within in pairs],
                    [value + within for value, within in pairs],
                ),
            )
        )
        for what, colour, pairs in parts
    )
    layout: Spec = {
        "barmode": "group",
        "bargap": 0.25,
        "xaxis": axis("share of the variance", nticks=6, zerolinewidth=2),
    }
    keys = tuple((colour, what) for what, colour, _ in reversed(parts))
    return _titled(effects, panel, len(effects.indices), Chart("", "", traces, layout, keys=keys))


def _titled(effects: Drivers, panel: Panel, count: int, chart: Chart) -> Chart:
    """The chart with a title, a description from the table, and room for its rows."""
    table = drivers_table(effects)
    first = f" (the first {MOST} of {count})" if count > MOST else ""
    title = panel.titled(f"{table.title}{first}")
    row_px = PAIR_PX if isinstance(effects, SobolIndices) else ROW_PX
    return replace(
        chart,
        title=title,
        description=described(title, (", ".join(row) for row in table.rows)),
        layout=chart.layout | {"yaxis": name_axis()},
        height_px=ABOVE_PX + row_px * min(max(count, 3), MOST),
    )
