"""The grid: peak load against limits, shadow prices of capacity, accredited capacity."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from optimizer.plan.plan import HELD, Plan
from optimizer.plan.prices import AREA_UCAP_DAY, ZONE_MW_YEAR
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, Unit, decimals, number, power_unit
from optimizer.report.tables.prices import ONE_DUAL, long_run, only_together
from optimizer.report.years import shown_years, year_table
from optimizer.schema.base import at_year

MOST_ZONES = 15
TITLE_OF_LOAD = "Peak load / limit of each zone at its tightest hour, MW"
LEAST_PRICE = 0.5
"""Prices below this, $/MW-year, are shown as 0."""

BINDING = 1e-3
"""Share of a limit: with less headroom than this it binds."""


class ZoneHour(NamedTuple):
    """Modelled load on a zone in an hour against the zone's limit, infinite if it has none."""

    load_mw: float
    limit_mw: float

    @property
    def binding(self) -> bool:
        """Whether the limit leaves no headroom."""
        return self.load_mw >= self.limit_mw * (1 - BINDING)

    @property
    def used(self) -> float:
        """Share of the limit in use."""
        return self.load_mw / self.limit_mw if self.limit_mw > 0 else 1.0

    def text(self, unit: Unit) -> str:
        """Load and limit, with a star if it binds."""
        if math.isinf(self.limit_mw):
            return f"{unit.text(self.load_mw)} / no limit"
        mark = " *" if self.binding else ""
        return f"{unit.text(self.load_mw)} / {unit.text(self.limit_mw)}{mark}"


ZoneHours = Mapping[str, Mapping[int, ZoneHour]]
"""One hour of each zone and year."""


def zone_draw(plan: Plan) -> DisplayTable | None:
    """Load on each zone against its limit, at the hour of least headroom."""
    hours = tightest(plan)
    if not hours:
        return None
    years, kept = shown_years(plan), tightest_zones(hours)
    unit = load_unit(hours[zone] for zone in kept)
    binding = any(hour.binding for zone in kept for hour in hours[zone].values())
    hidden = len(hours) - len(kept)
    return year_table(
        plan,
        TITLE_OF_LOAD,
        ["zone"],
        ((zone, *(_aligned(hours[zone][year], unit) for year in years)) for zone in kept),
        "* binding." if binding else "",
        f"{hidden} zones with more headroom are in zones.parquet." if hidden else "",
        "zones.parquet",
    )


def _aligned(hour: ZoneHour, unit: Unit) -> str:
    """Pad limits without a star, so that they align with those that have one."""
    starless = math.isfinite(hour.limit_mw) and not hour.binding
    return hour.text(unit) + ("  " if starless else "")


def load_unit(zones: Iterable[Mapping[int, ZoneHour]]) -> Unit:
    """MW with the decimals that suit the loads and limits of some zones."""
    return power_unit(mw for hours in zones for hour in hours.values() for mw in hour)


def tightest(plan: Plan) -> dict[str, dict[int, ZoneHour]]:
    """The hour of least headroom by zone and year; without a limit, that of highest load.

    Zones are in the instance's order.
    """
    zones = plan.tables["zones"]
    limit = zones["limit_mw"].fillna(math.inf)
    # Rounded, so that of several binding hours the one of highest load is taken.
    headroom = (limit - zones["draw_mw"]).round(6)
    ordered = zones.assign(limit_mw=limit, headroom=headroom).sort_values(
        ["headroom", "draw_mw"], ascending=[True, False], kind="stable"
    )
    first = ordered.drop_duplicates(["zone", "year"])[["zone", "year", "draw_mw", "limit_mw"]]
    hours: dict[str, dict[int, ZoneHour]] = {zone.id: {} for zone in plan.instance.zones}
    for zone, year, load_mw, limit_mw in first.itertuples(index=False, name=None):
        hours[zone][year] = ZoneHour(load_mw, limit_mw)
    return hours


