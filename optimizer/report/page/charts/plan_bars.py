"""What is built, by year: hardware by kind of site, and what powers it."""

from collections.abc import Callable

from optimizer.plan.builds import HARDWARE
from optimizer.plan.plan import Plan
from optimizer.report.numbers import decimals, number
from optimizer.report.page.charts.chart import Chart, Spec, axis, charts, label
from optimizer.report.page.charts.colours import OF_KIND, SERIES
from optimizer.report.page.html import Html
from optimizer.report.tables.builds import Row, every_build


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
