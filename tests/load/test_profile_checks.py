"""Values that stand out are told with their place; habits of a series are not."""

import math

import pytest

import optimizer as op
from optimizer.load.profile_checks import load_outliers, outliers, profile_warnings
from optimizer.schema.instance import Reading
from tests.factory import one_site

FLAT = [1.0, 1.1, 0.9] * 8


def changed(values: list[float], edits: dict[int, float]) -> list[float]:
    return [edits.get(at, value) for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (FLAT, []),
        (changed(FLAT, {7: 11.01}), [[7]]),
        (changed(FLAT, {7: 10.9}), []),
        (changed(FLAT, {7: 0}), [[7]]),
        (changed(FLAT, {7: 0, 8: 0.09}), []),
        (changed(FLAT, {7: 0, 9: 0}), []),
        (changed(FLAT * 7, {7: 0, 9: 0, 11: 99}), [[11], [7, 9]]),
        ([0.0] * 8 + [1.0] * 16, []),
        ([1.0] + [0.0] * 23, []),
        (FLAT * 365, []),
        (changed(FLAT * 365, dict.fromkeys(range(80), 50.0)), [list(range(80))]),
        (changed(FLAT * 365, dict.fromkeys(range(100), 50.0)), []),
    ],
)
def test_outliers_are_found(values: list[float], found: list[list[int]]) -> None:
    assert [hours for hours, _ in outliers(values)] == found


def smooth() -> list[float]:
    """A year of load that rises by at most 10% an hour, with a hot week at 1.4 times the rest."""
    shape = [100 + 20 * math.sin(math.pi * hour / 12) for hour in range(8760)]
    return [
        value * (1 + 0.4 * math.exp(-(((at - 5000) / 20) ** 2))) for at, value in enumerate(shape)
    ]


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ({}, []),
        ({100: 250.0}, [[100]]),
        ({100: 250.0, 101: 260.0, 102: 255.0}, [[100, 101, 102]]),
        ({5000: 400.0}, [[5000]]),
        ({100: 40.0}, [[100]]),
        ({0: 250.0}, [[0]]),
        ({8759: 250.0}, [[8759]]),
        ({100: 0.0}, [[100]]),
    ],
)
def test_spikes_and_drops_of_a_load_are_found_and_its_real_peak_is_not(
    edits: dict[int, float], found: list[list[int]]
) -> None:
    assert [hours for hours, _ in load_outliers(changed(smooth(), edits))] == found


def test_a_profile_is_checked_as_a_load_if_it_is_the_other_load_of_a_zone() -> None:
    day = {"profiles": [{"id": "day", "values": changed(FLAT, {7: 2.0})}]}
    assert not profile_warnings(one_site(day))
    zone = {"zones.Z": {"capacity_mw": 9, "other_peak_mw": 1, "other_profile": "day"}}
    (warning,) = profile_warnings(one_site(day | zone))
    assert "profiles.day has spikes" in warning
    assert warning.endswith("2 at hour 7 (from 0)")


def test_warnings_name_value_and_place() -> None:
    day = changed(FLAT, {7: 20.0, 9: 0.0})
    instance = one_site({"profiles": [{"id": "day", "values": day}]})
    high = "profiles.day exceeds 10 times its 99th percentile (1.1): 20 at "
    zero = "profiles.day is 0, but otherwise never below a tenth of its median (1): 0 at "
    assert profile_warnings(instance) == (f"{high}hour 7 (from 0)", f"{zero}hour 9 (from 0)")
    instance.with_reading(
        Reading(("a note",), {"day": [f"t.csv:{hour + 2}" for hour in range(24)]})
    )
    assert profile_warnings(instance) == (f"{high}t.csv:9", f"{zero}t.csv:11")
    warnings = op.solve(instance).run.warnings
    assert {"a note", f"{high}t.csv:9", f"{zero}t.csv:11"} <= set(warnings)


def test_only_the_first_outliers_are_listed() -> None:
    year = changed(FLAT * 365, dict.fromkeys(range(80), 50.0))
    (warning,) = profile_warnings(one_site({"profiles": [{"id": "y", "values": year}]}))
    assert warning.endswith("50 at hour 2 (from 0) and 77 more")


@pytest.mark.parametrize("name", ["tutorial", "policies", "pjm", "abilene", "offgrid-us"])
def test_shipped_instances_have_no_outliers(name: str) -> None:
    assert profile_warnings(op.load_instance(f"instances/{name}")) == ()
