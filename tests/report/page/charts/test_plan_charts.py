"""What the charts of a plan draw, against figures written down by hand."""

import math
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from optimizer.report.page.charts.chart import BINDING, HEADROOM, INK, OF_KIND
from optimizer.report.page.charts.peak_day import peak_day
from optimizer.report.page.charts.plan_bars import build_out, cost_bars, token_bars
from optimizer.report.page.charts.site_map import outlines, site_map
from optimizer.report.page.charts.zone_limits import zone_limits
from optimizer.report.tables.builds import every_build
from tests.cli.cases import small
from tests.report.made import HOURS, plan, with_zones, zone_rows
from tests.report.page.reading import Page

ZONES = zone_rows(
    ("Z", 2026, 1.0, 4.0),
    ("Z", 2026, 2.0, 2.5),
    ("Z", 2027, 3.0, 3.0),
    ("free", 2026, 5.0, math.nan),
    ("free", 2027, 6.0, math.nan),
)


def specs(html: str) -> list[dict[str, Any]]:
    return Page(html).specs


def power_rows(*rows: tuple[str, str, str, int, int, int, float, float]) -> pd.DataFrame:
    """Rows of (site, kind, zone, year, day, first hour, load, draw); steps of 12 h."""
    columns = ["site", "kind", "zone", "year", "day", "start_h", "power_mw", "draw_mw"]
    return pd.DataFrame(rows, columns=columns).assign(length_h=12)


DAY = power_rows(
    ("city", "cloud", "Z", 2026, 3, 0, 9.0, 9.0),
    ("city", "cloud", "Z", 2026, 3, 12, 1.0, 1.0),
    ("city", "cloud", "Z", 2027, 4, 0, 2.0, 2.0),
    ("city", "cloud", "Z", 2027, 4, 12, 4.0, 4.0),
    ("phones", "device", "Z", 2027, 4, 0, 1.0, 1.0),
    ("phones", "device", "Z", 2027, 4, 12, 1.5, 1.5),
    ("campus", "offgrid", "", 2027, 4, 0, 5.0, 0.0),
    ("campus", "offgrid", "", 2027, 4, 12, 6.0, 0.0),
)
DAY_ZONES = pd.DataFrame(
    [("Z", 2027, 4, 0, 12, 6.0, 3.0), ("Z", 2027, 4, 12, 12, 8.0, 5.5)],
    columns=["zone", "year", "day", "start_h", "length_h", "limit_mw", "draw_mw"],
)


def test_draw_under_its_limit_at_the_tightest_hour_of_each_year() -> None:
    made = plan(with_zones(small(), ["Z", "free"]), zones=ZONES)
    limited, free = specs(zone_limits(made))
    bars = limited["data"][0]
    assert (bars["x"], bars["y"]) == (["2026", "2027"], [2.0, 3.0])
    assert bars["marker"]["color"] == [HEADROOM, BINDING]
    assert bars["hovertext"] == ["Z, 2026: 2.00 / 2.50", "Z, 2027: 3.00 / 3.00 *"]
    assert [line["y0"] for line in limited["layout"]["shapes"]] == [2.5, 3.0]
    assert {line["line"]["color"] for line in limited["layout"]["shapes"]} == {INK}
    assert limited["layout"]["yaxis"]["range"][1] > 3.0
    assert free["layout"]["shapes"] == []
    assert free["data"][0]["hovertext"][0] == "free, 2026: 5.00 / no limit"


def test_zones_of_a_single_year_share_a_panel() -> None:
    instance = with_zones(small(), ["Z", "free"])
    time = instance.time.model_copy(update={"years": (2026,)})
    made = plan(instance.model_copy(update={"time": time}), zones=ZONES[ZONES["year"] == 2026])
    (panel,) = specs(zone_limits(made))
    assert panel["data"][0]["x"] == ["Z", "free"]
    assert panel["data"][0]["y"] == [2.0, 5.0]
    assert [line["x0"] for line in panel["layout"]["shapes"]] == [pytest.approx(-0.46)]


def test_without_zones_there_are_no_panels() -> None:
    none = with_zones(small(), [])
    assert zone_limits(plan(none, zones=ZONES[:0])) == ""


def test_the_day_of_highest_load_and_what_is_allowed_on_it() -> None:
    made = peak_day(plan(power=DAY, zones=DAY_ZONES))
    # 2 + 1.5 + 4 + 6 on the fourth day after New Year, more than 9 before it.
    assert "Load by kind of site on the peak day, 05 Jan 2027: MW" in Page(made).text
    zone, alone = specs(made)
    device, cloud, limit = zone["data"]
    assert (device["y"], cloud["y"]) == ([1.0, 1.5, 1.5], [2.0, 4.0, 4.0])
    assert device["x"] == [0, 12, 24]
    assert (device["fillcolor"], cloud["fillcolor"]) == (OF_KIND["device"], OF_KIND["cloud"])
    assert device["stackgroup"] == cloud["stackgroup"]
    assert (limit["y"], limit["line"]["color"]) == ([6.0, 8.0, 8.0], INK)
    assert "stackgroup" not in limit
    assert alone["data"][0]["y"] == [5.0, 6.0, 6.0]
    assert len(alone["data"]) == 1


def test_zones_together_have_a_limit_where_each_has_one() -> None:
    both = with_zones(small(), ["Z", "Y"])
    other = DAY_ZONES.assign(zone="Y", limit_mw=[1.0, 2.0], draw_mw=0.0)
    limited = plan(both, power=DAY, zones=pd.concat([DAY_ZONES, other]))
    together = specs(peak_day(limited))[0]
    assert together["data"][-1]["y"] == [7.0, 10.0, 10.0]
    unlimited = plan(both, power=DAY, zones=pd.concat([DAY_ZONES, other.assign(limit_mw=math.nan)]))
    assert len(specs(peak_day(unlimited))[0]["data"]) == 2  # two kinds of site, and no line


