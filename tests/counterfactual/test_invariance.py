"""Results do not depend on order or names of records, useless sites, or slack limits."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.schema.instance import Instance
from tests.counterfactual.cases import (
    SLACK_D,
    ask,
    off_grid,
    other_zone,
    same_zone,
    slack,
    unlocked,
    whole,
)
from tests.counterfactual.market import market
from tests.factory import changed

pytestmark = pytest.mark.thin(5)

TABLES = (
    "regions",
    "classes",
    "workloads",
    "zones",
    "models",
    "hardware",
    "serving",
    "sites",
    "pools",
    "site_generators",
)
ANSWERS: dict[str, tuple[Instance, str, float]] = {
    "slack": (slack(), "edge", SLACK_D),
    "slack, whole": (whole(slack()), "edge", SLACK_D),
    "other zone": (other_zone(), "edge", 0.0),
    "other zone, whole": (whole(other_zone()), "edge", 0.0),
    "off the grid, whole": (whole(off_grid()), "offgrid", 0.0),
    "same zone, whole": (whole(same_zone()), "edge", 1.0),
    "unlocked, whole": (whole(unlocked()), "edge", 0.0),
}
case = pytest.mark.parametrize("name", list(ANSWERS))


def check(instance: Instance, name: str, **renamed: str) -> None:
    _, intervention, wanted = ANSWERS[name]
    result = ask(instance, renamed.get(intervention, intervention))
    assert result.energy.displacement == pytest.approx(wanted, abs=1e-6)
    assert result.interval.low == pytest.approx(wanted, abs=1e-3)
    assert result.interval.high == pytest.approx(wanted, abs=1e-3)


@settings(max_examples=15)
@given(st.sampled_from(list(ANSWERS)), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(name: str, random: Any) -> None:
    def shuffled(table: str) -> tuple[Any, ...]:
        rows = list(getattr(ANSWERS[name][0], table))
        random.shuffle(rows)
        return tuple(rows)

    check(ANSWERS[name][0].model_copy(update={t: shuffled(t) for t in TABLES}), name)


@case
def test_the_names_of_records_change_nothing(name: str) -> None:
    text = ANSWERS[name][0].model_dump_json(by_alias=True)
    for word in ("chat", "fast", "node", "box", "gt", "C", "X", "Z", "Y", "E"):
        text = text.replace(f'"{word}"', f'"q{word[::-1]}"')
    other = Instance.model_validate_json(text)
    assert {site.id for site in other.sites} == {"qC", "qX"}
    check(other, name)


@case
@pytest.mark.parametrize("kind", ["cloud", "edge"])
@pytest.mark.parametrize("candidate", [False, True])
def test_a_site_that_no_workload_reaches_changes_nothing(
    name: str, kind: str, candidate: bool
) -> None:
    useless = {
        "sites.N": {"kind": kind, "region": "E", "zone": "Z", "existing": not candidate},
        "pools.N/node": {"existing_units": 50},
        "links.E/N": {"rtt_ms": 5000},
    }
    check(changed(ANSWERS[name][0], useless), name)


@case
@pytest.mark.parametrize("kind", ["cloud", "edge"])
def test_a_site_that_costs_too_much_changes_nothing(name: str, kind: str) -> None:
    useless = {
        "sites.N": {
            "kind": kind,
            "region": "E",
            "zone": "Z",
            "existing": False,
            "opening_cost_usd": 1e12,
        },
        "pools.N/node": {"max_pods": 50},
    }
    check(changed(ANSWERS[name][0], useless), name)


@case
def test_lifting_a_slack_limit_changes_nothing(name: str) -> None:
    instance = ANSWERS[name][0]
    zones = {zone.id: zone.limit_mw for zone in instance.zones}
    slack_zones = [z for z, limit in zones.items() if limit is None or z == "Y"]
    assert slack_zones
    for limit in (None, 200.0):
        check(changed(instance, {f"zones.{z}.limit_mw": limit for z in slack_zones}), name)


def test_a_useless_site_in_a_market_changes_little() -> None:
    """Elastic demand: the same displacement to within the demand steps of both results."""
    one = market(-0.5, 0.2, 0.4, 0.01, {})
    useless = {
        "sites.N": {"kind": "cloud", "region": "E", "zone": "Z"},
        "pools.N/node": {"existing_units": 50},
        "links.E/N": {"rtt_ms": 5000},
    }
    same(ask(one), ask(changed(one, useless)))
    same(ask(one), ask(changed(one, {"zones.Z.limit_mw": 50, "zones.Y.limit_mw": 50})))


def same(one: op.Displacement, two: op.Displacement) -> None:
    assert two.tokens.displacement == pytest.approx(
        one.tokens.displacement, abs=one.step_share + two.step_share + 0.01 / 0.4
    )
