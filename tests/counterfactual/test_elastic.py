"""Displacement in a market of rising supply and falling demand, against the closed form.

Where the two stairs cross lies within half a step of where the lines cross.  So displacement is
off by at most one step, of supply or of demand whichever is wider, over the fleet's tokens.
"""

from typing import Any

import pytest

import optimizer as op
from optimizer.counterfactual.verdict import judge
from optimizer.formulation.demand_grid import TARGET
from optimizer.planner import refine
from optimizer.problem.annuity import capital_recovery_factor
from tests.counterfactual.cases import GAP, GTOK_A_YEAR, RACK, ask, has_integers, two_sites
from tests.counterfactual.market import QUANTITY, market, meeting, stepped_meeting
from tests.factory import changed


def step(result: op.Displacement, block_mw: float, fleet: float) -> float:
    """Width of the widest step over the fleet's tokens."""
    assert result.step_share <= TARGET
    return max(result.step_share, block_mw / fleet) + 1e-6


MARKETS = pytest.mark.parametrize(
    ("elasticity", "slope"), [(-0.5, 0.1), (-0.5, 0.4), (-1.0, 0.1), (-1.5, 0.05), (-0.2, 0.2)]
)


@pytest.mark.thin(3)
@MARKETS
def test_a_fixed_fleet_displaces_according_to_the_elasticities(
    elasticity: float, slope: float
) -> None:
    fleet, block = 0.2, 0.005
    result = ask(market(elasticity, slope, fleet, block, {}))
    exact = (meeting(elasticity, slope, 0) - meeting(elasticity, slope, fleet)) / fleet
    allowed = step(result, block, fleet)
    assert result.tokens.displacement == pytest.approx(exact, abs=allowed)
    assert result.energy.displacement == pytest.approx(exact, abs=allowed)
    # In the baseline both prices are 1 and both quantities 10.
    supply, demand = 1 / (slope * QUANTITY), abs(elasticity)
    formula = supply / (supply + demand)
    # The fleet is 2% of demand: besides the steps, the curve bends by as much.
    assert exact == pytest.approx(formula, abs=0.02)
    assert result.energy.displacement == pytest.approx(formula, abs=0.02 + allowed)


@MARKETS
@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
def test_an_additive_markup_dampens_the_response_to_cost(
    elasticity: float, slope: float, kind: str
) -> None:
    """Sold at twice the cost, with D at a price of 2: demand sees a change in full, or half."""
    fleet, block = 0.2, 0.005
    amount = {"markup_kind": kind, "reference_price_usd_per_mtok": 2} | (
        {"markup_usd_per_mtok": 1} if kind == "additive" else {"markup": 2}
    )
    result = ask(market(elasticity, slope, fleet, block, {"classes.chat": amount}))
    added = 1.0 if kind == "additive" else 0.0
    exact = (
        meeting(elasticity, slope, 0, markup=added)
        - meeting(elasticity, slope, fleet, markup=added)
    ) / fleet
    allowed = step(result, block, fleet)
    assert result.tokens.displacement == pytest.approx(exact, abs=allowed)
    supply, demand = 1 / (slope * QUANTITY), abs(elasticity) / (1 + added)
    assert exact == pytest.approx(supply / (supply + demand), abs=0.02)


@pytest.mark.thin(3)
@pytest.mark.parametrize("block", [0.5, 0.25, 0.125, 0.0625, 0.03125])
def test_finer_supply_blocks_come_closer_to_the_closed_form(block: float) -> None:
    elasticity, slope, fleet = -0.5, 0.2, 1.0
    result = ask(market(elasticity, slope, fleet, block, {}))
    exact = (meeting(elasticity, slope, 0) - meeting(elasticity, slope, fleet)) / fleet
    assert result.tokens.displacement == pytest.approx(exact, abs=step(result, block, fleet))


@pytest.mark.thin(3)
@pytest.mark.parametrize("steps", [1, 2, 5, 12, 60, 300])
def test_the_demand_steps_of_the_instance_do_not_decide(steps: int) -> None:
    """Each of twelve steps is wider than the fleet; the result does not depend on them."""
    elasticity, slope, fleet, block = -0.5, 0.2, 0.2, 0.005
    found = ask(
        market(elasticity, slope, fleet, block, {"classes.chat.demand_steps": steps}),
    )
    exact = (meeting(elasticity, slope, 0) - meeting(elasticity, slope, fleet)) / fleet
    assert found.tokens.displacement == pytest.approx(exact, abs=step(found, block, fleet))


@pytest.mark.thin(3)
@pytest.mark.parametrize("fleet", [0.05, 0.1, 0.4, 1.6])
def test_steps_adapt_to_the_size_of_the_intervention(fleet: float) -> None:
    elasticity, slope = -1.0, 0.1
    block = max(fleet / 50, 0.002)
    result = ask(market(elasticity, slope, fleet, block, {}))
    exact = (meeting(elasticity, slope, 0) - meeting(elasticity, slope, fleet)) / fleet
    assert result.tokens.displacement == pytest.approx(exact, abs=step(result, block, fleet))


