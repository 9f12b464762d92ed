"""Peak load against the limit: a panel for each zone, or one for all in a single year."""

import math
from collections.abc import Mapping
from typing import Any

from optimizer.plan.plan import Plan
from optimizer.report.numbers import Unit
from optimizer.report.page.charts.chart import (
    BINDING,
    HEADROOM,
    INK,
    Chart,
    Spec,
    axis,
    bars,
    charts,
    described,
    label,
    legend,
)
from optimizer.report.page.html import Html, together
from optimizer.report.tables.grid import (
    TITLE_OF_LOAD,
    ZoneHour,
    load_unit,
    tightest,
    tightest_zones,
)
from optimizer.report.years import shown_years

HALF = 0.4
"""Half the width of a bar, if bars are 1 apart."""

FEW_ZONES, FEWEST_PLACES = 5, 4
"""Zones that fit half the width; places for bars, so that a few are not drawn too wide."""

ALL_NAMED = 2
"""Years that are all named below a small panel."""


def zone_limits(plan: Plan) -> Html:
    """Bars of the load at the tightest hour, under a line for the limit."""
    hours, years = tightest(plan), shown_years(plan)
    if not hours:
        return Html()
    zones = tightest_zones(hours)
    unit = load_unit(hours[zone] for zone in zones)
    if len(years) == 1:
        bars_of = {zone: hours[zone][years[0]] for zone in zones}
        panels = [_panel(f"Peak load / limit, MW, {years[0]}", bars_of, unit, "", tickangle=None)]
    else:
        named = years[:: 1 if len(years) <= ALL_NAMED else 2]
        ticks = {"tickmode": "array", "tickvals": [str(year) for year in named]}
        panels = []
        for zone in zones:
            bars_of = {str(year): hours[zone][year] for year in years}
            panels.append(_panel(f"{zone}, MW", bars_of, unit, f"{zone}, ", **ticks))
    keys = [(HEADROOM, "peak load"), (BINDING, "peak load, limit binding"), (INK, "limit")]
    broad = len(years) == 1 and len(zones) > FEW_ZONES
    return together([legend(keys), charts(panels, "one" if broad else None)])


def _panel(
    title: str, hours: Mapping[str, ZoneHour], unit: Unit, prefix: str, **ticks: Any
) -> Chart:
    top = max(mw for hour in hours.values() for mw in hour if math.isfinite(mw))
    figures = [f"{prefix}{name}: {hour.text(unit)}" for name, hour in hours.items()]
    trace = bars(
        [label(name) for name in hours],
        [hour.load_mw for hour in hours.values()],
        figures,
        width=2 * HALF,
        color=[BINDING if hour.binding else HEADROOM for hour in hours.values()],
    )
    limits = [
        {
            "type": "line",
            "x0": place - HALF - 0.06,
            "x1": place + HALF + 0.06,
            "y0": hour.limit_mw,
            "y1": hour.limit_mw,
            "line": {"color": INK, "width": 3},
        }
        for place, hour in enumerate(hours.values())
        if math.isfinite(hour.limit_mw)
    ]
    beside = 0.2 + max(FEWEST_PLACES - len(hours), 0) / 2
    ends = [-0.5 - beside, len(hours) - 0.5 + beside]
    layout: Spec = {
        "xaxis": axis(type="category", range=ends, **ticks),
        "yaxis": axis("MW", range=[0, 1.08 * top or 1], nticks=5),
        "shapes": limits,
    }
    return Chart(title, described(TITLE_OF_LOAD, figures), (trace,), layout, height_px=210)
