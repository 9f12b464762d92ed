"""Batches of tutorial scenarios, run here or in a process of their own that may be killed.

``python -m tests.studies.batches OUT COUNT [JOBS [CLUSTER]]`` runs one, and prints a line at its
beginning and for every row that is kept.  It ends with 4 where it was stopped.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import psutil

import optimizer as op
from optimizer.errors import StoppedError
from optimizer.studies.cluster import open_workers
from optimizer.studies.store import Store

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "instances" / "tutorial"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
LONGEST_S = 240
STOPPED = 4
GAP, ROUNDING = 1e-3, 1e-9
"""What a study asks for by default, and what sums of floats lose."""


def batch(count: int, **more: object) -> op.Study:
    """Demand from half to one and a half times that of the tutorial, in this many steps."""
    spread = {"from": 0.5, "to": 1.5, "count": count}
    axis = {"name": "demand", "scale": "workloads.*.demand_gtok_per_h", "values": spread}
    return op.Study(op.load_instance(TUTORIAL), name="batch", axes=[axis], **more)


def files_of(out: Path) -> dict[str, tuple[int, int]]:
    """Files of rows by name, each with a mark that changes if it is rewritten."""
    there = (out / "scenarios").glob("*.parquet")
    return {one.name: (one.stat().st_ino, one.stat().st_mtime_ns) for one in there}


def whole(study: op.Study, out: Path) -> int:
    """Number of rows; each file must be complete."""
    store = Store(out, study.columns)
    rows = [store.read(digest) for digest in store.done()]
    assert None not in rows
    return len(rows)


def assert_complete(study: op.Study, out: Path) -> None:
    """One solved row per scenario, in the study's order, and no other file."""
    results = study.results(out)
    assert list(results["scenario"]) == [one.name for one in study.scenarios]
    assert set(results["status"]) == {"solved"}
    assert whole(study, out) == len(study) == len(files_of(out))


def assert_same_within_gaps(found: pd.DataFrame, other: pd.DataFrame) -> None:
    """Both have the same scenarios, and no plan of one exceeds a bound of the other."""
    assert list(found["scenario"]) == list(other["scenario"])
    for one, bounds in ((found, other), (other, found)):
        assert (one["gap"] <= GAP).all()
        assert (one["welfare_usd"] <= bounds["bound_usd"] * (1 + ROUNDING)).all()


class Process:
    """A batch in its own process."""

    def __init__(self, popen: "subprocess.Popen[str]") -> None:
        self.popen = popen
        self.rows: list[str] = []

    def begun(self) -> None:
        """Wait until it starts to run."""
        assert self._line() == "begun"

    def row(self) -> None:
        """Wait until it has saved another row."""
        kind, _, name = self._line().partition(" ")
        assert kind == "row"
        self.rows.append(name)

    def family(self) -> list[psutil.Process]:
        """Its child processes and their children."""
        return psutil.Process(self.popen.pid).children(recursive=True)

    def end(self) -> tuple[int, str]:
        """Wait for its end; return the exit code and everything printed except rows."""
        out, err = self.popen.communicate(timeout=LONGEST_S)
        self.rows += [line[4:] for line in out.splitlines() if line.startswith("row ")]
        said = [line for line in out.splitlines() if not line.startswith("row ")]
        return self.popen.returncode, "\n".join([*said, err])

    def _line(self) -> str:
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline().rstrip("\n")
        assert line, self.popen.communicate()[1]
        return line


@contextmanager
def apart(*arguments: object, group: bool = False) -> Iterator[Process]:
    """Run a batch in its own process, and in its own group if asked; see the module."""
    popen = subprocess.Popen(
        [sys.executable, "-u", "-m", "tests.studies.batches", *map(str, arguments)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=group,
    )
    try:
        yield Process(popen)
    finally:
        popen.kill()
        popen.communicate()


def assert_all_end(processes: list[psutil.Process], within_s: float = 20.0) -> None:
    """No process may outlive its batch for long."""
    deadline = time.monotonic() + within_s
    while left := [one for one in processes if _lives(one)]:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def main(out: str, count: str, jobs: str = "2", cluster: str | None = None) -> int:
    study = batch(int(count))
    print("begun", flush=True)
    try:
        with open_workers(None, cluster, int(jobs)) as (executor, at_once):
            study.run(
                out,
                jobs=at_once,
                executor=executor,
                on_row=lambda row, _: print("row", row["scenario"], flush=True),
            )
    except StoppedError as error:
        print("stopped:", error)
        return STOPPED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
