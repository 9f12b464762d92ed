"""Displacement known by hand, where limits and latency decide."""

import pytest

import optimizer as op
from tests.counterfactual.cases import (
    GTOK_A_YEAR,
    RACK,
    SLACK_D,
    ask,
    has_integers,
    made,
    off_grid,
    other_zone,
    same_zone,
    slack,
    two_sites,
    unlocked,
)
from tests.factory import changed

pytestmark = pytest.mark.thin(2)

integers = pytest.mark.parametrize("integers", [False, True], ids=["continuous", "integers"])


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-6)


def measured(result: op.Displacement, name: str) -> tuple[float, float, float]:
    """Rest in the baseline, rest with, and intervention, as mean Gtok/h or MW."""
    one = getattr(result, name)
    hours = 1.0 if name == "peak" else GTOK_A_YEAR
    return one.rest_without / hours, one.rest_with / hours, one.intervention / hours


@integers
def test_inelastic_demand_and_slack_limits_displace_every_token(integers: bool) -> None:
    result = ask(made(slack(), integers))
    assert has_integers(result) == integers
    assert measured(result, "tokens") == near((5, 3, 2))
    assert measured(result, "energy") == near((6, 3.6, 6))
    assert measured(result, "draw") == near((6, 3.6, 6))
    assert measured(result, "peak") == near((6, 3.6, 6))
    assert result.tokens.displacement == near(1)
    assert result.energy.displacement == result.peak.displacement == near(SLACK_D)
    assert result.refill.mw == near(0)
    assert result.refill.share == near(0)
    assert result.verdict.forced_by == ()
    assert result.by_year[0].change_of_maximum_mw == near(3.6)
    assert {(z.zone, round(z.mwh, 3), round(z.mw, 6)) for z in result.zones} == {
        ("Z", -2.4 * GTOK_A_YEAR, -2.4),
        ("Y", 6 * GTOK_A_YEAR, 6),
    }


@pytest.mark.parametrize("utilisation", [1.0, 0.5])
def test_idle_power_counts_for_the_units_that_are_loaded(utilisation: float) -> None:
    """Of 1 MW loaded 0.2 is idle; twice the units draw it if they may be half loaded at most."""
    result = ask(
        changed(
            slack(),
            {
                "hardware.node.idle_w": 0.2e6 / RACK,
                "hardware.box.idle_w": 1e6 / RACK,
                "pools.C/node.max_utilisation": utilisation,
            },
        )
    )
    cloud = 1.2 * (0.2 / utilisation + 0.8)
    assert measured(result, "energy") == near((5 * cloud, 3 * cloud, 6))
    assert result.energy.displacement == near(cloud / 3)


@integers
def test_a_binding_limit_elsewhere_makes_everything_additional(integers: bool) -> None:
    result = ask(made(other_zone(), integers), attribution=True)
    assert has_integers(result) == integers
    assert measured(result, "tokens") == near((3, 3, 2))
    assert measured(result, "energy") == near((3, 3, 4))
    assert result.energy.displacement == result.tokens.displacement == near(0)
    assert result.peak.displacement == near(0)
    assert (result.refill.mw, result.refill.share) == near((2, 1))
    assert str(result.verdict) == "adds (forced by the limit)"
    assert result.verdict.forced_by == ("Z",)
    assert [z.mw for z in result.zones if z.zone == "Y"] == near([4])


@integers
def test_off_grid_service_beside_a_binding_limit_is_additional(integers: bool) -> None:
    result = ask(made(off_grid(), integers), "offgrid")
    assert has_integers(result) == integers
    assert measured(result, "energy") == near((3, 3, 4))
    assert measured(result, "draw") == near((3, 3, 0))
    assert result.energy.displacement == result.tokens.displacement == near(0)
    assert result.draw.displacement is None
    assert (result.refill.mw, result.refill.share) == near((2, 1))
    assert result.verdict.words == "adds"
    assert [zone.mwh for zone in result.zones] == near([0] * len(result.zones))


@integers
def test_the_same_binding_zone_displaces_one_for_one(integers: bool) -> None:
    result = ask(made(same_zone(), integers), attribution=True)
    assert has_integers(result) == integers
    assert measured(result, "energy") == near((3, 2, 1))
    assert measured(result, "tokens") == near((3, 2, 2))
    assert result.energy.displacement == result.peak.displacement == near(1)
    assert result.tokens.displacement == near(0.5)
    assert str(result.verdict) == "substitutes (forced by the limit)"
    assert result.by_year[0].change_of_maximum_mw == near(0)


