"""Peak load against limits, and shadow prices of capacity."""

import math

import pandas as pd
import pytest

from optimizer.plan.prices import AREA_UCAP_DAY, LONG_RUN, SHORT_RUN, ZONE_MW_YEAR
from optimizer.report.tables.grid import MOST_ZONES, areas, zone_draw, zone_price
from tests.cli.cases import small
from tests.report import made


def test_the_tightest_hour_has_least_headroom_not_highest_load() -> None:
    zones = made.zone_rows(
        ("Z", 2026, 900.0, 2000.0), ("Z", 2026, 300.0, 310.0), ("Z", 2027, 5.0, 100.0)
    )
    table = zone_draw(made.plan(zones=zones))
    assert table is not None
    assert table.columns == ("zone", "2026", "2027")
    assert [cell.split() for cell in table.rows[0]] == [
        ["Z"],
        ["300", "/", "310"],
        ["5", "/", "100"],
    ]
    assert "MW" in table.title
    assert "binding" not in table.note


def test_of_binding_hours_the_one_of_highest_load_is_shown_and_marked() -> None:
    zones = made.zone_rows(
        ("Z", 2026, 200.0, 200.0),
        ("Z", 2026, 500.0, 500.0 + 1e-9),
        ("Z", 2027, 0.0, 0.0),
    )
    table = zone_draw(made.plan(zones=zones))
    assert table is not None
    assert table.rows[0][1:] == ("500 / 500 *", "0 / 0 *")
    assert "* binding." in table.note


def test_a_zone_without_a_limit_shows_its_highest_load() -> None:
    zones = made.zone_rows(
        ("Z", 2026, 10.0, math.nan), ("Z", 2026, 30.0, math.nan), ("Z", 2027, 20.0, math.nan)
    )
    table = zone_draw(made.plan(zones=zones))
    assert table is not None
    assert table.rows[0][1:] == ("30.0 / no limit", "20.0 / no limit")


def test_many_zones_are_cut_to_those_that_use_most_of_their_limit() -> None:
    names = [f"z{i:02}" for i in range(MOST_ZONES + 5)]
    rows = [(z, year, float(i), 100.0) for i, z in enumerate(names) for year in made.YEARS]
    instance = made.with_zones(small(), names)
    table = zone_draw(made.plan(instance, zones=made.zone_rows(*rows)))
    assert table is not None
    assert [row[0] for row in table.rows] == names[5:]
    assert "5 zones with more headroom are in zones.parquet." in table.note


def test_prices_are_the_long_run_ones_of_zones_that_have_one() -> None:
    instance = made.with_zones(small(), ["A", "B", "C"])
    long_run = {("A", 2026): 0.0, ("A", 2027): 32024.4, ("B", 2026): 0.0, ("B", 2027): 1e-9}
    long_run |= {("C", 2026): 0.4, ("C", 2027): 0.0}
    short_run = dict.fromkeys(long_run, 77.0)
    prices = pd.concat(
        [
            made.price_rows(ZONE_MW_YEAR, long_run, LONG_RUN),
            made.price_rows(ZONE_MW_YEAR, short_run, SHORT_RUN),
        ]
    )
    table = zone_price(made.plan(instance, prices=prices))
    assert table is not None
    assert table.columns == ("zone", "2026", "2027", "all years")
    assert table.rows == (("A", "0", "32,024", "32,024"),)
    assert "$0 in 2 other zones." in table.note
    assert "$/MW-year" in table.title


def test_a_zone_that_binds_in_several_years_has_a_price_of_all_of_them() -> None:
    prices = made.price_rows(
        ZONE_MW_YEAR, {("Z", year): 0.0 for year in made.YEARS}, LONG_RUN, {"Z": 812_138.0}
    )
    table = zone_price(made.plan(prices=prices))
    assert table is not None
    assert table.rows == (("Z", "0", "0", "812,138"),)
    assert (
        "Z binds in several years: more in one year alone is worth nothing, more in all of them is."
        in table.note
    )


def test_prices_of_an_earlier_version_are_marked() -> None:
    rows = made.price_rows(ZONE_MW_YEAR, {("Z", year): 7.0 for year in made.YEARS}, LONG_RUN)
    table = zone_price(made.plan(prices=rows.assign(left=math.nan, all_years=math.nan)))
    assert table is not None
    assert table.rows == (("Z", "7", "7", "-"),)
    assert "These prices are of an earlier version" in table.note


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (40.0, "costs welfare."),
        (50.0, "costs welfare, not even a binding one: work can move elsewhere at the same cost."),
    ],
)
def test_zero_prices_are_explained(draw: float, said: str) -> None:
    prices = made.price_rows(ZONE_MW_YEAR, {("Z", year): 0.0 for year in made.YEARS}, LONG_RUN)
    zones = made.zone_rows(*(("Z", year, draw, 50.0) for year in made.YEARS))
    table = zone_price(made.plan(prices=prices, zones=zones))
    assert table is not None
    assert table.rows == ()
    assert table.note == f"$0 in every zone and year: no zone limit {said}"


def test_a_plan_that_was_not_priced_has_no_prices() -> None:
    assert zone_price(made.plan()) is None


def test_areas_show_the_price_paid_beside_scarcity() -> None:
    table = pd.DataFrame(
        {
            "year": made.YEARS,
            "area": "RTO",
            "peak_mw": [1000.0, 2000.0],
            "peak_limit_mw": [1500.0, math.nan],
            "required_ucap_mw": [930.0, 1860.0],
        }
    )
    scarcity = {("RTO", 2026): 0.0, ("RTO", 2027): 195.56}
    prices = made.price_rows(AREA_UCAP_DAY, scarcity, LONG_RUN)
    shown = areas(made.plan(areas=table, prices=prices))
    assert shown is not None
    assert {row[1]: row[2:] for row in shown.rows} == {
        "peak of modelled load, MW": ("1,000", "2,000"),
        "peak covered by procured capacity, MW": ("1,500", "no limit"),
        "accredited capacity required, MW UCAP": ("930", "1,860"),
        "capacity price paid, $/MW-day of UCAP": ("300.00", "300.00"),
        "scarcity price on top, $/MW-day": ("0", "195.6"),
    }


@pytest.mark.parametrize("report", [zone_draw, areas])
def test_without_zones_or_areas_there_is_no_table(report: object) -> None:
    instance = small().model_copy(update={"zones": (), "capacity_areas": ()})
    empty = made.plan(instance, zones=made.zone_rows())
    assert callable(report)
    assert report(empty) is None
