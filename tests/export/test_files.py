"""Exported files, read back by solvers that did not write them."""

import subprocess
from pathlib import Path

import highspy
import numpy as np
import pulp
import pytest

import optimizer as op
from optimizer.export import WRITERS, write_program
from optimizer.formulation.compose import compose
from optimizer.problem.parameters.case import compile_case
from optimizer.solvers.backends.base import SolveOptions
from optimizer.solvers.backends.highs import Highs
from optimizer.solvers.milp import Program
from tests.factory import every_kind, one_site
from tests.programs import INF, program

CBC = pulp.PULP_CBC_CMD.pulp_cbc_path


def read(file: Path) -> highspy.Highs:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    assert highs.readModel(str(file)) == highspy.HighsStatus.kOk
    return highs


def welfare_in(file: Path) -> float:
    """Welfare at the optimum of a file, according to HiGHS."""
    highs = read(file)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    sign = 1 if highs.getLp().sense_ == highspy.ObjSense.kMaximize else -1
    return sign * highs.getInfo().objective_function_value


def welfare_by_cbc(file: Path) -> float:
    solution = file.with_suffix(".sol")
    done = subprocess.run(
        [CBC, str(file), "-ratio", "0", "-allow", "0", "-solve", "-solution", str(solution)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "errors on input" not in done.stdout, done.stdout
    assert "###" not in done.stdout, done.stdout
    first = solution.read_text().splitlines()[0]
    assert first.startswith("Optimal"), first
    return float(first.split()[-1])


def save(written: Program, folder: Path, form: str) -> Path:
    """Write a program whose columns and rows are only numbered."""
    file = folder / f"program.{form}"
    file.write_text("\n".join(WRITERS[form](written)) + "\n")
    return file


@pytest.mark.parametrize("form", WRITERS)
def test_the_file_has_the_optimum_of_the_program(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"case.{form}"
    written, _ = write_program(every_kind(), file, form)
    best = Highs().open(None).solve(written, SolveOptions(gap=0.0))
    assert welfare_in(file) == pytest.approx(best.objective, rel=1e-9)
    cbc = welfare_by_cbc(file)
    assert (cbc if form == "lp" else -cbc) == pytest.approx(best.objective, rel=1e-7)


@pytest.mark.parametrize("form", WRITERS)
def test_every_number_is_read_back(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"case.{form}"
    written, _ = write_program(every_kind(), file, form)
    lp = read(file).getLp()
    sign = 1 if form == "lp" else -1
    assert np.array(lp.col_cost_) * sign == pytest.approx(written.objective, rel=1e-15)
    assert list(lp.col_lower_) == written.lower.tolist()
    assert list(lp.col_upper_) == written.upper.tolist()
    assert list(lp.row_upper_) == written.row_upper.tolist()
    assert list(lp.row_lower_) == written.row_lower.tolist()
    integer = [kind == highspy.HighsVarType.kInteger for kind in lp.integrality_]
    assert integer == written.integer.tolist()
    assert len(lp.a_matrix_.value_) == written.matrix.nnz


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("integer", [False, True])
def test_signs_the_constant_and_every_kind_of_bound_and_row_are_kept(
    form: str, integer: bool, tmp_path: Path
) -> None:
    # By hand: max 3x - 2y + z + 7 with 1 <= x + y <= 4, x - y = 1, 0 <= 9 (no entries),
    # x at most 3, y at least -2 and unbounded above, z free and at most -1 by its row.
    written = program(
        [3, -2, 1, 0],
        [[1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0]],
        [4, 1, 9, -1, INF],
        row_lower=[1, 1, 0, -INF, -8],
        upper=[3, INF, INF, -2],
        integer=integer,
        constant=7,
    ).with_bounds(lower=np.array([0, -2, -INF, -INF]))
    best = Highs().open(None).solve(written, SolveOptions(gap=0.0))
    by_hand = 3 * 2.5 - 2 * 1.5 - 1 + 7 if not integer else 3 * 2 - 2 * 1 - 1 + 7
    assert best.objective == pytest.approx(by_hand)
    file = save(written, tmp_path, form)
    assert welfare_in(file) == pytest.approx(by_hand)
    cbc = welfare_by_cbc(file)
    assert (cbc if form == "lp" else -cbc) == pytest.approx(by_hand)


def test_names_hold_the_planners_ids(tmp_path: Path) -> None:
    write_program(every_kind(), tmp_path / "case.mps", "mps")
    write_program(every_kind(), tmp_path / "case.lp", "lp")
    mps, lp = (read(tmp_path / f"case.{form}").getLp() for form in ("mps", "lp"))
    assert "flow[E/chat,cloud,s-node,2028,1]" in mps.col_names_
    assert "built[cloud,node,2026]" in mps.col_names_
    assert "grid_limit[Z,2026,0]" in mps.row_names_
    assert "flow(E_chat,cloud,s_node,2028,1)" in lp.col_names_
    assert "output(off,gt,2026,0)" in lp.row_names_


def test_a_program_with_hubs_is_smaller_and_has_the_same_optimum(tmp_path: Path) -> None:
    whole, _ = write_program(every_kind(), tmp_path / "whole.mps", "mps")
    small, _ = write_program(every_kind(), tmp_path / "small.mps", "mps", hubs=True)
    assert small.size["columns"] < whole.size["columns"]
    names = read(tmp_path / "small.mps").getLp().col_names_
    assert "to_hub[E/chat,chat-hub-1,2028,1]" in names
    assert "from_hub[chat-hub-1,cloud,s-node,2028,1]" in names
    best = welfare_in(tmp_path / "whole.mps")
    assert welfare_in(tmp_path / "small.mps") == pytest.approx(best, rel=1e-9)


def test_names_that_would_become_equal_are_kept_apart(tmp_path: Path) -> None:
    twin = one_site(
        {"serving": [*(dict(row, id=name) for row in SERVING for name in ("m-1", "m_1"))]}
    )
    file = tmp_path / "case.lp"
    written, _ = write_program(twin, file, "lp")
    assert len(set(read(file).getLp().col_names_)) == len(written.objective)
    case = compile_case(twin)
    assert welfare_in(file) == pytest.approx(
        Highs().open(None).solve(compose(case)[0], SolveOptions()).objective
    )


SERVING = one_site().model_dump(mode="json", by_alias=True)["serving"]


def test_a_long_name_becomes_a_number(tmp_path: Path) -> None:
    data = one_site().model_dump_json(by_alias=True)
    for name in ("E", "chat", "C", "m-node"):
        data = data.replace(f'"{name}"', f'"{(name * 64)[:64]}"')
    write_program(op.Instance.model_validate_json(data), tmp_path / "case.mps", "mps")
    lp = read(tmp_path / "case.mps").getLp()
    assert "flow[#0]" in lp.col_names_
    assert max(map(len, lp.col_names_)) <= 255


def test_an_unknown_format_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(op.InputError, match="format = nl: must be mps or lp"):
        write_program(one_site(), tmp_path / "x", "nl")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(op.InputError, match="cannot be written: No such file"):
        write_program(one_site(), tmp_path / "none" / "x.mps", "mps")
    (tmp_path / "x.mps").mkdir()
    with pytest.raises(op.InputError, match="cannot be written: Is a directory"):
        write_program(one_site(), tmp_path / "x.mps", "mps")
    assert [file.name for file in tmp_path.iterdir()] == ["x.mps"]
