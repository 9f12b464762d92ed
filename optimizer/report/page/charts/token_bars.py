"""Tokens served by kind of site as bars, a year each."""

from optimizer.plan.plan import Plan
from optimizer.report.numbers import token_unit
from optimizer.report.page.charts.chart import Chart, Spec, axis, charts, label, legend
from optimizer.report.page.charts.colours import OF_KIND
from optimizer.report.page.html import Html, together
from optimizer.report.tables.tokens import served_gtok, tokens_by_kind
from optimizer.report.years import shown_years


def token_bars(plan: Plan) -> Html:
    """Stacked bars; nothing where nothing is served."""
    table, served, years = tokens_by_kind(plan), served_gtok(plan), shown_years(plan)
    totals = [sum(served.get((kind, year), 0.0) for kind in OF_KIND) for year in years]
    size, unit = token_unit(totals)
    carrying = {kind for kind, _ in served}
    rows = [row for row in table.rows if row[0] in carrying]
    if not rows:
        return Html()
    traces = tuple[Spec, ...](
        {
            "type": "bar",
            "x": [str(year) for year in years],
            "y": [served.get((kind, year), 0.0) / size for year in years],
            "width": 0.7,
            "marker": {"color": OF_KIND[kind]},
            "hovertext": [
                label(f"{kind}, {year}: {cell}") for year, cell in zip(years, cells, strict=True)
            ],
            "hoverinfo": "text",
        }
        for kind, *cells in rows
    )
    layout: Spec = {
        "barmode": "stack",
        "xaxis": axis(type="category", range=[-0.7, max(len(years), 3) - 0.3]),
        "yaxis": axis(f"{unit}/year", rangemode="tozero", nticks=6),
    }
    told = "; ".join(f"{kind}: {', '.join(cells)}" for kind, *cells in rows)
    chart = Chart(table.title, f"{table.title}. {told}.", traces, layout, height_px=260)
    return together([legend([(OF_KIND[row[0]], row[0]) for row in rows]), charts([chart])])
