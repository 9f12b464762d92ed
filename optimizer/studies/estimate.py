"""How long a study takes: from rows that there are, or from solving its first scenario once."""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.store import Store
from optimizer.studies.study import Study, check_jobs
from optimizer.studies.worker import Base, Found, Task, perform

PATIENCE_S = 60.0
"""Longest that a scenario is tried, to see how long it takes."""
LOOKED_AT = 100
"""Rows that are enough for an estimate."""


@dataclass(frozen=True)
class Estimate:
    """How long what is left of a study takes.

    Attributes
    ----------
    left : int
        Scenarios without a row.
    seconds_each : float
        For one, in one process.
    seconds : float
        For all that are left, in all processes.
    at_least : bool
        Whether one takes longer than was waited for.
    basis : str
        What it is taken from.
    """

    left: int
    seconds_each: float
    seconds: float
    at_least: bool
    basis: str

    def summary(self) -> dict[str, Any]:
        """What JSON output holds."""
        return asdict(self)


def estimate(
    study: Study,
    out: str | PathLike[str] | None,
    jobs: int,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Estimate:
    """Estimate what is left of a study; nothing is written.

    The first scenario takes longer than those after it, which begin where it ended: an estimate
    from it alone is on the safe side.
    """
    check_jobs(jobs)
    there: set[str] = set()
    store = None
    if out is not None and Path(out).is_dir():
        store = Store(Path(out), study.columns)
        there = store.done()
    left = len({one.digest for one in study.scenarios} - there)
    rows = [store.read(digest) for digest in sorted(there)[:LOOKED_AT]] if store else []
    known = [row["seconds"] for row in rows if row is not None]
    if known or not left:
        each = statistics.median(known or [0.0])
        return Estimate(left, each, left * each / jobs, False, f"median of {len(known)} rows")
    on_stage("solving the first scenario, to see how long one takes")
    found = _first(study)
    each = found.seconds
    at_least = each >= PATIENCE_S
    return Estimate(left, each, left * each / jobs, at_least, "its first scenario, solved once")


def _first(study: Study) -> Found:
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
    found = perform(task)
    if not isinstance(found, Found):
        raise TypeError("a task with its base was refused")
    return found
