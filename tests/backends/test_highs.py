import itertools
import json
import math
import subprocess
import sys

import numpy as np
import pytest

from optimizer.backends import backend_named
from optimizer.backends.base import Progress, SolveOptions, StopReason
from optimizer.backends.highs import Highs, HighsSession
from optimizer.errors import InputError, SolverError
from optimizer.formulation.compose import compose
from optimizer.parameters.case import compile_case
from tests.factory import built_site, every_kind, one_site
from tests.programs import INF, knapsack, program

OPTIONS = SolveOptions()


def fresh() -> HighsSession:
    return Highs().open(None)


def test_a_backend_is_chosen_by_name() -> None:
    assert backend_named("highs").name == "highs"
    with pytest.raises(InputError, match="must be one of highs"):
        backend_named("glpk")


def test_a_linear_program() -> None:
    # max 3x + 2y + 7, x + y <= 4, x <= 3: x = 3, y = 1.
    found = fresh().solve(program([3, 2], [[1, 1]], [4], upper=[3, INF], constant=7), OPTIONS)
    assert found.reason is StopReason.OPTIMAL
    assert found.solved
    assert found.x == pytest.approx([3, 1])
    assert found.objective == found.bound == pytest.approx(18)
    assert found.row_dual == pytest.approx([2])
    assert found.column_dual == pytest.approx([1, 0])


def test_an_integer_program_has_no_duals() -> None:
    found = fresh().solve(
        program([3, 2], [[2, 2]], [3], upper=[9, 9], integer=True, constant=7), OPTIONS
    )
    assert found.objective == pytest.approx(10)
    assert found.bound == pytest.approx(10)
    assert found.row_dual is None
    assert found.column_dual is None


def test_a_program_without_rows() -> None:
    found = fresh().solve(program([1, -1], np.zeros((0, 2)), [], upper=[3, 3]), OPTIONS)
    assert found.objective == pytest.approx(3)


@pytest.mark.parametrize("integer", [False, True])
def test_infeasible(integer: bool) -> None:
    wanted = program([1, 1], [[2, 2]], [INF], row_lower=[5], upper=[1, 1], integer=integer)
    found = fresh().solve(wanted, OPTIONS)
    assert found.reason is StopReason.INFEASIBLE
    assert not found.solved
    assert found.x is None
    assert math.isnan(found.objective)
    assert found.bound == INF
    assert found.message == "Infeasible"


def test_infeasible_in_whole_numbers_only() -> None:
    odd = program([1, 1], [[2, 2]], [1], row_lower=[1], upper=[1, 1], integer=True)
    assert fresh().solve(odd, OPTIONS).reason is StopReason.INFEASIBLE
    assert fresh().solve(odd.relaxed(), OPTIONS).reason is StopReason.OPTIMAL


@pytest.mark.parametrize("integer", [False, True])
def test_unbounded(integer: bool) -> None:
    free = program([1, 1], [[1, -1]], [1], upper=[INF, INF], integer=integer)
    found = fresh().solve(free, OPTIONS)
    assert found.reason is StopReason.UNBOUNDED
    assert found.bound == INF
    assert not found.solved


def test_no_numbers_at_a_time_limit_without_a_point() -> None:
    found = fresh().solve(knapsack(60, 20), SolveOptions(time_limit_s=1e-6))
    assert found.reason is StopReason.TIME_LIMIT
    assert found.x is None
    assert math.isnan(found.objective)
    assert found.bound == INF
    assert found.row_dual is None


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


def test_threads_change_between_sessions() -> None:
    for threads in (None, 2, 1, 2, None):
        assert Highs().open(threads).solve(knapsack(8, 2), OPTIONS).solved


