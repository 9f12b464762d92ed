"""Options of a solve as users give them: checked all at once, and made a context."""

import math
from collections.abc import Callable

from optimizer.errors import InputError, Problem
from optimizer.solvers.backends.base import Backend, Progress
from optimizer.solvers.context import SolveContext
from optimizer.solvers.registry import backend_named, method_names, refusal, wording

MOST_THREADS = 256
"""HiGHS accepts any number, but a million threads end the process without a message."""


def check_options(
    gap: float, time_limit_s: float, backend: str | Backend, method: str, threads: int | None
) -> None:
    """Raise InputError with every option that is not allowed."""
    reason = refusal(backend)
    wrong = (
        (not 0 <= gap < math.inf, "gap", gap, "must be at least 0"),
        (not time_limit_s > 0, "time_limit_s", time_limit_s, "must be above 0 (s)"),
        (reason is not None, "backend", backend, reason or ""),
        (method not in method_names(), "method", method, f"must be {wording(method_names())}"),
        (
            threads is not None and not 1 <= threads <= MOST_THREADS,
            "threads",
            threads,
            f"must be at least 1 and at most {MOST_THREADS}",
        ),
    )
    problems = [
        Problem("options", None, name, str(value), allowed)
        for bad, name, value, allowed in wrong
        if bad
    ]
    if problems:
        raise InputError(problems)


def make_context(
    gap: float,
    time_limit_s: float,
    backend: str | Backend,
    method: str,
    threads: int | None,
    on_progress: Callable[[Progress], None] | None = None,
) -> SolveContext:
    """Return the context of a solve that begins now.

    Raises
    ------
    InputError
        With every option that is not allowed.
    """
    check_options(gap, time_limit_s, backend, method, threads)
    solver = backend_named(backend)
    return SolveContext(solver, threads, gap, time_limit_s, method, on_progress)