def tightest_zones(hours: ZoneHours, most: int = MOST_ZONES) -> list[str]:
    """Zones to show: if there are too many, those that use most of their limit."""
    used = {zone: max(hour.used for hour in by_year.values()) for zone, by_year in hours.items()}
    kept = sorted(used, key=lambda zone: -used[zone])[:most]
    return [zone for zone in hours if zone in kept]


def zone_price(plan: Plan) -> DisplayTable | None:
    """Long-run shadow price of each zone's capacity; None if the plan has no prices."""
    prices = long_run(plan, ZONE_MW_YEAR)
    if not prices:
        return None
    held = " and fixed builds" if HELD in plan.run.options else ""
    title = (
        f"Shadow price of zone capacity, $/MW-year (siting{held} fixed, all other investment"
        " re-optimised)"
    )
    highest = {zone: price.highest for zone, price in prices.items()}
    priced = sorted(
        (zone for zone, price in highest.items() if price >= LEAST_PRICE),
        key=lambda zone: -highest[zone],
    )
    if not priced:
        binding = any(hour.binding for zone in tightest(plan).values() for hour in zone.values())
        even = ", not even a binding one: work can move elsewhere at the same cost"
        none = f"no zone limit costs welfare{even if binding else ''}"
        return DisplayTable(title, note=f"$0 in every zone and year: {none}.")
    years = shown_years(plan)
    kept = [zone.id for zone in plan.instance.zones if zone.id in priced[:MOST_ZONES]]
    zeros, hidden = len(highest) - len(priced), len(priced) - len(kept)
    together = len(plan.instance.time.years) > 1
    return year_table(
        plan,
        title,
        ["zone"],
        (
            (zone, *_cells(prices[zone], years, 0), *together * [prices[zone].all_years_cell(0)])
            for zone in kept
        ),
        "Of one more MW in every hour of the year; not discounted.",
        "All years: one more MW in every year, present value in $/MW." if together else "",
        only_together({zone: prices[zone] for zone in kept}),
        ONE_DUAL if any(price.one_dual for price in prices.values()) else "",
        f"$0 in {zeros} other zone{'s' if zeros > 1 else ''}." if zeros else "",
        f"{hidden} zones with lower prices are in prices.parquet." if hidden else "",
        "prices.parquet",
        after=["all years"] * together,
    )


def areas(plan: Plan) -> DisplayTable | None:
    """Peak of modelled load against accredited capacity, and the price of both."""
    table = plan.tables["areas"]
    if table.empty:
        return None
    years = shown_years(plan)
    scarcity = long_run(plan, AREA_UCAP_DAY)
    places = decimals(table[["peak_mw", "required_ucap_mw"]].to_numpy().ravel())
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    for area in plan.instance.capacity_areas:
        by_year = table[table["area"] == area.id].set_index("year")
        peak, covered, required = (
            _cells(by_year[column].to_dict(), years, places)
            for column in ("peak_mw", "peak_limit_mw", "required_ucap_mw")
        )
        paid = {year: at_year(area.capacity_price_usd_per_mw_day, year) for year in years}
        lines = {
            "peak of modelled load, MW": peak,
            "peak covered by procured capacity, MW": [
                "no limit" if cell == NONE else cell for cell in covered
            ],
            "accredited capacity required, MW UCAP": required,
            "capacity price paid, $/MW-day of UCAP": _cells(paid, years, 2),
        }
        if area.id in scarcity:
            premium = scarcity[area.id]
            figures = min(decimals(premium.values(), 4), 2)
            lines["scarcity price on top, $/MW-day"] = _cells(premium, years, figures)
            notes.append(only_together({area.id: premium}))
        rows += [(area.id, what, *cells) for what, cells in lines.items()]
    title = "Capacity areas: accredited capacity (UCAP) at the area's peak"
    note = "Scarcity price: long-run shadow price of one more MW of UCAP less the price paid."
    return year_table(plan, title, ["area", ""], rows, note, *notes, "areas.parquet")


def _cells(by_year: Mapping[Any, float], years: Sequence[int], places: int) -> list[str]:
    return [number(by_year[year], places) for year in years]
