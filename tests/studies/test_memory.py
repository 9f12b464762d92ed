"""Memory does not grow with the scenarios that are behind: of a worker, or of the batch."""

import itertools
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

import pyarrow as pa
import pytest

import optimizer as op
from benchmarks.study_memory import STATM, resident_mb, study_of, work_through
from optimizer.studies.worker import ScenarioOutcome
from tests.studies.batches import TUTORIAL

ROOM_MB = 4.0
"""Far below 100 times what a scenario's program or plan takes, above an allocator's whims."""
BYTES_A_SCENARIO = 500.0
"""Two digests in sets; the row that a scenario leaves is some kilobytes."""


@pytest.mark.slow
@pytest.mark.skipif(not STATM.exists(), reason="this system does not tell what a process holds")
@pytest.mark.parametrize(
    ("scenarios", "displacement"), [(160, ()), (60, ("edge",))], ids=["plan", "displacement"]
)
def test_a_workers_memory_does_not_grow_with_scenarios(
    scenarios: int, displacement: tuple[str, ...]
) -> None:
    found = work_through(study_of("instances/tutorial", scenarios, displacement))
    for _ in itertools.islice(found, scenarios // 2):
        pass
    before = resident_mb()
    assert len(list(found)) == scenarios - scenarios // 2
    assert resident_mb() - before < ROOM_MB


class AtOnce(Executor):
    """Solves nothing, and measures the memory of this process between two scenarios."""

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last = first, last
        self._count = 0
        self._arrow = 0
        self.taken = 0

    def submit(self, _: Callable[..., object], /, *__: object, **___: object) -> "Future[object]":
        self._count += 1
        if self._count == self._first:
            tracemalloc.start()
            self._arrow = pa.total_allocated_bytes()
        if self._count == self._last:
            self.taken = tracemalloc.get_traced_memory()[0]
            self.taken += pa.total_allocated_bytes() - self._arrow
            tracemalloc.stop()
        future: Future[object] = Future()
        future.set_result(ScenarioOutcome("solved", None, 0.0, {"welfare_usd": 1.0}))
        return future


@pytest.mark.slow
def test_a_batch_needs_little_memory_per_scenario(tmp_path: Path) -> None:
    first, last = 200, 600
    executor = AtOnce(first, last)
    drawn = {"name": "price", "set": "zones.RIVER.energy_price_usd_per_mwh"}
    parameter = {**drawn, "distribution": {"uniform": [20, 60]}}
    study = op.Study(
        op.load_instance(TUTORIAL),
        sample={"draws": 640, "assumptions": "none", "parameters": [parameter]},
    )
    assert sum(1 for _ in study.stream(tmp_path, executor=executor)) == 640
    assert 0 < executor.taken / (last - first) < BYTES_A_SCENARIO
