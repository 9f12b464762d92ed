"""PJM's prices of accredited capacity, against moving the limit by a megawatt either way."""

from pathlib import Path

import pytest

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.plan.prices import AREA_UCAP_DAY, LONG_RUN, price_table
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers import search
from optimizer.solvers.context import SolveContext

PJM = Path(__file__).resolve().parents[2] / "instances" / "pjm"


@pytest.mark.slow
def test_a_megawatt_of_ucap_is_worth_its_price_and_prices_cost_less_than_the_plan() -> None:
    program, _ = compose(case := compile_case(op.load_instance(PJM)))
    context = SolveContext(gap=5e-3)
    solved = search.solve(program, context)
    solved_s = context.seconds
    prices = price_table(case, solved, context.pricing())
    assert context.seconds - solved_s < 1.5 * solved_s
    rows = prices.query(f"run == '{LONG_RUN}' and measure == '{AREA_UCAP_DAY}'")
    held = solved.program.fixed(solved.outcome.point, solved.program.gate).relaxed()
    base = solved.session.solve(held, context.options()).objective
    assert rows["value"].max() > 1e4
    (area,) = solved.program.rows["accredited_peak"].index
    for row, price, weight in zip(
        area, rows.to_dict("records"), case.horizon.discount, strict=True
    ):
        for column, by in (("value", 1.0), ("left", -1.0)):
            upper = held.row_upper.copy()
            upper[row] += by
            moved = solved.session.solve(held.with_bounds(row_upper=upper), context.options())
            worth = 1000 * (moved.objective - base) / by / weight / 365
            assert price[column] == pytest.approx(worth, rel=1e-3, abs=1)
