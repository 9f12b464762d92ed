"""The interval is a point if the optimum is unique, and spans every tie in cost."""

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from optimizer.counterfactual import linear_measure
from optimizer.counterfactual.build_interval import intervals_at_builds
from optimizer.counterfactual.interval import (
    Extremes,
    Interval,
    extremes,
    ratio_interval,
)
from optimizer.counterfactual.linear_measure import LinearMeasure, Quantity, Split
from optimizer.counterfactual.near_optimal import NearOptimalFace, Piece
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import Outcome, SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Part, Program
from tests.counterfactual.cases import (
    RACK,
    SLACK_D,
    ask,
    made,
    other_zone,
    same_zone,
    slack,
    two_sites,
    unlocked,
)
from tests.counterfactual.compared import compared

INF = float("inf")


@pytest.mark.thin(3)
@pytest.mark.parametrize("integers", [False, True], ids=["continuous", "integers"])
@pytest.mark.parametrize(
    ("instance", "wanted"),
    [(slack(), SLACK_D), (other_zone(), 0.0), (same_zone(), 1.0), (unlocked(), 0.0)],
)
def test_a_unique_optimum_is_a_point(instance: Instance, wanted: float, integers: bool) -> None:
    result = ask(made(instance, integers))
    for ends in (result.interval, result.by_year[0].interval):
        # 1e-6 of the system cost moves a few millionths of the work.
        assert ends.low == pytest.approx(wanted, abs=1e-4)
        assert ends.high == pytest.approx(wanted, abs=1e-4)


def tie(edits: dict[str, Any] | None = None) -> Instance:
    """Two clouds of 4 Gtok/h each at the same cost per token, one of PUE 2 at half the price.

    Demand is 5 Gtok/h, of which 2 move to X, whose boxes take 2 MWh/Gtok.
    """
    return two_sites(
        5,
        2,
        {
            "pools.C/node.existing_units": 4 * RACK,
            "zones.W": {"energy_price_usd_per_mwh": 500},
            "sites.B": {"kind": "cloud", "region": "E", "zone": "W", "pue": 2},
            "pools.B/node": {"existing_units": 4 * RACK},
        }
        | (edits or {}),
        box_mw=2.0,
    )


def test_a_tie_in_cost_spans_both_extremes() -> None:
    """Of 5 Gtok/h C has 1 to 4, so 6 to 9 MWh; of 3 it has 0 to 3, so 3 to 6 MWh."""
    result = ask(tie())
    assert result.interval.low == pytest.approx((6 - 6) / 4, abs=1e-4)
    assert result.interval.high == pytest.approx((9 - 3) / 4, abs=1e-4)
    assert result.tokens.displacement == pytest.approx(1, abs=1e-6)
    assert result.verdict.words == "undetermined"


def test_every_verdict_has_its_own_interval() -> None:
    """Whichever cloud gives up the 2 Gtok/h, it is 2; the load that it takes may be any."""
    found = ask(tie()).verdicts
    ends = {name: (verdict.interval.low, verdict.interval.high) for name, verdict in found.items()}
    assert ends["work"] == pytest.approx((1, 1), abs=1e-4)
    assert found.work.words == "substitutes"
    assert ends["grid"] == ends["energy"] == pytest.approx((0, 1.5), abs=1e-4)
    assert ends["stress"] == pytest.approx((0, 1.5), abs=1e-4)
    assert found.stress.words == "undetermined"


def test_fixed_builds_narrow_a_tie() -> None:
    """If the clouds are built too, builds fix the split, within the ends of the free one."""
    result = ask(made(tie(), True))
    assert result.interval.low >= -1e-4
    assert result.interval.high <= 1.5 + 1e-4


def test_integers_that_do_not_decide_leave_a_tie_as_wide() -> None:
    """X is opened and filled with racks; the clouds exist, so their tie is as wide as before."""
    result = ask(
        tie(
            {
                "sites.X.existing": False,
                "sites.X.opening_cost_usd": 1e4,
                "pools.X/box.existing_units": 0,
                "pools.X/box.units_per_pod": RACK,
                "pools.X/box.max_pods": 2,
            }
        )
    )
    assert result.interval.low == pytest.approx(0, abs=1e-4)
    assert result.interval.high == pytest.approx(1.5, abs=1e-4)


def test_every_year_has_its_own_interval() -> None:
    """A year in which the clouds' prices differ is a point, and the whole lies between."""
    result = ask(
        tie(
            {
                "time": {"years": [2026, 2027], "days": 1, "hours_per_step": 24},
                "zones.W.energy_price_usd_per_mwh": {2026: 500, 2027: 600},
            }
        )
    )
    first, last = (year.interval for year in result.by_year)
    assert (first.low, first.high) == pytest.approx((0, 1.5), abs=1e-4)
    # C is cheaper: 4 + 2 MWh for 5 Gtok/h, 3 for 3.
    assert (last.low, last.high) == pytest.approx((0.75, 0.75), abs=1e-4)
    assert (result.interval.low, result.interval.high) == pytest.approx((0.375, 1.125), abs=1e-4)


