"""Why energy changes: a bar for each cause, and one for the change in all."""

from optimizer.counterfactual.results import Displacement
from optimizer.report.page.charts.chart import Chart, Spec, axis, charts, label
from optimizer.report.page.charts.colours import DOWN, GREY, UP
from optimizer.report.page.html import Html
from optimizer.report.tables.displacement_causes import CAUSES, causes

ENERGY = 2
"""Column of energy in the table of causes."""


def cause_bars(answer: Displacement) -> Html:
    """Bars to either side of none; nothing where the change is not split."""
    table, split = causes(answer), answer.attribution
    if table is None or split is None:
        return Html()
    amounts = [float(getattr(split.energy, name)) for _, name in CAUSES]
    cells = [row[ENERGY] for row in table.rows]
    signs = [DOWN if amount < 0 else UP for amount in amounts[:-1]]
    far = max(map(abs, amounts)) or 1.0
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "y": [label(words.split(":")[0]) for words, _ in CAUSES],
        "x": [amount / far for amount in amounts],
        "width": 0.7,
        "marker": {"color": [*signs, GREY]},
        "text": cells,
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [
            f"{label(row[0])}: {cell}" for row, cell in zip(table.rows, cells, strict=True)
        ],
        "hoverinfo": "text",
    }
    unit = table.columns[ENERGY]
    layout: Spec = {
        "yaxis": axis(autorange="reversed"),
        "xaxis": axis(
            unit, range=[-2.1, 2.1], showticklabels=False, showgrid=False, zerolinewidth=2
        ),
    }
    told = "; ".join(f"{row[0]} {cell}" for row, cell in zip(table.rows, cells, strict=True))
    chart = Chart(unit, f"{table.title}, {unit}: {told}.", (bars,), layout, height_px=230)
    return charts([chart])
