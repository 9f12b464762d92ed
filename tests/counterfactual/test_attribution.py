"""Attribution by cause: hand calculations, and properties that always hold."""

from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.attribution import (
    GROWTH,
    STANDING,
    SUBSTITUTION,
    UNLOCKED,
    Attribution,
    Terms,
    attribute,
    split_change,
    standing_world,
)
from optimizer.counterfactual.growth_causes import GrowthCauses
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.report.tables.displacement_sentences import freed_mw
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.context import SolveContext
from tests.counterfactual.cases import (
    GAP,
    GTOK_A_YEAR,
    QUICK,
    hardware,
    made,
    off_grid,
    other_zone,
    same_zone,
    serving,
    slack,
    two_sites,
    unlocked,
)
from tests.counterfactual.compared import INTERVENTIONS, OWN, compared
from tests.counterfactual.market import market, meeting
from tests.factory import changed
from tests.properties.tiny import tiny_instances

TERMS = [field.name for field in fields(Terms)]


def split(scenarios: SolvedScenarios, gap: float = GAP) -> Attribution:
    return attribute(scenarios, SolveContext(gap=gap), 0.0)


def hourly(terms: Terms) -> dict[str, float]:
    """Mean Gtok/h, or MW, of the nonzero terms."""
    amounts = {name: getattr(terms, name) / GTOK_A_YEAR for name in TERMS}
    return {name: amount for name, amount in amounts.items() if abs(amount) > 1e-6}


HELD_BACK = (
    {"grid_relief": 2, "total": 2},
    {"substitution": 2, "grid_relief": 2, "total": 4},
)


@pytest.mark.thin(3)
@pytest.mark.parametrize("integers", [False, True], ids=["continuous", "integers"])
@pytest.mark.parametrize(
    ("instance", "tokens", "energy"),
    [
        # 2 Gtok/h move from 1.2 MWh/Gtok to 3: only the energy per token changes.
        (slack(), {}, {"substitution": 3.6, "total": 3.6}),
        (unlocked(), {"unlocked": 2, "total": 2}, {"unlocked": 2, "total": 2}),
        # X takes over 2 of the 3 Gtok/h at twice the energy, +2 MW; then the rest fills up again
        # with 2 Gtok/h that the limit held back.
        (other_zone(), *HELD_BACK),
        (off_grid(), *HELD_BACK),
        # One zone of 3 MW: X takes over 2 of 3 Gtok/h at half the energy, -1 MW, and the rest
        # serves one more with it.
        (
            same_zone(),
            {"grid_relief": 1, "total": 1},
            {"substitution": -1, "grid_relief": 1},
        ),
    ],
    ids=["slack", "unlocked", "other zone", "off the grid", "same zone"],
)
def test_terms_match_the_hand_calculation(
    instance: Instance, tokens: dict[str, float], energy: dict[str, float], integers: bool
) -> None:
    kind = "offgrid" if instance.site_generators else "edge"
    result = split(compared(made(instance, integers), kind, GAP))
    assert hourly(result.tokens) == pytest.approx(tokens, abs=1e-4)
    assert hourly(result.energy) == pytest.approx(energy, abs=1e-4)
    # One step per year: the peak is the mean.
    assert {n: getattr(result.peak, n) for n in energy} == pytest.approx(energy, abs=1e-4)


def test_fixed_load_stands_alone() -> None:
    """X draws 0.5 MW whatever it serves; what it takes over adds the rest of the change."""
    result = split(compared(changed(slack(), {"sites.X.fixed_load_mw": 0.5}), "edge", GAP))
    assert hourly(result.tokens) == {}
    assert hourly(result.energy) == pytest.approx(
        {"standing": 0.5, "substitution": 3.6, "total": 4.1}, abs=1e-4
    )


def test_fixed_load_in_a_full_zone_takes_room_from_the_rest() -> None:
    """Of 3 MW X holds 0.5, so the cloud alone serves 2.5; with X's work all 3 Gtok/h again.

    X serves 2 Gtok/h with 1 MW, and leaves the cloud 1.5 MW: half a Gtok/h more than before.
    """
    result = split(compared(changed(same_zone(), {"sites.X.fixed_load_mw": 0.5}), "edge", GAP))
    assert hourly(result.tokens) == pytest.approx(
        {"standing": -0.5, "substitution": 0.5, "grid_relief": 0.5, "total": 0.5}, abs=1e-4
    )
    assert hourly(result.energy) == pytest.approx(
        {"substitution": -0.5, "grid_relief": 0.5}, abs=1e-4
    )