def test_a_union_contains_both_intervals() -> None:
    nan = math.nan
    first = Interval(0.1, 0.2, np.array([0.1, nan, nan]), np.array([0.2, nan, nan]))
    second = Interval(0.15, 0.4, np.array([0.15, 0.3, nan]), np.array([0.4, 0.3, nan]))
    for both in (first.union(second), second.union(first)):
        assert (both.low, both.high) == (0.1, 0.4)
        np.testing.assert_array_equal(both.low_by_year, [0.1, 0.3, nan])
        np.testing.assert_array_equal(both.high_by_year, [0.4, 0.3, nan])
    unknown = Interval(nan, nan, np.full(3, nan), np.full(3, nan))
    assert (unknown.union(second).low, second.union(unknown).high) == (0.15, 0.4)


def polytope(matrix: np.ndarray, upper: np.ndarray) -> Program:
    """``matrix x <= upper``, ``x >= 0``: two years of an intervention and two rest sites."""
    count = matrix.shape[1]
    empty = Part(np.zeros(0, dtype=np.int64), np.zeros(0), 1.0)
    return Program(
        objective=np.ones(count),
        constant=0.0,
        matrix=sparse.csc_array(matrix),
        row_lower=np.full(len(upper), -INF),
        row_upper=upper,
        lower=np.zeros(count),
        upper=np.full(count, INF),
        integer=np.zeros(count, dtype=bool),
        gate=np.zeros(count, dtype=bool),
        columns={},
        rows={},
        parts={},
        system_cost=empty,
    )


def whole_of(program: Program) -> NearOptimalFace:
    """All points of a program, in one piece."""
    session = Highs().open(None)
    start = session.solve(program, SolveOptions())
    columns = np.arange(len(start.x))
    piece = Piece(columns, program, session, session, start.seconds)
    return NearOptimalFace(start.x, (piece.fork(SolveContext()),))