def test_no_load_no_day() -> None:
    assert peak_day(plan(power=DAY.assign(power_mw=0.0), zones=DAY_ZONES)) == ""


def test_megawatts_are_built_by_year_and_kind() -> None:
    empty = pd.DataFrame(columns=["site", "generator", "storage", "year", "units_built"])
    made = plan(
        sites=pd.DataFrame(columns=["site", "kind", "year", "open", "candidate"]),
        # A node draws 10 kW loaded, a turbine gives 0.5 MW.
        capacity=pd.DataFrame(
            [("city", "node", 2026, 400.0), ("city", "node", 2027, 100.0)],
            columns=["site", "hardware", "year", "units_built"],
        ),
        generators=pd.DataFrame(
            [("campus", "gt", 2027, 3.0)], columns=["site", "generator", "year", "units_built"]
        ),
        storage=empty,
    )
    hardware, power = specs(build_out(made))
    assert [trace["y"] for trace in hardware["data"]] == [[4.0, 1.0]]
    assert hardware["data"][0]["marker"]["color"] == OF_KIND["cloud"]
    assert [trace["y"] for trace in power["data"]] == [[0.0, 1.5]]
    assert power["data"][0]["hovertext"] == ["gt, 2026: 0 MW", "gt, 2027: 1.50 MW"]
    assert sum(build.mw or 0.0 for build in every_build(made)) == 6.5


def test_costs_are_as_long_as_they_are_large() -> None:
    (chart,) = specs(cost_bars(plan()))
    bars = chart["data"][0]
    assert bars["x"] == pytest.approx([1.0, 5 / 24.5])  # nothing for what is free
    assert bars["y"] == ["hardware", "energy drawn from the<br>grid"]
    assert bars["text"] == ["24.50 (83.1%)", "5.00 (16.9%)"]


def test_tokens_stack_by_kind() -> None:
    placement = pd.DataFrame(
        [("cloud", 2026, 1.0), ("cloud", 2027, 2.0), ("device", 2026, 0.5)],
        columns=["kind", "year", "flow_gtok_per_h"],
    ).assign(**HOURS)
    (chart,) = specs(token_bars(plan(placement=placement)))
    by_colour = {trace["marker"]["color"]: trace["y"] for trace in chart["data"]}
    assert by_colour == {
        OF_KIND["device"]: pytest.approx([4.38, 0.0]),  # Ttok, of 8760 hours
        OF_KIND["cloud"]: pytest.approx([8.76, 17.52]),
    }


def test_a_site_whose_load_is_numerical_noise_below_zero_is_a_ring() -> None:
    noise = power_rows(
        ("city", "cloud", "Z", 2026, 3, 0, 9.0, 9.0),
        ("phones", "device", "Z", 2026, 3, 0, -1e-9, -1e-9),
    )
    (chart,) = specs(site_map(plan(power=noise, zones=ZONES[ZONES["zone"] == "Z"])))
    colours = [trace["marker"]["color"] for trace in chart["data"] if "hovertext" in trace]
    assert ["rgba(0,0,0,0)"] in colours


def test_sites_stand_where_they_are_and_as_large_as_their_load() -> None:
    made = plan(power=DAY, zones=ZONES[ZONES["zone"] == "Z"])
    (chart,) = specs(site_map(made))
    discs = {
        trace["hovertext"][0].split(",")[0]: trace
        for trace in chart["data"]
        if "hovertext" in trace
    }
    assert (discs["campus"]["x"], discs["campus"]["y"]) == ([-80.0], [40.0])
    assert (discs["city"]["x"], discs["city"]["y"]) == ([-75.0], [40.0])  # its region's
    assert discs["city"]["hovertext"] == ["city, cloud: peak load 9.00 MW"]
    size = {name: disc["marker"]["size"][0] for name, disc in discs.items()}
    assert (size["campus"] / size["city"]) ** 2 == pytest.approx(6 / 9)
    assert (size["phones"] / size["city"]) ** 2 == pytest.approx(1.5 / 9)
    # Phones stand at the city's place, and beside it.
    assert discs["city"]["marker"]["standoff"] == [0.0]
    assert discs["phones"]["marker"]["standoff"] == pytest.approx(
        [(size["city"] + size["phones"]) / 2], rel=1e-6
    )
    (name,) = [trace for trace in chart["data"] if "text" in trace]
    assert name["text"] == ["<b>Z 100%</b>"]
    west, east = chart["layout"]["xaxis"]["range"]
    south, north = chart["layout"]["yaxis"]["range"]
    assert west < -80 < -75 < east
    assert south < 40 < north


def test_outlines_within_the_map_alone() -> None:
    here = outlines(-90.0, 37.0, -74.0, 43.0)
    assert len(here) > 20
    for line in here:
        # Of each segment the box meets the map's.
        for (a, b), (c, d) in pairwise(line):
            assert max(a, c) >= -90.0
            assert min(a, c) <= -74.0
            assert max(b, d) >= 37.0
            assert min(b, d) <= 43.0
    assert outlines(-40.0, 30.0, -35.0, 33.0) == []  # amid the Atlantic


@pytest.mark.parametrize(
    ("where", "box"),
    [
        ("a corner of four states", (-109.1, 36.9, -109.0, 37.1)),
        ("the Channel", (-5.0, 48.0, 2.0, 52.0)),
    ],
)
def test_there_are_outlines_in_and_beyond_the_us(where: str, box: tuple[float, ...]) -> None:
    assert outlines(*box), where
