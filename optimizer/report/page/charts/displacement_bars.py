"""Tokens, energy and load side by side: the rest without the intervention, and both with it."""

from collections.abc import Callable

from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.results import Displacement, InterventionResult, ZoneChange
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.report.display_table import DisplayTable
from optimizer.report.page.charts.chart import (
    DOWN,
    GREY,
    INTERVENTION,
    REST,
    UP,
    Chart,
    Spec,
    axis,
    charts,
    label,
    legend,
)
from optimizer.report.page.html import Html, as_table, together
from optimizer.report.tables.displacement import CAUSES, causes, measures, zone_changes
from optimizer.report.tables.displacement_sentences import change_table
from optimizer.report.years import shown_years

PLACES = ["without", "with"]


def worlds_bars(answer: Displacement) -> Html:
    """A panel for each measure; nothing without plans."""
    table = measures(answer)
    if table is None:
        return Html()
    keys = [(REST, "the rest"), (INTERVENTION, answer.intervention)]
    names = ("tokens", "energy", "draw", "peak")
    return together([legend(keys), _panels(answer, table, names, answer.intervention)])


def change_bars(answer: InterventionResult) -> Html:
    """A panel for each measure of what adds no sites: all without the change, and with it."""
    table = change_table(answer)
    return Html() if table is None else _panels(answer, table, ("tokens", "energy", "peak"), "")


def _panels(
    answer: InterventionResult, table: DisplayTable, names: tuple[str, ...], new: str
) -> Html:
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


ROW_PX = 22

OF: tuple[tuple[str, Callable[[ZoneChange], float]], ...] = (
    ("MWh a year", lambda one: one.mwh),
    ("MW", lambda one: one.mw),
)
"""Unit and figure of each table of zones."""


def zone_bars(answer: Displacement) -> Html:
    """Each table of zones under its bars; nothing without plans."""
    tables = zone_changes(answer)
    if not tables:
        return Html()
    parts = [legend([(DOWN, "relieved"), (UP, "loaded")])]
    for table, (unit, of) in zip(tables, OF, strict=True):
        parts += [_zone_panels(answer, table, unit, of), as_table(table)]
    return together(parts)


def _zone_panels(
    answer: Displacement, table: DisplayTable, unit: str, of: Callable[[ZoneChange], float]
) -> Html:
    zones = [row[0] for row in table.rows]
    years = shown_years(answer.plans[WITH_INTERVENTION])
    # What the table tells as 0 is the solver's dust, and has no bar.
    nothing = {
        (row[0], year)
        for row in table.rows
        for year, cell in zip(years, row[1:], strict=False)
        if cell == "0"
    }
    change = {
        (one.zone, one.year): 0.0 if (one.zone, one.year) in nothing else of(one)
        for one in answer.zones
    }
    far = max(abs(change[zone, year]) for zone in zones for year in years) or 1.0
    shown = []
    for position, year in enumerate(years, start=1):
        cells = [row[position] for row in table.rows]
        amounts = [change[zone, year] for zone in zones]
        bars: Spec = {
            "type": "bar",
            "orientation": "h",
            "y": [label(zone) for zone in zones],
            "x": amounts,
            "width": 0.7,
            "marker": {"color": [DOWN if amount < 0 else UP for amount in amounts]},
            "hovertext": [
                label(f"{zone}, {year}: {cell} {unit}")
                for zone, cell in zip(zones, cells, strict=True)
            ],
            "hoverinfo": "text",
        }
        layout: Spec = {
            "xaxis": axis(unit, range=[-1.1 * far, 1.1 * far], nticks=4, zerolinewidth=2),
            "yaxis": axis(autorange="reversed", tickfont={"size": 11}, type="category"),
        }
        told = "; ".join(f"{zone} {cell}" for zone, cell in zip(zones, cells, strict=True))
        title = f"{year}, {unit}"
        height = 80 + ROW_PX * max(len(zones), 3)
        shown.append(Chart(title, f"{table.title}, {year}: {told}.", (bars,), layout, height))
    return charts(shown)
