from typing import Any

import numpy as np
import pytest

from optimizer.formulation.compose import compose
from optimizer.problem.horizon import demand_shape, hourly_year, resolve_time
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.demand import Profile
from optimizer.schema.instance import Instance
from tests.composed import optimum_usd
from tests.factory import one_site

HOURS = np.arange(8760)
YEAR = (
    10
    + np.sin((HOURS % 24 - 8) / 24 * 2 * np.pi)
    + 2 * np.cos(HOURS / 8760 * 2 * np.pi)
    + np.random.default_rng(0).random(8760)
)
PEAK = 5000
YEAR[PEAK] = 20.0
LOAD = {
    "profiles": [{"id": "load", "values": YEAR.tolist()}],
    "zones.Z.capacity_mw": 25,
    "zones.Z.other_peak_mw": 24.9,
    "zones.Z.other_profile": "load",
}


def loaded(days: int, hours: int = 1, edits: dict[str, Any] | None = None) -> Instance:
    time = {"years": [2026], "days": days, "hours_per_step": hours}
    return one_site(LOAD | {"time": time} | (edits or {}))


@pytest.mark.parametrize("days", [1, 2, 5, 30, 365])
@pytest.mark.parametrize("hours", [1, 6, 24])
def test_slots_cover_the_year_and_the_peak_hour_has_its_own(days: int, hours: int) -> None:
    horizon = resolve_time(loaded(days, hours))
    assert len(horizon.day_of_year) == days
    assert horizon.hours_per_year.sum() == pytest.approx(8760)
    assert horizon.day_of_year[horizon.peak_day] == PEAK // 24
    assert (np.diff(horizon.day_of_year) > 0).all()
    at_peak = [k for k in range(horizon.slots) if PEAK in horizon.slot_hours(k)]
    assert [horizon.slot_hours(k).tolist() for k in at_peak] == [[PEAK]]
    weight = dict(zip(horizon.day_of_year[horizon.day], horizon.days_per_year, strict=True))
    assert sum(weight.values()) == 365
    assert weight[PEAK // 24] == (365 if days == 1 else 1)
    for day in range(days):
        hours_of_day = np.concatenate(
            [horizon.slot_hours(k) for k in np.flatnonzero(horizon.day == day)]
        )
        first = horizon.day_of_year[day] * 24
        assert hours_of_day.tolist() == list(range(first, first + 24))


@pytest.mark.parametrize("peak", [0, 23, 24 * 200 + 23, 8759])
def test_a_peak_may_be_at_the_edge_of_a_day(peak: int) -> None:
    values = [1.0] * 8760
    values[peak] = 2.0
    edits = {"profiles": [{"id": "load", "values": values}]}
    horizon = resolve_time(loaded(2, 12, edits))
    assert [peak] in [horizon.slot_hours(k).tolist() for k in range(horizon.slots)]
    assert horizon.hours_per_year.sum() == pytest.approx(8760)


def test_a_flat_year_has_no_separate_peak_slot() -> None:
    horizon = resolve_time(one_site({"time.days": 1, "time.hours_per_step": 24}))
    assert horizon.length_h.tolist() == [24]
    assert horizon.days_per_year.tolist() == [365]


def test_without_other_load_demand_determines_the_peak() -> None:
    edits = {
        "profiles": [{"id": "load", "values": YEAR.tolist()}],
        "classes.chat.profile": "load",
        "time": {"years": [2026], "days": 3, "hours_per_step": 8},
    }
    horizon = resolve_time(one_site(edits))
    assert [PEAK] in [horizon.slot_hours(k).tolist() for k in range(horizon.slots)]


@pytest.mark.parametrize("days", [1, 2, 7, 365])
@pytest.mark.parametrize("hours", [1, 4, 24])
def test_slots_keep_the_years_tokens(days: int, hours: int) -> None:
    case = compile_case(loaded(days, hours, {"classes.chat.profile": "load"}))
    year = case.demand.level[0, 0] @ case.horizon.hours_per_year
    assert year == pytest.approx(3.6 * 8760)


@pytest.mark.parametrize("hours", [2, 6, 24])
@pytest.mark.parametrize("days", [1, 3, 365])
def test_a_coarse_limit_is_the_minimum_of_its_hours(days: int, hours: int) -> None:
    coarse, fine = (compile_case(loaded(days, step)) for step in (hours, 1))
    hourly = 25 - 24.9 * YEAR / 20
    horizon = coarse.horizon
    for k, limit in enumerate(coarse.grid.headroom_mw[0, 0]):
        assert limit == pytest.approx(hourly[horizon.slot_hours(k)].min())
    assert coarse.grid.headroom_mw.min() == pytest.approx(0.1)
    assert fine.grid.headroom_mw.min() == pytest.approx(0.1)


def test_coarse_availability_is_the_minimum_of_its_hours() -> None:
    sun = np.clip(np.sin((np.arange(24) - 6) / 12 * np.pi), 0, 1).tolist()
    edits = {
        "profiles": [{"id": "sun", "values": sun}],
        "generators": [{"id": "pv", "unit_mw": 1, "capex_usd_per_kw": 1, "life_years": 20}],
        "site_generators": [{"site": "C", "generator": "pv", "availability_profile": "sun"}],
        "time.hours_per_step": 4,
    }
    case = compile_case(one_site(edits))
    assert case.generator.available[0] == pytest.approx(
        [min(sun[hour : hour + 4]) for hour in range(0, 24, 4)]
    )


@pytest.mark.parametrize("hours", [2, 4, 12])
def test_coarser_steps_with_flat_demand_never_raise_welfare(hours: int) -> None:
    fine, _ = optimum_usd(loaded(3, 1), 1e-9)
    coarse, _ = optimum_usd(loaded(3, hours), 1e-9)
    assert coarse <= fine * (1 + 1e-9)


def test_each_day_represents_similar_days() -> None:
    day = np.repeat(np.where(np.arange(365) % 7 < 5, 2.0, 1.0), 24)
    day[100 * 24 + 12] = 3.0
    edits = {"profiles": [{"id": "load", "values": day.tolist()}]}
    horizon = resolve_time(loaded(3, 24, edits))
    weight = dict(zip(horizon.day_of_year[horizon.day], horizon.days_per_year, strict=True))
    assert weight.pop(100) == 1
    level = {2.0 if at % 7 < 5 else 1.0: days for at, days in weight.items()}
    assert level == {2.0: (np.arange(365) % 7 < 5).sum() - 1, 1.0: (np.arange(365) % 7 >= 5).sum()}


@pytest.mark.parametrize(("weekday", "first"), [("monday", 0), ("thursday", 3), ("sunday", 6)])
def test_a_weekly_profile_starts_on_monday(weekday: str, first: int) -> None:
    instance = one_site({"time.first_weekday": weekday})
    profile = Profile(id="week", values=tuple(float(h) for h in range(168)))
    year = hourly_year(instance, profile, None)
    assert year[0] == first * 24
    assert year[(7 - first) * 24] == 0
    assert len(year) == 8760


@pytest.mark.parametrize(
    ("here", "clock", "shift"), [(-8, -5, 21), (0, -5, 5), (5, 5, 0), (-5, 0, 19)]
)
def test_local_time_is_converted_to_the_instances_clock(
    here: float, clock: float, shift: int
) -> None:
    instance = one_site(
        {
            "time.utc_offset_h": clock,
            "regions.E.utc_offset_h": here,
            "profiles": [
                {"id": "d", "clock": "local", "values": [float(h + 1) for h in range(24)]}
            ],
            "classes.chat.profile": "d",
        }
    )
    shape = demand_shape(instance, instance.workloads[0])
    # At the instance's midnight the region's clock reads `shift`.
    assert shape[0] * 12.5 == pytest.approx(shift + 1)
    assert shape.mean() == pytest.approx(1)
    common = Profile(id="d", values=tuple(float(h) for h in range(24)))
    assert hourly_year(instance, common, here)[0] == 0


def test_periods_have_spans_and_discount_factors() -> None:
    edits = {"time": {"years": [2026, 2028, 2029], "days": 1, "last_span_years": 4}}
    horizon = resolve_time(one_site(edits))
    assert horizon.span_years.tolist() == [2, 1, 4]
    wanted = [1 + 1 / 1.1, 1.1**-2, sum(1.1**-lag for lag in range(3, 7))]
    assert horizon.discount == pytest.approx(wanted)


def test_other_load_above_capacity_leaves_no_headroom() -> None:
    case = compile_case(loaded(2, 1, {"zones.Z.capacity_mw": 20}))
    assert case.grid.headroom_mw.min() == 0
    assert case.grid.overloaded_hours == (case.grid.headroom_mw == 0).sum() > 0


def test_a_full_year_of_hours_can_be_solved() -> None:
    instance = loaded(365, 24)
    program, _ = compose(compile_case(instance))
    assert program.rows["grid_limit"].size == 365 + 2
    welfare, _ = optimum_usd(instance, 1e-6)
    assert welfare > 0


def test_days_do_not_depend_on_which_sites_use_a_profile() -> None:
    hours = np.random.default_rng(1).random(365).repeat(24)
    sun = {"profiles.sun": {"values": hours.tolist()}}
    turbine = {
        "generators": [{"id": "gt", "unit_mw": 1, "capex_usd_per_kw": 0, "life_years": 20}],
        "site_generators": [
            {"site": "C", "generator": "gt", "max_units": 1, "availability_profile": "sun"}
        ],
    }
    without, with_it = (resolve_time(loaded(6, edits=sun | more)) for more in ({}, turbine))
    assert without.day_of_year.tolist() == with_it.day_of_year.tolist()
    assert without.days_per_year.tolist() == with_it.days_per_year.tolist()
    assert without.day_of_year.tolist() != resolve_time(loaded(6)).day_of_year.tolist()
