"""Outlines behind a map: states of the US and countries, from ``outlines.json``."""

import json
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

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
