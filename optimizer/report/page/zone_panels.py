"""Megawatts drawn against megawatts allowed: a panel a zone, or one for all in a single year."""

import math
from collections.abc import Mapping

from optimizer.plan import Plan
from optimizer.report.grid import TITLE_OF_DRAW, full, tightest, tightest_zones, zone_draw
from optimizer.report.page.chart import Chart, Spec, axis, charts, label, legend
from optimizer.report.page.colours import FULL, LIMIT, ROOM
from optimizer.report.page.html import Html, together
from optimizer.report.years import shown_years

HALF = 0.4
"""Half the width of a bar, where bars are 1 apart."""

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
        shown = [_panel(f"MW drawn / MW allowed, {years[0]}", hours, cells)]
    else:
        shown = []
        for zone in zones:
            cells = [f"{zone}, {year}: {cell.strip()}" for year, cell in zip(years, said[zone], strict=True)]
            hours = {str(year): drawn[zone][year] for year in years}
            shown.append(_panel(f"{zone}, MW", hours, cells))
    keys = [(ROOM, "drawn"), (FULL, "drawn, no room left"), (LIMIT, "allowed")]
    return together([legend(keys), charts(shown, "panels" if len(years) > 1 else "one")])


def _panel(title: str, hours: Hours, said: list[str]) -> Chart:
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
            "line": {"color": LIMIT, "width": 3},
        }
        for place, (_, limit) in enumerate(hours.values())
        if math.isfinite(limit)
    ]
    ends = [-0.7, max(len(hours), 4 if len(hours) < 4 else 0) - 0.3]
    layout: Spec = {
        "xaxis": axis(type="category", range=ends, tickfont={"size": 11}),
        "yaxis": axis("MW", range=[0, 1.08 * top or 1], nticks=5),
        "shapes": limits,
    }
    told = f"{TITLE_OF_DRAW}. {'; '.join(said)}."
    return Chart(title, told, (bars,), layout, height_px=210)