def test_many_workloads_share_the_steps() -> None:
    """Five regions of a fifth each give the result of one region."""
    elasticity, slope, fleet, block = -0.5, 0.2, 0.2, 0.005
    one = market(elasticity, slope, fleet, block, {})
    edits: dict[str, Any] = {"workloads.E/chat.demand_gtok_per_h": QUANTITY / 5}
    for name in ("R2", "R3", "R4", "R5"):
        edits[f"regions.{name}"] = {"latitude_deg": 40, "longitude_deg": -80}
        edits[f"workloads.{name}/chat"] = {"demand_gtok_per_h": QUANTITY / 5}
    found = ask(changed(one, edits))
    exact = (meeting(elasticity, slope, 0) - meeting(elasticity, slope, fleet)) / fleet
    assert found.tokens.displacement == pytest.approx(exact, abs=step(found, block, fleet))


def test_racks_to_build_and_a_site_to_open_add_at_most_a_unit() -> None:
    """Each world may differ by a unit of a tenth of a Gtok/h, besides the steps.

    Whole units round each world's capacity by less than one unit; the cost of capacity is part
    of what the last token costs.
    """
    elasticity, slope, fleet, block = -0.5, 0.2, 2.0, 0.02
    capex = 4000.0
    result = ask(
        market(
            elasticity,
            slope,
            fleet,
            block,
            {
                "sites.C.existing": False,
                "sites.C.opening_cost_usd": 1e6,
                "hardware.node.capex_usd": capex,
                "pools.C/node.existing_units": 0,
                "pools.C/node.max_pods": 1000,
            },
        )
    )
    assert has_integers(result)
    annuity = capex * capital_recovery_factor(0.1, 5) * RACK / (1e3 * GTOK_A_YEAR)
    exact = (
        meeting(elasticity, slope, 0, annuity) - meeting(elasticity, slope, fleet, annuity)
    ) / fleet
    unit = 1 / RACK
    assert result.tokens.displacement == pytest.approx(
        exact, abs=step(result, block, fleet) + unit / fleet
    )


def test_coarse_steps_decide_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without refinement, each world's demand ends at the edge of a wide step."""
    elasticity, slope, fleet, block = -0.5, 0.2, 0.2, 0.005
    monkeypatch.setattr(refine, "_refined", lambda family, *_: family)
    result = op.displacement(market(elasticity, slope, fleet, block, {}), gap=GAP, flip=False)
    assert result.step_share > TARGET
    assert any("demand steps hold up to" in warning for warning in result.warnings)
    # The interval is wide enough for them all the same.
    exact = stepped_displacement(elasticity, slope, fleet, block)
    assert result.interval.low <= exact <= result.interval.high


def stepped_displacement(elasticity: float, slope: float, fleet: float, block: float) -> float:
    """Exact displacement with supply in blocks, and demand on its curve."""
    without, with_fleet = (stepped_meeting(elasticity, slope, free, block) for free in (0.0, fleet))
    return (without - with_fleet) / fleet


@pytest.mark.thin(20)
@pytest.mark.parametrize("fleet", [0.05, 0.2, 0.7])
@pytest.mark.parametrize("block", [0.005, 0.05])
@MARKETS
def test_both_intervals_hold_the_exact_displacement(
    elasticity: float, slope: float, block: float, fleet: float
) -> None:
    market_of = market(elasticity, slope, fleet, block, {})
    result = op.displacement(
        market_of, gap=0, attribution=False, elasticity_range=False, flip=False
    )
    exact = stepped_displacement(elasticity, slope, fleet, block)
    assert result.interval.low <= exact <= result.interval.high
    assert result.proved_interval.low <= exact <= result.proved_interval.high
    words = result.verdict.words
    assert not result.verdict.proved or words == judge(exact, exact, exact)


STEPS = 600


def served(elasticity: float, times_less: float, integers: bool) -> float:
    """Gtok/h of a cloud priced at its energy, of which a Gtok takes `times_less` times less."""
    built = {
        "pools.C/node.existing_units": 0,
        "pools.C/node.units_per_pod": RACK,
        "pools.C/node.max_pods": 500,
        "sites.C.existing": False,
        "sites.C.opening_cost_usd": 1e6,
    }
    instance = two_sites(
        QUANTITY,
        0,
        {
            "classes.chat.elasticity": elasticity,
            "classes.chat.reference_price_usd_per_mtok": 1,
            "classes.chat.max_demand_multiple": 20,
            "classes.chat.demand_steps": STEPS,
            "serving.m-node.energy_multiplier": 1 / times_less,
            "pools.C/node.existing_units": 1e4,
        }
        | (built if integers else {}),
    )
    plan = op.solve(instance, gap=GAP)
    assert plan.has_point
    return float(plan.placement["flow_gtok_per_h"].sum())


@pytest.mark.thin(7)
@pytest.mark.parametrize("integers", [False, True], ids=["continuous", "integers"])
@pytest.mark.parametrize("elasticity", [-0.5, -0.9, -1.0, -1.1, -2.0])
@pytest.mark.parametrize("times_less", [2.0, 3.0])
def test_tokens_grow_by_the_power_of_the_elasticity(
    elasticity: float, times_less: float, integers: bool
) -> None:
    core, most = 20.0**elasticity, 20.0
    one_step = (most / core) ** (1 / (STEPS - 1))
    growth = served(elasticity, times_less, integers) / served(elasticity, 1.0, integers)
    assert times_less ** abs(elasticity) / one_step <= growth * (1 + 1e-9)
    assert growth <= times_less ** abs(elasticity) * one_step * (1 + 1e-9)
    # Backfire: more energy than before, although each token takes less.
    energy = growth / times_less
    if elasticity == -1.0:
        assert 1 / one_step <= energy * (1 + 1e-9) <= one_step * (1 + 2e-9)
    else:
        assert (energy > 1) == (elasticity < -1)