@pytest.mark.parametrize(
    ("racks", "served"), [(0, 0), (3, 3)], ids=["none in the baseline", "freed by X"]
)
def test_work_that_waited_for_hardware_is_hardware_relief(racks: int, served: int) -> None:
    """Demand of 5 Gtok/h does not respond to price, so its growth is no price response."""
    units = {"pools.C/node.existing_units": racks * 10}
    result = split(compared(two_sites(5, 2, units), "edge", GAP))
    assert hourly(result.tokens) == pytest.approx({"hardware_relief": 2, "total": 2}, abs=1e-6)
    assert result.energy.price_response == 0
    assert result.energy.total / GTOK_A_YEAR == pytest.approx(min(served + 2, 5) - served)


@pytest.mark.parametrize(
    "policy",
    [
        {"zone_caps": [{"id": "c", "zone": "Z", "cap_mw": 3}]},
        {"zones.Z.co2_kg_per_mwh": 1000, "policy.co2_cap_t_per_year": 3 * GTOK_A_YEAR},
    ],
    ids=["zone cap", "CO2 cap"],
)
def test_work_that_a_policy_held_back_is_policy_relief(policy: dict[str, object]) -> None:
    result = split(compared(two_sites(10, 2, policy), "edge", GAP))
    assert hourly(result.tokens) == pytest.approx({"policy_relief": 2, "total": 2}, abs=1e-4)


def test_energy_of_growth_goes_by_what_its_tokens_take() -> None:
    """X frees 1 Gtok/h of the zone's room, and serves `new`, which waited for its hardware.

    A token of `new` takes 2 MWh/Gtok on boxes; one that the zone held back takes 1 in the cloud.
    """
    edits = {
        "zones.Z.limit_mw": 3,
        "classes.chat.site_kinds": ["cloud", "edge"],
        "classes.new": {"slo_ms": 5000, "choke_price_usd_per_mtok": 30, "quality_floor": 60},
        "workloads.E/new": {"demand_gtok_per_h": 1},
        "models": [
            {"id": "m", "total_params_b": 8, "active_params_b": 8, "quality": 50},
            {"id": "better", "total_params_b": 8, "active_params_b": 8, "quality": 70},
        ],
        "hardware": [hardware("node", 1.0), hardware("box", 1.0), hardware("big", 2.0)],
        "serving": [
            serving("m-node", "m", "node", 1.0),
            serving("m-box", "m", "box", 1.0),
            serving("better-big", "better", "big", 2.0) | {"ttft_ms": 2000},  # too slow for chat
        ],
        "pools": [
            {"site": "C", "hardware": "node", "existing_units": 1000},
            {"site": "C", "hardware": "big", "existing_units": 0},
            {"site": "X", "hardware": "box", "existing_units": 10},
            {"site": "X", "hardware": "big", "existing_units": 10},
        ],
    }
    result = split(compared(two_sites(10, 1, edits), "edge", GAP))
    assert hourly(result.tokens) == pytest.approx(
        {"grid_relief": 1, "hardware_relief": 1, "total": 2}, abs=1e-4
    )
    assert hourly(result.energy) == pytest.approx(
        {"grid_relief": 1, "hardware_relief": 2, "total": 3}, abs=1e-4
    )


@pytest.mark.parametrize(
    ("held", "edits"),
    [
        ("grid_relief", {"zones.Z.limit_mw": 2}),
        ("policy_relief", {"zone_caps": [{"id": "c", "zone": "Z", "cap_mw": 2}]}),
        ("hardware_relief", {"pools.C/node.existing_units": 20}),
    ],
)
def test_price_response_begins_where_the_rest_would_be_without_limits(
    held: str, edits: dict[str, object]
) -> None:
    """Demand is 4/p Gtok/h.  The rest serves 2; without limits it would serve 4, at $1/Mtok.

    X serves at $0.05/Mtok, 80 Gtok/h: of 78 more 2 were held back, and 76 respond to the price.
    """
    responds = {
        "classes.chat.elasticity": -1,
        "classes.chat.reference_price_usd_per_mtok": 1,
        "classes.chat.max_demand_multiple": 40,
    }
    result = split(compared(two_sites(4, 200, responds | edits), "edge", GAP)).tokens
    assert hourly(result) == pytest.approx(
        {held: 2, "price_response": 76, "total": 78}, rel=0.01, abs=0.05
    )


