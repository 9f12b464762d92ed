"""Load over the peak day by kind of site: from the grid, against the limit, and off it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from optimizer.plan import Plan
from optimizer.report.contents import day_name
from optimizer.report.grid import tightest, tightest_zones
from optimizer.report.numbers import decimals, number
from optimizer.report.page.chart import Chart, Spec, axis, charts, label, legend
from optimizer.report.page.colours import LIMIT, OF_KIND
from optimizer.report.page.html import Html, as_table, element, together
from optimizer.report.table import Table

MOST_ZONES = 5
ROOM_ABOVE = 1.25
"""A panel reaches so much higher than the load, and than the least that is allowed."""

HOURS_OF_DAY = 24
NOTHING_MW = 1e-6

STEP = ["start_h", "length_h"]


@dataclass(frozen=True)
class Day:
    """Load of a group of sites over the day, by kind of site, and what they may draw.

    Attributes
    ----------
    name : str
    kinds : DataFrame
        MW; a row a step (first hour, length), a column a kind of site with load.
    limit : Series or None
        MW, by step; None where there is no limit.
    """

    name: str
    kinds: pd.DataFrame
    limit: "pd.Series[float] | None"


def peak_day(plan: Plan) -> Html:
    """Stacked areas of the day with the highest load: all zones, the tightest ones, off the grid."""
    power = plan.power
    hours = power.groupby(["year", "day", "start_h"])["power_mw"].sum()
    if hours.max() <= NOTHING_MW:
        return Html()
    year, day = (int(one) for one in hours.idxmax()[:2])
    days = list(_days(plan, year, day))
    shown = [_panel(one) for one in days]
    kinds = [kind for kind in OF_KIND if any(kind in one.kinds for one in days)]
    keys = [(OF_KIND[kind], kind) for kind in kinds]
    if any(one.limit is not None for one in days):
        keys.append((LIMIT, "allowed"))
    title = f"Load by kind of site on {day_name(day)} {year}, the day of highest load: MW"
    table = Table(title, ("", "", *_steps(days[0])), tuple(_rows(days)), words=(0, 1))
    figures = element("details", element("summary", "Figures of these charts"), as_table(table))
    note = (
        "From the grid, what sites draw from their zone; off the grid, their load."
        " Where the line leaves a panel, more is allowed than it shows."
    )
    return together(
        [
            element("h3", title),
            legend(keys),
            charts(shown, "wide" if len(shown) < 3 else "panels"),
            element("p", note, class_="note"),
            figures,
        ]
    )


def _days(plan: Plan, year: int, day: int) -> Iterator[Day]:
    power, zones = (_of_day(table, year, day) for table in (plan.power, plan.tables["zones"]))
    grid = power[power["zone"] != ""]
    every = [zone.id for zone in plan.instance.zones]
    if len(every) > 1:
        allowed = zones.groupby(STEP)["limit_mw"].sum(min_count=len(every))
        yield Day("all zones", _by_kind(grid, "draw_mw"), _known(allowed))
    for zone in tightest_zones(tightest(plan), MOST_ZONES) if every else ():
        allowed = zones[zones["zone"] == zone].groupby(STEP)["limit_mw"].sum(min_count=1)
        yield Day(zone, _by_kind(grid[grid["zone"] == zone], "draw_mw"), _known(allowed))
    alone = _by_kind(power[power["zone"] == ""], "power_mw")
    if not alone.empty:
        yield Day("off the grid", alone, None)


def _of_day(table: pd.DataFrame, year: int, day: int) -> pd.DataFrame:
    return table if table.empty else table[(table["year"] == year) & (table["day"] == day)]


def _by_kind(power: pd.DataFrame, column: str) -> pd.DataFrame:
    by_kind = power.pivot_table(index=STEP, columns="kind", values=column, aggfunc="sum")
    return by_kind[[kind for kind in OF_KIND if kind in by_kind and by_kind[kind].max() > NOTHING_MW]]


def _known(limit: "pd.Series[float]") -> "pd.Series[float] | None":
    return None if limit.isna().any() else limit


def _panel(day: Day) -> Chart:
    steps = [start for start, _ in day.kinds.index]
    cells = {row[1]: row[2:] for row in _rows([day])}
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "stackgroup": "load",
            "x": [*steps, HOURS_OF_DAY],
            "y": _held(day.kinds[kind]),
            "line": {"shape": "hv", "width": 0},
            "fillcolor": OF_KIND[kind],
            "hovertext": [f"{kind} from {start}:00: {cell} MW" for start, cell in zip(steps, cells[kind], strict=True)] + [""],
            "hoverinfo": "text",
        }
        for kind in day.kinds
    ]
    top = float(day.kinds.sum(axis=1).max())
    if day.limit is not None:
        top = max(top, float(day.limit.min()))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [*steps, HOURS_OF_DAY],
                "y": _held(day.limit),
                "line": {"shape": "hv", "width": 3, "color": LIMIT},
                "hovertext": [f"allowed from {start}:00: {cell} MW" for start, cell in zip(steps, cells["allowed"], strict=True)] + [""],
                "hoverinfo": "text",
            }
        )
    layout: Spec = {
        "xaxis": axis("hour", range=[0, HOURS_OF_DAY], dtick=6, showgrid=False),
        "yaxis": axis("MW", range=[0, ROOM_ABOVE * top or 1], nticks=5),
    }
    told = f"{day.name}, load by kind of site over the day, MW"
    return Chart(label(f"{day.name}, MW"), f"{told}; the figures are in the table.", tuple(traces), layout, 230)


def _held(values: "pd.Series[float]") -> list[float]:
    """Values of the steps, the last held to the end of the day."""
    held = [max(float(value), 0.0) for value in values]
    return [*held, held[-1]]


def _steps(day: Day) -> tuple[str, ...]:
    return tuple(f"{start}-{start + length}h" for start, length in day.kinds.index)


def _rows(days: list[Day]) -> Iterator[tuple[str, ...]]:
    for day in days:
        lines = {kind: day.kinds[kind] for kind in day.kinds}
        if day.limit is not None:
            lines["allowed"] = day.limit
        places = decimals([float(value) for line in lines.values() for value in line])
        for what, line in lines.items():
            yield (day.name, str(what), *(number(float(value), places) for value in line))
