"""Load over the peak day by kind of site: from the grid, against the limit, and off it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, number
from optimizer.report.page.charts.chart import INK, OF_KIND, Chart, Spec, axis, charts, legend
from optimizer.report.page.html import Html, as_table, element, together
from optimizer.report.tables.grid import tightest, tightest_zones
from optimizer.report.tables.instance import day_name

MOST_ZONES = 5
ROOM_ABOVE = 1.25
"""A panel reaches so much higher than the load, and than the least that is allowed."""

HOURS_OF_DAY = 24
NOTHING_MW = 1e-6

ALLOWED = "allowed"
STEP = ["start_h", "length_h"]


@dataclass(frozen=True)
class Day:
    """Load of a group of sites over the day, by kind of site, and what they may draw.

    Attributes
    ----------
    name : str
    steps : list of (int, int)
        First hour and length of each step.
    kinds : dict of str to list of float
        MW of each kind of site with load, by step.
    limit : list of float or None
        MW, by step; None where there is no limit.
    """

    name: str
    steps: list[tuple[int, int]]
    kinds: dict[str, list[float]]
    limit: list[float] | None

    @property
    def lines(self) -> dict[str, list[float]]:
        """Kinds of site and the limit, by what they are called."""
        return self.kinds | ({} if self.limit is None else {ALLOWED: self.limit})


def peak_day(plan: Plan) -> Html:
    """Stacked areas of the day of highest load: all zones, the tightest ones, off the grid."""
    power = plan.power
    hours = power.groupby(["year", "day", "start_h"])["power_mw"].sum()
    if hours.max() <= NOTHING_MW:
        return Html()
    first = int(hours.to_numpy().argmax())
    year, day = (int(hours.index.get_level_values(name)[first]) for name in ("year", "day"))
    days = list(_days(plan, year, day))
    kinds = [kind for kind in OF_KIND if any(kind in one.kinds for one in days)]
    keys = [(OF_KIND[kind], kind) for kind in kinds]
    if any(one.limit is not None for one in days):
        keys.append((INK, ALLOWED))
    title = f"Load by kind of site on {day_name(day)} {year}, the day of highest load: MW"
    headings = tuple(f"{start}-{start + length}h" for start, length in days[0].steps)
    table = DisplayTable(title, ("", "", *headings), tuple(_rows(days)), words=(0, 1))
    figures = element("details", element("summary", "Figures of these charts"), as_table(table))
    note = (
        "From the grid, what sites draw from their zone; off the grid, their load."
        " Where the line leaves a panel, more is allowed than it shows."
    )
    return together(
        [
            element("h3", title),
            legend(keys),
            charts([_panel(one) for one in days]),
            element("p", note, class_="note"),
            figures,
        ]
    )


def _days(plan: Plan, year: int, day: int) -> Iterator[Day]:
    power, zones = (_of_day(table, year, day) for table in (plan.power, plan.tables["zones"]))
    grid, alone = power[power["zone"] != ""], power[power["zone"] == ""]
    every = [zone.id for zone in plan.instance.zones]
    if len(every) > 1:
        yield _day("all zones", grid, "draw_mw", zones)
    for zone in tightest_zones(tightest(plan), MOST_ZONES) if every else ():
        yield _day(zone, grid[grid["zone"] == zone], "draw_mw", zones[zones["zone"] == zone])
    if alone["power_mw"].max() > NOTHING_MW:
        yield _day("off the grid", alone, "power_mw", None)


def _of_day(table: pd.DataFrame, year: int, day: int) -> pd.DataFrame:
    return table if table.empty else table[(table["year"] == year) & (table["day"] == day)]


def _day(name: str, power: pd.DataFrame, column: str, zones: pd.DataFrame | None) -> Day:
    """Load of some sites; the limit is that of some zones together, where all have one."""
    of = power if zones is None else zones
    steps = sorted({(int(a), int(b)) for a, b in of[STEP].itertuples(index=False)})
    by_kind = {
        kind: power[power["kind"] == kind].groupby("start_h")[column].sum() for kind in OF_KIND
    }
    kinds = {
        kind: [max(float(mw[start]), 0.0) for start, _ in steps]
        for kind, mw in by_kind.items()
        if mw.max() > NOTHING_MW
    }
    if zones is None or zones["limit_mw"].isna().any():
        return Day(name, steps, kinds, None)
    allowed = zones.groupby("start_h")["limit_mw"].sum()
    return Day(name, steps, kinds, [float(allowed[start]) for start, _ in steps])


def _panel(day: Day) -> Chart:
    cells = {row[1]: row[2:] for row in _rows([day])}
    traces = [_line(day, what, values, cells[what]) for what, values in day.lines.items()]
    load = max((sum(values) for values in zip(*day.kinds.values(), strict=True)), default=0.0)
    top = max(load, min(day.limit or [0.0]))
    layout: Spec = {
        "xaxis": axis("hour", range=[0, HOURS_OF_DAY], dtick=6, showgrid=False),
        "yaxis": axis("MW", range=[0, ROOM_ABOVE * top or 1], nticks=5),
    }
    title = f"{day.name}, MW"
    told = f"{title}: load by kind of site over the day; the figures are in the table."
    return Chart(title, told, tuple(traces), layout, height_px=230)


def _line(day: Day, what: str, values: list[float], cells: tuple[str, ...]) -> Spec:
    """An area on top of those before it, or the limit as a line; held to the end of each step."""
    said = [
        f"{what} from {start}:00: {cell} MW"
        for (start, _), cell in zip(day.steps, cells, strict=True)
    ]
    drawn: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": [*(start for start, _ in day.steps), HOURS_OF_DAY],
        "y": [*values, values[-1]],
        "hovertext": [*said, said[-1]],
        "hoverinfo": "text",
    }
    if what == ALLOWED:
        return drawn | {"line": {"shape": "hv", "width": 3, "color": INK}}
    area = {"stackgroup": "load", "fillcolor": OF_KIND[what]}
    return drawn | area | {"line": {"shape": "hv", "width": 0}}


def _rows(days: list[Day]) -> Iterator[tuple[str, ...]]:
    for day in days:
        places = decimals(value for line in day.lines.values() for value in line)
        for what, line in day.lines.items():
            yield (day.name, what, *(number(value, places) for value in line))
