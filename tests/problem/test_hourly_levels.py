"""Hourly prices, also negative ones, and hourly carbon intensity, against sums by hand."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

import optimizer as op
from optimizer.problem.horizon import hourly_year
from optimizer.schema.demand import Profile
from optimizer.schema.instance import Instance
from tests.factory import changed, one_site

DRAW_MW = 0.1
"""Draw of `one_site` in every hour."""

NIGHT_AND_DAY = {"time": {"years": [2026], "days": 1, "hours_per_step": 12}}


def two_halves(night: float, day: float) -> list[dict[str, Any]]:
    return [{"id": "hours", "values": [night] * 12 + [day] * 12}]


def with_zone(fields: dict[str, Any], night: float, day: float) -> Instance:
    zone = {"id": "Z", "energy_price_usd_per_mwh": 50} | fields
    zone = {name: value for name, value in zone.items() if value is not None}
    return one_site(NIGHT_AND_DAY | {"profiles": two_halves(night, day), "zones": [zone]})


@pytest.mark.parametrize(
    ("fields", "cost_of_a_mw_day"),
    [
        ({"hourly_price_usd_per_mwh": "hours", "energy_price_usd_per_mwh": None}, 12 * (30 - 10)),
        ({"price_profile": "hours"}, 24 * 50),
    ],
)
def test_negative_hours_earn_what_they_say(fields: dict[str, Any], cost_of_a_mw_day: float) -> None:
    """As a shape, of mean 10, they are scaled to a mean of 50: -50 by night and 150 by day."""
    instance = with_zone(fields, -10, 30)
    plan = op.solve(instance, gap=0)
    assert plan.parts_usd["energy"] == pytest.approx(-DRAW_MW * 365 * cost_of_a_mw_day)
    assert not op.verify(instance, plan)


FLEXIBLE = {
    "pools.C/node.existing_units": 20,
    "hardware.node.idle_w": 0,
    "classes.chat.flexible_share": 1,
    "classes.chat.defer_within_h": 23,
}


@pytest.mark.parametrize("shape", [True, False])
@pytest.mark.parametrize("policy", [{"co2_price_usd_per_t": 100}, {"co2_cap_t_per_year": 1e-6}, {}])
def test_waiting_work_moves_to_clean_hours_if_co2_is_priced_or_capped(
    policy: dict[str, float], shape: bool
) -> None:
    """With two times the hardware, half a day's work can wait for the hours without CO2."""
    fields = (
        {"co2_kg_per_mwh": 400, "co2_profile": "hours"}
        if shape
        else {"hourly_co2_kg_per_mwh": "hours"}
    )
    instance = changed(with_zone(fields, 800, 0), FLEXIBLE | {"policy": policy})
    plan = op.solve(instance, gap=0)
    draw = plan.power.sort_values("start_h")["draw_mw"].to_numpy()
    assert not op.verify(instance, plan)
    served = plan.placement["flow_gtok_per_h"].to_numpy() @ plan.placement["length_h"].to_numpy()
    assert served == pytest.approx(3.6 * 24)
    if policy:
        assert draw == pytest.approx([0.0, 2 * DRAW_MW], abs=1e-6)
    else:
        steady = changed(instance, {"classes.chat.flexible_share": 0})
        assert op.solve(steady, gap=0).welfare_usd == pytest.approx(plan.welfare_usd)


def test_the_co2_of_a_year_is_counted_by_hour() -> None:
    instance = with_zone({"hourly_co2_kg_per_mwh": "hours"}, 100, 700)
    plan = op.solve(changed(instance, {"policy.co2_price_usd_per_t": 10}), gap=0)
    tonnes = DRAW_MW * 365 * 12 * (100 + 700) / 1000
    assert plan.parts_usd["co2"] == pytest.approx(-10 * tonnes)


@pytest.mark.parametrize(
    ("fields", "values", "fault"),
    [
        ({"energy_price_usd_per_mwh": None}, (1, 1),
         "energy_price_usd_per_mwh ($/MWh) is required"),
        ({"hourly_price_usd_per_mwh": "hours"}, (1, 1),
         "hourly_price_usd_per_mwh and energy_price_usd_per_mwh are both given"),
        ({"hourly_co2_kg_per_mwh": "hours", "co2_kg_per_mwh": 400}, (1, 1),
         "hourly_co2_kg_per_mwh and co2_kg_per_mwh are both given"),
        ({"price_profile": "hours"}, (-2, 1),
         "zones.Z.price_profile: has a mean of -0.5 and cannot be scaled"),
        ({"price_profile": "hours"}, (-1, 1.01),
         "zones.Z.price_profile: scales to prices from -10,000 to 10,100 $/MWh"),
        ({"other_profile": "hours"}, (-1, 2),
         "profiles.hours.values.0: must be at least 0, since zones.Z.other_profile is hours"),
        ({"hourly_co2_kg_per_mwh": "hours"}, (400, -1),
         "profiles.hours.values.12: must be at least 0"),
        ({"hourly_co2_kg_per_mwh": "hours"}, (400, 4000),
         "profiles.hours.values.12: must be between 0 and 2,000 (kg CO2/MWh), since"
         " zones.Z.hourly_co2_kg_per_mwh is hours"),
        ({"hourly_price_usd_per_mwh": "hours", "energy_price_usd_per_mwh": None}, (-2000, 1),
         "profiles.hours.values.0: must be between -1,000 and 10,000 ($/MWh)"),
    ],
)  # fmt: skip
def test_hours_that_do_not_suit_their_use_are_refused(
    fields: dict[str, Any], values: tuple[float, float], fault: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        with_zone(fields, *values)
    assert fault in str(refused.value)


@pytest.mark.parametrize("offset", [5.5, -3.5, 5.75, -0.25, 2.0])
def test_a_clock_off_by_a_part_of_an_hour_takes_parts_of_two_hours(offset: float) -> None:
    """Against the mean of a step function in quarters of an hour."""
    values = np.arange(24.0) ** 2
    profile = Profile(id="d", clock="local", values=tuple(values))
    quarters = np.repeat(np.tile(values, 367), 4)
    shift = 4 * 24 + round(4 * offset)
    expected = quarters[shift : shift + 4 * 8760].reshape(8760, 4).mean(axis=1)
    laid_out = hourly_year(one_site(), profile, offset)
    np.testing.assert_allclose(laid_out, expected)
