"""Breakeven: one, several or no flips at values known in closed form, and jumps."""

import json
from pathlib import Path

import pandas as pd
import pytest

import optimizer as op
from optimizer.counterfactual.bracketing import Point
from optimizer.errors import InputError
from tests.counterfactual.cases import GAP, RACK, one_cloud, other_zone, slack
from tests.counterfactual.market import market
from tests.counterfactual.test_rebound import priced
from tests.factory import changed


def flips_of(
    instance: op.Instance, path: str, low: float, high: float, **more: object
) -> op.Breakeven:
    seen: list[Point] = []
    answer = op.breakeven(instance, path, low, high, gap=GAP, on_point=seen.append, **more)  # type: ignore[arg-type]
    assert answer.complete
    assert sorted(seen, key=lambda point: point.value) == list(answer.points)
    for flip in answer.flips:
        words = {point.value: point.words for point in answer.points}
        assert (words[flip.low], words[flip.high]) == (flip.before, flip.after)
    return answer


def test_one_flip_takes_few_solves() -> None:
    """Energy D is 1.2 / (2 PUE): below 0.4 above a PUE of 1.5."""
    answer = flips_of(slack(), "sites.X.pue", 1.1, 2.1, tolerance=0.001)
    (flip,) = answer.flips
    assert (flip.before, flip.after) == ("mixed", "mostly adds")
    assert flip.low <= 1.5 <= flip.high
    assert flip.high - flip.low <= 0.001
    assert len(answer.points) <= 14


def test_several_flips_are_all_found() -> None:
    """A limit of L for 10 Gtok/h, and 2 at X for 4 MWh/h: D is (L - 8) / 4 from L = 8 to 10."""
    answer = flips_of(other_zone(), "zones.Z.limit_mw", 5, 12, samples=3)
    assert [(flip.before, flip.after) for flip in answer.flips] == [
        ("adds", "mostly adds"),
        ("mostly adds", "mixed"),
    ]
    for flip, exact in zip(answer.flips, (8.4, 9.6), strict=True):
        assert flip.low <= exact <= flip.high
        assert flip.high - flip.low <= 0.07


def test_a_constant_verdict_has_no_flip() -> None:
    instance = changed(slack(), {"sites.X.pue": 2.5})
    answer = flips_of(instance, "sites.C.fixed_cost_usd_per_year", 0, 1e6, samples=3)
    assert answer.flips == ()
    assert [point.words for point in answer.points] == ["mostly adds"] * 3


def test_a_jump_is_bracketed_by_bisection() -> None:
    """X takes 2 MWh per Gtok, the cloud one at 1000 $/MWh: above 500 $/MWh X is idle."""
    instance = changed(slack(), {"sites.C.pue": 1.0, "sites.X.pue": 1.0})
    answer = flips_of(instance, "zones.Y.energy_price_usd_per_mwh", 100, 900, tolerance=1)
    (flip,) = answer.flips
    assert flip.after == "not used"
    assert flip.low <= 500 <= flip.high


@pytest.mark.slow
def test_an_elasticity_can_be_varied_for_every_class() -> None:
    """D = s / (s + |elasticity|) with a supply elasticity s of 0.5: 0.6 at a third."""
    answer = flips_of(market(-0.3, 0.2, 0.2, 0.005, {}), "classes.*.elasticity", -0.8, -0.2)
    crossed = [
        flip
        for flip in answer.flips
        if (flip.before, flip.after) == ("mixed", "mostly substitutes")
    ]
    (flip,) = crossed
    # The fleet is 2% of demand, so the market deviates from the formula by about as much.
    assert flip.low == pytest.approx(-1 / 3, abs=0.03)


