import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.contrib.solver.solvers.highs import Highs as PyomoHighs

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.milp import Axis, Program
from tests.factory import every_kind, every_policy


def complete() -> Instance:
    """An instance in which no block of rows or columns is empty, except those of policies."""
    return every_kind({"policy.max_open_sites": 2})


def with_policies() -> Instance:
    """An instance in which no block is empty, except those of single-site workloads."""
    return every_policy({"policy.max_open_sites": 2})


def program_of(instance: Instance) -> Program:
    return compose(compile_case(instance))[0]


def welfare_of(model: pyo.ConcreteModel) -> float:
    PyomoHighs().solve(model, rel_gap=0.0)
    return float(pyo.value(model.welfare))


BOTH = pytest.mark.parametrize("instance", [complete(), with_policies()], ids=["kinds", "policies"])


@BOTH
def test_every_axis_has_ids_and_no_two_members_share_theirs(instance: Instance) -> None:
    program = program_of(instance)
    for block in (*program.columns.values(), *program.rows.values()):
        assert all(isinstance(axis, Axis) for axis in block.axes), block.name
        assert len(set(block.keys())) == block.size, block.name


def test_no_name_is_both_a_variable_and_a_constraint() -> None:
    program = program_of(complete())
    assert not set(program.columns) & set(program.rows)


LATER = (
    *("stays_open", "surviving", "space", "output", "redundancy"),
    *("storage_power", "storage_energy"),
    *("failover_generation", "failover_connection", "capital_budget"),
    *("standby_discharge", "standby_charge", "standby_energy", "interconnection"),
)
"""Rows in which builds and openings of earlier years count."""


CARRIED_OVER = ("storage_state", "standby_given", "standby_taken", "demand", "deadline")
"""Rows that link a slot to the one before."""


@BOTH
def test_a_column_has_the_ids_of_its_rows(instance: Instance) -> None:
    """Each kind of id that a row and one of its columns both have is the same in both."""
    program = program_of(instance)
    of_columns = [
        block.ids(position)
        for block in program.columns.values()
        for position in block.index.ravel().tolist()
    ]
    matrix, compared = program.matrix.tocsr(), 0
    for block in program.rows.values():
        for i in block.index.ravel().tolist():
            ids = block.ids(i)
            for j in matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]:
                for dimension in ids.keys() & of_columns[j].keys():
                    if dimension == "year" and of_columns[j]["year"] != ids["year"]:
                        # Earlier builds still serve; an opening is compared with the year before.
                        assert of_columns[j]["year"] < ids["year"]
                        assert block.name in LATER
                    elif dimension == "slot" and of_columns[j]["slot"] != ids["slot"]:
                        # Storage and backlog carry over from the previous slot.
                        assert block.name in CARRIED_OVER
                    else:
                        assert of_columns[j][dimension] == ids[dimension], (block.name, ids)
                    compared += 1
    assert compared > program.matrix.nnz


OUTAGES = {
    "failover_carried": ("workload", "out", "year", "slot"),
    "failover_idle": ("site", "hardware", "year", "slot"),
    "failover_room": ("out", "site", "hardware", "year", "slot"),
    "failover_grid": ("out", "zone", "year", "slot"),
    "failover_generation": ("out", "site", "year", "slot"),
    "failover_connection": ("out", "site", "year", "slot"),
}


def test_rows_of_an_outage_name_the_outage_and_what_limits_its_takeover() -> None:
    program = program_of(with_policies())
    for name, dimensions in OUTAGES.items():
        block = program.rows[name]
        assert tuple(block.ids(block.offset)) == dimensions
    # The failed site does not take over, and draws nothing from its zone.
    room = list(program.rows["failover_room"].keys())
    assert all(out != site for out, site, *_ in room)
    assert ("off", "cloud", "node", 2028, 1) in room
    assert ("W/agent", "cloud", 2026, 0) in set(program.rows["failover_carried"].keys())
    grid = program.rows["failover_grid"]
    row = grid.offset + list(grid.keys()).index(("cloud", "Z", 2026, 0))
    matrix = program.matrix.tocsr()
    entries = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    names = {program.name_of_column(int(j)) for j in entries}
    assert {name for name in names if name.startswith("draw")} == {
        "draw[D,2026,0]",
        "draw[edge,2026,0]",
    }


def test_the_model_has_the_optimum_of_the_program() -> None:
    program = program_of(complete())
    best = Highs().open(None).solve(program, SolveOptions(gap=0.0))
    assert welfare_of(op.to_pyomo(complete())) == pytest.approx(best.objective, rel=1e-7)


def test_indices_hold_the_planners_ids() -> None:
    model = op.to_pyomo(every_kind())
    assert model.name == "every-kind"
    assert model.flow["E/chat", "cloud", "s-node", 2026, 0].lb == 0
    assert model.is_open["edge", 2028].is_integer()
    assert model.grid_limit["Z", 2026, 2].upper() == pytest.approx(13.5 / 1.2 - 10)
    assert model.units_built["off", "gt", 2026].domain is pyo.Integers


def test_an_added_constraint_binds() -> None:
    model = op.to_pyomo(every_kind())
    free = welfare_of(model)
    used = sum(pyo.value(model.built["cloud", "node", year]) for year in (2026, 2028))
    assert used > 1
    model.freeze = pyo.Constraint(
        expr=sum(model.built["cloud", "node", year] for year in (2026, 2028)) <= 1
    )
    frozen = every_kind({"pools.cloud/node.max_pods": 1})
    program = program_of(frozen)
    expected = Highs().open(None).solve(program, SolveOptions(gap=0.0)).objective
    constrained = welfare_of(model)
    assert constrained < free - 1
    assert constrained == pytest.approx(expected, rel=1e-7)
    assert np.isfinite(constrained)


def test_numbers_out_of_scale_raise_a_warning() -> None:
    with pytest.warns(UserWarning, match=r"look at network\.cost_usd_per_mtok"):
        op.to_pyomo(every_kind({"network.cost_usd_per_mtok": 1e-11}))
