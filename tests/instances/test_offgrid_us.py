"""The off-grid instance: derived tables, what is published, and what the campuses are worth."""

from functools import cache

import pandas as pd
import pytest

import optimizer as op
from optimizer.counterfactual.binding_limits import in_both_worlds
from tests.instances.folders import INSTANCES, script

FOLDER = INSTANCES / "offgrid-us"
CAMPUSES = {"abilene", "colossus", "crusoe"}
VERDICT = {"attribution": False, "proof": False, "elasticity_range": False, "flip": False}
"""Leaves out what these tests do not read."""


@cache
def answer() -> op.Displacement:
    return op.displacement(op.load_instance(FOLDER), "offgrid", gap=1e-3, **VERDICT)


def test_tables_are_derived_from_the_figures() -> None:
    derive = script("offgrid-us", "derive")
    made = derive.tables(pd.read_csv(FOLDER / "epoch.csv", comment="#"))
    assert len(made) == 6
    for name, rows in made.items():
        assert rows.to_csv(index=False) == (FOLDER / f"{name}.csv").read_text(), name


def test_profiles_are_those_of_abilene() -> None:
    for name in ("solar_per_unit.csv", "demand_profiles.csv"):
        assert (FOLDER / name).read_bytes() == (FOLDER.parent / "abilene" / name).read_bytes()


def test_published_totals_stand() -> None:
    instance = op.load_instance(FOLDER)
    assert sum(zone.limit_mw[2026] for zone in instance.zones if zone.limit_mw) == 3325
    turbines = {
        row.site: row.existing_units + row.max_units
        for row in instance.site_generators
        if row.generator == "gas-turbine-34mw"
    }
    assert turbines["abilene"] * 34 == 986
    assert turbines["crusoe"] * 34 == pytest.approx(4500, abs=17)
    assert turbines["colossus"] * 34 == pytest.approx(1379, abs=17)


def test_it_solves_to_half_a_percent_and_verifies() -> None:
    instance = op.load_instance(FOLDER)
    plan = op.solve(instance, gap=0.005)
    assert plan.status in ("optimal", "gap_reached")
    assert op.verify(instance, plan) == []
    assert plan.tables["storage"]["discharge_mw"].max() > 0


@pytest.mark.slow
def test_campuses_mostly_add_where_the_limits_bind() -> None:
    result = answer()
    assert result.status == "solved"
    assert result.verdict.words == "mostly adds"
    first, second, third = result.by_year
    assert first.energy.displacement is None
    assert second.energy.displacement == pytest.approx(0.39, abs=0.01)
    assert third.verdict.words == "adds"
    full = {"ohio", "indiana", "southeast", "plains"}
    assert set(in_both_worlds(result.binding, third.year)) == full


def test_the_readme_states_the_value_of_a_campus() -> None:
    without, with_it = (answer().plans[world] for world in ("0", "1"))
    least = (with_it.welfare_usd - without.bound_usd) / 1e9
    most = (with_it.bound_usd - without.welfare_usd) / 1e9
    worth = f"welfare is ${least:.1f} to {most:.1f} billion higher"
    assert worth in (FOLDER / "README.md").read_text()


@pytest.mark.slow
def test_one_campus_alone_makes_the_clouds_run_fuller() -> None:
    settings = [f"sites.{site}.existing=false" for site in sorted(CAMPUSES)]
    only_one = op.load_instance(FOLDER, [*settings, "policy.max_open_sites=1"])
    result = op.displacement(only_one, "offgrid", gap=1e-3, attribution=False, flip=False)
    without, with_it = result.plans["0"], result.plans["1"]
    assert without.welfare_usd is not None
    assert with_it.welfare_usd is not None
    sites = with_it.tables["sites"].query("kind == 'offgrid' and open")
    assert sites.groupby("site")["year"].min().to_dict() == {"crusoe": 2028}
    worth = (with_it.welfare_usd - without.welfare_usd) / 1e9
    row = f"| {result.energy.displacement:.2f} | {worth:.1f} |"
    text = (FOLDER / "README.md").read_text()
    assert f"`crusoe` {row}" in text
    mean, peak = [], []
    for plan in (without, with_it):
        clouds = plan.power.query("kind == 'cloud' and year == 2030")
        mwh = clouds["power_mw"] * clouds["length_h"] * clouds["days_per_year"]
        mean.append(mwh.sum() / 8760)
        peak.append(clouds.groupby(["day", "start_h"])["power_mw"].sum().max())
    assert f"from {mean[0]:,.0f} to {mean[1]:,.0f} MW in 2030" in text
    assert round(peak[0]) == round(peak[1])  # MW: plans within the gap may leave a fraction


def test_world_0_has_neither_campuses_nor_their_storage() -> None:
    plans = answer().plans
    for name, table in plans["0"].tables.items():
        if "site" in table:
            assert CAMPUSES.isdisjoint(table["site"]), name
    assert set(plans["1"].tables["storage"]["site"]) == CAMPUSES
    days = [set(plans[world].power["day"]) for world in "01"]
    assert days[0] == days[1]
    assert len(days[0]) == 6
