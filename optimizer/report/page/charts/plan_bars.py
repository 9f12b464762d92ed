"""Bars of a plan: what is built by year, what it costs, who serves the tokens."""

from collections.abc import Callable, Mapping

from optimizer.plan.builds import HARDWARE
from optimizer.plan.plan import Plan
from optimizer.report.numbers import power_unit, token_unit
from optimizer.report.page.charts.chart import (
    BLUE,
    OF_KIND,
    SERIES,
    Chart,
    Spec,
    axis,
    bars,
    charts,
    described,
    horizontal,
    label,
    legend,
    name_axis,
    year_axis,
)
from optimizer.report.page.html import Html, together
from optimizer.report.tables.builds import Row, every_build
from optimizer.report.tables.costs import WORDS, cost_parts, cost_share, cost_unit, system_cost
from optimizer.report.tables.tokens import served_gtok, served_text
from optimizer.report.years import shown_years

ROW_PX = 34
NAME_WIDTH = 24
"""Characters of a line of a name."""


def build_out(plan: Plan) -> Html:
    """Bars of MW commissioned by year; empty if nothing with MW is built."""
    builds = [row for row in every_build(plan) if row.mw]
    hardware = [row for row in builds if row.group == HARDWARE]
    power = [row for row in builds if row.group != HARDWARE]
    own = dict(zip(dict.fromkeys(row.what for row in power), SERIES, strict=False))
    drawn = []
    if hardware:
        title = "Hardware at full load before PUE: MW commissioned"
        drawn.append(_builds(plan, title, hardware, lambda row: row.kind, OF_KIND))
    if power:
        title = "Generators and storage at nameplate: MW commissioned"
        drawn.append(_builds(plan, title, power, lambda row: row.what, own))
    return charts(drawn)


def _builds(
    plan: Plan,
    title: str,
    builds: list[Row],
    name_of: Callable[[Row], str],
    colours: Mapping[str, str],
) -> Chart:
    years = plan.instance.time.years
    present = set(map(name_of, builds))
    ordered = [*(name for name in colours if name in present), *sorted(present - set(colours))]
    mw = {
        name: [sum(row.mw_in(year) for row in builds if name_of(row) == name) for year in years]
        for name in ordered
    }
    unit = power_unit(amount for amounts in mw.values() for amount in amounts)
    keys = tuple((colours.get(name, SERIES[-1]), name) for name in ordered)
    traces = tuple(
        bars(
            [str(year) for year in years],
            mw[name],
            [
                f"{name}, {year}: {unit.text(amount)} MW"
                for year, amount in zip(years, mw[name], strict=True)
            ],
            color=colour,
        )
        for colour, name in keys
    )
    layout: Spec = {
        "barmode": "stack",
        "xaxis": year_axis(years),
        "yaxis": axis("MW", rangemode="tozero", nticks=6),
    }
    figures = (
        f"{name}: "
        + ", ".join(f"{year} {unit.text(mw)}" for year, mw in zip(years, amounts, strict=True))
        for name, amounts in mw.items()
    )
    return Chart(title, described(title, figures), traces, layout, 280, keys)


def cost_bars(plan: Plan) -> Html:
    """Parts of the system cost, largest first; empty if all is free."""
    parts, total, unit = cost_parts(plan), system_cost(plan), cost_unit(plan)
    if not parts:
        return Html()
    names = [WORDS.get(name, name) for name in parts]
    texts = [f"{unit.text(usd)} ({cost_share(usd, total)})" for usd in parts.values()]
    largest = max(parts.values())
    trace = bars(
        [_short(name) for name in names],
        [usd / largest for usd in parts.values()],
        [f"{name}: {text} {unit.name}" for name, text in zip(names, texts, strict=True)],
        color=BLUE,
        text=texts,
        textposition="outside",
        cliponaxis=False,
    )
    hidden = {"showticklabels": False, "showgrid": False, "zeroline": False}
    layout: Spec = {"yaxis": name_axis(), "xaxis": axis(unit.name, range=[0, 1.35], **hidden)}
    title = f"System cost by part, {unit.name} and share"
    figures = (f"{name} {text}" for name, text in zip(names, texts, strict=True))
    height = 60 + ROW_PX * len(parts)
    return charts(
        [Chart(title, described(title, figures), (horizontal(trace),), layout, height)], "one"
    )


def _short(words: str) -> str:
    """The name of a part without its explanation, on lines that leave room for the bars."""
    return label(words.split(":")[0].split(", annuities")[0], NAME_WIDTH)


def token_bars(plan: Plan) -> Html:
    """Stacked bars of tokens served by kind of site; empty if nothing is served."""
    served, years = served_gtok(plan), shown_years(plan)
    if served.empty:
        return Html()
    total = served.sum()
    unit = token_unit(total)
    figures: dict[str, list[str]] = {}
    traces = []
    for kind, row in served.iterrows():
        texts = figures[str(kind)] = [served_text(row[y], total[y], unit) for y in years]
        hover = [f"{kind}, {year}: {text}" for year, text in zip(years, texts, strict=True)]
        heights = [float(row[year]) / unit.size for year in years]
        traces.append(bars(list(map(str, years)), heights, hover, color=OF_KIND[str(kind)]))
    layout: Spec = {
        "barmode": "stack",
        "xaxis": year_axis(years),
        "yaxis": axis(f"{unit.name}/year", rangemode="tozero", nticks=6),
    }
    title = f"Tokens served by kind of site: {unit.name}/year and share"
    words = (f"{kind}: {', '.join(texts)}" for kind, texts in figures.items())
    chart = Chart(title, described(title, words), tuple(traces), layout, 260)
    return together([legend([(OF_KIND[kind], kind) for kind in figures]), charts([chart])])
