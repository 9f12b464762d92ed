"""Where scenarios run: processes of this machine, or an executor passed in."""

import multiprocessing
import os
import signal
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor

from optimizer.errors import StoppedError
from optimizer.solvers.interrupts import ignore_sigint_in_children
from optimizer.studies.worker import NeedsBase, ScenarioOutcome, Task, perform

AHEAD = 2
"""Scenarios in flight per worker: one being solved, one waiting."""


Submitted = Future[ScenarioOutcome | NeedsBase]


class Pool(ABC):
    """A pool of workers for scenarios."""

    _executor: Executor

    def submit(self, task: Task) -> Submitted:
        """Hand a scenario to a worker."""
        return self._executor.submit(perform, task)

    @abstractmethod
    def window(self) -> int:
        """Return how many scenarios may be in flight."""

    def withdraw(self, future: Submitted) -> bool:
        """Take back a scenario that no worker has started; return whether that succeeds."""
        return future.cancel()

    @abstractmethod
    def renew(self) -> None:
        """Restart after a worker died.

        Raises
        ------
        StoppedError
            If that is not possible.
        """

    @abstractmethod
    def close(self, at_once: bool) -> None:
        """Stop the workers, after their current scenarios or at once."""


class LocalPool(Pool):
    """Processes of this machine.

    Parameters
    ----------
    jobs : int
        Number of processes.
    """

    _executor: ProcessPoolExecutor

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._start()

    def _start(self) -> None:
        # Spawned, not forked: solvers have threads, which a fork does not survive.
        context = multiprocessing.get_context("spawn")
        self._executor = ProcessPoolExecutor(self._jobs, context, initializer=_end_with_parent)

    def submit(self, task: Task) -> Submitted:
        with ignore_sigint_in_children():
            return super().submit(task)

    def window(self) -> int:
        return AHEAD * self._jobs

    def renew(self) -> None:
        """Restart after a worker died, and check that a process survives its start.

        Raises
        ------
        StoppedError
            If it does not, which is the fault of no scenario.
        """
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._start()
        try:
            with ignore_sigint_in_children():
                started = self._executor.submit(os.getpid)
            started.result()
        except BrokenExecutor:
            raise StoppedError(
                "processes end as soon as they start; does the calling script run the study"
                ' under `if __name__ == "__main__":`?'
            ) from None

    def close(self, at_once: bool) -> None:
        workers = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=not at_once, cancel_futures=True)
        if at_once:
            for worker in workers:
                worker.kill()


class GivenPool(Pool):
    """An executor owned by the caller, such as that of a cluster.

    Dask withdraws also what a worker has started.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    workers : callable
        Returns how many scenarios it runs at a time, now.
    """

    def __init__(self, executor: Executor, workers: Callable[[], int]) -> None:
        self._executor = executor
        self._workers = workers

    def window(self) -> int:
        return AHEAD * self._workers()

    def renew(self) -> None:
        """Refuse: the caller owns the executor.

        Raises
        ------
        StoppedError
        """
        raise StoppedError("the executor broke down when a worker died")

    def close(self, at_once: bool) -> None:
        """Leave the executor to its owner."""


def _end_with_parent() -> None:
    """End this process when its parent ends, for whatever reason.

    Ctrl-C is for the parent, which hands out no more scenarios; those in flight are finished.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent,), daemon=True).start()


def _wait_for(parent: "multiprocessing.process.BaseProcess") -> None:
    parent.join()
    os._exit(1)