@integers
def test_work_that_only_the_intervention_reaches_is_additional(integers: bool) -> None:
    result = ask(made(unlocked(), integers))
    assert has_integers(result) == integers
    assert measured(result, "tokens") == near((5, 5, 2))
    assert result.energy.displacement == result.tokens.displacement == near(0)
    assert result.verdict.words == "adds"
    assert result.verdict.forced_by == ()
    assert result.refill.share is None


def test_work_that_nothing_else_reaches_costs_the_baseline_nothing() -> None:
    """Its demand stays, none is accepted, and no penalty is paid."""
    result = ask(unlocked({"classes.fast.shed_penalty_usd_per_mtok": 7}))
    alone = result.plans["0"]
    demand = alone.tables["demand"].set_index("class")
    assert demand.loc["fast", ["served_gtok_per_h", "shed_gtok_per_h"]].tolist() == [0, 0]
    assert alone.parts_usd["shed"] == 0
    # 5 Gtok/h worth $20/Mtok, at $1/Mtok.
    assert alone.welfare_usd == pytest.approx(5 * 19e3 * GTOK_A_YEAR)


def test_the_baseline_must_serve_work_only_once_the_rest_reaches_it() -> None:
    """A nearby cloud opens in 2027: until then the baseline has no demand for `fast`."""
    result = ask(
        unlocked(
            {
                "time.years": [2026, 2027],
                "classes.fast.must_serve": True,
                "sites.N": {
                    "kind": "cloud",
                    "region": "E",
                    "zone": "Z",
                    "available_from": 2027,
                },
                "pools.N/node": {"existing_units": 100 * RACK},
                "zones.Z.energy_price_usd_per_mwh": 1000,
            }
        )
    )
    demand = result.plans["0"].tables["demand"].set_index(["class", "year"])
    assert demand.loc[("fast", 2026), "served_gtok_per_h"] == 0
    assert demand.loc[("fast", 2027), "served_gtok_per_h"] == near(2)
    assert [one.tokens.displacement for one in result.by_year] == near([0, 1])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_part_of_a_fleet_displaces_in_a_binding_zone(count: int) -> None:
    """X first serves unmet demand; only what it serves beyond that displaces.

    The cloud is held to 3 of 4 Gtok/h: of `count` Gtok/h at X the first is new.
    """
    result = ask(two_sites(4, count, {"zones.Z.limit_mw": 3}))
    assert result.tokens.displacement == near((count - 1) / count)


def test_the_accredited_peak_forces_the_verdict_too() -> None:
    """3.3 MW of UCAP at a requirement of 1.1 cover 3 MW of the area's peak."""
    area = {
        "id": "A",
        "zones": ["Z"],
        "forecast_pool_requirement": 1.1,
        "procured_ucap_mw": 3.3,
        "capacity_price_usd_per_mw_day": 100,
    }
    result = ask(two_sites(10, 2, {"capacity_areas": [area]}), attribution=True)
    assert measured(result, "energy") == near((3, 3, 2))
    assert result.verdict.forced_by == ("A",)
    assert result.refill.share == near(1)


def test_every_year_has_its_own_verdict() -> None:
    """Zone Z has room in 2026 and none in 2028, which represents three years."""
    result = ask(
        two_sites(
            4,
            1,
            {
                "time": {
                    "years": [2026, 2028],
                    "days": 1,
                    "hours_per_step": 24,
                    "last_span_years": 3,
                },
                "zones.Z.limit_mw": {2026: 10, 2028: 2},
            },
        ),
        attribution=True,
    )
    first, last = result.by_year
    assert (first.energy.displacement, last.energy.displacement) == near((1, 0))
    assert (first.verdict.words, last.verdict.words) == ("substitutes", "adds")
    assert (first.verdict.forced_by, last.verdict.forced_by) == ((), ("Z",))
    assert result.energy.displacement == near(2 / 5)
    assert result.energy.intervention == near(5 * GTOK_A_YEAR)
    # Overall, the peak is that of the year with the highest load.
    assert result.peak.displacement == near(1)


def test_the_peak_is_measured_in_the_highest_hour() -> None:
    """A profile of 1 and 3: the cloud is limited to 2, so in the high half X is additional.

    Low half: 1 Gtok/h, all of it moves to X.  High half: 2 of 3 stay, X serves 1 more.
    """
    result = ask(
        two_sites(
            2,
            1,
            {
                "profiles": [{"id": "day", "values": [1] * 12 + [3] * 12}],
                "classes.chat.profile": "day",
                "time.hours_per_step": 12,
                "zones.Z.limit_mw": 2,
            },
        )
    )
    assert measured(result, "peak") == near((2, 2, 1))
    assert result.peak.displacement == near(0)
    assert measured(result, "energy") == near((1.5, 1, 1))
    assert result.energy.displacement == near(0.5)
    assert result.by_year[0].change_of_maximum_mw == near(1)
