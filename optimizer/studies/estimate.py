"""Estimate the time of a study from existing rows, or by solving its first scenario once."""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.store import Store
from optimizer.studies.study import Study, check_jobs
from optimizer.studies.worker import Base, ScenarioOutcome, Task, perform

PATIENCE_S = 60.0
"""Time limit of the scenario solved for an estimate."""
MOST_ROWS = 100
"""Rows read for an estimate."""


@dataclass(frozen=True)
class Estimate:
    """Time that the rest of a study takes.

    Attributes
    ----------
    left : int
        Number of scenarios without a row.
    seconds_each : float
        Seconds per scenario in one process.
    seconds : float
        Seconds for all scenarios left, in all processes.
    at_least : bool
        Whether a scenario takes longer than the time limit of the estimate.
    basis : str
        Source of the estimate.
    """

    left: int
    seconds_each: float
    seconds: float
    at_least: bool
    basis: str

    def summary(self) -> dict[str, Any]:
        """Return the estimate for JSON output."""
        return asdict(self)


def estimate(
    study: Study,
    out: str | PathLike[str] | None,
    jobs: int,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Estimate:
    """Estimate the time for the rest of a study without writing anything.

    Later scenarios warm-start from the first and take less time, so an estimate from the first
    alone is on the safe side.
    """
    check_jobs(jobs)
    rows: list[dict[str, Any] | None] = []
    done: set[str] = set()
    if out is not None and Path(out).is_dir():
        store = Store(Path(out), study.columns)
        done = store.done()
        rows = [store.read(digest) for digest in sorted(done)[:MOST_ROWS]]
    left = len({scenario.digest for scenario in study.scenarios} - done)
    known = [row["seconds"] for row in rows if row is not None]
    if known or not left:
        each = statistics.median(known or [0.0])
        return Estimate(left, each, left * each / jobs, False, f"median of {len(known)} rows")
    on_stage("solving the first scenario to estimate the time of one")
    each = _first(study).seconds
    at_least = each >= PATIENCE_S
    return Estimate(left, each, left * each / jobs, at_least, "its first scenario, solved once")


def _first(study: Study) -> ScenarioOutcome:
    options = study.definition.options
    limit_s = min(options.time_limit_s or PATIENCE_S, PATIENCE_S)
    digest = digest_of_base(study.instance)
    task = Task(
        digest,
        Base.of(study.instance, digest),
        next(iter(study.scenarios)).edits,
        study.definition.keep,
        options.model_copy(update={"time_limit_s": limit_s}),
        1,
    )
    outcome = perform(task)
    if not isinstance(outcome, ScenarioOutcome):
        raise TypeError("a task with its base was refused")
    return outcome