@pytest.mark.parametrize(("elasticity", "slope"), [(-0.5, 0.2), (-1.0, 0.1)])
def test_growth_without_limits_is_price_response(elasticity: float, slope: float) -> None:
    fleet = 0.5
    result = split(compared(market(elasticity, slope, fleet, 0.01, {}), "edge", GAP)).tokens
    grown = meeting(elasticity, slope, fleet) + fleet - meeting(elasticity, slope, 0)
    assert result.total / GTOK_A_YEAR == pytest.approx(grown, abs=0.03)
    assert result.price_response == pytest.approx(result.total, rel=0.02)


def test_substitution_is_the_step_to_fixed_service() -> None:
    """What the page says is freed, and what attribution calls substitution, are one number."""
    options = QUICK | {"attribution": True}
    result = op.displacement(other_zone(), "edge", gap=GAP, **options)
    # X carries the 2 Gtok/h that it takes over with 4 MW, and the rest gives up 2 MW.
    assert freed_mw(result) == pytest.approx(2)
    assert result.attribution.energy.standing == pytest.approx(0, abs=1e-3)
    assert result.attribution.energy.substitution / GTOK_A_YEAR == pytest.approx(4 - 2)


amounts = st.floats(-1e3, 1e3)


@settings(max_examples=200)
@given(st.tuples(*[amounts] * 5), st.tuples(*[st.floats(0, 1)] * 4))
def test_any_change_is_split_exactly(values: tuple[float, ...], shares: tuple[float, ...]) -> None:
    standing, fixed, with_unlocked, with_growth, whole = values
    scale = sum(shares) or 1.0
    causes = GrowthCauses(*(share / scale for share in shares))
    terms = split_change(
        {STANDING: standing, SUBSTITUTION: fixed, UNLOCKED: with_unlocked, GROWTH: with_growth},
        whole,
        causes,
    )
    assert terms.standing + terms.substitution == pytest.approx(fixed, abs=1e-9)
    parts = terms.standing + terms.substitution + terms.unlocked
    if sum(shares) > 0:
        assert parts + terms.growth == pytest.approx(whole, abs=1e-9)
    # The Shapley value of unlocked work in the game that begins at fixed service.
    alone, last = with_unlocked - fixed, whole - with_growth
    assert terms.unlocked == pytest.approx((alone + last) / 2, abs=1e-9)


@settings(max_examples=10)
@given(tiny_instances(), st.sampled_from(INTERVENTIONS), st.booleans())
def test_terms_add_up_and_inelastic_demand_has_no_price_response(
    instance: Instance, intervention: str, inelastic: bool
) -> None:
    own = dict(OWN)
    if inelastic:
        own |= {f"classes.{group.id}.elasticity": 0 for group in instance.classes}
    scenarios = compared(changed(instance, own), intervention, GAP)
    split_of = split(scenarios)
    case, layout, scope = scenarios.case, scenarios.layout, scenarios.scope
    for terms, load in (
        (split_of.tokens, scenarios.split(linear_measure.tokens)),
        (split_of.energy, scenarios.split(linear_measure.energy)),
    ):

        def over_years(world: str, load: linear_measure.Split = load) -> float:
            x = scenarios.point(world)
            both = load.rest.by_year(x) + load.intervention.by_year(x)
            return float(case.horizon.span_years @ both)

        base, whole = over_years(worlds.BASELINE), over_years(worlds.WITH_INTERVENTION)
        parts = terms.standing + terms.substitution + terms.unlocked + terms.growth
        assert terms.total == pytest.approx(whole - base, rel=1e-9, abs=1e-6)
        assert parts == pytest.approx(terms.total, rel=1e-9, abs=1e-6)
        if scenarios.has(worlds.FIXED_SERVICE):
            step = over_years(worlds.FIXED_SERVICE) - base
            assert terms.standing + terms.substitution == pytest.approx(step, abs=1e-6)
        if inelastic:
            assert terms.price_response == 0
    if worlds.reachable(case, ~scope.arc).all():
        assert split_of.energy.unlocked == pytest.approx(0, abs=1e-6)
    # An intervention that serves nothing leaves service as it is.
    again = Highs().open(None).solve(standing_world(scenarios), SolveOptions(GAP))
    served = layout.served.of(again.x), layout.served.of(scenarios.point(worlds.BASELINE))
    assert served[0] == pytest.approx(served[1], abs=1e-5)


def test_the_attribution_is_saved_as_a_table(tmp_path: Path) -> None:
    result = op.displacement(unlocked(), gap=GAP, proof=False, flip=False)
    result.save(tmp_path)
    table = pd.read_parquet(tmp_path / "attribution.parquet").set_index("cause")
    assert table.loc["unlocked", "energy_mwh"] == result.attribution.energy.unlocked
    assert table.loc["total", "tokens_gtok"] == result.attribution.tokens.total
    assert list(table.index) == TERMS
