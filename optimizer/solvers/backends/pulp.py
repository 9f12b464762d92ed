"""PuLP, which writes the program to a file for the CBC solver that it ships."""

import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.backends.cbc import run_cbc
from optimizer.solvers.backends.gap_loop import RunSession, nearest_to_zero
from optimizer.solvers.milp import Floats, Program

INCREMENT_KUSD = 1e-5
"""CBC ignores improvements smaller than this, or than a share of a small gap."""
INCREMENT_OF_ALLOWED = 0.25


class Pulp:
    """The PuLP backend."""

    name = "pulp"
    parallel = False

    def open(self, threads: int | None) -> RunSession:
        """Start a session; every program is written anew, since CBC is a separate process."""
        return RunSession(partial(_run, threads))


def _run(
    threads: int | None,
    program: Program,
    allowed: float,
    options: SolveOptions,
    start: Floats | None,
) -> Outcome:
    deadline = time.perf_counter() + options.time_limit_s
    is_mip = bool(program.integer.any())
    increment = min(INCREMENT_KUSD, INCREMENT_OF_ALLOWED * allowed or INCREMENT_KUSD)
    commands = ["-primalSimplex" if options.primal else "-initialSolve"]
    if is_mip:
        commands = ["-ratio", "0", "-allow", repr(allowed), "-increment", repr(increment)]
        commands += [] if threads is None else ["-threads", str(threads)]
        commands += ["-solve"]
    with tempfile.TemporaryDirectory(prefix="optimizer-cbc-") as folder:
        file = Path(folder) / "program.mps"
        model = _Model(program)
        model.write(file)
        begin = file.with_suffix(".mst") if is_mip and start is not None else None
        if begin is not None and start is not None:
            begin.write_text(model.as_start(start), encoding="utf-8")
        left = deadline - time.perf_counter()
        if left <= 0:
            return Outcome(StopReason.TIME_LIMIT, message="no time left after writing the program")
        timed = replace(options, time_limit_s=left)
        solution = run_cbc(pulp.PULP_CBC_CMD.pulp_cbc_path, file, commands, timed, begin)
    if solution.x is None or solution.column_dual is None or solution.row_dual is None:
        return solution
    objective = program.constant - solution.objective
    proven = solution.reason is StopReason.OPTIMAL
    return replace(
        solution,
        x=model.columns(solution.x, nearest_to_zero(program)),
        objective=objective,
        bound=objective + is_mip * (allowed + increment) if proven else np.inf,
        row_dual=model.rows(-solution.row_dual),
        column_dual=model.columns(-solution.column_dual, program.objective),
    )


class _Model:
    """A program in PuLP, with the mapping back from the order of its file.

    The negated objective is minimised, because solvers disagree on the sign of the duals of a
    maximisation.  A row with two different bounds becomes two constraints.
    """

    def __init__(self, program: Program) -> None:
        self._row_of: list[int] = []
        self._program = program
        self._problem = pulp.LpProblem("program", pulp.LpMinimize)
        lower = [None if value == -np.inf else value for value in program.lower.tolist()]
        upper = [None if value == np.inf else value for value in program.upper.tolist()]
        self._variables: list[Any] = [
            self._problem.add_variable(
                f"x{i}", low, high, pulp.LpInteger if whole else pulp.LpContinuous
            )
            for i, (low, high, whole) in enumerate(
                zip(lower, upper, program.integer.tolist(), strict=True)
            )
        ]
        self._problem.setObjective(self._sum(range(len(lower)), (-program.objective).tolist()))
        self._add_rows()

    def _sum(self, columns: Any, coefficients: list[float]) -> Any:
        pairs = zip(columns, coefficients, strict=True)
        return pulp.LpAffineExpression([(self._variables[j], a) for j, a in pairs if a != 0])

    def _add_rows(self) -> None:
        program = self._program
        matrix = program.matrix.tocsr()
        for row, (low, high) in enumerate(
            zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
        ):
            entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
            terms = matrix.indices[entries].tolist(), matrix.data[entries].tolist()
            sides = [(pulp.LpConstraintEQ, low)]
            if low != high:
                sides = [(pulp.LpConstraintGE, low), (pulp.LpConstraintLE, high)]
            for sense, side in sides:
                if np.isfinite(side):
                    name = f"r{len(self._row_of)}"
                    self._row_of.append(row)
                    self._problem.addConstraint(
                        pulp.LpConstraint(self._sum(*terms), sense, name, side)
                    )

    def write(self, file: Path) -> None:
        """Write the MPS file, and remember the order and names of its columns."""
        variables, names, _, _ = self._problem.writeMPS(str(file), rename=1)
        self._in_file = [(names[v.name], v.name) for v in variables]

    def as_start(self, x: Floats) -> str:
        """Return a point in the format in which CBC reads a starting point."""
        lines = [
            f"{i} {written} {float(x[int(name[1:])])!r} 0"
            for i, (written, name) in enumerate(self._in_file)
            if name[0] == "x"
        ]
        return "\n".join(["Stopped on time - objective value 0", *lines, ""])

    def columns(self, values: Floats, absent: Floats) -> Floats:
        """Return values of columns in the program's order; `absent` for those not in the file."""
        ordered = absent.copy()
        for value, (_, name) in zip(values.tolist(), self._in_file, strict=True):
            if name[0] == "x":  # PuLP adds its own column to an empty objective
                ordered[int(name[1:])] = value
        return ordered

    def rows(self, values: Floats) -> Floats:
        """Return duals of the program's rows, summed over the two sides of a row."""
        duals = np.zeros(len(self._program.row_lower))
        for value, row in zip(values.tolist(), self._row_of, strict=True):
            duals[row] += value
        return duals
