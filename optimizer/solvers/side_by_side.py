"""Independent solves side by side: HiGHS releases the interpreter lock while it runs."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from optimizer.solvers.backends.base import Backend

Found = TypeVar("Found")


def tasks_at_once(backend: Backend, threads: int | None) -> int:
    """How many tasks may run at the same time: the threads asked for, or the machine's cores."""
    if not backend.parallel:
        return 1
    return (os.cpu_count() or 1) if threads is None else threads


def side_by_side(*tasks: Callable[[], Found], at_once: int = 1) -> list[Found]:
    """Run tasks at the same time, and return what they find in the order of the tasks.

    Parameters
    ----------
    *tasks : callable
        Each uses sessions of its own.
    at_once : int
        Most tasks at a time; one runs them in turn.
    """
    if at_once == 1 or len(tasks) == 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(min(at_once, len(tasks))) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]
