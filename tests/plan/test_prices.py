"""Prices equal the change of welfare, and figures computed by hand."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.plan.prices import LONG_RUN, SHORT_RUN, price_table
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Bools, Program
from tests.factory import built_site, changed, every_kind, one_site

TIGHT = {"zones.Z.capacity_mw": None, "zones.Z.limit_mw": {2026: 0.6, 2028: 0.9}}
YEAR_DISCOUNTS = {2026: 1 + 1 / 1.07, 2028: sum(1.07**-lag for lag in (2, 3, 4))}


def price(plan: op.Plan, run: str, measure: str, where: str, year: int = 2026) -> float:
    return value(plan.prices, run, measure, where, year)


def value(prices: pd.DataFrame, run: str, measure: str, where: str, year: int) -> float:
    rows = prices.set_index(["run", "measure", "where", "year"])["value"]
    return float(rows[run, measure, where, year])


@cache
def tight() -> tuple[pd.DataFrame, Program, np.ndarray]:
    """Prices at the optimum of a program whose demand steps are not refined, and the program."""
    whole, _ = compose(case := compile_case(every_kind(TIGHT)))
    context = SolveContext(gap=1e-6)
    solved = search.solve(whole, context)
    return price_table(case, solved, context.pricing()), whole, solved.outcome.point


def welfare(instance: Instance, x: np.ndarray, which: Bools) -> float:
    """Highest welfare of an instance with some columns fixed, the other integers free, $."""
    whole, _ = compose(compile_case(instance))
    outcome = Highs().open(None).solve(whole.fixed(x, which).relaxed(), SolveOptions())
    assert outcome.solved
    return outcome.objective * 1e3


@pytest.mark.parametrize("run", [LONG_RUN, SHORT_RUN])
@pytest.mark.parametrize("year", [2026, 2028])
def test_the_zone_price_is_the_value_of_one_more_megawatt(run: str, year: int) -> None:
    prices, whole, x = tight()
    which = whole.gate if run == LONG_RUN else whole.integer
    step = 1e-5
    worth = {
        sign: welfare(
            changed(
                every_kind(TIGHT),
                {f"zones.Z.limit_mw.{year}": TIGHT["zones.Z.limit_mw"][year] + sign * step},
            ),  # type: ignore[index]
            x,
            which,
        )
        for sign in (-1, 0, 1)
    }
    up, down = (worth[1] - worth[0]) / step, (worth[0] - worth[-1]) / step
    yearly = value(prices, run, "zone_usd_per_mw_year", "Z", year)
    claimed = yearly * YEAR_DISCOUNTS[year]
    assert claimed > 1e5
    assert up * (1 - 1e-3) <= claimed <= down * (1 + 1e-3)
    assert value(prices, run, "zone_usd_per_mwh", "Z", year) == pytest.approx(yearly / 8760)


def test_both_runs_of_every_measure_are_given_once() -> None:
    prices, _, _ = tight()
    keys = prices[["run", "measure", "year", "where"]]
    assert not keys.duplicated().any()
    by_year = 1 + 1 + 1 + 4  # the zone twice, the area, and workloads
    assert len(keys[~keys["measure"].str.contains("_unit|_pod|space")]) == 2 * 2 * by_year
    assert prices["value"].notna().all()


def test_a_slack_limit_is_worth_nothing() -> None:
    plan = op.solve(one_site({"zones.Z.limit_mw": 1}))
    for run in (LONG_RUN, SHORT_RUN):
        assert price(plan, run, "zone_usd_per_mw_year", "Z") == pytest.approx(0, abs=1e-6)


def test_the_zone_price_by_hand() -> None:
    # A MW more serves 36 Gtok/h more at 20 k$/Gtok, and draws a MW at $50.
    plan = op.solve(one_site({"zones.Z.limit_mw": 0.05}))
    worth = 36 * 20e3 * 8760 - 50 * 8760
    for run in (LONG_RUN, SHORT_RUN):
        assert price(plan, run, "zone_usd_per_mw_year", "Z") == pytest.approx(worth)


def test_beside_whole_pods_a_megawatt_has_only_a_long_run_price() -> None:
    # Half a pod of ten nodes can be powered: a whole one does not pay, half a one would.
    crf = 0.1 / (1 - 1.1**-5)
    edits = {
        "pools.C/node.units_per_pod": 10,
        "pools.C/node.max_pods": 2,
        "zones.Z.limit_mw": 0.05,
        "hardware.node.capex_usd": 1.5e8,
    }
    plan = op.solve(built_site(edits), gap=1e-9)
    assert plan.capacity["units"].sum() == 0
    assert price(plan, SHORT_RUN, "zone_usd_per_mw_year", "Z") == pytest.approx(0, abs=1e-6)
    worth = 36 * 20e3 * 8760 - 50 * 8760 - 100 * 1.5e8 * crf
    assert price(plan, LONG_RUN, "zone_usd_per_mw_year", "Z") == pytest.approx(worth)


def test_the_price_of_accredited_capacity_by_hand() -> None:
    area = {
        "id": "A",
        "zones": ["Z"],
        "forecast_pool_requirement": 0.8,
        "procured_ucap_mw": 8.04,
        "other_peak_mw": 10,
        "capacity_price_usd_per_mw_day": 100,
    }
    plan = op.solve(one_site({"capacity_areas": [area]}))
    # A MW of UCAP carries 1.25 MW of peak; its own price of $100 is paid on top.
    worth = 1.25 * (36 * 20e3 - 50) * 24 - 100
    assert price(plan, LONG_RUN, "ucap_usd_per_mw_day", "A") == pytest.approx(worth)


def test_the_marginal_cost_of_a_workload_by_hand() -> None:
    # Slack capacity: marginal and idle energy of 0.1 MW for 3.6 Gtok/h, at $50, and carriage.
    edits = {"pools.C/node.existing_units": 50, "network.cost_usd_per_mtok": 0.5}
    plan = op.solve(one_site(edits))
    for run in (LONG_RUN, SHORT_RUN):
        cost = 0.5 + 0.1 / 3.6 * 50 / 1e3
        assert price(plan, run, "workload_usd_per_mtok", "E/chat") == pytest.approx(cost)


def test_the_long_run_cost_of_a_workload_includes_its_hardware() -> None:
    crf = 0.1 / (1 - 1.1**-5)
    plan = op.solve(built_site({"pools.C/node.max_pods": 40}))
    energy = 0.1 / 3.6 * 50 / 1e3
    hardware = 10 * 300e3 * crf / (3.6e3 * 8760)
    assert price(plan, LONG_RUN, "workload_usd_per_mtok", "E/chat") == pytest.approx(
        energy + hardware
    )


def test_a_scarce_workload_costs_what_the_last_one_pays() -> None:
    plan = op.solve(one_site({"pools.C/node.existing_units": 5}))
    assert price(plan, LONG_RUN, "workload_usd_per_mtok", "E/chat") == pytest.approx(20)


def test_prices_are_undiscounted() -> None:
    edits = {
        "time": {"years": [2026, 2028], "days": 1, "hours_per_step": 24, "last_span_years": 5},
        "zones.Z.limit_mw": 0.05,
    }
    plan = op.solve(one_site(edits))
    first, last = (price(plan, LONG_RUN, "zone_usd_per_mw_year", "Z", y) for y in (2026, 2028))
    assert first == pytest.approx(last)
    assert first == pytest.approx(36 * 20e3 * 8760 - 50 * 8760)


def test_the_cost_of_a_workload_includes_that_of_its_edge_share() -> None:
    # A quarter must be served by an edge site at 0.8 $/Mtok more than the cloud's.
    edits = {
        "zones.Z.energy_price_usd_per_mwh": 0,
        "pools.C/node.existing_units": 50,
        "sites.B": {
            "kind": "edge",
            "region": "E",
            "zone": "Z",
            "serving_cost_usd_per_mtok": 0.8,
        },
        "pools.B/node": {"existing_units": 50},
        "policy.min_edge_share": 0.25,
    }
    plan = op.solve(one_site(edits))
    for run in (LONG_RUN, SHORT_RUN):
        assert price(plan, run, "workload_usd_per_mtok", "E/chat") == pytest.approx(0.25 * 0.8)
