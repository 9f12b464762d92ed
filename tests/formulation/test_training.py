"""Training runs by hand: power at the peak, energy over the year, and rejected runs."""

from typing import Any

import pytest

import optimizer as op
from optimizer import catalog
from optimizer.schema.instance import Instance
from tests.factory import changed, every_kind, off_grid, one_site
from tests.formulation.test_by_hand import solved

RUN: dict[str, Any] = {
    "id": "run",
    "site": "C",
    "model": "m",
    "hardware": "node",
    "start_year": 2026,
    "days": 50,
    "accelerator_hours": 240_000,
}
"""240,000 h at 10 kW / 8 = 1,250 W is 300 MWh: 0.25 MW for 50 days of 24 h."""

DAYS = {
    "time": {"years": [2026], "days": 2, "hours_per_step": 24},
    "hardware.node.accelerators_per_unit": 8,
    "profiles": [{"id": "year", "values": [1.0] * 24 + [0.5] * 8736}],
    "zones.Z.other_peak_mw": 1,
    "zones.Z.capacity_mw": 1000,
    "zones.Z.other_profile": "year",
}


def site(*runs: dict[str, Any], **edits: Any) -> Instance:
    return one_site(DAYS | {"training_runs": list(runs)} | edits)


def training(instance: Instance) -> tuple[float, float, float]:
    """Load of the site beyond its ten loaded nodes: MWh a year, highest and lowest MW."""
    plan = solved(instance)
    assert op.verify(instance, plan) == []
    rows = plan.power
    extra = rows["power_mw"] - 0.1 * instance.sites[0].pue
    mwh = (extra * rows["length_h"] * rows["days_per_year"]).sum()
    return float(mwh), float(extra.max()), float(extra.min())


def test_a_run_has_full_power_on_the_peak_day_and_its_energy_over_the_year() -> None:
    mwh, peak, rest = training(site(RUN))
    assert peak == pytest.approx(0.25)
    assert rest == pytest.approx(0.25 * 49 / 364)
    assert mwh == pytest.approx(300)


def test_a_site_without_runs_has_no_training_load() -> None:
    assert training(site()) == pytest.approx((0, 0, 0), abs=1e-9)


def test_runs_add_up_and_include_cooling() -> None:
    other = RUN | {"id": "other", "days": 100, "accelerator_w": 2500}
    mwh, peak, _ = training(site(RUN, other, **{"sites.C.pue": 1.2}))
    assert mwh == pytest.approx(1.2 * (300 + 600))
    assert peak == pytest.approx(1.2 * (0.25 + 0.25))


def test_hours_are_the_runs_or_the_models_or_cost_over_price() -> None:
    own = {key: value for key, value in RUN.items() if key != "accelerator_hours"}
    cost = {"models.m.training_cost_usd": 480_000}
    hours = {"models.m.training_accelerator_hours": 120_000}
    priced = own | {"usd_per_accelerator_hour": 2}
    assert training(site(priced, **cost))[0] == pytest.approx(300)
    assert training(site(priced, **cost, **hours))[0] == pytest.approx(150)
    assert training(site(RUN, **cost, **hours))[0] == pytest.approx(300)


def test_a_run_falls_in_its_own_year() -> None:
    years = {"time": {"years": [2026, 2028], "days": 2, "hours_per_step": 24, "last_span_years": 2}}
    instance = site(RUN | {"start_year": 2029}, **years)
    plan = solved(instance)
    assert op.verify(instance, plan) == []
    rows = plan.power.assign(extra=plan.power["power_mw"] - 0.1)
    rows["mwh"] = rows["extra"] * rows["length_h"] * rows["days_per_year"]
    by_year = rows.groupby("year")["mwh"].sum()
    # The second period covers two years, which share the run's energy.
    assert list(by_year) == pytest.approx([0, 150])
    assert rows[rows["year"] == 2028]["extra"].max() == pytest.approx(0.25)


def test_a_run_of_a_whole_year_needs_no_peak_day() -> None:
    flat = {"time": {"years": [2026], "days": 1, "hours_per_step": 24}}
    mwh, highest, lowest = training(site(RUN | {"days": 365, "accelerator_hours": 700_800}, **flat))
    assert (highest, lowest) == pytest.approx((0.1, 0.1))
    assert mwh == pytest.approx(876)


