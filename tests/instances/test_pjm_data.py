"""The PJM instance: its tables, its accounting, and what it assumes."""

from types import ModuleType

import pandas as pd
import pytest

from optimizer.load import load_instance
from optimizer.problem.horizon import HOURS_PER_YEAR
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.units import GTOK_PER_H_PER_TOK_PER_S, W_PER_MW
from tests.instances.folders import INSTANCES, script

PJM = INSTANCES / "pjm"
ZONES = ["AEP", "COMED", "DAYTON", "DEOK", "DOM", "DUQ", "EKPC", "FE", "PJME", "PJMW"]
SHORTFALL_UCAP_MW = 6_623
MODELLED_PEAK_MW = 5_040

SOURCED = {
    ("regions", "latitude_deg"): "GeoNames",
    ("regions", "longitude_deg"): "GeoNames",
    ("regions", "utc_offset_h"): "time zone",
    ("zones", "co2_kg_per_mwh"): "eGRID 2023",
    ("sites", "latitude_deg"): "cloud regions, Epoch AI, public record",
    ("sites", "longitude_deg"): "cloud regions, Epoch AI, public record",
    ("classes", "demand_steps"): "how finely the curve is cut, no quantity of the world",
}
"""Numbers of the tables that have a source, or are no quantity of the world."""


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(PJM / name, comment="#")


@pytest.fixture(scope="module")
def pjm() -> Instance:
    return load_instance(PJM)


@pytest.fixture(scope="module")
def derive() -> ModuleType:
    return script("pjm", "derive")


def test_cleaning_fills_a_gap_and_flattens_a_spike_alone(derive: ModuleType) -> None:
    load = pd.DataFrame({"X": 1000.0, "Y": 2000.0}, index=derive.HOURS)
    load.loc["2017-07-01 12:00", "X"] = 500.0
    load.loc["2017-08-01 12:00":"2017-08-01 20:00", "Y"] = 2600.0
    load = load.drop(pd.Timestamp("2017-03-12 03:00"))
    clean, changes = derive.cleaned(load)
    assert clean["X"].tolist() == [1000.0] * HOURS_PER_YEAR
    assert (clean["Y"] > 2500).sum() == 9
    assert len(changes) == 3


