"""Draw the README's picture from the displacement that ``make demo`` saves.

    python benchmarks/readme_picture.py runs/demo-edge

Left: electricity that the intervention uses and that the rest of the system avoids, by year.
Right: net change of each zone in the last year, on a map; a circle's area is its size.
"""

import argparse
import json
import math
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import optimizer as op
from optimizer.report.page.charts.site_map import outlines

ADDED, AVOIDED, INK, LAND = "#e08a2c", "#2f6f9f", "#1d2733", "#c3cad1"
MAP = (-89.9, 36.0, -73.2, 42.8)
"""West, south, east and north edge of the map, degrees."""

LABEL_SIDE = {"DAYTON": (-1, 0), "DEOK": (-1, 0), "PJME": (0, -1.3)}
"""Where a zone's label goes if something is close to the east: right and up, in radii."""

MWH_PER_TWH = 1e6


def signed(value: float) -> str:
    """Format a change with one decimal and a true minus sign."""
    return f"{value:+.1f}".replace("-", "−")


def draw_years(axes: Axes, by_year: pd.DataFrame) -> None:
    """Draw what the intervention uses above the line and what the rest avoids below, TWh."""
    years = by_year["year"]
    used = by_year["energy_intervention_mwh"] / MWH_PER_TWH
    rest = (by_year["energy_rest_with_mwh"] - by_year["energy_rest_without_mwh"]) / MWH_PER_TWH
    axes.bar(years, used, 0.66, color=ADDED)
    axes.bar(years, rest, 0.66, bottom=used.where(rest > 0, 0), color=AVOIDED)
    top = (used + rest.clip(lower=0)).max()
    inside = {"ha": "center", "va": "center", "color": "white", "size": 11.5}
    for year, use, change in zip(years, used, rest, strict=True):
        axes.text(year, use / 2, signed(use), **inside)
        if change < 0:
            axes.text(year, change / 2, signed(change), **inside)
        axes.text(year, top + 0.42, signed(use + change), ha="center", weight="bold", size=13)
        axes.text(year, top + 0.95, str(year), ha="center", size=11.5)
    first, beside = years.iloc[0] - 0.45, {"ha": "right", "size": 12}
    axes.text(first, top + 0.42, "net", weight="bold", **beside)
    axes.text(first, used.iloc[0] / 2, "phones\nand edge", va="center", color=ADDED, **beside)
    axes.text(first, rest.min() / 3, "cloud and\noff-grid", va="center", color=AVOIDED, **beside)
    axes.axhline(0, color=INK, linewidth=0.9)
    axes.set(xlim=(first - 1.3, years.iloc[-1] + 0.4), ylim=(rest.min() - 0.1, top + 1.3))
    axes.set_axis_off()


def draw_map(axes: Axes, zones: pd.DataFrame, instance: op.Instance) -> None:
    """Draw each zone's net change, TWh, as a circle where the region of the same id is."""
    for line in outlines(*MAP):
        axes.plot(*zip(*line, strict=True), color=LAND, linewidth=0.8, zorder=1)
    places = {region.id: (region.longitude_deg, region.latitude_deg) for region in instance.regions}
    for zone, change in zip(zones["zone"], zones["mwh"] / MWH_PER_TWH, strict=True):
        if zone not in places:
            continue
        x, y = places[zone]
        area = abs(change) * 2400
        axes.scatter(x, y, s=area, color=ADDED if change > 0 else AVOIDED, linewidth=0, zorder=2)
        text = f"{zone} {signed(change)}"
        if abs(change) > 1:
            axes.text(
                x, y, text.replace(" ", "\n"), ha="center", va="center", color="white", size=12
            )
            continue
        right, up = LABEL_SIDE.get(zone, (1, 0))
        gap = (area / math.pi) ** 0.5 + 3
        axes.annotate(
            text,
            (x, y),
            (right * gap, up * gap),
            textcoords="offset points",
            ha={-1: "right", 0: "center", 1: "left"}[right],
            va="center",
            size=10.5,
        )
    axes.set(xlim=MAP[::2], ylim=MAP[1::2], aspect=1.28)
    axes.set_axis_off()


def draw(folder: Path) -> Figure:
    """Draw the displacement saved in `folder`."""
    answer = json.loads((folder / "displacement.json").read_text(encoding="utf-8"))
    by_year = pd.read_parquet(folder / "by_year.parquet")
    zones = pd.read_parquet(folder / "zones.parquet")
    instance = op.load_plan(folder / "world-1").instance
    last = int(by_year["year"].max())
    mpl.rcParams |= {"font.family": "DejaVu Sans", "text.color": INK, "svg.hashsalt": "readme"}
    figure = Figure(figsize=(10, 4.9), facecolor="white")
    left, right = (
        figure.add_axes((0.0, 0.03, 0.455, 0.69)),
        figure.add_axes((0.47, 0.03, 0.53, 0.69)),
    )
    headline = "While the grid has room, edge adds load; once it is full, edge replaces it"
    figure.text(0.02, 0.925, headline, size=16.5, weight="bold")
    share, bounds = 100 * answer["energy"]["displacement"], answer["interval"]
    figure.text(
        0.02,
        0.855,
        f"PJM, {by_year['year'].min()} to {last}: of every 100 MWh that phones and edge sites use,"
        f" {share:.0f} replace load elsewhere"
        f" ({100 * bounds['low']:.0f} to {100 * bounds['high']:.0f}).",
        size=12.5,
    )
    figure.text(0.02, 0.765, "Change of electricity use, TWh a year", size=12, color="#55606b")
    figure.text(0.5, 0.765, f"Where it rises and falls, {last}, TWh", size=12, color="#55606b")
    draw_years(left, by_year)
    draw_map(right, zones[zones["year"] == last], instance)
    return figure


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="folder of a saved displacement")
    parser.add_argument("--out", type=Path, default=Path("docs/img/pjm-edge.svg"))
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    figure = draw(arguments.folder)
    figure.savefig(
        arguments.out, dpi=160, metadata={"Date": None} if arguments.out.suffix == ".svg" else None
    )


if __name__ == "__main__":
    main()
