"""Independent solves side by side: HiGHS releases the interpreter lock while it runs."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")


def side_by_side(*tasks: Callable[[], Found], threads: int | None) -> list[Found]:
    """Run tasks at the same time, and return what they find in the order of the tasks.

    Parameters
    ----------
    *tasks : callable
        Each uses sessions of its own.
    threads : int, optional
        Most tasks at a time; the machine's cores where None.  One runs them in turn.
    """
    cores = (os.cpu_count() or 1) if threads is None else threads
    if cores == 1 or len(tasks) == 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(min(cores, len(tasks))) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]
