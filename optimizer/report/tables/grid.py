"""The grid: megawatts drawn against limits, what one more is worth, accredited capacity."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.plan.plan import HELD, Plan
from optimizer.plan.prices import AREA_UCAP_DAY, LONG_RUN, ZONE_MW_YEAR
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, number
from optimizer.report.years import headings, sentences, shown_years, years_note
from optimizer.schema.base import at_year

MOST_ZONES = 15
TITLE_OF_DRAW = "Draw of modelled load on each zone at its tightest hour: MW drawn / MW allowed"
LEAST_PRICE = 0.5
"""Prices below this, $/MW-year, are shown as none."""

FULL = 1e-3
"""Share of a limit below which the room left counts as none."""


def zone_draw(plan: Plan) -> DisplayTable | None:
    """Draw of the modelled load on each zone against its limit, where room is least."""
    found = tightest(plan)
    if not found:
        return None
    years = shown_years(plan)
    kept = tightest_zones(found)
    cramped = any(full(*hour) for zone in kept for hour in found[zone].values())
    figures = [mw for zone in kept for hour in found[zone].values() for mw in hour]
    places = decimals(figures)
    hidden = len(found) - len(kept)
    return DisplayTable(
        TITLE_OF_DRAW,
        ("zone", *headings(years)),
        tuple((zone, *(_draw(*found[zone][year], places) for year in years)) for zone in kept),
        note=sentences(
            "* no room left." if cramped else "",
            f"{hidden} zones with more room are in zones.parquet." if hidden else "",
            years_note(plan, "zones.parquet"),
        ),
    )


def tightest(plan: Plan) -> dict[str, dict[int, tuple[float, float]]]:
    """Draw and limit by zone and year where room is least, or draw is highest without a limit.

    Zones stand in the instance's order; a limit that there is not is infinite.
    """
    zones = plan.tables["zones"]
    limit = zones["limit_mw"].fillna(math.inf)
    # Rounded, so that among hours without room the one of highest draw is taken.
    room = (limit - zones["draw_mw"]).round(6)
    ordered = zones.assign(limit_mw=limit, room=room).sort_values(
        ["room", "draw_mw"], ascending=[True, False], kind="stable"
    )
    first = ordered.drop_duplicates(["zone", "year"])
    found: dict[str, dict[int, tuple[float, float]]] = {z.id: {} for z in plan.instance.zones}
    for zone, year, draw, most in first[["zone", "year", "draw_mw", "limit_mw"]].itertuples(
        index=False, name=None
    ):
        found[zone][year] = (draw, most)
    return found


def tightest_zones(
    tightest: Mapping[str, Mapping[int, tuple[float, float]]], most: int = MOST_ZONES
) -> list[str]:
    """Zones to show: where they are many, those that use most of their limit."""
    used = {
        zone: max(draw / limit if limit > 0 else 1.0 for draw, limit in by_year.values())
        for zone, by_year in tightest.items()
    }
    kept = sorted(used, key=lambda zone: -used[zone])[:most]
    return [zone for zone in tightest if zone in kept]


def _draw(draw: float, limit: float, places: int) -> str:
    if math.isinf(limit):
        return f"{number(draw, places)} / no limit"
    mark = "*" if full(draw, limit) else " "
    return f"{number(draw, places)} / {number(limit, places)} {mark}"


def full(draw: float, limit: float) -> bool:
    """Whether no room is left."""
    return draw >= limit * (1 - FULL)


def zone_price(plan: Plan) -> DisplayTable | None:
    """Long-run worth of one more MW of a zone's limit."""
    prices = long_run(plan, ZONE_MW_YEAR)
    if not prices:
        return None
    title = "Long-run price of one more MW of a zone's limit, all year: $/MW-year"
    highest = {zone: max(map(abs, by_year.values())) for zone, by_year in prices.items()}
    priced = sorted(
        (zone for zone, price in highest.items() if price >= LEAST_PRICE),
        key=lambda zone: -highest[zone],
    )
    if not priced:
        cramped = any(full(*hour) for zone in tightest(plan).values() for hour in zone.values())
        anyway = ", even where no room is left: work goes elsewhere at the same cost"
        slack = f"no zone's limit holds the plan back{anyway if cramped else ''}."
        return DisplayTable(title, note=f"$0 in every zone and year: {slack}")
    held = " and what is held of another plan" if HELD in plan.run.options else ""
    years = shown_years(plan)
    kept = [zone.id for zone in plan.instance.zones if zone.id in priced[:MOST_ZONES]]
    zeros, hidden = len(highest) - len(priced), len(priced) - len(kept)
    return DisplayTable(
        title,
        ("zone", *headings(years)),
        tuple((zone, *_cells(prices[zone], years, 0)) for zone in kept),
        note=sentences(
            f"Openings of sites{held} are fixed and all else may change; not discounted.",
            f"$0 in the {zeros} other zones." if zeros else "",
            f"{hidden} zones with lower prices are in prices.parquet." if hidden else "",
            years_note(plan, "prices.parquet"),
        ),
    )


def long_run(plan: Plan, measure: str) -> dict[str, dict[int, float]]:
    """Long-run prices of a measure by place and year; empty where there are none."""
    prices = plan.prices
    found: dict[str, dict[int, float]] = {}
    if not prices.empty:
        chosen = prices[(prices["run"] == LONG_RUN) & (prices["measure"] == measure)]
        for where, year, value in chosen[["where", "year", "value"]].itertuples(
            index=False, name=None
        ):
            found.setdefault(where, {})[year] = value
    return found


def areas(plan: Plan) -> DisplayTable | None:
    """Peak of modelled load against accredited capacity, and the price of both."""
    table = plan.tables["areas"]
    if table.empty:
        return None
    years = shown_years(plan)
    scarcity = long_run(plan, AREA_UCAP_DAY)
    places = decimals(table[["peak_mw", "required_ucap_mw"]].to_numpy().ravel())
    rows: list[tuple[str, ...]] = []
    for area in plan.instance.capacity_areas:
        here = table[table["area"] == area.id].set_index("year")
        paid = {year: at_year(area.capacity_price_usd_per_mw_day, year) for year in years}
        covered = _cells(here["peak_limit_mw"].to_dict(), years, places)
        lines = {
            "peak of modelled load, MW": _cells(here["peak_mw"].to_dict(), years, places),
            "peak that procured capacity covers, MW": [
                "no limit" if cell == NONE else cell for cell in covered
            ],
            "accredited capacity needed, MW UCAP": _cells(
                here["required_ucap_mw"].to_dict(), years, places
            ),
            "capacity price paid, $/MW-day of UCAP": _cells(paid, years, 2),
        }
        if area.id in scarcity:
            worth = scarcity[area.id]
            priced = _cells(worth, years, min(decimals(worth.values(), 4), 2))
            lines["scarcity price on top of it, $/MW-day"] = priced
        rows += [(area.id, what, *cells) for what, cells in lines.items()]
    return DisplayTable(
        "Capacity areas: accredited capacity (UCAP) at the area's peak",
        ("area", "", *headings(years)),
        tuple(rows),
        words=(0, 1),
        note=sentences(
            "The scarcity price is the long-run worth of one more MW of UCAP above its price.",
            years_note(plan, "areas.parquet"),
        ),
    )


def _cells(by_year: Mapping[Any, float], years: Sequence[int], places: int) -> list[str]:
    return [number(by_year[year], places) for year in years]
