"""Specific to Pyomo: options that it passes to HiGHS without checking the status."""

import pytest

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.pyomo import PyomoHighs, _check_accepted, _no_warning
from optimizer.solvers.backends.pyomo_model import build_model
from tests.programs import knapsack, program


def test_an_option_refused_by_highs_is_an_error() -> None:
    whole = program([1], [[1]], [1], upper=[1])
    solver = PyomoHighs()
    wanted = {"threads": -3}
    solver.solve(
        build_model(whole, [("x", [0])], [("row", [0])]),
        load_solutions=False,
        solver_options=wanted,
    )
    with pytest.raises(SolverError, match="refused option threads = -3 through Pyomo"):
        _check_accepted(solver, wanted)
    _check_accepted(solver, {"mip_rel_gap": 1e-4})


def test_the_model_uses_the_given_names() -> None:
    whole = program([3, 2], [[1, 1]], [4], upper=[3, 9], integer=[True, False], constant=7)
    model = build_model(whole, [("a", ["p"]), ("b", [("q", 1)])], [("limit", [2030])])
    assert model.a["p"].is_integer()
    assert model.b["q", 1].ub == 9
    assert str(model.limit[2030].body) == "a[p] + b[q,1]"
    assert model.welfare.sense.name == "maximize"


def test_an_interrupted_run_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    from optimizer.solvers.backends.pyomo import LOGGER, Pyomo

    asked: list[int] = []
    stop = SolveOptions(gap=0.0, should_stop=lambda: asked.append(1) or len(asked) > 3)
    Pyomo().open(None).solve(knapsack(150, 60), stop)
    assert caplog.text == ""
    assert not LOGGER.disabled
    with _no_warning():
        assert LOGGER.disabled
