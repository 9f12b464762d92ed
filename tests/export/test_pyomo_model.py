from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.contrib.solver.solvers.highs import Highs as PyomoHighs

import optimizer as op
from optimizer.export.names import named_program
from optimizer.formulation.coordinates import column_axes, ids_of, row_axes
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from tests.factory import every_kind, every_policy


def complete() -> Instance:
    """An instance in which no block of rows or columns is empty, but those of policies."""
    return every_kind({"policy.max_open_sites": 2})


def with_policies() -> Instance:
    """An instance in which no block is empty but those of single-site workloads."""
    return every_policy({"policy.max_open_sites": 2})


def welfare_of(model: pyo.ConcreteModel) -> float:
    PyomoHighs().solve(model, rel_gap=0.0)
    return float(pyo.value(model.welfare))


BOTH = pytest.mark.parametrize("made", [complete, with_policies])


@BOTH
def test_every_block_is_named(made: Callable[[], Instance]) -> None:
    """A family that adds a block names its axes in formulation/labels.py."""
    named = named_program(made())
    program, columns, rows = named.program, named.columns, named.rows
    case = compile_case(made())
    assert set(program.columns) == set(column_axes(case))
    assert set(program.rows) == set(row_axes(case))
    for blocks, names in ((program.columns, columns), (program.rows, rows)):
        assert {name: len(members) for name, members in names.items()} == {
            name: block.size for name, block in blocks.items()
        }


def test_no_name_is_both_a_variable_and_a_constraint() -> None:
    program = named_program(complete()).program
    assert not set(program.columns) & set(program.rows)


LATER = (
    *("stays_open", "surviving", "space", "output", "redundancy"),
    *("storage_power", "storage_energy"),
    *("failover_generation", "failover_connection", "capital_budget"),
    *("standby_discharge", "standby_charge", "standby_energy", "interconnection"),
)
"""Rows in which what was built or open in earlier years counts."""


CARRIED_OVER = ("storage_state", "standby_given", "standby_taken", "demand", "deadline")
"""Rows that tie a slot to the one before."""


@BOTH
def test_rows_are_called_after_what_they_hold(made: Callable[[], Instance]) -> None:
    """A column of a row has the row's ids, where it has an id of that kind at all."""
    case = compile_case(made())
    named = named_program(made())
    program, columns, rows = named.program, named.columns, named.rows
    of_columns = [
        ids_of(column_axes(case)[name], key) for name, keys in columns.items() for key in keys
    ]
    of_rows = [
        (name, ids_of(row_axes(case)[name], key)) for name, keys in rows.items() for key in keys
    ]
    matrix, compared = program.matrix.tocsr(), 0
    for i, (name, ids) in enumerate(of_rows):
        for j in matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]:
            for part in ids.keys() & of_columns[j].keys():
                if part == "year" and of_columns[j]["year"] != ids["year"]:
                    # Builds of earlier years serve on, and an opening is held to the year before.
                    assert of_columns[j]["year"] < ids["year"]
                    assert name in LATER
                elif part == "slot" and of_columns[j]["slot"] != ids["slot"]:
                    # What is stored, or waits, is held to the slot before.
                    assert name in CARRIED_OVER
                else:
                    assert of_columns[j][part] == ids[part], (name, ids, of_columns[j])
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


def test_rows_of_an_outage_name_it_and_what_it_meets() -> None:
    named = named_program(with_policies())
    axes = row_axes(compile_case(with_policies()))
    for block, parts in OUTAGES.items():
        members = named.rows[block]
        assert members, block
        assert tuple(ids_of(axes[block], members[0])) == parts
        assert len(set(members)) == len(members)
    # The failed site does not take over, and draws nothing from its zone.
    assert all(key[0] != key[1] for key in named.rows["failover_room"])
    assert ("off", "cloud", "node", 2028, 1) in named.rows["failover_room"]
    assert ("W/agent", "cloud", 2026, 0) in named.rows["failover_carried"]
    row = named.program.rows["failover_grid"]
    place = row.offset + named.rows["failover_grid"].index(("cloud", "Z", 2026, 0))
    matrix = named.program.matrix.tocsr()
    held = [
        named.program.name_of_column(int(j))
        for j in matrix.indices[matrix.indptr[place] : matrix.indptr[place + 1]]
    ]
    draws = {name for name in held if name.startswith("draw")}
    sites = [site.id for site in with_policies().sites]
    assert draws == {f"draw[{sites.index(site)},0,0]" for site in ("D", "edge")}


def test_the_model_has_the_program_s_optimum() -> None:
    program = named_program(complete()).program
    best = Highs().open(None).solve(program, SolveOptions(gap=0.0))
    assert welfare_of(op.to_pyomo(complete())) == pytest.approx(best.objective, rel=1e-7)


def test_indices_are_the_planners_ids() -> None:
    model = op.to_pyomo(every_kind())
    assert model.name == "every-kind"
    assert model.flow["E/chat", "cloud", "s-node", 2026, 0].lb == 0
    assert model.is_open["edge", 2028].is_integer()
    assert model.grid_limit["Z", 2026, 2].upper() == pytest.approx(13.5 / 1.2 - 10)
    assert model.units_built["off", "gt", 2026].domain is pyo.Integers


def test_a_constraint_that_is_added_binds() -> None:
    model = op.to_pyomo(every_kind())
    free = welfare_of(model)
    used = sum(pyo.value(model.built["cloud", "node", year]) for year in (2026, 2028))
    assert used > 1
    model.freeze = pyo.Constraint(
        expr=sum(model.built["cloud", "node", year] for year in (2026, 2028)) <= 1
    )
    frozen = every_kind({"pools.cloud/node.max_pods": 1})
    program = named_program(frozen).program
    wanted = Highs().open(None).solve(program, SolveOptions(gap=0.0)).objective
    held = welfare_of(model)
    assert held < free - 1
    assert held == pytest.approx(wanted, rel=1e-7)
    assert np.isfinite(held)


def test_numbers_out_of_scale_are_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"look at network\.cost_usd_per_mtok"):
        op.to_pyomo(every_kind({"network.cost_usd_per_mtok": 1e-11}))
