"""PuLP, which writes the program down for CBC, the solver it brings along."""

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.backends.cbc import run_cbc
from optimizer.solvers.backends.gap_loop import Answer, nearest_to_zero, solve_by_runs
from optimizer.solvers.milp import Floats, Program

INCREMENT_KUSD = 1e-5
"""CBC looks for no point that is better by less than this, or by a share of a small gap."""
INCREMENT_OF_ALLOWED = 0.25


class Pulp:
    """The PuLP backend."""

    name = "pulp"
    parallel = False

    def open(self, threads: int | None) -> "PulpSession":
        """Start a session."""
        return PulpSession(threads)


class PulpSession:
    """Every program is written anew: CBC is a process, and keeps nothing from one to the next."""

    def __init__(self, threads: int | None) -> None:
        self._threads = threads

    def fork(self, program: Program) -> "PulpSession":
        """Open another session; see `optimizer.solvers.backends.base.Session`."""
        return PulpSession(self._threads)

    def solve(
        self, program: Program, options: SolveOptions, start: Floats | None = None
    ) -> Outcome:
        """Solve a program; see `optimizer.solvers.backends.base.Session`."""
        return solve_by_runs(program, options, start, self._run)

    def _run(
        self, program: Program, allowed: float, options: SolveOptions, start: Floats | None
    ) -> Answer:
        deadline = time.perf_counter() + options.time_limit_s
        is_mip = bool(program.integer.any())
        increment = min(INCREMENT_KUSD, INCREMENT_OF_ALLOWED * allowed or INCREMENT_KUSD)
        commands = ["-primalSimplex" if options.primal else "-initialSolve"]
        if is_mip:
            commands = ["-ratio", "0", "-allow", repr(allowed), "-increment", repr(increment)]
            commands += [] if self._threads is None else ["-threads", str(self._threads)]
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
                return Answer(StopReason.TIME_LIMIT, "the time was over once it was written down")
            timed = replace(options, time_limit_s=left)
            found = run_cbc(pulp.PULP_CBC_CMD.pulp_cbc_path, file, commands, timed, begin)
        if found.columns is None or found.column_dual is None or found.row_dual is None:
            return Answer(found.reason, found.message)
        objective = program.constant - found.objective
        proven = found.reason is StopReason.OPTIMAL
        return Answer(
            reason=found.reason,
            message=found.message,
            x=model.columns(found.columns, nearest_to_zero(program)),
            objective=objective,
            bound=objective + is_mip * (allowed + increment) if proven else np.inf,
            row_dual=model.rows(-found.row_dual),
            column_dual=model.columns(-found.column_dual, program.objective),
        )


class _Model:
    """A program in PuLP, and the way back from the order of its file.

    It is minimised with the sign turned: of a maximisation the solvers differ in the sign of
    their duals.  A row with two different bounds is two constraints.
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
        """Write the MPS file, and keep the order and the names of its columns."""
        variables, names, _, _ = self._problem.writeMPS(str(file), rename=1)
        self._in_file = [(names[v.name], v.name) for v in variables]

    def as_start(self, x: Floats) -> str:
        """Text of a point, as CBC reads one to start at."""
        lines = [
            f"{i} {written} {float(x[int(name[1:])])!r} 0"
            for i, (written, name) in enumerate(self._in_file)
            if name[0] == "x"
        ]
        return "\n".join(["Stopped on time - objective value 0", *lines, ""])

    def columns(self, values: Floats, absent: Floats) -> Floats:
        """Figures of columns in the program's order; `absent` for those not in the file."""
        found = absent.copy()
        for value, (_, name) in zip(values.tolist(), self._in_file, strict=True):
            if name[0] == "x":  # PuLP adds a column of its own where the objective is empty
                found[int(name[1:])] = value
        return found

    def rows(self, values: Floats) -> Floats:
        """Duals of the program's rows: of two sides of one row, the sum."""
        found = np.zeros(len(self._program.row_lower))
        for value, row in zip(values.tolist(), self._row_of, strict=True):
            found[row] += value
        return found
