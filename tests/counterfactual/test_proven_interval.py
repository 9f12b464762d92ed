"""The proven interval contains the optimum's displacement, and narrows with the gap."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.linear_measure import Quantity
from optimizer.counterfactual.measures import series
from optimizer.counterfactual.proven_interval import proven_intervals
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.verdict import is_proved
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.context import SolveContext
from tests.counterfactual.cases import (
    GAP,
    SLACK_D,
    other_zone,
    same_zone,
    slack,
    unlocked,
    whole,
)
from tests.counterfactual.compared import INTERVENTIONS, OWN, compared
from tests.counterfactual.market import market
from tests.factory import changed
from tests.properties.tiny import tiny_instances


def proven(scenarios: SolvedScenarios) -> tuple[float, float]:
    energy = Quantity(scenarios.split(linear_measure.energy), scenarios.spans)
    return proven_intervals(scenarios, {"energy": energy}, SolveContext()).found["energy"]


@pytest.mark.parametrize(
    ("instance", "wanted", "words"),
    [
        (changed(slack(), {"sites.X.pue": 2.5}), SLACK_D * 1.5 / 2.5, "mostly adds"),
        (other_zone(), 0.0, "adds"),
        (same_zone(), 1.0, "substitutes"),
        (unlocked(), 0.0, "adds"),
    ],
)
def test_a_unique_optimum_is_proved(instance: Instance, wanted: float, words: str) -> None:
    assert proven(compared(instance, "edge", GAP)) == pytest.approx((wanted, wanted), abs=1e-4)
    result = op.displacement(instance, gap=GAP, flip=False)
    assert result.verdict.words == words
    assert result.verdict.proved
    assert str(result.verdict).endswith("proved)")
    assert result.verdicts.work.proved
    assert result.verdicts.grid.proved
    assert result.proved_interval.low == pytest.approx(wanted, abs=1e-4)


def displacement(scenarios: SolvedScenarios) -> float:
    measured = series(scenarios, scenarios.split(linear_measure.energy)).whole.displacement
    return measured


@settings(max_examples=12)
@given(tiny_instances(), st.sampled_from(INTERVENTIONS), st.sampled_from([0.3, 0.05, 1e-3]))
def test_it_contains_the_optimum_whatever_plan_was_found(
    instance: Instance, intervention: str, gap: float
) -> None:
    """Inelastic, so that both sets of worlds have the same steps."""
    instance = changed(instance, {"classes.chat.elasticity": 0} | OWN)
    best, scenarios = compared(instance, intervention, 0.0), compared(instance, intervention, gap)
    energy = series(best, best.split(linear_measure.energy)).whole
    if energy.displacement is None:
        return
    low, high = proven(scenarios)
    allowed = 1e-4 * max(1.0, abs(energy.displacement))
    assert low - allowed <= energy.displacement <= high + allowed


def worse(scenarios: SolvedScenarios, share: float) -> SolvedScenarios:
    """The same worlds, each with a plan that serves a given share less than its optimum."""
    outcomes = dict(scenarios.outcomes)
    for world in (worlds.BASELINE, worlds.WITH_INTERVENTION):
        program, x = scenarios.programs[world], scenarios.point(world)
        upper = program.upper.copy()
        columns = scenarios.layout.served.index.ravel()
        upper[columns] = (1 - share) * x[columns]
        outcomes[world] = replace(
            Highs().open(None).solve(program.with_bounds(upper=upper), SolveOptions()),
            bound=scenarios.outcomes[world].bound,
        )
    return replace(scenarios, outcomes=outcomes)


def test_its_width_falls_with_the_square_root_of_the_gap() -> None:
    """In a market welfare is flat at its optimum, so load moves with the root of the gap."""
    scenarios = compared(market(-0.5, 0.2, 1.0, 0.005, {}), "edge", GAP)
    gaps, widths = [], []
    for share in (0.08, 0.04, 0.02):
        known = worse(scenarios, share)
        low, high = proven(known)
        assert low <= displacement(scenarios) <= high
        program = scenarios.programs[worlds.WITH_INTERVENTION]
        outcome = known.outcomes[worlds.WITH_INTERVENTION]
        gaps.append(program.gap(outcome.x, scenarios.outcomes[worlds.WITH_INTERVENTION].bound))
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    slope = np.polyfit(np.log(gaps), np.log(widths), 1)[0]
    assert slope == pytest.approx(0.5, abs=0.1)
    low, high = proven(scenarios)
    assert high - low < widths[-1] / 10


def test_nothing_is_proved_if_equally_good_plans_do_not_use_the_intervention() -> None:
    """Opening X costs about what its energy saves: within the gap it may as well stay closed."""
    instance = whole(slack())
    scenarios = compared(instance, "edge", GAP)
    low, high = proven(worse(scenarios, 0.2))
    assert (low, high) == (-math.inf, math.inf)
    assert not is_proved("adds", low, high)


@pytest.mark.parametrize(
    ("words", "low", "high", "yes"),
    [
        ("adds", -0.05, 0.05, True),
        ("adds", -0.05, 0.2, False),
        ("mostly adds", 0.15, 0.35, True),
        ("adds to mostly adds", 0.05, 0.35, False),
        ("not used", math.nan, math.nan, False),
    ],
)
def test_a_verdict_is_proved_if_the_interval_lies_in_its_band(
    words: str, low: float, high: float, yes: bool
) -> None:
    assert is_proved(words, low, high) == yes
