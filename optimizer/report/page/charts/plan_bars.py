"""What is built, by year: hardware by kind of site, and what powers it."""

from collections.abc import Callable
from textwrap import wrap

from optimizer.plan.builds import HARDWARE
from optimizer.plan.plan import Plan
from optimizer.report.numbers import decimals, number, token_unit
from optimizer.report.page.charts.chart import (
    BLUE,
    OF_KIND,
    SERIES,
    Chart,
    Spec,
    axis,
    charts,
    label,
    legend,
)
from optimizer.report.page.html import Html, together
from optimizer.report.tables.builds import Row, every_build
from optimizer.report.tables.costs import cost_parts, costs
from optimizer.report.tables.tokens import served_gtok, tokens_by_kind
from optimizer.report.years import shown_years


def build_out(plan: Plan) -> Html:
    """Bars of MW commissioned by year; nothing where nothing with MW is built."""
    found = [build for build in every_build(plan) if build.mw]
    hardware = [build for build in found if build.group == HARDWARE]
    power = [build for build in found if build.group != HARDWARE]
    own = dict(zip(dict.fromkeys(build.what for build in power), SERIES, strict=False))
    parts: list[tuple[list[Row], dict[str, str], str, Callable[[Row], str]]] = [
        (
            hardware,
            OF_KIND,
            "Hardware at full load before PUE: MW commissioned",
            lambda one: one.kind,
        ),
        (power, own, "Generators and storage at nameplate: MW commissioned", lambda one: one.what),
    ]
    return charts([_bars(plan, *part) for part in parts if part[0]])


def _bars(
    plan: Plan,
    members: list[Row],
    colours: dict[str, str],
    title: str,
    of: Callable[[Row], str],
) -> Chart:
    years = plan.instance.time.years
    mw = {
        name: [sum(one.mw_in(year) for one in members if of(one) == name) for year in years]
        for name in dict.fromkeys(
            map(of, sorted(members, key=lambda one: _place(colours, of(one))))
        )
    }
    places = decimals([value for values in mw.values() for value in values])
    traces = tuple[Spec, ...](
        {
            "type": "bar",
            "x": [str(year) for year in years],
            "y": values,
            "width": 0.7,
            "marker": {"color": colours.get(name, SERIES[-1])},
            "hovertext": [
                label(f"{name}, {year}: {number(value, places)} MW")
                for year, value in zip(years, values, strict=True)
            ],
            "hoverinfo": "text",
        }
        for name, values in mw.items()
    )
    layout: Spec = {
        "barmode": "stack",
        "xaxis": axis(type="category", range=[-0.7, max(len(years), 3) - 0.3]),
        "yaxis": axis("MW", rangemode="tozero", nticks=6),
    }
    told = "; ".join(
        f"{name}: "
        + ", ".join(
            f"{year} {number(value, places)}" for year, value in zip(years, values, strict=True)
        )
        for name, values in mw.items()
    )
    keys = tuple((colours.get(name, SERIES[-1]), name) for name in mw)
    return Chart(title, f"{title}. {told}.", traces, layout, 280, keys)


def _place(colours: dict[str, str], name: str) -> int:
    return list(colours).index(name) if name in colours else len(colours)


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
