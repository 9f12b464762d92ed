"""Load over the peak day by kind of site: from the grid, against the limit, and off the grid."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import Unit, power_unit
from optimizer.report.page.charts.chart import INK, OF_KIND, Chart, Spec, axis, charts, legend
from optimizer.report.page.html import Html, as_table, element, together
from optimizer.report.tables.grid import tightest, tightest_zones
from optimizer.report.tables.instance import day_name

MOST_ZONES = 5
ROOM_ABOVE = 1.25
"""Height of a panel over its highest load and over its lowest limit."""

HOURS_OF_DAY = 24
NO_LOAD_MW = 1e-6

LIMIT = "limit"
STEP = ["start_h", "length_h"]


@dataclass(frozen=True)
class Day:
    """Load of a group of sites over the day, by kind of site, and its limit.

    Attributes
    ----------
    name : str
    steps : list of (int, int)
        First hour and length of each step.
    kinds : dict of str to list of float
        MW of each kind of site with load, by step.
    limit : list of float or None
        MW, by step; None without a limit.
    """

    name: str
    steps: list[tuple[int, int]]
    kinds: dict[str, list[float]]
    limit: list[float] | None

    @property
    def lines(self) -> dict[str, list[float]]:
        """MW by step of each kind of site and of the limit."""
        return self.kinds | ({} if self.limit is None else {LIMIT: self.limit})

    @property
    def unit(self) -> Unit:
        """MW with the decimals of the day's figures."""
        return power_unit(mw for line in self.lines.values() for mw in line)


def peak_day(plan: Plan) -> Html:
    """Stacked areas of the day of highest load: all zones, the tightest ones, off the grid."""
    power = plan.power
    hours = power.groupby(["year", "day", "start_h"])["power_mw"].sum()
    if hours.max() <= NO_LOAD_MW:
        return Html()
    first = int(hours.to_numpy().argmax())
    year, day = (int(hours.index.get_level_values(name)[first]) for name in ("year", "day"))
    groups = list(_groups(plan, year, day))
    keys = [(OF_KIND[kind], kind) for kind in OF_KIND if any(kind in g.kinds for g in groups)]
    if any(group.limit is not None for group in groups):
        keys.append((INK, LIMIT))
    title = f"Load by kind of site on the peak day, {day_name(day)} {year}: MW"
    headings = tuple(f"{start}-{start + length}h" for start, length in groups[0].steps)
    rows = tuple(
        (group.name, what, *map(group.unit.text, line))
        for group in groups
        for what, line in group.lines.items()
    )
    table = as_table(DisplayTable(title, ("", "", *headings), rows, words=(0, 1)))
    note = (
        "Zones: load drawn from the grid. Off the grid: load served by on-site generation."
        " A limit line that leaves its panel is higher than the panel shows."
    )
    return together(
        [
            element("h3", title),
            legend(keys),
            charts([_panel(group) for group in groups]),
            element("p", note, class_="note"),
            element("details", element("summary", "Figures of these charts"), table),
        ]
    )


def _groups(plan: Plan, year: int, day: int) -> Iterator[Day]:
    power, zones = (_of_day(table, year, day) for table in (plan.power, plan.tables["zones"]))
    grid, alone = power[power["zone"] != ""], power[power["zone"] == ""]
    count = len(plan.instance.zones)
    if count > 1:
        yield _day("all zones", grid, "draw_mw", zones)
    for zone in tightest_zones(tightest(plan), MOST_ZONES) if count else ():
        yield _day(zone, grid[grid["zone"] == zone], "draw_mw", zones[zones["zone"] == zone])
    if alone["power_mw"].max() > NO_LOAD_MW:
        yield _day("off the grid", alone, "power_mw", None)


def _of_day(table: pd.DataFrame, year: int, day: int) -> pd.DataFrame:
    return table if table.empty else table[(table["year"] == year) & (table["day"] == day)]


def _day(name: str, power: pd.DataFrame, column: str, zones: pd.DataFrame | None) -> Day:
    """Load of some sites; its limit is the sum over some zones, if each has one."""
    timed = power if zones is None else zones
    steps = sorted({(int(start), int(length)) for start, length in timed[STEP].to_numpy()})
    by_kind = {
        kind: power[power["kind"] == kind].groupby("start_h")[column].sum() for kind in OF_KIND
    }
    kinds = {
        kind: [max(float(mw[start]), 0.0) for start, _ in steps]
        for kind, mw in by_kind.items()
        if mw.max() > NO_LOAD_MW
    }
    if zones is None or zones["limit_mw"].isna().any():
        return Day(name, steps, kinds, None)
    limit = zones.groupby("start_h")["limit_mw"].sum()
    return Day(name, steps, kinds, [float(limit[start]) for start, _ in steps])


def _panel(day: Day) -> Chart:
    load = max((sum(values) for values in zip(*day.kinds.values(), strict=True)), default=0.0)
    top = max(load, min(day.limit or [0.0]))
    layout: Spec = {
        "xaxis": axis("hour", range=[0, HOURS_OF_DAY], dtick=6, showgrid=False),
        "yaxis": axis("MW", range=[0, ROOM_ABOVE * top or 1], nticks=5),
    }
    title = f"{day.name}, MW"
    description = f"{title}: load by kind of site over the day; the figures are in the table."
    traces = tuple(_line(day, what) for what in day.lines)
    return Chart(title, description, traces, layout, height_px=230)


def _line(day: Day, what: str) -> Spec:
    """An area stacked on those before it, or the limit as a line; constant over each step."""
    values = day.lines[what]
    hover = [
        f"{what} from {start}:00: {day.unit.text(mw)} MW"
        for (start, _), mw in zip(day.steps, values, strict=True)
    ]
    drawn: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": [*(start for start, _ in day.steps), HOURS_OF_DAY],
        "y": [*values, values[-1]],
        "hovertext": [*hover, hover[-1]],
        "hoverinfo": "text",
    }
    if what == LIMIT:
        return drawn | {"line": {"shape": "hv", "width": 3, "color": INK}}
    area = {"stackgroup": "load", "fillcolor": OF_KIND[what]}
    return drawn | area | {"line": {"shape": "hv", "width": 0}}
