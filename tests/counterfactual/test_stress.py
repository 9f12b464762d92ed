"""The hours of grid stress, and displacement of the MW drawn there, by hand."""

import pytest

from optimizer.counterfactual.stress import find_stress
from tests.counterfactual.cases import RACK, ask, two_sites
from tests.counterfactual.compared import compared
from tests.factory import Edits

NIGHT = [2.0] * 12 + [1.0] * 12
"""Demand of 13.33 Gtok/h in the first half of the day, and 6.67 in the second, of a mean of 10."""
EVENING = [0.5] * 12 + [1.0] * 12
"""Other load of a zone, highest when modelled load is lowest."""

TIME = {"years": [2026], "days": 1, "hours_per_step": 12}


def shaped(edits: Edits | None = None, fleet: float = 2.0) -> object:
    """Modelled load peaks at night, and the zone of the cloud in the evening."""
    return two_sites(
        10,
        fleet,
        {
            "time": TIME,
            "profiles": [{"id": "night", "values": NIGHT}, {"id": "evening", "values": EVENING}],
            "classes.chat.profile": "night",
            "zones.Z.capacity_mw": 100,
            "zones.Z.other_peak_mw": 90,
            "zones.Z.other_profile": "evening",
        }
        | dict(edits or {}),
    )


def test_stress_is_when_the_tightest_limit_is_closest_not_when_inference_peaks() -> None:
    """Room is 55 MW at night and 10 in the evening; the cloud takes 13.3 and 6.7 MW."""
    result = ask(shaped())
    assert result.peak.rest_without == pytest.approx(40 / 3)
    assert result.stress.rest_without == pytest.approx(20 / 3)
    (hour,) = result.stress_hours
    assert (hour.limit, hour.hour, hour.hours) == ("Z", 12, 4380)
    assert hour.headroom_mw == pytest.approx(10 - 20 / 3)
    assert result.stress.intervention == pytest.approx(2)
    assert result.stress.displacement == pytest.approx(1)


def test_the_tightest_limit_is_the_one_with_the_smallest_share_left() -> None:
    """Y has 1 of 3 MW left at any hour, a third; Z has 3.3 of 10 left, as much; then less."""
    scenarios = compared(shaped({"zones.Y.limit_mw": 3}), "edge", 1e-6)
    assert find_stress(scenarios).hours[0].limit == "Z"  # X is closed in the baseline
    tight = {"zones.Y.limit_mw": 3, "sites.D": {"kind": "cloud", "region": "E", "zone": "Y"}}
    pool = {"pools.D/node": {"existing_units": 2.5 * RACK}}
    scenarios = compared(shaped(tight | pool), "edge", 1e-6)
    assert find_stress(scenarios).hours[0].limit == "Y"


def test_a_capacity_area_has_its_own_hours_of_stress() -> None:
    """Its capacity is the same at every hour, so they are those of its highest whole load."""
    area = {
        "capacity_areas": [
            {
                "id": "RTO",
                "zones": ["Z", "Y"],
                "forecast_pool_requirement": 1,
                "procured_ucap_mw": 105,
                "other_peak_mw": 90,
                "capacity_price_usd_per_mw_day": 0,
            }
        ]
    }
    roomy = {"zones.Z.capacity_mw": 1000}
    (hour,) = ask(shaped(area | roomy)).stress_hours
    # The area has 15 MW for modelled load, which takes 13.3 at night; but its whole load is
    # 45 + 13.3 MW at night, and 90 + 6.7 MW in the evening.
    assert (hour.limit, hour.hour) == ("RTO", 12)
    assert hour.headroom_mw == pytest.approx(15 - 40 / 3)


def test_without_limits_the_hours_are_those_of_highest_grid_draw() -> None:
    free = {"zones.Z.capacity_mw": None, "zones.Z.other_peak_mw": 0, "zones.Z.other_profile": None}
    result = ask(shaped(free))
    (hour,) = result.stress_hours
    assert (hour.limit, hour.headroom_mw, hour.hour) == (None, None, 0)
    assert result.stress.rest_without == pytest.approx(40 / 3)


def test_hours_as_tight_count_together() -> None:
    """The limit of 5 MW binds at every hour: the mean is over the year."""
    flat = {"zones.Z": {"capacity_mw": None, "limit_mw": 5, "other_peak_mw": 0}}
    flat["zones.Z"]["other_profile"] = None
    result = ask(shaped(flat))
    (hour,) = result.stress_hours
    assert (hour.hours, hour.headroom_mw) == (8760, pytest.approx(0, abs=1e-6))
    assert result.stress.rest_without == pytest.approx(5)


def test_the_whole_is_the_year_in_which_the_grid_is_tightest() -> None:
    years = {"years": [2026, 2027, 2028], "days": 1, "hours_per_step": 24}
    limit = {"zones.Z.limit_mw": {2026: 20, 2027: 11, 2028: 15}}
    result = ask(two_sites(10, 2, {"time": years} | limit))
    assert [hour.headroom_mw for hour in result.stress_hours] == pytest.approx([10, 1, 5])
    assert result.stress == result.by_year[1].stress
