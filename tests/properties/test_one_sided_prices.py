"""Every price is what moving its limit does to the optimum, on both sides, by year and for good."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from optimizer.formulation.compose import compose
from optimizer.plan.prices import LONG_RUN, SHORT_RUN, price_table
from optimizer.problem.parameters.case import Case, compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers import search
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Bools, Floats
from tests.properties.moved import Limit, Optimum, limits_of, shifted
from tests.properties.test_policies import under_policies

ONCE = ("budget_usd_per_usd",)
SHARE, OF_OBJECTIVE = 1e-5, 1e-9
"""By what share of a price, and of the objective, a difference quotient may be off."""

Worth = Callable[[list[int], float], float]
"""Optimum, k$, with a limit moved in some periods by an amount."""


class Prices:
    """Prices of an instance in one run, and the optimum that they are derivatives of."""

    def __init__(self, instance: Instance) -> None:
        self.case: Case = compile_case(instance)
        self.program, _ = compose(self.case)
        context = SolveContext(gap=1e-6, threads=1)
        solved = search.solve(self.program, context)
        self.program = solved.program
        self.optimum = Optimum(self.program, solved.outcome.point)
        self.table = price_table(self.case, solved, context.pricing())
        self.held: dict[str, Bools] = {
            LONG_RUN: self.program.gate,
            SHORT_RUN: self.program.integer,
        }

    def check(self, run: str) -> int:
        """Compare every price with difference quotients; return how many have a kink."""
        case, held = self.case, self.held[run]
        rows = self.table[self.table["run"] == run]
        base = self.optimum.of(self.program, held)
        kinks = 0

        def worth(limit: Limit) -> Worth:
            return lambda years, by: self.optimum.moved(case, limit, years, by, held)

        for limit in limits_of(case):
            of = rows[(rows["measure"] == limit.measure) & (rows["where"] == limit.where)]
            kinks += self._check(of, base, worth(limit), limit.step, limit.per)
        gtok = case.discounted_gtok / case.horizon.discount
        accepted = self.program.columns["accepted"].index[:, :, 0]
        for w, workload in enumerate(case.instance.workloads):
            less = self.program.matrix[:, accepted[w]].toarray() / np.maximum(gtok[w], 1e-9)
            if (gtok[w] > 0).all():
                of = rows[
                    (rows["measure"] == "workload_usd_per_mtok") & (rows["where"] == workload.id)
                ]
                kinks += self._check(of, base, self._shifting(less, held), 1.0, 1000.0)
        for scope, index in zip(
            case.policy.share_of, self.program.rows["edge_share"].index, strict=True
        ):
            less = np.zeros((len(self.program.row_lower), len(index)))
            less[index, np.arange(len(index))] = 1.0
            of = rows[(rows["measure"] == "edge_share_usd_per_mtok") & (rows["where"] == scope)]
            kinks += self._check(of, base, self._shifting(less, held), 1e-4, 8760e3)
        return kinks

    def _shifting(self, less: Floats, held: Bools) -> Worth:
        return lambda years, by: self.optimum.of(
            shifted(self.program, by * less[:, years].sum(axis=1)), held
        )

    def _check(self, of: pd.DataFrame, base: float, worth: Worth, step: float, per: float) -> int:
        case, kinks = self.case, 0
        assert len(of), "has no price"
        periods = list(range(len(case.horizon.years)))
        rate, years = case.instance.money.discount_rate, case.horizon.years
        for n, row in enumerate(of.to_dict("records")):
            weight = case.horizon.discount[n]
            if row["measure"] in ONCE:
                weight = (1 + rate) ** -(years[n] - years[0])
            sides = [("all_years", 1, periods, 1.0), ("all_years_left", -1, periods, 1.0)]
            if len(of) == len(periods):
                sides += [("value", 1, [n], weight), ("left", -1, [n], weight)]
            for column, sign, some, weighed in sides:
                claimed = row[column] * weighed * per / 1000.0
                self._compare(row, column, claimed, base, lambda s: worth(some, s), sign * step)  # noqa: B023
            kinks += not np.isclose(row["value"], row["left"], atol=1e-6)
        return kinks

    @staticmethod
    def _compare(
        row: dict[str, object],
        column: str,
        claimed: float,
        base: float,
        worth: Callable[[float], float],
        step: float,
    ) -> None:
        """A kink may lie within a step, but not within ever smaller ones."""
        for shorter in (1.0, 0.1, 0.01):
            by = shorter * step
            quotient = (worth(by) - base) / by
            if np.isnan(quotient) and np.isnan(claimed):
                return
            off = SHARE * abs(quotient) + OF_OBJECTIVE * abs(base) / abs(by) + 1e-6
            if abs(quotient - claimed) <= off:
                return
        raise AssertionError((column, claimed, quotient, row))


@settings(max_examples=2)
@given(under_policies())
def test_prices_are_what_moving_the_limit_does(instance: Instance) -> None:
    Prices(instance).check(LONG_RUN)


@pytest.mark.slow
@settings(max_examples=12)
@given(under_policies())
def test_prices_of_many_instances_are_what_moving_the_limit_does(instance: Instance) -> None:
    prices = Prices(instance)
    for run in (LONG_RUN, SHORT_RUN):
        prices.check(run)