def test_nothing_is_printed() -> None:
    script = (
        "import json\n"
        "from optimizer.backends.base import SolveOptions\n"
        "from optimizer.backends.highs import Highs\n"
        "from tests.programs import knapsack\n"
        "for _ in range(2):\n"
        "    found = Highs().open(1).solve(knapsack(8, 2), SolveOptions())\n"
        "print(json.dumps({'objective': found.objective}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["objective"] > 0
    assert done.stderr == ""


@pytest.mark.parametrize("primal", [False, True])
def test_duals_are_the_change_of_the_objective(primal: bool) -> None:
    case = compile_case(every_kind())
    whole, _ = compose(case)
    linear = whole.relaxed()
    session = fresh()
    base = session.solve(linear, SolveOptions(primal=primal))
    assert base.row_dual is not None
    binding = np.flatnonzero(np.abs(base.row_dual) > 1e-3)
    step = 1e-5
    for row in binding[:: max(len(binding) // 12, 1)]:
        changes = []
        for sign in (1, -1):
            row_lower, row_upper = linear.row_lower.copy(), linear.row_upper.copy()
            row_lower[row] += sign * step
            row_upper[row] += sign * step
            moved = linear.with_bounds(row_lower=row_lower, row_upper=row_upper)
            found = session.solve(moved, OPTIONS)
            changes.append((found.objective - base.objective) * sign / step)
        tolerance = 1e-4 * max(map(abs, changes)) + 1e-2
        assert min(changes) - tolerance <= base.row_dual[row] <= max(changes) + tolerance


def test_changed_bounds_integrality_and_costs_give_what_a_new_session_gives() -> None:
    whole, _ = compose(compile_case(built_site({"zones.Z.limit_mw": 0.07})))
    session = fresh()
    row_upper, upper = whole.row_upper.copy(), whole.upper.copy()
    limited = whole.rows["grid_limit"].index.ravel()
    built = whole.columns["built"].index.ravel()
    row_upper[limited] = 0.03
    upper[built] = 2
    for one in (
        whole,
        whole.relaxed(),
        whole.with_bounds(row_upper=row_upper),
        whole.with_bounds(upper=upper),
        whole.with_bounds(upper=upper).relaxed(),
        whole.with_objective(whole.objective * 0.5),
        whole,
        compose(compile_case(one_site()))[0],
        whole,
    ):
        again, anew = session.solve(one, OPTIONS), fresh().solve(one, OPTIONS)
        assert again.objective == pytest.approx(anew.objective, rel=1e-7)


def test_fixing_integers_gives_duals_at_the_integer_optimum() -> None:
    whole, _ = compose(compile_case(every_kind()))
    session = fresh()
    best = session.solve(whole, OPTIONS)
    assert best.x is not None
    fixed = session.solve(whole.fixed(best.x, whole.integer), OPTIONS)
    assert fixed.objective == pytest.approx(best.objective, rel=1e-7)
    assert fixed.row_dual is not None


def test_a_start_is_kept() -> None:
    whole = knapsack(60, 20)
    short = SolveOptions(time_limit_s=0.02)
    good = fresh().solve(whole, SolveOptions(gap=0.02))
    assert good.x is not None
    found = fresh().solve(whole, short, good.x)
    assert found.objective >= good.objective - 1e-9


@pytest.mark.parametrize("gap", [0.2, 0.02])
def test_it_stops_at_the_gap_by_our_definition(gap: float) -> None:
    # The distance is measured against a system cost of 1000, not against the objective.
    whole = knapsack(60, 20)
    found = fresh().solve(whole, SolveOptions(gap=gap))
    assert found.reason is StopReason.GAP_REACHED
    assert found.x is not None
    assert 0 < (found.bound - found.objective) / 1000 <= gap


def test_the_gap_counts_a_start_as_a_point() -> None:
    whole = knapsack(45, 10, seed=3)
    best = fresh().solve(whole, SolveOptions(gap=0.0))
    again = fresh().solve(whole, SolveOptions(gap=0.5), best.x)
    assert again.reason is StopReason.GAP_REACHED
    assert again.objective == pytest.approx(best.objective)


def test_it_stops_when_asked_and_keeps_its_point() -> None:
    whole = knapsack(60, 20)
    seen: list[int] = []

    def should_stop() -> bool:
        seen.append(1)
        return len(seen) > 40

    found = fresh().solve(whole, SolveOptions(gap=0.0, should_stop=should_stop))
    assert found.reason is StopReason.INTERRUPTED
    assert found.x is not None
    assert found.bound >= found.objective


def test_a_linear_program_stops_when_asked() -> None:
    whole = knapsack(400, 300, integer=False)
    for primal in (False, True):
        options = SolveOptions(primal=primal, should_stop=lambda: True)
        assert fresh().solve(whole, options).reason is StopReason.INTERRUPTED


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.backends.highs.PROGRESS_EVERY_S", 0.0)
    told: list[Progress] = []
    whole = knapsack(60, 20)
    found = fresh().solve(whole, SolveOptions(gap=0.02, on_progress=told.append))
    last = told[-1]
    assert last.gap == pytest.approx((last.bound - last.objective) / 1000)
    assert last.objective <= found.objective
    assert all(a.seconds <= b.seconds for a, b in itertools.pairwise(told))


@pytest.mark.parametrize("primal", [False, True])
def test_a_fork_starts_where_its_session_ended(primal: bool) -> None:
    whole = compose(compile_case(every_kind()))[0].relaxed()
    session = fresh()
    first = session.solve(whole, OPTIONS)
    fork = session.fork(whole)
    assert fork.solve(whole, SolveOptions(primal=primal)).objective == pytest.approx(
        first.objective
    )
    assert fork._highs.getInfo().simplex_iteration_count == 0
    other = whole.with_objective(whole.objective * 0.9)
    apart = fork.solve(other, SolveOptions(primal=primal))
    assert apart.objective == pytest.approx(fresh().solve(other, OPTIONS).objective)
    assert session.solve(whole, OPTIONS).objective == pytest.approx(first.objective)


def test_a_fork_of_an_empty_session_is_empty() -> None:
    whole = knapsack(8, 2)
    assert fresh().fork(whole).solve(whole, OPTIONS).solved
