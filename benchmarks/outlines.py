"""The outlines behind the map of a report: states of the US, and countries elsewhere.

    python benchmarks/outlines.py states-10m.json countries-110m.json > \
        optimizer/report/page/outlines.json

The arguments are the TopoJSON files of the npm packages us-atlas 3.0.1 (boundaries of the US
Census Bureau, 2017) and world-atlas 2.0.2 (Natural Earth 4.1.0).  A line that two areas share is
written once, simplified by Douglas and Peucker.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

BEYOND_THE_48 = {"02", "15", "60", "66", "69", "72", "78"}
"""FIPS codes of Alaska, Hawaii and the territories, which would widen every map."""

ANTARCTICA, UNITED_STATES = "010", "840"
THE_48_DEG = (-125.5, 24.0, -66.0, 50.0)
"""West, south, east and north of the states drawn."""

SOURCE = (
    "States: cartographic boundary file of the US Census Bureau, 2017, by way of us-atlas 3.0.1."
    " Elsewhere: Natural Earth 4.1.0, 1:110m countries, by way of world-atlas 2.0.2."
)
LICENCE = "Both in the public domain. The two packages: ISC, Copyright 2013-2019 Michael Bostock."
Line = np.ndarray
"""Longitude and latitude in degrees, shape (n, 2)."""


def lines(topology: dict[str, Any]) -> list[Line]:
    """Arcs of a topology, unpacked: each is a line that one or two areas share."""
    scale, offset = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + offset for arc in topology["arcs"]]


def of_areas(geometries: Sequence[dict[str, Any]], ids: set[str]) -> set[int]:
    """Positions of the arcs that bound areas of these ids."""

    def flat(arcs: list[Any]) -> Iterator[int]:
        for arc in arcs:
            if isinstance(arc, list):
                yield from flat(arc)
            else:
                yield arc if arc >= 0 else ~arc  # walked backwards

    return {arc for area in geometries if area.get("id") in ids for arc in flat(area["arcs"])}


def simplified(line: Line, within_deg: float) -> Line:
    """Leave out points that lie within a distance of the line through those that are kept."""
    if len(line) <= 2:
        return line
    start, way = line[0], line[-1] - line[0]
    length = float(np.hypot(*way))
    off = line - start
    away = (
        np.hypot(*off.T)
        if length == 0
        else np.abs(way[0] * off[:, 1] - way[1] * off[:, 0]) / length
    )
    farthest = int(away.argmax())
    if away[farthest] <= within_deg:
        return line[[0, -1]]
    first, second = line[: farthest + 1], line[farthest:]
    return np.vstack([simplified(first, within_deg)[:-1], simplified(second, within_deg)])


def extent(line: Line) -> float:
    """Largest side of the box around a line, degrees."""
    return float(np.ptp(line, axis=0).max())


def written(some: Sequence[Line], within_deg: float) -> list[list[float]]:
    """Lines as longitude, latitude, longitude, ...; islands smaller than the distance left out."""
    kept = [simplified(line, within_deg) for line in some if extent(line) > 4 * within_deg]
    return [[round(float(value), 2) for value in line.ravel()] for line in kept]


def main() -> None:
    """Write both layers as one JSON document on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", type=Path)
    parser.add_argument("countries", type=Path)
    asked = parser.parse_args()
    us, world = (json.loads(file.read_text()) for file in (asked.states, asked.countries))
    states = us["objects"]["states"]["geometries"]
    inside = {area["id"] for area in states} - BEYOND_THE_48
    countries = world["objects"]["countries"]["geometries"]
    west, south, east, north = THE_48_DEG
    arcs = lines(world)
    drawn_finer = {
        arc
        for arc in of_areas(countries, {UNITED_STATES})
        if (arcs[arc] >= (west, south)).all() and (arcs[arc] <= (east, north)).all()
    }
    left_out = drawn_finer | of_areas(countries, {ANTARCTICA})
    finer = lines(us)
    document = {
        "source": SOURCE,
        "licence": LICENCE,
        "states": written([finer[arc] for arc in sorted(of_areas(states, inside))], 0.02),
        "countries": written([a for i, a in enumerate(arcs) if i not in left_out], 0.05),
    }
    rows = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in document.items())
    print("{" + rows.replace("], [", "],\n[") + "}")


if __name__ == "__main__":
    main()
