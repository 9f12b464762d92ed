"""Where scenarios are worked out: processes of this machine, or an executor that is given."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Protocol

from optimizer.studies.work import Found, NeedsBase, Task, perform

AHEAD = 2
"""Scenarios under way for each worker: one being solved, one waiting."""


class Pool(Protocol):
    """What works scenarios out."""

    def submit(self, task: Task) -> "Future[Found | NeedsBase]":
        """Hand a scenario over."""
        ...

    def window(self) -> int:
        """How many scenarios may be under way."""
        ...

    def renew(self) -> bool:
        """Begin anew after a worker died; whether that is possible."""
        ...

    def close(self, at_once: bool) -> None:
        """End the workers: after what they do now, or at once."""
        ...


class LocalPool:
    """Processes of this machine.

    Parameters
    ----------
    jobs : int
        Processes.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._executor = self._begin()

    def _begin(self) -> ProcessPoolExecutor:
        # Spawned, not forked: solvers have threads, which a fork does not survive.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._jobs, context, initializer=_end_with_parent)

    def submit(self, task: Task) -> "Future[Found | NeedsBase]":
        """Hand a scenario over."""
        return self._executor.submit(perform, task)

    def window(self) -> int:
        """How many scenarios may be under way."""
        return AHEAD * self._jobs

    def renew(self) -> bool:
        """Begin anew after a worker died."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._begin()
        return True

    def close(self, at_once: bool) -> None:
        """End the processes: after what they do now, or at once."""
        workers = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=not at_once, cancel_futures=True)
        if at_once:
            for worker in workers:
                worker.kill()


class GivenPool:
    """An executor that somebody else began, and will end: of a cluster, say.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    workers : int
        Scenarios that it works out at a time.
    """

    def __init__(self, executor: Executor, workers: int) -> None:
        self._executor = executor
        self._workers = workers

    def submit(self, task: Task) -> "Future[Found | NeedsBase]":
        """Hand a scenario over."""
        return self._executor.submit(perform, task)

    def window(self) -> int:
        """How many scenarios may be under way."""
        return AHEAD * self._workers

    def renew(self) -> bool:
        """Not ours to begin anew."""
        return False

    def close(self, at_once: bool) -> None:
        """Leave it to whoever began it."""


def _end_with_parent() -> None:
    """End this process when the one that began it has ended, however it did.

    Ctrl-C is for the parent: it stops handing out scenarios, and those under way are finished.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent,), daemon=True).start()


def _wait_for(parent: "multiprocessing.process.BaseProcess") -> None:
    parent.join()
    os._exit(1)
