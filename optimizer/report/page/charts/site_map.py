"""A map: sites by kind with their peak load, and how full the zones are."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import percent, power_unit
from optimizer.report.page.charts.chart import (
    GREY,
    OF_KIND,
    Chart,
    Spec,
    charts,
    described,
    label,
    legend,
)
from optimizer.report.page.html import Html, as_table, element, together
from optimizer.report.tables.grid import ZoneHour, tightest, tightest_zones

LARGEST_PX, SMALLEST_PX = 46.0, 6.0
"""Diameters of the site of highest load, and the smallest diameter."""

LEAST_DEG, MARGIN = 7.0, 0.14
"""Smallest height of the map; margin around the sites, as a share of a side."""

NARROWEST, WIDEST = 1.8, 2.4
"""Smallest and largest width of the map over its height."""

LEAST_NARROW = 0.1
"""Near a pole a degree of longitude is drawn no narrower than this over one of latitude."""

SAME_PLACE_DEG = 0.05
NO_LOAD_MW = 1e-6
MOST_SITES = 30
FROM_TOP = {"offgrid": 125.0, "cloud": -125.0, "edge": 45.0, "device": -45.0}
"""Direction in which a site is drawn beside a larger one at the same place, degrees from north; in
drawing order."""

Box = tuple[float, float, float, float]
"""West, south, east and north, degrees."""

Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Spot:
    """A site on the map; `mw` is its peak load over all hours and years."""

    id: str
    name: str
    kind: str
    zone: str
    longitude_deg: float
    latitude_deg: float
    mw: float

    @property
    def place(self) -> tuple[int, int]:
        """Equal for sites at the same place."""
        return round(self.longitude_deg / SAME_PLACE_DEG), round(self.latitude_deg / SAME_PLACE_DEG)


def site_map(plan: Plan) -> Html:
    """Sites with load as discs, those without as rings; zones by name with how full they are."""
    spots = list(_spots(plan))
    if not spots:
        return Html()
    west, south, east, north = box = _box(spots)
    zones = _fullest_hours(plan)
    traces = [_background(outlines(*box)), *_discs(spots), *_zone_names(spots, zones)]
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
    description = described(
        f"Map of {len(spots)} sites, which the table lists",
        (f"zone {zone} {percent(hour.used, 0)} full" for zone, hour in zones.items()),
    )
    title = "Sites by kind, sized by peak load"
    if zones:
        title += "; zones with the share of their limit in use at the tightest hour"
    keys = [(OF_KIND[kind], kind) for kind in OF_KIND if any(spot.kind == kind for spot in spots)]
    note = (
        "Disc area is proportional to load, down to a smallest visible size."
        " Sites at the same place are drawn side by side; a ring has no load."
    )
    return together(
        [
            legend(keys),
            charts([Chart(title, description, tuple(traces), layout, height_px=460)], "one map"),
            element("p", note, class_="note"),
            element("details", element("summary", "Sites of the map"), as_table(_table(spots))),
        ]
    )


def outlines(west: float, south: float, east: float, north: float) -> list[Line]:
    """Outlines of US states and of countries within a box; longitude and latitude in degrees."""
    text = (files("optimizer.report.page") / "outlines.json").read_text(encoding="utf-8")
    data = json.loads(text)
    lines: list[Line] = []
    for flat in (*data["states"], *data["countries"]):
        line = list(zip(flat[::2], flat[1::2], strict=True))
        lines += _within(line, (west, south, east, north))
    return lines


def _within(line: Line, box: Box) -> Iterator[Line]:
    """Runs of segments whose bounding box meets the map's."""
    west, south, east, north = box
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


def _spots(plan: Plan) -> Iterator[Spot]:
    instance = plan.instance
    peak = plan.power.groupby("site")["power_mw"].max().to_dict()
    regions = {region.id: region for region in instance.regions}
    for site in instance.sites:
        region = regions.get(site.region or "")
        latitude, longitude = site.latitude_deg, site.longitude_deg
        if latitude is None or longitude is None:
            if region is None:
                raise ValueError("a site without coordinates is in a region")
            latitude, longitude = region.latitude_deg, region.longitude_deg
        mw = float(peak.get(site.id, 0.0))
        yield Spot(site.id, site.name, site.kind, site.zone or "", longitude, latitude, mw)


