"""Where scenarios are worked out: processes of this machine, or an executor that is given."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Protocol

from optimizer.errors import StoppedError
from optimizer.solvers.interrupts import ignore_sigint_in_children
from optimizer.studies.worker import Found, NeedsBase, Task, perform

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

    def withdraw(self, future: "Future[Found | NeedsBase]") -> bool:
        """Take back what no worker has begun; whether that is so."""
        ...

    def renew(self) -> None:
        """Begin anew after a worker died.

        Raises
        ------
        StoppedError
            Where that is not possible.
        """
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
        with ignore_sigint_in_children():
            return self._executor.submit(perform, task)

    def window(self) -> int:
        """How many scenarios may be under way."""
        return AHEAD * self._jobs

    def withdraw(self, future: "Future[Found | NeedsBase]") -> bool:
        """Take back what no worker has begun; whether that is so."""
        return future.cancel()

    def renew(self) -> None:
        """Begin anew after a worker died, and see that a process lives for an instant at least.

        Raises
        ------
        StoppedError
            Where it does not: no scenario is to blame.
        """
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._begin()
        try:
            with ignore_sigint_in_children():
                began = self._executor.submit(os.getpid)
            began.result()
        except BrokenExecutor:
            raise StoppedError(
                "processes end as soon as they begin; does the script that calls this run it"
                ' under `if __name__ == "__main__":`?'
            ) from None

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
    workers : callable
        How many scenarios it works out at a time, now.
    """

    def __init__(self, executor: Executor, workers: Callable[[], int]) -> None:
        self._executor = executor
        self._workers = workers

    def submit(self, task: Task) -> "Future[Found | NeedsBase]":
        """Hand a scenario over."""
        return self._executor.submit(perform, task)

    def window(self) -> int:
        """How many scenarios may be under way."""
        return AHEAD * self._workers()

    def withdraw(self, future: "Future[Found | NeedsBase]") -> bool:
        """Take back what can be: Dask gives up also what a worker has begun."""
        return future.cancel()

    def renew(self) -> None:
        """Refuse: it is not ours to begin anew.

        Raises
        ------
        StoppedError
        """
        raise StoppedError("the executor broke down when a worker died")

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
