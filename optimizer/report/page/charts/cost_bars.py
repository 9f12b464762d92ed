"""System cost by part as bars."""

from textwrap import wrap

from optimizer.plan.plan import Plan
from optimizer.report.page.charts.chart import Chart, Spec, axis, charts, label
from optimizer.report.page.charts.colours import BLUE
from optimizer.report.page.html import Html
from optimizer.report.tables.costs import cost_parts, costs

ROW_PX = 34


WIDTH = 24
"""Letters of a name's line."""


def cost_bars(plan: Plan) -> Html:
    """Parts of the cost, largest first; nothing where all is free."""
    parts, table = cost_parts(plan), costs(plan)
    if not parts:
        return Html()
    unit = table.columns[1]
    rows = table.rows[: len(parts)]
    names = [_short(row[0]) for row in rows]
    largest = max(amount for _, amount in parts)
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": [amount / largest for _, amount in parts],
        "width": 0.7,
        "marker": {"color": BLUE},
        "text": [f"{amount} ({share})" for _, amount, share in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [label(f"{what}: {amount} {unit}") for what, amount, _ in rows],
        "hoverinfo": "text",
    }
    layout: Spec = {
        "yaxis": axis(autorange="reversed"),
        "xaxis": axis(unit, range=[0, 1.35], showticklabels=False, showgrid=False, zeroline=False),
    }
    told = "; ".join(f"{what} {amount}, {share}" for what, amount, share in rows)
    chart = Chart(
        f"System cost by part, {unit} and share",
        f"{table.title}. {told}.",
        (bars,),
        layout,
        height_px=60 + ROW_PX * len(parts),
    )
    return charts([chart], "one")


def _short(words: str) -> str:
    """Words less what is in the table alone, on lines that leave room for the bars."""
    named = words.split(":")[0].split(", annuities")[0]
    return "<br>".join(label(line) for line in wrap(named, WIDTH))