def _box(spots: Sequence[Spot]) -> Box:
    """The part of the world shown."""
    west, east = (end(spot.longitude_deg for spot in spots) for end in (min, max))
    south, north = (end(spot.latitude_deg for spot in spots) for end in (min, max))
    narrow = _narrow((south + north) / 2)
    height = max((north - south) * (1 + 2 * MARGIN), LEAST_DEG)
    width = max((east - west) * (1 + 2 * MARGIN), NARROWEST * height / narrow)
    height = max(height, width * narrow / WIDEST)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _narrow(latitude_deg: float) -> float:
    """Length of a degree of longitude over one of latitude."""
    return max(math.cos(math.radians(latitude_deg)), LEAST_NARROW)


def _at(spots: Sequence[Spot]) -> Spec:
    """Coordinates of a trace of sites."""
    x, y = [spot.longitude_deg for spot in spots], [spot.latitude_deg for spot in spots]
    return {"type": "scatter", "x": x, "y": y}


def _background(lines: Sequence[Line]) -> Spec:
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
    largest = max(spot.mw for spot in spots)
    unit = power_unit(spot.mw for spot in spots)
    first: dict[tuple[int, int], Spot] = {}
    for spot in sorted(spots, key=lambda spot: -spot.mw):
        first.setdefault(spot.place, spot)
    for kind in FROM_TOP:
        colour, of_kind = OF_KIND[kind], [spot for spot in spots if spot.kind == kind]
        if not of_kind:
            continue
        hover = (
            f"{spot.id}{spot.name and f' ({spot.name})'}, {kind}: peak load {unit.text(spot.mw)} MW"
            for spot in of_kind
        )
        yield _at(of_kind) | {
            "mode": "markers",
            "marker": {
                # A marker is offset against the direction of its angle.
                "angle": [FROM_TOP[kind] + 180.0] * len(of_kind),
                "color": [colour if s.mw > NO_LOAD_MW else "rgba(0,0,0,0)" for s in of_kind],
                "size": [_diameter(spot, largest) for spot in of_kind],
                "line": {"color": colour, "width": 1.5},
                "opacity": 0.85,
                "standoff": [_offset(spot, first[spot.place], largest) for spot in of_kind],
            },
            "hovertext": list(map(label, hover)),
            "hoverinfo": "text",
        }


def _diameter(spot: Spot, largest: float) -> float:
    share = max(spot.mw, 0.0) / largest if largest > NO_LOAD_MW else 0.0  # a load may be -1e-9
    return max(LARGEST_PX * math.sqrt(share), SMALLEST_PX)


def _offset(spot: Spot, first: Spot, largest: float) -> float:
    """Pixels from its place at which a site is drawn, if it is not the largest there."""
    if first is spot:
        return 0.0
    return (_diameter(first, largest) + _diameter(spot, largest)) / 2


def _fullest_hours(plan: Plan) -> dict[str, ZoneHour]:
    """The hour at which each of the fullest zones with a limit is fullest."""
    by_zone = tightest(plan)
    fullest = {zone: max(by_zone[zone].values(), key=_used) for zone in tightest_zones(by_zone)}
    return {zone: hour for zone, hour in fullest.items() if math.isfinite(hour.limit_mw)}


def _used(hour: ZoneHour) -> float:
    return hour.used if math.isfinite(hour.limit_mw) else -1.0


def _zone_names(spots: Sequence[Spot], zones: dict[str, ZoneHour]) -> Iterator[Spec]:
    """Names of zones below their largest sites, bold if the limit binds."""
    largest = max(spot.mw for spot in spots)
    rows: list[tuple[Spot, str]] = []
    for zone, hour in zones.items():
        of_zone = [spot for spot in spots if spot.zone == zone]
        if of_zone:
            text = f"{label(zone)} {percent(hour.used, 0)}"
            text = f"<b>{text}</b>" if hour.binding else text
            rows.append((max(of_zone, key=lambda spot: spot.mw), text))
    if rows:
        yield _at([spot for spot, _ in rows]) | {
            "mode": "markers+text",
            "text": [text for _, text in rows],
            "textposition": "bottom center",
            "textfont": {"size": 12},
            # An invisible marker keeps the name off the disc.
            "marker": {"size": [_diameter(spot, largest) for spot, _ in rows], "opacity": 0},
            "hoverinfo": "skip",
        }


def _table(spots: Sequence[Spot]) -> DisplayTable:
    shown = sorted(spots, key=lambda spot: -spot.mw)[:MOST_SITES]
    unit = power_unit(spot.mw for spot in spots)
    hidden = len(spots) - len(shown)
    return DisplayTable(
        "Sites and their peak load",
        ("site", "name", "kind", "zone", "peak load, MW"),
        tuple((spot.id, spot.name, spot.kind, spot.zone, unit.text(spot.mw)) for spot in shown),
        words=(0, 1, 2, 3),
        note=f"{hidden} sites with less load are in power.parquet." if hidden else "",
    )
