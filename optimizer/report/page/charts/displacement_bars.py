"""Tokens, energy and load side by side: the rest without the intervention, and both with it."""

from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.results import Displacement
from optimizer.report.display_table import DisplayTable
from optimizer.report.page.charts.chart import Chart, Spec, axis, charts, label, legend
from optimizer.report.page.charts.colours import INTERVENTION, REST
from optimizer.report.page.html import Html, together
from optimizer.report.tables.displacement import measures
from optimizer.report.tables.displacement_change import change_table

PLACES = ["without", "with"]


def worlds_bars(answer: Displacement) -> Html:
    """A panel for each measure; nothing without plans."""
    table = measures(answer)
    if table is None:
        return Html()
    keys = [(REST, "the rest"), (INTERVENTION, answer.intervention)]
    names = ("tokens", "energy", "draw", "peak")
    return together([legend(keys), _panels(answer, table, names, answer.intervention)])


def change_bars(answer: Displacement) -> Html:
    """A panel for each measure of what adds no sites: all without the change, and with it."""
    table = change_table(answer)
    return Html() if table is None else _panels(answer, table, ("tokens", "energy", "peak"), "")


def _panels(answer: Displacement, table: DisplayTable, names: tuple[str, ...], new: str) -> Html:
    """Columns of a table as bars; its first rows are without, with, and what is new, if any."""
    shown = []
    for position, name in enumerate(names, start=1):
        measure = getattr(answer, name)
        said = [row[position] for row in table.rows[: 3 if new else 2]]
        shown.append(_panel(table.columns[position], measure, said, new))
    return charts(shown)


def _panel(title: str, measure: Measure, said: list[str], new: str) -> Chart:
    """Heights are shares of the highest bar: what they stand for is written beside them."""
    without, with_it, added = measure.rest_without, measure.rest_with, measure.intervention
    top = max(without, with_it + added) or 1.0
    unit, rest = title.rsplit(", ", 1)[-1], "rest" if new else "all"
    bars = [(REST, [without / top, with_it / top], [f"{rest}: {text} {unit}" for text in said[:2]])]
    above, told = said[1], f"{title}: {said[0]} without, {said[1]} with it."
    if new:
        hover = label(f"{new}: {said[2]} {unit}")
        bars.append((INTERVENTION, [0.0, added / top], ["", hover]))
        above += f"<br>+ {said[2]}"
        told = (
            f"{title}: the rest {said[0]} without {new}; with it the rest {said[1]} and {new}"
            f" {said[2]}."
        )
    traces = tuple[Spec, ...](
        {
            "type": "bar",
            "x": PLACES,
            "y": heights,
            "width": 0.7,
            "marker": {"color": colour},
            "hovertext": hovers,
            "hoverinfo": "text",
        }
        for colour, heights, hovers in bars
    )
    totals = ((without / top, said[0]), ((with_it + added) / top, above))
    notes = [
        {"x": place, "y": height, "text": text, "showarrow": False, "yanchor": "bottom"}
        for place, (height, text) in zip(PLACES, totals, strict=True)
    ]
    layout: Spec = {
        "barmode": "stack",
        "xaxis": axis(type="category"),
        "yaxis": axis(unit, range=[0, 1.3], showticklabels=False, showgrid=False),
        "annotations": notes,
    }
    return Chart(title, told, traces, layout, height_px=240)
