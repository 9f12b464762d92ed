"""Dask, where a study is to run on it: the extra `cluster`."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from optimizer.errors import InputError, Problem

CONNECT_S = 30.0
LOCAL = "local:"
MOST_WORKERS = 1024


@contextmanager
def workers(
    scheduler: str | None, cluster: str | None, jobs: int
) -> Iterator[tuple[Executor | None, int]]:
    """Yield an executor, None for processes of this machine, and how many scenarios it takes.

    Parameters
    ----------
    scheduler : str, optional
        Address of a Dask scheduler that runs already: ``tcp://host:8786``.
    cluster : str, optional
        ``local:N``: a Dask cluster of N processes on this machine, for as long as this lasts.
    jobs : int
        Processes where neither is given.

    Raises
    ------
    InputError
        Where Dask is missing, an address does not answer, or both are given.
    """
    if scheduler is None and cluster is None:
        yield None, jobs
        return
    if scheduler is not None and cluster is not None:
        raise _refused("--cluster", cluster, "give --scheduler or --cluster, not both")
    client = _of_scheduler(scheduler) if scheduler is not None else _local(str(cluster))
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            client.wait_for_workers(1, timeout=CONNECT_S)
            threads = sum(client.nthreads().values())
        yield client.get_executor(pure=False, retries=0), max(threads, 1)
    finally:
        client.close()
        if scheduler is None:
            client.cluster.close()


def _of_scheduler(address: str) -> Any:
    client = _dask("--scheduler", address).Client
    try:
        return client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no Dask scheduler answers there: {str(error).splitlines()[0]}"
        raise _refused("--scheduler", address, message) from None


def _local(asked: str) -> Any:
    count = asked.removeprefix(LOCAL)
    if not asked.startswith(LOCAL) or not count.isdigit() or not 1 <= int(count) <= MOST_WORKERS:
        raise _refused("--cluster", asked, f"must be local:N, N from 1 to {MOST_WORKERS}")
    distributed = _dask("--cluster", asked)
    made = distributed.LocalCluster(
        n_workers=int(count), threads_per_worker=1, processes=True, dashboard_address=None
    )
    return distributed.Client(made, set_as_default=False)


def _dask(option: str, value: str) -> Any:
    try:
        import distributed
    except ImportError:
        message = "needs Dask, which is not installed: install the extra cluster"
        raise _refused(option, value, message) from None
    return distributed


def _refused(option: str, value: str, message: str) -> InputError:
    return InputError([Problem(option, None, "", value, message)])
