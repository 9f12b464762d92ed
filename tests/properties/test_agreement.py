"""Every backend reaches one optimum.

Welfare is compared and never a placement: plans that are worth the same may differ.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.registry import BACKENDS, backend_named
from tests.factory import changed
from tests.properties.tiny import tiny_instances

GAP = 1e-6
ALWAYS = {
    *("carried", "hub", "demand", "capacity", "site_power", "site_balance", "supply_blocks"),
    *("grid_limit", "coincident_peak", "accredited_peak", "output", "redundancy", "unit_limit"),
    *("surviving", "space", "pod_limit", "build_if_open", "hub_linking", "open_sites"),
}
"""Rows of families 1 to 10 that each of these instances has."""


def answers(program: Program) -> dict[str, Outcome]:
    return {
        name: backend_named(name).open(1).solve(program, SolveOptions(gap=GAP)) for name in BACKENDS
    }


def gained(program: Program, x: Floats) -> float:
    """Most that a point can gain by what it breaks of bounds and rows, within tolerances (k$)."""
    rows = program.matrix @ x
    over = (program.row_lower - rows, rows - program.row_upper)
    broken = max(float(part.max()) for part in (*over, program.lower - x, x - program.upper))
    return max(broken, 0.0) * float(np.abs(program.objective).max())


def check_agreement(program: Program) -> None:
    """No backend's plan exceeds another's bound, and all are within the gap."""
    outcomes = answers(program)
    reasons = {outcome.reason is StopReason.INFEASIBLE for outcome in outcomes.values()}
    assert len(reasons) == 1, {name: outcome.message for name, outcome in outcomes.items()}
    if reasons == {True}:
        return
    for outcome in outcomes.values():
        assert outcome.solved
        assert outcome.x is not None
        assert program.gap(outcome.x, outcome.bound) <= GAP
        for other in outcomes.values():
            assert other.x is not None
            slack = 1e-7 * abs(outcome.objective) + 1e-4
            slack += gained(program, outcome.x) + gained(program, other.x)
            assert outcome.objective <= other.bound + slack
            cost = abs(program.system_cost.value(other.x))
            assert abs(outcome.objective - other.objective) <= GAP * max(cost, 1.0) + slack


@settings(max_examples=60)
@given(tiny_instances(), st.booleans(), st.booleans())
def test_backends_agree_on_the_optimum(instance: Instance, forced: bool, rivals: bool) -> None:
    """Some instances must serve demand and may be infeasible; some have two candidates."""
    edits = {"classes.agent.must_serve": forced, "sites.O.existing": not rivals}
    instance = changed(instance, edits)
    program, _ = compose(compile_case(instance))
    assert {name for name, block in program.rows.items() if block.size} >= ALWAYS
    check_agreement(program)
