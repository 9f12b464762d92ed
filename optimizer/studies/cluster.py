"""Studies on Dask, the extra `cluster`."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import Any

from optimizer.errors import refused
from optimizer.solvers.interrupts import ignore_sigint_in_children

CONNECT_S = 10.0
ASK_EVERY_S = 2.0
LOCAL = "local:"
MOST_WORKERS = 1024


@contextmanager
def open_workers(
    scheduler: str | None,
    cluster: str | None,
    jobs: int,
    on_wait: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[Executor | None, int]]:
    """Yield an executor, or None for processes of this machine, and the number of its workers.

    Parameters
    ----------
    scheduler : str, optional
        Address of a running Dask scheduler: ``tcp://host:8786``.  Its workers may join and leave
        at any time; there may be none yet.
    cluster : str, optional
        ``local:N``: a Dask cluster of N processes on this machine, for the duration of the block.
    jobs : int
        Number of processes if neither is given.
    on_wait : callable, optional
        Called with a message if there is no worker yet.

    Raises
    ------
    InputError
        If Dask is missing, the address does not answer, or both are given.
    """
    if scheduler is None and cluster is None:
        yield None, jobs
        return
    if scheduler is not None and cluster is not None:
        raise refused(cluster, "give --scheduler or --cluster, not both", "--cluster")
    with _of_scheduler(scheduler) if scheduler is not None else _local(str(cluster)) as client:
        executor = client.get_executor(pure=False)
        threads = threads_of(executor)()
        if not threads:
            on_wait(f"{scheduler} has no workers yet: waiting for the first")
        yield executor, max(threads, 1)


def threads_of(executor: Executor) -> Callable[[], int]:
    """Return a count of the threads of a Dask client's executor; 0 for any other executor.

    Workers come and go, so the scheduler is asked again every few seconds.
    """
    if not type(executor).__module__.startswith("distributed."):
        return lambda: 0
    client: Any = executor._client  # type: ignore[attr-defined]
    known, asked = 0, float("-inf")

    def threads() -> int:
        nonlocal known, asked
        if client.status == "running" and time.monotonic() - asked >= ASK_EVERY_S:
            with suppress(OSError):  # just ended, as scenarios in flight will show
                known = sum(client.nthreads().values())
            asked = time.monotonic()
        return known

    return threads


@contextmanager
def _of_scheduler(address: str) -> Iterator[Any]:
    distributed = _dask("--scheduler", address)
    try:
        asyncio.run(asyncio.wait_for(_greet(distributed, address), CONNECT_S))
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except ValueError as error:
        message = f"must be an address such as tcp://host:8786: {error}"
        raise refused(address, message, "--scheduler") from None
    except OSError as error:
        reason = str(error) or f"no greeting within {CONNECT_S:g} s"
        message = f"no Dask scheduler answers there: {reason}"
        raise refused(address, message, "--scheduler") from None
    with client:
        yield client


async def _greet(distributed: Any, address: str) -> None:
    """Greet a scheduler; a client would wait forever for anything else that listens there."""
    arguments = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(address, timeout=CONNECT_S, **arguments)
    await comm.close()


@contextmanager
def _local(asked: str) -> Iterator[Any]:
    count = asked.removeprefix(LOCAL)
    if not asked.startswith(LOCAL) or not count.isdecimal() or not 1 <= int(count) <= MOST_WORKERS:
        raise refused(asked, f"must be local:N, N from 1 to {MOST_WORKERS}", "--cluster")
    distributed = _dask("--cluster", asked)
    with (
        ignore_sigint_in_children()
    ):  # those that it begins later, in place of others, ignore Ctrl-C too
        cluster = distributed.LocalCluster(
            n_workers=int(count),
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",  # None takes a port that another study may use
        )
    with cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client


def _dask(option: str, value: str) -> Any:
    try:
        import distributed
    except ImportError:
        message = "needs Dask, which is not installed: install the extra cluster"
        raise refused(value, message, option) from None
    return distributed