def test_training_uses_the_zones_headroom_on_its_tightest_day() -> None:
    # 1.3 MW less other load of 1: 0.3 on the peak day, of which training uses 0.25.
    instance = site(RUN, **{"zones.Z.capacity_mw": 1.3})
    plan = solved(instance)
    served = plan.tables["demand"]["served_gtok_per_h"]
    assert served.min() < 3.6 * 0.8
    assert plan.tables["zones"]["draw_mw"].max() == pytest.approx(0.3)


def test_an_off_grid_site_builds_turbines_for_training() -> None:
    edits = {
        "time": {"years": [2026], "days": 2, "hours_per_step": 24},
        "hardware.node.accelerators_per_unit": 8,
        "site_generators.C/gt.max_units": 20,
    }
    without = solved(off_grid(edits))
    trained = solved(off_grid(edits | {"training_runs": [RUN]}))
    units = [float(plan.tables["generators"]["units"].max()) for plan in (without, trained)]
    assert units == [2, 7]  # 0.1 MW, and 0.35, of 0.05 MW each


def test_a_closed_candidate_trains_nothing() -> None:
    shut = {"sites.C.existing": False, "sites.C.opening_cost_usd": 1e12}
    plan = solved(site(RUN, **shut))
    assert plan.power["power_mw"].max() == pytest.approx(0, abs=1e-9)
    assert op.verify(plan.instance, plan) == []


def test_verify_finds_a_plan_without_the_run() -> None:
    run = RUN | {"site": "cloud", "model": "l", "accelerator_hours": 2400}
    instance = every_kind({"training_runs": [run]})
    plan = op.solve(instance, gap=1e-4)
    assert plan.has_point
    assert op.verify(instance, plan) == []
    for longer in (
        run | {"days": 40},
        run | {"accelerator_hours": 2600},
        run | {"site": "edge"},
    ):
        other = changed(instance, {"training_runs": [longer]})
        assert "4 site power" in {violation.family for violation in op.verify(other, plan)}


def test_the_catalog_reproduces_published_power() -> None:
    """V3: 2.788 million hours at 1,050 W over 57 days is 2.14 MW; GPT-4 draws 18 times that."""
    v3, gpt_4 = (catalog.model(key).model_dump() for key in ("deepseek-v3", "gpt-4"))
    node = catalog.hardware("h100-node").model_dump()
    run = {"site": "C", "hardware": "h100-node", "start_year": 2026, "days": 57}
    tables = {"models.deepseek-v3": v3, "models.gpt-4": gpt_4, "hardware.h100-node": node}
    runs = [
        run | {"id": "v3", "model": "deepseek-v3"},
        run | {"id": "gpt-4", "model": "gpt-4", "usd_per_accelerator_hour": 2},
    ]
    powers = [training(site(run, **tables))[1] for run in runs]
    assert powers[0] == pytest.approx(2.788e6 * 1050 / 1e6 / (57 * 24))
    assert powers[1] / powers[0] == pytest.approx(100e6 / 5.576e6)


@pytest.mark.parametrize(
    ("run", "edits", "message"),
    [
        ({"site": "D"}, {}, "training_runs.run.site: no such id in sites"),
        ({"hardware": "nod"}, {}, "training_runs.run.hardware: no such id in hardware"),
        ({"start_year": 2027}, {}, "start_year: must be within the periods, from 2026 to 2026"),
        (
            {"accelerator_hours": None},
            {},
            "accelerator_hours: is required: m has no training_accelerator_hours",
        ),
        (
            {"accelerator_hours": None},
            {"models.m.training_cost_usd": 1e6},
            "; or give usd_per_accelerator_hour, since it has training_cost_usd",
        ),
        (
            {},
            {"time": {"years": [2026], "days": 1, "hours_per_step": 24}},
            "days: is less than the 365 of its period: time.days must be at least 2",
        ),
        (
            {"days": 1},
            {"time.last_span_years": 2},
            "days: must be at least 2, the number of years in its period",
        ),
        (
            {},
            {"sites.C.available_from": 2027},
            "start_year: must be at least 2027, the first year of C",
        ),
    ],
)
def test_an_impossible_run_is_rejected(
    run: dict[str, Any], edits: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match="training_runs") as caught:
        site(RUN | run, **edits)
    assert message in str(caught.value)


def test_phones_train_nothing() -> None:
    with pytest.raises(ValueError, match=r"training_runs.run.site: is a device fleet"):
        every_kind({"training_runs": [RUN | {"site": "D", "model": "l"}]})
