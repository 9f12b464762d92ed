"""The blank case solves, its zone binds, and each of its figures is an assumption."""

import pytest

import optimizer as op
from tests.instances.folders import INSTANCES, numbers_of_tables

FOLDER = INSTANCES / "blank"
NOT_ASSUMED = {
    "regions.latitude_deg",
    "regions.longitude_deg",
    "regions.utc_offset_h",
    "profiles.hour",
    "profiles.requests",
}
"""Where the region lies; and the shape of a day, which is one assumption."""


def test_it_solves_and_verifies() -> None:
    instance = op.load_instance(FOLDER)
    plan = op.solve(instance, gap=0)
    assert plan.status == "optimal"
    assert op.verify(instance, plan) == []
    zones = plan.tables["zones"].groupby("year")[["draw_mw", "limit_mw"]].max()
    assert zones.loc[2028, "draw_mw"] == pytest.approx(zones.loc[2028, "limit_mw"])
    assert {"device", "cloud"} <= set(plan.placement["kind"])


def test_every_assumption_is_a_placeholder_and_the_shape_is_that_of_the_profile() -> None:
    instance = op.load_instance(FOLDER)
    assert {assumption.source for assumption in instance.assumptions} == {"ASSUMED"}
    (shape,) = (row for row in instance.assumptions if row.path == "profiles.day.values")
    values = instance.profiles[0].values
    peak_over_mean = max(values) * len(values) / sum(values)
    assert peak_over_mean == pytest.approx(shape.value, rel=1e-3)


def test_every_number_of_the_tables_is_listed() -> None:
    listed = {assumption.path for assumption in op.load_instance(FOLDER).assumptions}
    numbers = set(numbers_of_tables(FOLDER, NOT_ASSUMED))
    assert numbers <= listed
    assert len(numbers) >= 30
