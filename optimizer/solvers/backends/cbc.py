"""CBC as a process: started on a file, watched, and read back in full precision."""

import math
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import SolveOptions, StopReason
from optimizer.solvers.milp import Floats

LOOK_EVERY_S = 0.02
GRACE_S = 10.0
"""Seconds that CBC has, after it was asked to stop, to write down its best point."""

WORDS = {
    "Optimal": StopReason.OPTIMAL,
    "Infeasible": StopReason.INFEASIBLE,
    "Integer infeasible": StopReason.INFEASIBLE,
    "Unbounded": StopReason.UNBOUNDED,
}
"""How the first line of a solution file begins; anything else is a run that was stopped."""

NO_POINT = "no integer solution"


@dataclass(frozen=True)
class Solution:
    """What CBC wrote.

    Attributes
    ----------
    reason : StopReason
    message : str
        The first line of the solution file, without the objective.
    objective : float
        As the file was written, which is minimised; NaN where there is no point.
    columns, column_dual : ndarray or None
        In the file's order; None where there is no point.
    row_dual : ndarray or None
    """

    reason: StopReason
    message: str
    objective: float = math.nan
    columns: Floats | None = None
    column_dual: Floats | None = None
    row_dual: Floats | None = None


def run_cbc(
    cbc: str, model: Path, commands: list[str], options: SolveOptions, start: Path | None
) -> Solution:
    """Minimise a model.

    Parameters
    ----------
    cbc : str
        The program.
    model : Path
        MPS file; what CBC writes is put beside it.
    commands : list of str
        Commands of CBC that set parameters and solve.
    options : SolveOptions
        Its time limit, and its wish to stop.
    start : Path, optional
        Solution file of a point to start at.

    Raises
    ------
    SolverError
        Where CBC fails, or refuses a command.
    """
    words, exact = model.with_suffix(".sol"), model.with_suffix(".bin")
    limit = options.time_limit_s
    timed = ["-timeMode", "elapsed", "-sec", repr(limit)] if math.isfinite(limit) else []
    command = [
        *(cbc, str(model), *timed),
        *(() if start is None else ("-mips", str(start))),
        *commands,
        *("-solution", str(words), "-saveSolution", str(exact)),
    ]
    begun = time.perf_counter()
    log = model.with_suffix(".log")
    with log.open("wb") as out:
        # In a session of its own, so that Ctrl-C reaches it only as a wish to stop.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        try:
            asked = _wait(process, options)
        finally:
            process.kill()
            process.wait()
    told = log.read_text(encoding="utf-8", errors="replace")
    if "No match for" in told:
        raise SolverError(f"CBC refused a command: {told[told.index('No match for') :][:200]}")
    out_of_time = time.perf_counter() - begun >= limit
    if not words.is_file():
        if asked or out_of_time:
            reason = StopReason.INTERRUPTED if asked else StopReason.TIME_LIMIT
            return Solution(reason, "ended before it wrote a point")
        raise SolverError(f"CBC ended with code {process.returncode}: {told.strip()[-300:]}")
    first = words.read_text(encoding="utf-8").split("\n", 1)[0]
    message, _, amount = first.partition(" - objective value ")
    said = reason = WORDS.get(message.split(" (")[0], StopReason.FAILED)
    if reason is not StopReason.OPTIMAL and (asked or out_of_time):
        # What CBC concludes when cut short, infeasible among it, is no proof.
        reason = StopReason.INTERRUPTED if asked else StopReason.TIME_LIMIT
    without = said in (StopReason.INFEASIBLE, StopReason.UNBOUNDED) or NO_POINT in message
    if without or not exact.is_file():
        return Solution(reason, message)
    return Solution(reason, message, float(amount), *_vectors(exact))


def _wait(process: "subprocess.Popen[bytes]", options: SolveOptions) -> bool:
    """Wait until CBC ends; whether it was asked to."""
    deadline = time.perf_counter() + options.time_limit_s + GRACE_S
    asked = False
    while process.poll() is None:
        if not asked and options.should_stop is not None and options.should_stop():
            asked = True
            deadline = time.perf_counter() + GRACE_S
            process.send_signal(signal.SIGINT)
        if time.perf_counter() > deadline:
            process.kill()
        _pause(process.wait)
    return asked


def _pause(wait: Callable[..., int]) -> None:
    try:
        wait(timeout=LOOK_EVERY_S)
    except subprocess.TimeoutExpired:
        return


def _vectors(file: Path) -> tuple[Floats, Floats, Floats]:
    """Columns, their duals and the rows' from what ``-saveSolution`` writes.

    Two whole numbers, the objective, then activities and duals of rows and of columns.  The
    text that ``-solution`` writes has eight digits, too few for a plan that is verified.
    """
    data = file.read_bytes()
    rows, columns = (int(n) for n in np.frombuffer(data, dtype=np.int32, count=2))
    figures = np.frombuffer(data, dtype=np.float64, offset=16)
    if len(figures) != 2 * (rows + columns):
        raise SolverError(f"CBC wrote {len(figures)} figures for {rows} rows, {columns} columns")
    _, row_dual, x, column_dual = np.split(figures, [rows, 2 * rows, 2 * rows + columns])
    return x.copy(), column_dual.copy(), row_dual.copy()
