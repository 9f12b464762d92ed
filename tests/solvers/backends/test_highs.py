"""Specific to HiGHS: options, warm starts, and stopping at the gap during the search."""

import pytest

from optimizer.errors import SolverError
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers.backends.base import SolveOptions, StopReason
from optimizer.solvers.backends.highs import Highs, HighsSession
from tests.factory import every_kind
from tests.programs import INF, knapsack, program


def fresh() -> HighsSession:
    return Highs().open(None)


@pytest.mark.parametrize(
    ("option", "value"), [("threads", -3), ("no_such_option", 1), ("solver", "magic")]
)
def test_a_refused_option_is_an_error(option: str, value: object) -> None:
    with pytest.raises(SolverError, match=f"HiGHS refused option {option}"):
        fresh()._set(option, value)


def test_options_reach_the_solver() -> None:
    session = Highs().open(1)
    session.solve(knapsack(5, 2), SolveOptions(time_limit_s=1234.0, gap=0.5))
    options = session._highs.getOptions()
    assert options.threads == 1
    assert options.time_limit >= 1234.0
    assert options.mip_rel_gap == 0.0


def test_the_message_is_that_of_highs() -> None:
    wanted = program([1, 1], [[2, 2]], [INF], row_lower=[5], upper=[1, 1])
    assert fresh().solve(wanted, SolveOptions()).message == "Infeasible"


def test_a_start_within_the_gap_ends_the_search() -> None:
    whole = knapsack(45, 10, seed=3)
    best = fresh().solve(whole, SolveOptions(gap=0.0))
    again = fresh().solve(whole, SolveOptions(gap=0.5), best.x)
    assert again.reason is StopReason.GAP_REACHED


@pytest.mark.parametrize("primal", [False, True])
def test_a_fork_starts_at_the_basis_of_its_session(primal: bool) -> None:
    whole = compose(compile_case(every_kind()))[0].relaxed()
    session = fresh()
    session.solve(whole, SolveOptions())
    fork = session.fork(whole)
    fork.solve(whole, SolveOptions(primal=primal))
    assert fork._highs.getInfo().simplex_iteration_count == 0
