"""Megawatts drawn against megawatts allowed: a panel a zone, or one for all in a single year."""

import math
from collections.abc import Mapping

from optimizer.plan.plan import Plan
from optimizer.report.page.charts.chart import (
    FULL,
    INK,
    ROOM,
    Chart,
    Spec,
    axis,
    charts,
    label,
    legend,
)
from optimizer.report.page.html import Html, together
from optimizer.report.tables.grid import TITLE_OF_DRAW, full, tightest, tightest_zones, zone_draw
from optimizer.report.years import shown_years

HALF = 0.4
"""Half the width of a bar, where bars are 1 apart."""

FEW_ZONES, FEWEST_PLACES = 5, 4
"""Zones that need half the width; bars that there is room for, so that few are not too broad."""

ALL_NAMED = 2
"""Years that are all named below a small panel."""

Hours = Mapping[str, tuple[float, float]]
"""MW drawn and allowed, by what stands below the bar."""


def zone_panels(plan: Plan) -> Html:
    """Bars of what is drawn at the tightest hour, under a line for what is allowed."""
    table = zone_draw(plan)
    if table is None:
        return Html()
    said = {row[0]: row[1:] for row in table.rows}
    drawn, years = tightest(plan), shown_years(plan)
    zones = tightest_zones(drawn)
    if len(years) == 1:
        hours = {zone: drawn[zone][years[0]] for zone in zones}
        cells = [f"{zone}: {said[zone][0].strip()}" for zone in zones]
        below: Spec = {"tickangle": None}
        shown = [_panel(f"MW drawn / MW allowed, {years[0]}", hours, cells, below)]
    else:
        shown = []
        named = years[:: 1 if len(years) <= ALL_NAMED else 2]
        below = {"tickmode": "array", "tickvals": [str(year) for year in named]}
        for zone in zones:
            cells = [
                f"{zone}, {year}: {cell.strip()}"
                for year, cell in zip(years, said[zone], strict=True)
            ]
            hours = {str(year): drawn[zone][year] for year in years}
            shown.append(_panel(f"{zone}, MW", hours, cells, below))
    keys = [(ROOM, "drawn"), (FULL, "drawn, no room left"), (INK, "allowed")]
    broad = len(years) == 1 and len(zones) > FEW_ZONES
    return together([legend(keys), charts(shown, "one" if broad else None)])


def _panel(title: str, hours: Hours, said: list[str], below: Spec) -> Chart:
    top = max(mw for hour in hours.values() for mw in hour if math.isfinite(mw))
    bars: Spec = {
        "type": "bar",
        "x": [label(name) for name in hours],
        "y": [drawn for drawn, _ in hours.values()],
        "width": 2 * HALF,
        "marker": {"color": [FULL if full(*hour) else ROOM for hour in hours.values()]},
        "hovertext": [label(text) for text in said],
        "hoverinfo": "text",
    }
    limits = [
        {
            "type": "line",
            "x0": place - HALF - 0.06,
            "x1": place + HALF + 0.06,
            "y0": limit,
            "y1": limit,
            "line": {"color": INK, "width": 3},
        }
        for place, (_, limit) in enumerate(hours.values())
        if math.isfinite(limit)
    ]
    beside = 0.2 + max(FEWEST_PLACES - len(hours), 0) / 2
    ends = [-0.5 - beside, len(hours) - 0.5 + beside]
    layout: Spec = {
        "xaxis": axis(type="category", range=ends, **below),
        "yaxis": axis("MW", range=[0, 1.08 * top or 1], nticks=5),
        "shapes": limits,
    }
    told = f"{TITLE_OF_DRAW}. {'; '.join(said)}."
    return Chart(title, told, (bars,), layout, height_px=210)
