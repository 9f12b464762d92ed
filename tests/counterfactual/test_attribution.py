"""Attribution by Shapley values: hand calculations, and properties that always hold."""

import itertools
import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.attribution import (
    GROWTH,
    SUBSTITUTION,
    SWITCHES,
    UNLOCKED,
    Attribution,
    Switches,
    Terms,
    attribute,
    relief_share,
    split_by_shapley,
    switched,
)
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.context import SolveContext
from tests.counterfactual.cases import (
    GAP,
    GTOK_A_YEAR,
    made,
    off_grid,
    other_zone,
    same_zone,
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
    {"substitution": 1, "grid_relief": 3, "total": 4},
)


@pytest.mark.thin(3)
@pytest.mark.parametrize("integers", [False, True], ids=["continuous", "integers"])
@pytest.mark.parametrize(
    ("instance", "tokens", "energy"),
    [
        # 2 Gtok/h move from 1.2 MWh/Gtok to 3: only the energy per token changes.
        (slack(), {}, {"substitution": 3.6, "total": 3.6}),
        (unlocked(), {"unlocked": 2, "total": 2}, {"unlocked": 2, "total": 2}),
        # The limit held back what X now serves, at 2 MWh/Gtok.  Without growth X would take over
        # as much at twice the energy, +2 MW; with it the rest fills up again, +4: the mean of
        # both orders gives +1.
        (other_zone(), *HELD_BACK),
        (off_grid(), *HELD_BACK),
        # One zone of 3 MW: without growth X takes over 2 of 3 Gtok/h at half the energy, -1 MW;
        # without substitution the rest leaves X no room.  The mean of both orders is half.
        (
            same_zone(),
            {"substitution": 0.5, "grid_relief": 0.5, "total": 1},
            {"substitution": -0.5, "grid_relief": 0.5},
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


@pytest.mark.parametrize(("elasticity", "slope"), [(-0.5, 0.2), (-1.0, 0.1)])
def test_growth_without_limits_is_price_response(elasticity: float, slope: float) -> None:
    """Free tokens displace one for one without growth, and nothing without substitution."""
    fleet = 0.5
    result = split(compared(market(elasticity, slope, fleet, 0.01, {}), "edge", GAP)).tokens
    grown = meeting(elasticity, slope, fleet) + fleet - meeting(elasticity, slope, 0)
    # v(substitution) = 0; v(growth) = demand met by the fleet with the cloud as before.
    alone = result.growth / GTOK_A_YEAR * 2 - grown
    assert result.total / GTOK_A_YEAR == pytest.approx(grown, abs=0.03)
    assert 0 < grown < alone <= fleet + 0.01
    assert result.grid_relief == 0
    assert result.price_response == pytest.approx((alone + grown) / 2 * GTOK_A_YEAR, rel=1e-9)


def test_grid_relief_is_growth_that_lifting_limits_would_also_give() -> None:
    """The limit allows 3 of 4 Gtok/h and X adds 2: one was held back, and demand ends there."""
    scenarios = compared(two_sites(4, 2, {"zones.Z.limit_mw": 3}), "edge", GAP)
    assert relief_share(scenarios) == pytest.approx(1)
    assert relief_share(compared(slack(), "edge", GAP)) == 0


@settings(max_examples=200)
@given(st.lists(st.floats(-1e3, 1e3), min_size=7, max_size=7), st.floats(0, 1))
def test_any_value_is_split_exactly(values: list[float], relief: float) -> None:
    sets = [frozenset(some) for n in (1, 2, 3) for some in itertools.combinations(SWITCHES, n)]
    worth = dict(zip(sets, values, strict=True))
    terms = split_by_shapley(worth.__getitem__, relief)
    assert terms.substitution + terms.unlocked + terms.growth == pytest.approx(
        worth[frozenset(SWITCHES)], abs=1e-9
    )
    assert terms.grid_relief == pytest.approx(relief * terms.growth, abs=1e-9)
    # Shapley's formula for one switch, set by set.
    without = [
        frozenset(),
        frozenset({UNLOCKED}),
        frozenset({GROWTH}),
        frozenset({UNLOCKED, GROWTH}),
    ]
    weights = [math.factorial(len(s)) * math.factorial(2 - len(s)) / 6 for s in without]
    gains = [worth[s | {SUBSTITUTION}] - worth.get(s, 0.0) for s in without]
    assert terms.substitution == pytest.approx(float(np.dot(weights, gains)), abs=1e-9)


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_without_effect_gets_zero(switch: str) -> None:
    def value(on: Switches) -> float:
        return {0: 0.0, 1: 3.0, 2: 7.0}[len(on - {switch})]

    terms = split_by_shapley(value, 0.0)
    share = {SUBSTITUTION: terms.substitution, UNLOCKED: terms.unlocked, GROWTH: terms.growth}
    assert share.pop(switch) == 0
    assert list(share.values()) == pytest.approx([3.5, 3.5])


@settings(max_examples=10)
@given(tiny_instances(), st.sampled_from(INTERVENTIONS))
def test_terms_add_up_and_fixed_switches_leave_service_unchanged(
    instance: Instance, intervention: str
) -> None:
    scenarios = compared(changed(instance, OWN), intervention, GAP)
    split_of = split(scenarios)
    case, layout, scope = scenarios.case, scenarios.layout, scenarios.scope
    for terms, load in (
        (split_of.tokens, scenarios.split(linear_measure.tokens)),
        (split_of.energy, scenarios.split(linear_measure.energy)),
    ):
        whole = [
            float(case.horizon.span_years @ (load.rest.by_year(x) + load.intervention.by_year(x)))
            for x in (scenarios.point(worlds.WITH_INTERVENTION), scenarios.point(worlds.BASELINE))
        ]
        parts = terms.substitution + terms.unlocked + terms.grid_relief + terms.price_response
        assert terms.total == pytest.approx(whole[0] - whole[1], rel=1e-9, abs=1e-6)
        assert parts == pytest.approx(terms.total, rel=1e-9, abs=1e-6 * max(*whole, 1.0))
    if worlds.reachable(case, ~scope.arc).all():
        assert split_of.energy.unlocked == pytest.approx(0, abs=1e-6)
    # With every switch off, service is that of the baseline, whoever provides it.
    off = switched(scenarios)(frozenset())
    again = Highs().open(None).solve(off, SolveOptions(GAP))
    served = layout.served.of(again.x), layout.served.of(scenarios.point(worlds.BASELINE))
    assert served[0] == pytest.approx(served[1], abs=1e-5)


def test_the_attribution_is_saved_as_a_table(tmp_path: Path) -> None:
    result = op.displacement(unlocked(), gap=GAP, proof=False, flip=False)
    result.save(tmp_path)
    table = pd.read_parquet(tmp_path / "attribution.parquet").set_index("cause")
    assert table.loc["unlocked", "energy_mwh"] == result.attribution.energy.unlocked
    assert table.loc["total", "tokens_gtok"] == result.attribution.tokens.total
    assert list(table.index) == TERMS
