"""Studies on Dask: schedulers and workers as processes on loopback, some of them killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dask
import distributed
import psutil
import pytest

from optimizer.errors import InputError, StoppedError
from optimizer.studies import cluster, executors
from optimizer.studies.cluster import open_workers, threads_of
from tests.studies.batches import (
    ENVIRONMENT,
    LONGEST_S,
    ROOT,
    apart,
    assert_all_end,
    assert_complete,
    assert_same_within_gaps,
    batch,
    whole,
)
from tests.studies.deadly import perform_or_die

Begin = Callable[..., "subprocess.Popen[bytes]"]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Start commands of Dask, all of which end with the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def command(module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        begun.append(
            subprocess.Popen(
                [sys.executable, "-m", module, *arguments, "--host", "127.0.0.1", "--no-dashboard"],
                cwd=ROOT,
                env=ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return begun[-1]

    yield command
    for process in begun:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(begin: Begin) -> tuple[str, "subprocess.Popen[bytes]"]:
    """Address of a scheduler and its process."""
    port = free_port()
    process = begin("distributed.cli.dask_scheduler", "--port", str(port))
    deadline = time.monotonic() + LONGEST_S
    while True:
        assert time.monotonic() < deadline
        assert process.poll() is None
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return f"tcp://127.0.0.1:{port}", process
        time.sleep(0.05)


def worker(begin: Begin, address: str) -> "subprocess.Popen[bytes]":
    return begin("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")


@pytest.mark.slow
def test_a_worker_killed_during_a_study(
    tmp_path: Path, begin: Begin, scheduler: tuple[str, object]
) -> None:
    address, _ = scheduler
    study = batch(12)
    doomed, _ = [worker(begin, address) for _ in range(2)]
    told, said = [], list[str]()
    with open_workers(address, None, jobs=2, on_wait=said.append) as (executor, count):
        assert executor is not None
        executor._client.wait_for_workers(2, timeout=LONGEST_S)  # type: ignore[attr-defined]
        for row, tally in study.stream(tmp_path / "out", jobs=count, executor=executor):
            told.append(row["scenario"])
            if tally.done == 3:
                doomed.kill()
                doomed.wait()
                assert len(told) < len(study)
    assert sorted(told) == sorted(one.name for one in study.scenarios), "nothing lost or twice"
    assert_complete(study, tmp_path / "out")
    assert said in ([], [f"{address} has no workers yet: waiting for the first"])
    straight = study.run(tmp_path / "straight", jobs=1)
    assert_same_within_gaps(study.results(tmp_path / "out"), straight)


@pytest.mark.slow
def test_workers_that_join_later_are_used(
    tmp_path: Path,
    begin: Begin,
    scheduler: tuple[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, _ = scheduler
    said: list[str] = []
    with open_workers(address, None, jobs=2, on_wait=said.append) as (executor, count):
        assert executor is not None
        assert said == [f"{address} has no workers yet: waiting for the first"]
        assert count == 1
        monkeypatch.setattr(cluster, "ASK_EVERY_S", 0.0)
        threads, client = threads_of(executor), executor._client  # type: ignore[attr-defined]
        assert threads() == 0
        for joined in (1, 2):
            worker(begin, address)
            client.wait_for_workers(joined, timeout=LONGEST_S)
            assert threads() == joined
    # The executor as Dask's own documentation has it.
    study = batch(6)
    with distributed.Client(address, set_as_default=False) as client:
        study.run(tmp_path, executor=client.get_executor())
    assert_complete(study, tmp_path)


@pytest.mark.slow
def test_the_end_of_the_scheduler_stops_the_study(
    tmp_path: Path,
    begin: Begin,
    scheduler: tuple[str, "subprocess.Popen[bytes]"],
) -> None:
    address, process = scheduler
    worker(begin, address)
    study = batch(24)
    with open_workers(address, None, jobs=2) as (executor, count):
        stream = study.stream(tmp_path, jobs=count, executor=executor)
        next(stream)
        process.kill()
        with pytest.raises(StoppedError, match=r"has its scheduler ended\?"):
            list(stream)
    assert 1 <= whole(study, tmp_path) < len(study)
    with ThreadPoolExecutor(1) as one:
        study.run(tmp_path, executor=one)
    assert_complete(study, tmp_path)


@pytest.mark.slow
def test_a_scenario_that_kills_every_worker_becomes_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "perform", perform_or_die)
    study = batch(9)
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        open_workers(None, "local:2", jobs=1) as (executor, count),
    ):
        assert count == 2
        listens = [one for one in psutil.Process().net_connections() if one.status == "LISTEN"]
        assert {one.laddr.ip for one in listens} == {"127.0.0.1"}
        assert 8787 not in {one.laddr.port for one in listens}, "one study at a time has it"
        results = study.run(tmp_path, jobs=count, executor=executor)
    by_status = results.set_index("scenario")["status"].to_dict()
    assert by_status.pop("base/demand=0.625") == "crashed"
    (reason,) = results["reason"].dropna()
    assert reason.startswith("KilledWorker: ")
    assert set(by_status.values()) == {"solved"}
    assert len(by_status) == 8


@pytest.mark.slow
def test_ctrl_c_and_kill_leave_no_worker(tmp_path: Path) -> None:
    study = batch(40)
    for number in (signal.SIGINT, signal.SIGKILL):
        with apart(tmp_path, 40, 2, "local:2", group=True) as process:
            process.begun()
            process.row()
            family = process.family()
            if number == signal.SIGINT:
                os.killpg(process.popen.pid, number)
            else:
                process.popen.kill()
            code, said = process.end()
            assert_all_end(family)
        assert code == (4 if number == signal.SIGINT else -number), said
        assert "KeyboardInterrupt" not in said
    assert 2 <= whole(study, tmp_path) < 40


@pytest.mark.parametrize(
    ("asked", "cluster_of", "message"),
    [
        ("tcp://127.0.0.1:{closed}", None, "no Dask scheduler answers there: "),
        ("tcp://127.0.0.1:{silent}", None, "no Dask scheduler answers there: no greeting within"),
        ("somewhere", None, "must be an address such as tcp://host:8786"),
        ("tcp://a:1", "local:2", "give --scheduler or --cluster, not both"),
        (None, "local:0", "must be local:N, N from 1 to 1024"),
        (None, "local:²", "must be local:N, N from 1 to 1024"),
        (None, "slurm", "must be local:N, N from 1 to 1024"),
    ],
)
def test_a_wrong_cluster_or_scheduler_is_refused(
    asked: str | None, cluster_of: str | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", 1.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = asked and asked.format(closed=free_port(), silent=silent.getsockname()[1])
        with pytest.raises(InputError) as told, open_workers(address, cluster_of, jobs=1):
            pass
    assert message in str(told.value)
    assert told.value.exit_code == 2


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InputError, match="install the extra cluster"),
        open_workers(None, "local:2", 1),
    ):
        pass
    with open_workers(None, None, jobs=3) as (executor, count):
        assert executor is None
        assert count == 3
