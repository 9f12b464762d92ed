"""A map: sites by kind with their highest load, and how full the zones are."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, number, percent
from optimizer.report.page.charts.chart import GREY, OF_KIND, Chart, Spec, charts, label, legend
from optimizer.report.page.html import Html, as_table, element, together
from optimizer.report.tables.grid import full, tightest, tightest_zones

LARGEST_PX, SMALLEST_PX = 46.0, 6.0
"""Diameters of the site of highest load, and least diameter."""

LEAST_DEG, MARGIN = 7.0, 0.14
"""Least height of the map; room around the sites, a share of a side."""

NARROWEST, WIDEST = 1.8, 2.4
"""Width of the map over its height, at least and at most."""

LEAST_NARROW = 0.1
"""Near a pole degrees of longitude are shown no narrower than this."""

SAME_PLACE_DEG = 0.05
NOTHING_MW = 1e-6
MOST_SITES = 30
FROM_TOP = {"offgrid": 125.0, "cloud": -125.0, "edge": 45.0, "device": -45.0}
"""Direction in which a site stands beside a larger one at the same place, degrees from north; in
the order in which kinds are drawn, one over the other."""


@dataclass(frozen=True)
class Spot:
    """A site on the map; `mw` is its highest load over all hours and years."""

    id: str
    name: str
    kind: str
    zone: str
    longitude_deg: float
    latitude_deg: float
    mw: float

    @property
    def place(self) -> tuple[int, int]:
        """What sites at one place share."""
        return round(self.longitude_deg / SAME_PLACE_DEG), round(self.latitude_deg / SAME_PLACE_DEG)


def site_map(plan: Plan) -> Html:
    """Sites with load as discs, those without as dots; zones by name with how full they are."""
    spots = list(_spots(plan))
    if not spots:
        return Html()
    box = _box(spots)
    lines = outlines(*box)
    used = _fullness(plan)
    traces = [_background(lines), *_discs(spots), *_names(spots, used)]
    west, south, east, north = box
    still = {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False}
    layout: Spec = {
        "xaxis": {**still, "range": [west, east], "constrain": "domain"},
        "yaxis": {
            **still,
            "range": [south, north],
            "scaleanchor": "x",
            "scaleratio": 1 / _narrow((south + north) / 2),
            "constrain": "domain",
        },
    }
    table = _table(spots)
    told = (
        f"Map of {len(spots)} sites: "
        + "; ".join(f"zone {zone} {text} full" for zone, (text, _) in used.items())
        + ". The table has the sites."
    )
    title = "Sites by kind, as large as their highest load"
    if used:
        title += "; zones, as full as at their tightest hour"
    chart = Chart(title, told, tuple(traces), layout, height_px=460)
    keys = [(OF_KIND[kind], kind) for kind in OF_KIND if any(one.kind == kind for one in spots)]
    note = (
        "Area of a disc: load, though no disc is drawn smaller than can be seen."
        " Sites at one place stand side by side; a ring has no load."
    )
    return together(
        [
            legend(keys),
            charts([chart], "one map"),
            element("p", note, class_="note"),
            element("details", element("summary", "Sites of the map"), as_table(table)),
        ]
    )


def _spots(plan: Plan) -> Iterator[Spot]:
    instance = plan.instance
    highest = plan.power.groupby("site")["power_mw"].max().to_dict()
    regions = {region.id: region for region in instance.regions}
    for site in instance.sites:
        region = regions.get(site.region or "")
        latitude, longitude = site.latitude_deg, site.longitude_deg
        if latitude is None or longitude is None:
            if region is None:
                raise ValueError("a site without a place of its own stands in a region")
            latitude, longitude = region.latitude_deg, region.longitude_deg
        mw = float(highest.get(site.id, 0.0))
        yield Spot(site.id, site.name, site.kind, site.zone or "", longitude, latitude, mw)


def _box(spots: Sequence[Spot]) -> tuple[float, float, float, float]:
    """West, south, east and north of what is shown."""
    west, east = (end(one.longitude_deg for one in spots) for end in (min, max))
    south, north = (end(one.latitude_deg for one in spots) for end in (min, max))
    narrow = _narrow((south + north) / 2)
    height = max((north - south) * (1 + 2 * MARGIN), LEAST_DEG)
    width = max((east - west) * (1 + 2 * MARGIN), NARROWEST * height / narrow)
    height = max(height, width * narrow / WIDEST)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _narrow(latitude_deg: float) -> float:
    """Length of a degree of longitude over one of latitude."""
    return max(math.cos(math.radians(latitude_deg)), LEAST_NARROW)


def _background(lines: Sequence[Sequence[tuple[float, float]]]) -> Spec:
    points = [point for line in lines for point in (*line, (None, None))]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "line": {"color": GREY, "width": 0.8},
        "opacity": 0.7,
        "hoverinfo": "skip",
    }


def _discs(spots: Sequence[Spot]) -> Iterator[Spec]:
    largest = max(one.mw for one in spots)
    places = decimals([one.mw for one in spots])
    first: dict[tuple[int, int], Spot] = {}
    for one in spots:
        if one.place not in first or one.mw > first[one.place].mw:
            first[one.place] = one
    for kind in FROM_TOP:
        colour, here = OF_KIND[kind], [one for one in spots if one.kind == kind]
        if not here:
            continue
        beside = [_beside(one, first[one.place], largest) for one in here]
        yield {
            "type": "scatter",
            "mode": "markers",
            "x": [one.longitude_deg for one in here],
            "y": [one.latitude_deg for one in here],
            "marker": {
                # A marker stands off against the direction of its angle.
                "angle": [FROM_TOP[kind] + 180.0] * len(here),
                "color": [colour if one.mw > NOTHING_MW else "rgba(0,0,0,0)" for one in here],
                "size": [_diameter(one, largest) for one in here],
                "line": {"color": colour, "width": 1.5},
                "opacity": 0.85,
                "standoff": beside,
            },
            "hovertext": [label(_said(one, places)) for one in here],
            "hoverinfo": "text",
        }


def _diameter(spot: Spot, largest: float) -> float:
    share = spot.mw / largest if largest > NOTHING_MW else 0.0
    return max(LARGEST_PX * math.sqrt(share), SMALLEST_PX)


def _beside(spot: Spot, first: Spot, largest: float) -> float:
    """How far it stands off its place, where it is not the largest there, in pixels."""
    if first is spot:
        return 0.0
    return (_diameter(first, largest) + _diameter(spot, largest)) / 2


def _said(spot: Spot, places: int) -> str:
    name = f" ({spot.name})" if spot.name else ""
    return f"{spot.id}{name}, {spot.kind}: highest load {number(spot.mw, places)} MW"


def _fullness(plan: Plan) -> dict[str, tuple[str, bool]]:
    """How full zones are where they are fullest, and whether no room is left; the fullest ones."""
    found, by_zone = {}, tightest(plan)
    for zone in tightest_zones(by_zone):
        hours = [hour for hour in by_zone[zone].values() if math.isfinite(hour[1])]
        if hours:
            share = max(drawn / limit if limit > 0 else 1.0 for drawn, limit in hours)
            found[zone] = (percent(share, 0), any(full(*hour) for hour in hours))
    return found


def _names(spots: Sequence[Spot], used: dict[str, tuple[str, bool]]) -> Iterator[Spec]:
    """Names of zones below their largest sites, bold where no room is left."""
    largest = max(one.mw for one in spots)
    rows: list[tuple[Spot, str]] = []
    for zone, (text, no_room) in used.items():
        here = [one for one in spots if one.zone == zone]
        if here:
            first = max(here, key=lambda one: one.mw)
            said = f"{label(zone)} {text}"
            rows.append((first, f"<b>{said}</b>" if no_room else said))
    if rows:
        yield {
            "type": "scatter",
            "mode": "markers+text",
            "x": [spot.longitude_deg for spot, _ in rows],
            "y": [spot.latitude_deg for spot, _ in rows],
            "text": [text for _, text in rows],
            "textposition": "bottom center",
            "textfont": {"size": 12},
            # The marker is there to hold the name off the disc.
            "marker": {"size": [_diameter(spot, largest) for spot, _ in rows], "opacity": 0},
            "hoverinfo": "skip",
        }


def _table(spots: Sequence[Spot]) -> DisplayTable:
    shown = sorted(spots, key=lambda one: -one.mw)[:MOST_SITES]
    places = decimals([one.mw for one in spots])
    hidden = len(spots) - len(shown)
    return DisplayTable(
        "Sites and their highest load",
        ("site", "name", "kind", "zone", "highest load, MW"),
        tuple((one.id, one.name, one.kind, one.zone, number(one.mw, places)) for one in shown),
        words=(0, 1, 2, 3),
        note=f"{hidden} sites with less load are in power.parquet." if hidden else "",
    )


Line = list[tuple[float, float]]


def outlines(west: float, south: float, east: float, north: float) -> list[Line]:
    """Stretches of outlines that a map shows; longitude and latitude in degrees."""
    text = (files("optimizer.report.page") / "outlines.json").read_text(encoding="utf-8")
    data = json.loads(text)
    found: list[Line] = []
    for flat in (*data["states"], *data["countries"]):
        line = list(zip(flat[::2], flat[1::2], strict=True))
        found += _within(line, west, south, east, north)
    return found


def _within(line: Line, west: float, south: float, east: float, north: float) -> Iterator[Line]:
    """Runs of segments whose box meets the map's."""
    run: Line = []
    for start, end in pairwise(line):
        x, y = sorted((start[0], end[0])), sorted((start[1], end[1]))
        if x[1] >= west and x[0] <= east and y[1] >= south and y[0] <= north:
            run = [*run, end] if run else [start, end]
        elif run:
            yield run
            run = []
    if run:
        yield run
