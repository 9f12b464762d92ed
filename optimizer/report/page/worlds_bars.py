"""Tokens, energy and load side by side: the rest without the intervention, and both with it."""

from optimizer.counterfactual.result import Displacement
from optimizer.report.displacement import measures
from optimizer.report.page.chart import Chart, Spec, axis, charts, label, legend
from optimizer.report.page.colours import INTERVENTION, REST
from optimizer.report.page.html import Html, together


def worlds_bars(answer: Displacement) -> Html:
    """A panel for each measure; nothing without plans."""
    table = measures(answer)
    if table is None:
        return Html()
    without, with_it, new = table.rows[:3]
    shown = []
    for position, name in enumerate(("tokens", "energy", "draw", "peak"), start=1):
        measure = getattr(answer, name)
        amounts = (measure.rest_without, measure.rest_with, measure.intervention)
        said = (without[position], with_it[position], new[position])
        shown.append(_panel(answer, table.columns[position], amounts, said))
    keys = [(REST, "the rest"), (INTERVENTION, answer.intervention)]
    return together([legend(keys), charts(shown)])


def _panel(
    answer: Displacement,
    title: str,
    amounts: tuple[float, float, float],
    said: tuple[str, str, str],
) -> Chart:
    """Heights are shares of the highest bar: what they stand for is written beside them."""
    rest_without, rest_with, new = amounts
    top = max(rest_without, rest_with + new) or 1.0
    places = ["without", "with"]
    unit = title.rsplit(", ", 1)[-1]
    traces: tuple[Spec, ...] = (
        {
            "type": "bar",
            "x": places,
            "y": [rest_without / top, rest_with / top],
            "width": 0.7,
            "marker": {"color": REST},
            "hovertext": [f"rest: {amount} {unit}" for amount in said[:2]],
            "hoverinfo": "text",
        },
        {
            "type": "bar",
            "x": places,
            "y": [0.0, new / top],
            "width": 0.7,
            "marker": {"color": INTERVENTION},
            "hovertext": ["", label(f"{answer.intervention}: {said[2]} {unit}")],
            "hoverinfo": "text",
        },
    )
    totals = ((rest_without / top, said[0]), ((rest_with + new) / top, f"{said[1]}<br>+ {said[2]}"))
    notes = [
        {"x": place, "y": height, "text": text, "showarrow": False, "yanchor": "bottom"}
        for place, (height, text) in zip(places, totals, strict=True)
    ]
    layout: Spec = {
        "barmode": "stack",
        "xaxis": axis(type="category"),
        "yaxis": axis(unit, range=[0, 1.3], showticklabels=False, showgrid=False),
        "annotations": notes,
    }
    told = (
        f"{title}: the rest {said[0]} without {answer.intervention}; with it the rest {said[1]}"
        f" and {answer.intervention} {said[2]}."
    )
    return Chart(title, told, traces, layout, height_px=240)