def test_a_value_without_a_plan_has_its_own_point() -> None:
    """8 Gtok/h that must be served need six racks at the cloud besides two at X, or eight alone."""
    instance = changed(
        slack(),
        {"classes.chat.must_serve": True, "workloads.E/chat.demand_gtok_per_h": 8},
    )
    answer = flips_of(
        instance, "pools.C/node.existing_units", 2 * RACK, 12 * RACK, samples=3, tolerance=1
    )
    assert answer.points[0].words == "infeasible"
    assert answer.points[0].displacement is None
    assert answer.flips[0].before == "infeasible"
    assert answer.flips[0].low <= 8 * RACK <= answer.flips[0].high


@pytest.mark.slow
def test_backfire_begins_at_an_elasticity_of_one() -> None:
    """Half the energy per token, priced at its energy: energy changes by 2^(|e| - 1)."""
    answer = flips_of(
        priced(-0.5), "classes.*.elasticity", -1.4, -0.6, samples=3, intervention="half"
    )
    assert answer.flips[0].before == "backfire"
    assert answer.flips[-1].after == "partial rebound"
    # A demand step moves rebound by a few hundredths, and the elasticity by about as much.
    assert answer.flips[0].low == pytest.approx(-1, abs=0.1)
    assert all(point.rebound is not None and point.displacement is None for point in answer.points)


@pytest.mark.slow
def test_the_factor_of_a_step_in_efficiency_can_be_varied() -> None:
    path = "interventions.half.efficiency.energy_factor"
    answer = flips_of(priced(-0.5), path, 0.5, 0.9, samples=2, intervention="half")
    assert answer.flips == ()
    assert [point.words for point in answer.points] == ["partial rebound"] * 2


@pytest.mark.slow
def test_a_grid_expansion_beyond_demand_changes_nothing() -> None:
    """Demand is 10 MW: a megawatt beyond a limit of 10 serves nothing more."""
    grid = {"id": "lines", "grid": [{"zone": "Z", "added_mw": 1}]}
    instance = one_cloud(10, {"zones.Z.limit_mw": 10, "interventions": [grid]})
    answer = flips_of(instance, "zones.Z.limit_mw", 8, 12, samples=3, intervention="lines")
    (flip,) = answer.flips
    assert (flip.before, flip.after) == ("serves more", "changes nothing")
    assert flip.low <= 10 <= flip.high


@pytest.mark.parametrize(
    ("path", "low", "high", "more", "message"),
    [
        ("sites.X.pu", 1, 2, {}, "no field pu in sites.X; did you mean pue?"),
        ("sites.X.pue", 2, 1, {}, "options: low = 2: must be below high (1)"),
        ("sites.X.pue", 1, float("inf"), {}, "must be finite"),
        ("sites.X.pue", 0.5, 2, {}, "sites.X.pue"),
        ("sites.X.pue", 1, 2, {"samples": 1}, "options: samples = 1: must be at least 2"),
        ("sites.X.pue", 1, 2, {"tolerance": 0.0}, "options: tolerance = 0: must be above 0"),
        ("sites.X.pue", 1, 2, {"intervention": "egde"}, "did you mean edge?"),
        ("links.*.rtt_ms", 1, 2, {}, "links has no records, so * matches nothing"),
        ("money.*.rtt_ms", 1, 2, {}, "money is not a table of records, so * matches nothing"),
    ],
)
def test_impossible_options_are_refused(
    path: str, low: float, high: float, more: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        op.breakeven(slack(), path, low, high, **more)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_a_search_stopped_early_is_incomplete() -> None:
    answer = op.breakeven(slack(), "sites.X.pue", 1, 2, time_limit_s=1e-9)
    assert not answer.complete


def test_the_result_is_saved(tmp_path: Path) -> None:
    answer = op.breakeven(slack(), "sites.X.pue", 1.1, 2.1, samples=2, tolerance=0.2)
    answer.save(tmp_path)
    saved = json.loads((tmp_path / "breakeven.json").read_text())
    assert saved == json.loads(json.dumps(answer.summary()))
    assert saved["flips"][0]["before"] == "mixed"
    points = pd.read_parquet(tmp_path / "points.parquet")
    assert points["value"].tolist() == [point.value for point in answer.points]
    assert points["words"].tolist() == [point.words for point in answer.points]