def test_quietest_hours_of_a_trace_become_the_night(derive: ModuleType) -> None:
    bins = range(0, 14 * 86_400, 600)
    rate = pd.Series([1.0 if (t // 3600) % 24 in (14, 15, 16) else 3.0 for t in bins], bins)
    day = derive.demand_profile(rate)
    assert day.mean() == pytest.approx(1)
    assert sorted(day.argsort()[:3]) == [3, 4, 5]


def test_load_shapes_are_a_whole_year_of_ten_zones() -> None:
    shape = table("hourly_load_per_unit.csv")
    assert list(shape["hour"]) == list(range(HOURS_PER_YEAR))
    loads = shape[ZONES]
    assert loads.shape == (HOURS_PER_YEAR, 10)
    assert not loads.isna().any().any()
    assert (loads > 0.25).all().all()
    assert (loads.max() == 1).all()


def test_load_shapes_have_no_spikes_left() -> None:
    loads = table("hourly_load_per_unit.csv")[ZONES]
    middle = (loads.shift(1) + loads.shift(-1)) / 2
    spike = (loads / middle - 1).abs()
    turn = (loads - loads.shift(1)) * (loads.shift(-1) - loads) < 0
    assert float(spike[turn].max().max()) <= 0.11


def test_demand_profiles_are_days_with_mean_one() -> None:
    profiles = table("demand_profiles.csv").drop(columns="hour")
    assert len(profiles) == 24
    assert profiles.mean().to_numpy() == pytest.approx(1, abs=1e-3)
    assert (profiles > 0.5).all().all()


def test_committed_tables_stay_small() -> None:
    assert sum(file.stat().st_size for file in PJM.iterdir() if file.is_file()) < 1e6


def test_shares_of_energy_sum_to_one() -> None:
    assert table("zones_2017.csv")["energy_share"].sum() == pytest.approx(1, abs=5e-4)


def test_published_shortfall_follows_from_the_instance(pjm: Instance) -> None:
    area = pjm.capacity_areas[0]
    row = table("ucap_accounting.csv").set_index("year").loc[2027]
    forecast = at_year(area.other_peak_mw, 2027) + row.modelled_in_forecast_mw
    required = at_year(area.forecast_pool_requirement, 2027) * forecast
    assert area.procured_ucap_mw is not None
    procured = at_year(area.procured_ucap_mw, 2027)
    assert procured == pytest.approx(row.auction_ucap_mw + row.frr_ucap_mw, abs=1)
    assert required - procured == pytest.approx(SHORTFALL_UCAP_MW, abs=1)


def test_accounting_is_what_the_area_holds(pjm: Instance) -> None:
    area = pjm.capacity_areas[0]
    assert area.procured_ucap_mw is not None
    for row in table("ucap_accounting.csv").itertuples():
        assert row.other_peak_mw == at_year(area.other_peak_mw, row.year)
        assert row.procured_ucap_mw == at_year(area.procured_ucap_mw, row.year)
        factor = at_year(area.forecast_pool_requirement, row.year)
        assert row.forecast_pool_requirement == factor
        assert row.other_peak_mw == pytest.approx(
            row.latest_forecast_peak_mw - row.modelled_reference_mw, abs=1
        )
        assert row.modelled_in_forecast_mw == row.forecast_peak_mw - row.other_peak_mw
        assert row.requirement_ucap_mw == pytest.approx(factor * row.forecast_peak_mw, abs=1)
        assert row.shortfall_ucap_mw == row.requirement_ucap_mw - row.procured_ucap_mw
        left = row.procured_ucap_mw / factor - row.other_peak_mw
        assert row.peak_left_for_modelled_mw == pytest.approx(left, abs=1)


def test_cap_is_slack_in_2026_and_below_the_reference_load_after() -> None:
    rows = table("ucap_accounting.csv").set_index("year")
    left, wanted = rows["peak_left_for_modelled_mw"], rows["modelled_reference_mw"]
    assert left[2026] > wanted[2026]
    assert (left[left.index > 2026] < wanted[wanted.index > 2026]).all()
    assert (left > 0.5 * wanted).all()


def test_zone_capacity_agrees_with_the_whole(pjm: Instance) -> None:
    total = 0.0
    for zone in pjm.zones:
        assert zone.capacity_mw is not None
        for year in pjm.time.years:
            firm = at_year(zone.capacity_mw, year) / (1 + zone.reserve_margin)
            assert firm > at_year(zone.other_peak_mw, year)
        total += at_year(zone.capacity_mw, 2027)
    # The auction's margin over its forecast, without the diversity of the zones' peaks.
    assert total == pytest.approx(1.148 * 164_579, rel=0.02)


def site_joules(pjm: Instance, serving_id: str, utilisation: float, pue: float) -> float:
    row = next(s for s in pjm.serving if s.id == serving_id)
    idle = next(h for h in pjm.hardware if h.id == row.hardware).idle_w
    return pue * (idle / utilisation + row.loaded_w - idle) / row.tokens_per_s


def reference_peaks(pjm: Instance) -> dict[str, tuple[float, float]]:
    """Peak of each class in 2026, tokens/s, and the MW it takes on the fleet of 2026."""
    frontier = 1 / (
        0.6 / site_joules(pjm, "deepseek-v3+b200-node", 0.8, 1.15)
        + 0.4 / site_joules(pjm, "deepseek-v3+h200-node", 0.8, 1.15)
    )
    by_floor = {
        88: frontier,
        84: site_joules(pjm, "phi-4-14b+h100-node", 0.8, 1.15),
        69: site_joules(pjm, "llama-3-1-8b+h100-node", 0.8, 1.15),
        49: site_joules(pjm, "llama-3-2-1b+h100-node", 0.8, 1.15),
    }
    profiles = {p.id: max(p.values) for p in pjm.profiles}
    peaks = {}
    for group in pjm.classes:
        mean = sum(
            at_year(w.demand_gtok_per_h, 2026)
            for w in pjm.workloads
            if w.workload_class == group.id
        )
        shape = 1.0 if group.profile is None else profiles[group.profile]
        rate = mean * shape / GTOK_PER_H_PER_TOK_PER_S
        peaks[group.id] = (rate, rate * by_floor[int(group.quality_floor)] / W_PER_MW)
    return peaks


def test_demand_is_the_modelled_megawatts_of_2026(pjm: Instance) -> None:
    total = sum(megawatts for _, megawatts in reference_peaks(pjm).values())
    assert total == pytest.approx(MODELLED_PEAK_MW, rel=0.005)


def test_fleet_of_2026_covers_the_reference_load(pjm: Instance) -> None:
    peaks = reference_peaks(pjm)
    wanted = sum(peaks[name][0] for name in ("coding", "agents", "enterprise"))
    rate = {s.hardware: s.tokens_per_s for s in pjm.serving if s.model == "deepseek-v3"}
    clouds = {site.id for site in pjm.sites if site.kind == "cloud"}
    there = sum(
        at_year(pool.existing_units, 2026) * pool.max_utilisation * rate[pool.hardware]
        for pool in pjm.pools
        if pool.site in clouds and pool.hardware in ("b200-node", "h200-node")
    )
    assert 1.0 <= there / wanted <= 1.1


def test_shares_that_are_assumed_sum_to_one(pjm: Instance) -> None:
    for table_name in ("classes", "zones"):
        shares = [
            assumption.value
            for assumption in pjm.assumptions
            if assumption.path.startswith(f"{table_name}.") and assumption.path.endswith(".*")
        ]
        assert sum(shares) == pytest.approx(1)


def test_every_number_without_a_source_is_assumed(pjm: Instance) -> None:
    assumed = set()
    for assumption in pjm.assumptions:
        parts = assumption.path.split(".")
        assumed.add((parts[0], parts[2] if len(parts) > 2 else parts[-1]))
    assumed |= {("workloads", "demand_gtok_per_h"), ("zones", "other_peak_mw")}  # families
    given = set()
    tables = ["regions", "classes", "workloads", "zones", "capacity_areas"]
    for name in [*tables, "sites", "pools", "site_generators"]:
        numbers = table(f"{name}.csv").select_dtypes("number").columns
        given |= {(name, str(column).split(".")[0]) for column in numbers}
    assert given - assumed - set(SOURCED) == set()


def test_what_is_alike_everywhere_is(pjm: Instance) -> None:
    duty: dict[str, set[float]] = {}
    for pool in pjm.pools:
        if pool.site.endswith("-devices"):
            duty.setdefault(pool.hardware, set()).add(pool.duty_cycle)
    assert {hardware: len(values) for hardware, values in duty.items()} == {
        "phone": 1,
        "laptop-npu": 1,
        "rtx-4090-pc": 1,
    }
    for kind, pue in (("cloud", 1.15), ("offgrid", 1.15), ("edge", 1.4), ("device", 1.0)):
        assert {site.pue for site in pjm.sites if site.kind == kind} == {pue}
    yearly = [s.energy_multiplier for s in pjm.serving]
    assert all(path == yearly[0] for path in yearly)


def test_headlines_are_few(pjm: Instance) -> None:
    assert 5 <= sum(assumption.headline for assumption in pjm.assumptions) <= 8
