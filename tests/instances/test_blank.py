"""The blank case solves, its zone binds, and each of its figures is an assumption."""

from pathlib import Path

import pytest

import optimizer as op
from tests.instances.assumed import numbers_of_tables, value_at

FOLDER = Path(__file__).resolve().parents[2] / "instances" / "blank"
SHAPE = "profiles.day.values"
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


def test_every_assumption_is_what_the_instance_says() -> None:
    instance = op.load_instance(FOLDER)
    for assumption in instance.assumptions:
        assert assumption.source == "ASSUMED"
        if assumption.path == SHAPE:
            values = instance.profiles[0].values
            peak_over_mean = max(values) * len(values) / sum(values)
            assert peak_over_mean == pytest.approx(assumption.value, rel=1e-3)
        else:
            assert value_at(instance, assumption.path) == assumption.value, assumption.path


def test_every_number_of_the_tables_is_listed() -> None:
    listed = {assumption.path for assumption in op.load_instance(FOLDER).assumptions}
    numbers = set(numbers_of_tables(FOLDER, NOT_ASSUMED))
    assert numbers <= listed
    assert len(numbers) >= 30
