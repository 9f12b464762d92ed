"""Numbers too large or too small for a solver are reported with the fields that hold them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import optimizer as op
from optimizer.formulation.compose import compose
from optimizer.formulation.numerics import check_scales
from optimizer.formulation.provenance import ENTRIES, LIMITS, WORTH
from optimizer.problem.parameters.case import Case, compile_case
from optimizer.solvers.milp import Part, Program, block_at
from tests.factory import Edits, every_kind, every_policy, off_grid


def compiled(edits: Edits | None = None) -> tuple[Case, Program]:
    case = compile_case(every_kind(edits))
    return case, compose(case)[0]


@pytest.mark.parametrize("path", ["instances/tutorial", "instances/pjm"])
def test_shipped_instances_raise_no_warning(path: str) -> None:
    case = compile_case(op.load_instance(path))
    assert check_scales(case, compose(case)[0]) == ()


def test_the_instances_of_the_tests_raise_no_warning() -> None:
    for case, program in (compiled(), (off := compile_case(off_grid()), compose(off)[0])):
        assert check_scales(case, program) == ()


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        (
            {"serving.l-node.tokens_per_s": 1e-2},
            "l-node,2026,0] in capacity[edge,node,2026,0] is 2.77778e+07, so large (above 1e+07)",
        ),
        ({"serving.l-node.tokens_per_s": 1e-2}, "look at serving.l-node.tokens_per_s or"),
        ({"hardware.node.idle_w": 0.01}, "look at hardware.node.idle_w or sites.cloud.pue"),
        ({"network.cost_usd_per_mtok": 1e-11}, "look at network.cost_usd_per_mtok or"),
    ],
)
def test_a_warning_names_the_field_behind_the_number(edits: Edits, words: str) -> None:
    warnings = check_scales(*compiled(edits))
    assert any(words in warning for warning in warnings), warnings


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        (
            {"serving.s-node.tokens_per_s": 1e15},
            "every-kind: serving.s-node.tokens_per_s or serving.s-node.token_multiplier: makes the"
            " coefficient of flow[",
        ),
        ({"generators.gt.unit_mw": 1e-10}, "generators.gt.unit_mw or"),
    ],
)
def test_a_number_that_a_solver_would_misread_is_rejected(edits: Edits, words: str) -> None:
    for use in (op.solve, op.displacement, op.to_pyomo):
        with pytest.raises(op.InputError) as error:
            use(every_kind(edits))
        assert words in str(error.value)


def test_all_faults_are_reported_at_once() -> None:
    edits = {"serving.s-node.tokens_per_s": 1e15, "generators.gt.unit_mw": 1e-10}
    with pytest.raises(op.InputError) as error:
        check_scales(*compiled(edits))
    assert "serving.s-node.tokens_per_s" in str(error.value)
    assert "generators.gt.unit_mw" in str(error.value)


@pytest.mark.parametrize(
    ("block", "bound", "words"),
    [
        ("built", 1e10, "look at pools.edge/node.max_pods"),
        ("units_built", 1e10, "look at site_generators.off/gt.max_units"),
        ("grid_limit", 1e10, "look at zones.Z.limit_mw or zones.Z.capacity_mw"),
        ("accredited_peak", 1e10, "look at capacity_areas.RTO.procured_ucap_mw"),
    ],
)
def test_a_bound_names_its_field(block: str, bound: float, words: str) -> None:
    case, program = compiled()
    side = "row_upper" if block in program.rows else "upper"
    place = {**program.columns, **program.rows}[block].index.ravel()[0 if block != "built" else 2]
    for size in (bound, 1e20):
        values = getattr(program, side).copy()
        values[place] = size
        enlarged = replace(program, **{side: values})
        if size < 1e20:
            (warning,) = check_scales(case, enlarged)
            assert words in warning
        else:
            with pytest.raises(op.InputError, match="read as no bound at all") as error:
                check_scales(case, enlarged)
            assert words.removeprefix("look at ") in str(error.value)


@pytest.mark.parametrize("size", [1e13, 1e21, np.inf, np.nan])
def test_a_part_of_the_objective_names_its_field(size: float) -> None:
    case, program = compiled()
    part = program.parts["opening"]
    large = Part(part.columns, np.where(part.columns == part.columns[2], size, part.coefficients))
    enlarged = replace(program, parts={**program.parts, "opening": large})
    field = "sites.edge.opening_cost_usd"
    if size < 1e20:
        (warning,) = check_scales(case, enlarged)
        assert field in warning
    else:
        with pytest.raises(op.InputError, match=field):
            check_scales(case, enlarged)


def test_a_value_that_is_not_a_number_is_rejected() -> None:
    case, program = compiled()
    matrix = program.matrix.copy()
    matrix.data[3] = np.nan
    with pytest.raises(op.InputError, match="which is not a number"):
        check_scales(case, replace(program, matrix=matrix))
    row_upper = program.row_upper.copy()
    row_upper[0] = np.nan
    with pytest.raises(op.InputError, match=r"the bound of carried\[E/chat,2026,0\] nan"):
        check_scales(case, replace(program, row_upper=row_upper))


def test_a_warning_is_in_the_plan() -> None:
    plan = op.solve(every_kind({"network.cost_usd_per_mtok": 1e-11}))
    assert any("network.cost_usd_per_mtok" in warning for warning in plan.run.warnings)


def test_the_tables_name_existing_blocks_and_existing_fields() -> None:
    _, program = compiled({"policy.max_open_sites": 2})
    rows, columns = program.rows, program.columns
    assert all(row in rows and column in columns for row, column in ENTRIES)
    assert all(part in program.parts and column in columns for part, column in WORTH)
    assert all(block in rows or block in columns for block in LIMITS)
    data = every_policy().model_dump(mode="json", by_alias=True)
    for templates in (*ENTRIES.values(), *WORTH.values(), *LIMITS.values()):
        for template in templates.split(" or "):
            section, *middle, field = template.split(".")
            record = data[section]
            assert field in (record[0] if middle else record), template


@pytest.mark.parametrize("kind", [every_kind, every_policy])
def test_every_coefficient_other_than_one_has_a_field(kind: Callable[[Edits], op.Instance]) -> None:
    program, _ = compose(compile_case(kind({"policy.max_open_sites": 2})))
    matrix = program.matrix.tocoo()
    row, column = matrix.coords
    for place in np.flatnonzero(np.abs(matrix.data) != 1):
        in_row = block_at(program.rows, int(row[place]))
        in_column = block_at(program.columns, int(column[place]))
        assert (in_row.name, in_column.name) in ENTRIES
    for name, part in program.parts.items():
        for column in part.columns[np.flatnonzero(part.coefficients)]:
            assert (name, block_at(program.columns, int(column)).name) in WORTH
