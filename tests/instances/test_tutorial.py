"""The tutorial's optimum, worked by closed forms here, is what the program finds."""

import math
from pathlib import Path

import pytest

import optimizer as op
from tests.instances.folders import INSTANCES, numbers_of_tables

FOLDER = INSTANCES / "tutorial"
HOURS = 8760
NOT_ASSUMED = {"regions.latitude_deg", "regions.longitude_deg"}
"""Columns of numbers that nothing rests on: every round trip is given."""


def crf(rate: float, years: int) -> float:
    return rate / (1 - (1 + rate) ** -years)


def by_hand(edge_gtok: float, phone_gtok: float, city_voice: float) -> dict[str, float]:
    """Welfare and what makes it up, for so much work on edge servers and phones.

    Voice from the plains that is not on phones, then agents, fill the cloud up to the zone's
    limit; the campus carries the other agents.  Per Gtok/h: 0.06 MW and 1/0.18 nodes for the
    large model, 0.015 MW and 1/0.72 nodes for the small one, 0.02 MW and 1/0.072 boxes at the
    edge, 0.03 MW on phones.
    """
    limit = 1152 / 1.2 - 900
    cloud_voice = 190 - phone_gtok
    cloud = (limit - 0.02 * edge_gtok - 0.03 * phone_gtok - 0.015 * cloud_voice) / 0.06
    campus = 1200 - cloud
    box_pods = math.ceil(edge_gtok / 0.072 / 100)
    cloud_pods = math.ceil((cloud / 0.18 + cloud_voice / 0.72 - 4000) / 60)
    campus_pods = math.ceil(campus / 0.18 / 60)
    turbines = math.ceil(0.06 * campus / 34) + 1
    nodes, boxes = 60 * (cloud_pods + campus_pods), 100 * box_pods
    value = HOURS * (100 * (city_voice + 190) + 500 * 1200)
    cost = (
        HOURS * 5 * (edge_gtok + cloud_voice + 1200)
        + HOURS * (33 * limit + 27 * 0.02 * edge_gtok + 87 * 0.03 * phone_gtok)
        + 365 * 300 * 0.96 * limit
        + HOURS * 0.06 * campus * (5 * 10 + 5)
        + crf(0.07, 5) * (400_000 * nodes + 50_000 * boxes)
        + 20_000 * (4000 + nodes)
        + 1500 * boxes
        + turbines * 34_000 * (2000 * crf(0.07, 25) + 30)
        + 100e6 * crf(0.07, 20)
    )
    return {
        "cloud_agents": cloud,
        "campus": campus,
        "box_pods": box_pods,
        "cloud_pods": cloud_pods,
        "campus_pods": campus_pods,
        "turbines": turbines,
        "cost": cost,
        "welfare": value - cost,
    }


@pytest.fixture(scope="module")
def plan() -> op.Plan:
    return op.solve(op.load_instance(FOLDER), gap=0)


def test_optimum_is_the_one_worked_by_hand(plan: op.Plan) -> None:
    hand = by_hand(edge_gtok=90, phone_gtok=90, city_voice=90)
    assert plan.status == "optimal"
    assert plan.welfare_usd == pytest.approx(hand["welfare"], rel=1e-9)
    assert plan.bound_usd == pytest.approx(hand["welfare"], rel=1e-9)
    assert plan.cost_usd == pytest.approx(hand["cost"], rel=1e-9)
    pods = plan.capacity.set_index("site")["pods_built"]
    assert pods["metro-edge"] == hand["box_pods"] == 13
    assert pods["cloud"] == hand["cloud_pods"] == 19
    assert pods["campus"] == hand["campus_pods"] == 28
    assert plan.tables["generators"]["units_built"].item() == hand["turbines"] == 2
    flow = plan.placement.groupby(["site", "class"])["flow_gtok_per_h"].sum()
    assert flow["phones", "voice"] == pytest.approx(90)
    assert flow["metro-edge", "voice"] == pytest.approx(90)
    assert flow["cloud", "voice"] == pytest.approx(100)
    assert flow["cloud", "agents"] == pytest.approx(hand["cloud_agents"])
    assert flow["campus", "agents"] == pytest.approx(hand["campus"])


def test_the_limit_binds_and_the_edge_is_used(plan: op.Plan) -> None:
    zone = plan.tables["zones"].iloc[0]
    assert zone["draw_mw"] == pytest.approx(zone["limit_mw"])
    assert zone["limit_mw"] == pytest.approx(60)
    assert {"device", "edge", "cloud", "offgrid"} == set(plan.placement["kind"])
    assert plan.run.warnings == ()


def test_plan_verifies_and_is_read_again(plan: op.Plan, tmp_path: Path) -> None:
    plan.save(tmp_path)
    read = op.load_plan(tmp_path)
    assert op.verify(op.load_instance(FOLDER), plan) == []
    assert op.verify(read.instance, read) == []
    assert read.welfare_usd == plan.welfare_usd


def test_prices_of_a_megawatt(plan: op.Plan) -> None:
    price = plan.prices.set_index(["run", "measure"])["value"]
    fuel_saved = HOURS * (55 - (33 + 300 * 0.96 / 24))
    turbine = 34_000 * (2000 * crf(0.07, 25) + 30)
    assert price["short-run", "zone_usd_per_mw_year"] == pytest.approx(fuel_saved)
    assert price["long-run", "zone_usd_per_mw_year"] == pytest.approx(fuel_saved + turbine / 34)


def test_without_phones_and_edge_servers() -> None:
    overrides = [
        "pools.phones/handset.existing_units=0",
        "pools.metro-edge/edge-box.max_pods=0",
    ]
    plan = op.solve(op.load_instance(FOLDER, overrides), gap=0)
    hand = by_hand(edge_gtok=0, phone_gtok=0, city_voice=0)
    assert plan.welfare_usd == pytest.approx(hand["welfare"], rel=1e-9)
    power = plan.power.set_index("site")["power_mw"]
    assert power["campus"] == pytest.approx(0.06 * hand["campus"])
    assert power["cloud"] == pytest.approx(60)


def test_every_number_of_the_tables_is_listed() -> None:
    listed = {assumption.path for assumption in op.load_instance(FOLDER).assumptions}
    numbers = set(numbers_of_tables(FOLDER, NOT_ASSUMED))
    assert numbers <= listed
    assert len(numbers) > 40
