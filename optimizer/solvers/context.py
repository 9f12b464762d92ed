"""The context of a solve: solver, method, limits and callbacks."""

import math
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from optimizer.errors import InputError, Problem
from optimizer.solvers.backends.base import Backend, Progress, Session, SolveOptions
from optimizer.solvers.registry import backend_named, method_names, refusal, wording

MOST_THREADS = 256
"""HiGHS accepts any number, but a million threads end the process without a message."""
GRACE_S = 0.05
"""Seconds that a program may take after the time limit has passed."""
FOLLOW_UP_S = 5.0
"""The same for the linear programs that make a result exact, price it, or bound it."""

Result = TypeVar("Result")


def _default_backend() -> Backend:
    return backend_named("highs")


@dataclass(frozen=True)
class SolveContext:
    """Everything that the programs solved for one question share.

    Attributes
    ----------
    backend : Backend
    threads : int, optional
        Threads of the solver; its own choice if None.
    gap : float
        As in `SolveOptions`.
    time_limit_s : float
        Wall-clock limit of all programs together, counted from `begun`.
    method : str
        Name of a solving method, or ``auto``.
    on_progress, should_stop : callable, optional
        As in `SolveOptions`.
    on_stage : callable, optional
        Called with the name of each stage as it begins.
    grace_s : float
        Seconds that each program gets even after the limit has passed.
    begun : float
        Time at which the context was made, by `time.perf_counter`.
    """

    backend: Backend = field(default_factory=_default_backend)
    threads: int | None = None
    gap: float = 1e-6
    time_limit_s: float = math.inf
    method: str = "auto"
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] | None = None
    on_stage: Callable[[str], None] | None = None
    grace_s: float = GRACE_S
    begun: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.begun

    @property
    def expired(self) -> bool:
        """Whether the time limit has passed."""
        return self.seconds >= self.time_limit_s

    @property
    def stopped(self) -> bool:
        """Whether the time limit has passed, or the user asked to stop."""
        return self.expired or (self.should_stop is not None and self.should_stop())

    @property
    def at_once(self) -> int:
        """Number of sessions that may run at the same time: the threads, or all cores."""
        if not self.backend.parallel:
            return 1
        return (os.cpu_count() or 1) if self.threads is None else self.threads

    def open(self) -> Session:
        """Start a session."""
        return self.backend.open(self.threads)

    def options(self, *, primal: bool = False, at_most_s: float = math.inf) -> SolveOptions:
        """Return the options of a program solved now, in the time that is left."""
        left_s = max(self.time_limit_s - self.seconds, self.grace_s)
        return SolveOptions(
            self.gap, min(left_s, at_most_s), primal, self.on_progress, self.should_stop
        )

    def stage(self, name: str) -> None:
        """Report that a stage begins."""
        if self.on_stage is not None:
            self.on_stage(name)

    def quiet(self) -> Self:
        """Return the context without reports of progress and stages."""
        return replace(self, on_progress=None, on_stage=None)

    def follow_up(self) -> Self:
        """Return the context of linear programs that follow a search; see `FOLLOW_UP_S`."""
        return replace(self, gap=0.0, on_progress=None, grace_s=FOLLOW_UP_S)

    def pricing(self) -> Self:
        """Return the context of the programs that price a plan, all within one time limit.

        Once the search was stopped, by its time limit or the user, they share `FOLLOW_UP_S`;
        otherwise a stop ends them.
        """
        limit_s = max(self.time_limit_s, self.seconds + FOLLOW_UP_S)
        asked = self.should_stop is not None and self.should_stop()
        return replace(
            self.follow_up(),
            time_limit_s=self.seconds + FOLLOW_UP_S if asked else limit_s,
            should_stop=None if asked else self.should_stop,
            grace_s=0.0,
        )

    def side_by_side(self, tasks: Iterable[Callable[[], Result]]) -> list[Result]:
        """Run tasks, `at_once` at a time, and return their results in order.

        Each task uses sessions of its own; solvers release the interpreter lock while they run.
        """
        listed = list(tasks)
        if self.at_once == 1 or len(listed) <= 1:
            return [task() for task in listed]
        with ThreadPoolExecutor(min(self.at_once, len(listed))) as pool:
            return [future.result() for future in [pool.submit(task) for task in listed]]


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
