"""CBC as a process: started on a file, monitored, and read back in full precision."""

import math
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from optimizer.errors import SolverError
from optimizer.solvers.backends.base import Outcome, SolveOptions, StopReason
from optimizer.solvers.milp import Floats

LOOK_EVERY_S = 0.02
GRACE_S = 10.0
"""Seconds that CBC has to write its best point once asked to stop."""

STATUS = {
    "Optimal": StopReason.OPTIMAL,
    "Infeasible": StopReason.INFEASIBLE,
    "Integer infeasible": StopReason.INFEASIBLE,
    "Unbounded": StopReason.UNBOUNDED,
}
"""How the first line of a solution file begins; any other line means that CBC was stopped."""

NO_POINT = "no integer solution"


def run_cbc(
    cbc: str, model: Path, commands: list[str], options: SolveOptions, start: Path | None
) -> Outcome:
    """Minimise a model.

    Parameters
    ----------
    cbc : str
        Path of the executable.
    model : Path
        MPS file; CBC writes its files beside it.
    commands : list of str
        Commands of CBC that set parameters and solve.
    options : SolveOptions
        Of which the time limit and `should_stop` apply.
    start : Path, optional
        Solution file of a starting point.

    Returns
    -------
    Outcome
        In the order and the sign of the file, without a bound.

    Raises
    ------
    SolverError
        If CBC fails or refuses a command.
    """
    text, exact = model.with_suffix(".sol"), model.with_suffix(".bin")
    limit = options.time_limit_s
    timed = ["-timeMode", "elapsed", "-sec", repr(limit)] if math.isfinite(limit) else []
    command = [
        *(cbc, str(model), *timed),
        *(() if start is None else ("-mips", str(start))),
        *commands,
        *("-solution", str(text), "-saveSolution", str(exact)),
    ]
    begun = time.perf_counter()
    log = model.with_suffix(".log")
    with log.open("wb") as out:
        # In its own session, so that Ctrl-C reaches it only through `should_stop`.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        try:
            asked = _wait(process, options)
        finally:
            process.kill()
            process.wait()
    output = log.read_text(encoding="utf-8", errors="replace")
    if "No match for" in output:
        raise SolverError(f"CBC refused a command: {output[output.index('No match for') :][:200]}")
    out_of_time = time.perf_counter() - begun >= limit
    if not text.is_file():
        if asked or out_of_time:
            reason = StopReason.INTERRUPTED if asked else StopReason.TIME_LIMIT
            return Outcome(reason, message="CBC ended before it wrote a point")
        raise SolverError(f"CBC ended with code {process.returncode}: {output.strip()[-300:]}")
    first = text.read_text(encoding="utf-8").split("\n", 1)[0]
    message, _, amount = first.partition(" - objective value ")
    written = reason = STATUS.get(message.split(" (")[0], StopReason.FAILED)
    if reason is not StopReason.OPTIMAL and (asked or out_of_time):
        # What CBC concludes after an early stop, even infeasibility, is not proven.
        reason = StopReason.INTERRUPTED if asked else StopReason.TIME_LIMIT
    without = written in (StopReason.INFEASIBLE, StopReason.UNBOUNDED) or NO_POINT in message
    if without or not exact.is_file():
        return Outcome(reason, message=message)
    x, column_dual, row_dual = _vectors(exact)
    objective = float(amount)
    return Outcome(reason, x, objective, math.inf, row_dual, column_dual, message=message)


def _wait(process: "subprocess.Popen[bytes]", options: SolveOptions) -> bool:
    """Wait until CBC ends, and return whether it was asked to."""
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
    """Return columns, their duals and row duals from the file that ``-saveSolution`` writes.

    It holds two integers, the objective, then activities and duals of rows and of columns.  The
    text that ``-solution`` writes has eight digits, too few for a plan that is verified.
    """
    data = file.read_bytes()
    rows, columns = (int(n) for n in np.frombuffer(data, dtype=np.int32, count=2))
    values = np.frombuffer(data, dtype=np.float64, offset=16)
    if len(values) != 2 * (rows + columns):
        raise SolverError(f"CBC wrote {len(values)} values for {rows} rows, {columns} columns")
    _, row_dual, x, column_dual = np.split(values, [rows, 2 * rows, 2 * rows + columns])
    return x.copy(), column_dual.copy(), row_dual.copy()