def vertices(matrix: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Every vertex of ``matrix x <= upper``, ``x >= 0``, by enumerating its equations."""
    count = matrix.shape[1]
    rows = np.vstack([matrix, -np.eye(count)])
    bounds = np.concatenate([upper, np.zeros(count)])
    result = []
    for chosen in itertools.combinations(range(len(rows)), count):
        square = rows[list(chosen)]
        if abs(np.linalg.det(square)) < 1e-9:
            continue
        point = np.linalg.solve(square, bounds[list(chosen)])
        if (rows @ point <= bounds + 1e-9).all():
            result.append(point)
    return np.array(result)


@pytest.mark.thin(3)
@pytest.mark.parametrize("seed", range(8))
def test_extremes_of_the_ratio_are_those_of_the_vertices(seed: int) -> None:
    """Columns: new, rest and rest in each of two years; no row spans years."""
    draw = np.random.default_rng(seed)
    blocks, uppers = [], []
    for _ in range(2):
        # The new is between one and three, and two rows link it to the rest.
        upper_rows = np.vstack([[-1.0, 0, 0], [1.0, 0, 0], draw.uniform(0.2, 1.0, (2, 3))])
        blocks.append(upper_rows)
        uppers.append(np.concatenate([[-1.0, 3.0], draw.uniform(4.0, 8.0, 2)]))
    matrix = np.block(
        [[blocks[0], np.zeros_like(blocks[0])], [np.zeros_like(blocks[1]), blocks[1]]]
    )
    program = polytope(matrix, np.concatenate(uppers))
    energy = draw.uniform(0.5, 2.0, 6)
    year = np.array([0, 0, 0, 1, 1, 1])
    new, rest = np.array([0, 3]), np.array([1, 2, 4, 5])
    split = Split(
        LinearMeasure(new, energy[new], year[new], 2),
        LinearMeasure(rest, energy[rest], year[rest], 2),
    )
    spans = np.array([1.0, draw.uniform(1, 5)])
    alone = Extremes(np.array([2.0, 3.0]), np.array([2.5, 4.5]))
    face = whole_of(program)
    result = ratio_interval(face.ends(SolveContext()), alone, split, spans, SolveContext())

    each = [vertices(block, upper) for block, upper in zip(blocks, uppers, strict=True)]
    ends: dict[str, list[np.ndarray]] = {"low": [], "high": []}
    for y, points in enumerate(each):
        power = points * energy[3 * y : 3 * y + 3]
        ends["low"].append(np.array([alone.low[y] - power[:, 1:].sum(axis=1), power[:, 0]]))
        ends["high"].append(np.array([alone.high[y] - power[:, 1:].sum(axis=1), power[:, 0]]))
        by_year = [end[-1][0] / end[-1][1] for end in ends.values()]
        assert result.low_by_year[y] == pytest.approx(by_year[0].min(), abs=1e-6)
        assert result.high_by_year[y] == pytest.approx(by_year[1].max(), abs=1e-6)
    sums = {
        name: spans[0] * first[:, :, None] + spans[1] * second[:, None, :]
        for name, (first, second) in ends.items()
    }
    assert result.low == pytest.approx((sums["low"][0] / sums["low"][1]).min(), abs=1e-6)
    assert result.high == pytest.approx((sums["high"][0] / sums["high"][1]).max(), abs=1e-6)

    load = extremes(face.ends(SolveContext()), split.rest, SolveContext())
    for y, points in enumerate(each):
        at = (points * energy[3 * y : 3 * y + 3])[:, 1:].sum(axis=1)
        assert (load.low[y], load.high[y]) == pytest.approx((at.min(), at.max()), abs=1e-6)


def test_a_year_without_the_intervention_has_no_ratio() -> None:
    """Its column is fixed at 0 in the second year; the whole is that of the first."""
    program = polytope(np.eye(4), np.array([2.0, 1.0, 0.0, 1.0]))
    program = replace(program, lower=np.array([2.0, 0, 0, 0]))
    split = Split(
        LinearMeasure(np.array([0, 2]), np.ones(2), np.array([0, 1]), 2),
        LinearMeasure(np.array([1, 3]), np.ones(2), np.array([0, 1]), 2),
    )
    alone = Extremes(np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    face = whole_of(program)
    result = ratio_interval(face.ends(SolveContext()), alone, split, np.ones(2), SolveContext())
    assert (result.low_by_year[0], result.high_by_year[0]) == pytest.approx((0, 0.5))
    assert np.isnan([result.low_by_year[1], result.high_by_year[1]]).all()
    assert (result.low, result.high) == pytest.approx((0, 1))


def test_the_interval_gives_up_a_millionth_of_the_system_cost() -> None:
    """Work at B costs $0.1/Gtok more than at C, so the slack moves a known amount of work.

    The baseline costs 4 x 1000 + 1000.1 $/h, the world with the intervention 3 x 1000 and
    2 x 2 x 50 for X; each Gtok/h that moves to B takes one MWh more.
    """
    result = ask(tie({"zones.W.energy_price_usd_per_mwh": 500.05}))
    moved_without, moved_with = 5000.1e-6 / 0.1, 3200e-6 / 0.1
    assert result.interval.high == pytest.approx((6 + moved_without - 3) / 4, rel=1e-5)
    assert result.interval.low == pytest.approx((6 - 3 - moved_with) / 4, rel=1e-5)


def test_alternative_builds_within_the_gap_widen_the_interval() -> None:
    """A baseline with four racks at C and one at B, or equally good one at C and four at B."""
    scenarios = compared(made(tie(), True), "edge", 1e-6)
    program, best = scenarios.programs["0"], scenarios.outcomes["0"]
    case, layout = scenarios.case, scenarios.layout
    pools = {pool.id: p for p, pool in enumerate(case.instance.pools)}

    def fixed(at_c: float, at_b: float) -> Outcome:
        upper = program.upper.copy()
        upper[layout.built.index[pools["C/node"]]] = at_c
        upper[layout.built.index[pools["B/node"]]] = at_b
        whole = program.with_bounds(upper=upper)
        return Highs().open(None).solve(whole, SolveOptions(0.0))

    first, other = fixed(4, 1), fixed(1, 4)
    assert first.objective == pytest.approx(best.objective, rel=1e-9)

    def interval(others: tuple[Floats, ...]) -> tuple[Interval, dict[str, int]]:
        world = replace(first, bound=best.bound, others=others, reason=best.reason)
        outcomes = {**scenarios.outcomes, "0": world}
        again = replace(scenarios, outcomes=outcomes)
        energy = Quantity(again.split(linear_measure.energy), again.spans)
        found, builds = intervals_at_builds(again, {"energy": energy}, SolveContext(gap=1e-6))
        return found.found["energy"], builds

    alone, counted = interval(())
    assert counted == {"0": 1, "1": 1}
    # 4 Gtok/h at C and one at B take 6 MWh; one at C and four at B take 9.
    both, counted = interval((other.x,))
    assert counted["0"] == 2
    assert both.high - alone.high == pytest.approx((9 - 6) / 4, abs=1e-4)
    assert both.low == pytest.approx(alone.low, abs=1e-9)
