"""Zones relieved and loaded: bars to either side, a panel a year."""

from collections.abc import Callable

from optimizer.counterfactual.results import Displacement, ZoneChange
from optimizer.counterfactual.worlds import WITH
from optimizer.report.display_table import DisplayTable
from optimizer.report.page.charts.chart import Chart, Spec, axis, charts, label, legend
from optimizer.report.page.charts.colours import DOWN, UP
from optimizer.report.page.html import Html, as_table, together
from optimizer.report.tables.displacement_zones import zone_changes
from optimizer.report.years import shown_years

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
        parts += [_panels(answer, table, unit, of), as_table(table)]
    return together(parts)


def _panels(
    answer: Displacement, table: DisplayTable, unit: str, of: Callable[[ZoneChange], float]
) -> Html:
    zones = [row[0] for row in table.rows]
    years = shown_years(answer.plans[WITH])
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
