"""Sobol indices: two bars a parameter, alone and with all that it acts together with."""

from optimizer.report.numbers import number
from optimizer.report.page.charts.chart import Chart, Spec, axis, label
from optimizer.report.page.charts.colours import BLUE, INK, YELLOW
from optimizer.report.page.charts.drivers import ABOVE_PX, MOST, short
from optimizer.report.tables.study_analysis import sobol_table
from optimizer.studies.analysis.sobol import SobolIndices

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
