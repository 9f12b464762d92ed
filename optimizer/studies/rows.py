"""Rows of a study: making, counting and ordering them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimizer.studies.scenarios import Scenario, Scenarios
from optimizer.studies.store import Store
from optimizer.studies.worker import AGAIN, SOLVED_ROW, ScenarioOutcome

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Tally:
    """Progress of a study.

    Attributes
    ----------
    scenarios : int
        Number of scenarios.
    distinct : int
        Number of distinct scenarios: those with the same changes share a row.
    done : int
        Number of rows.
    before : int
        Number of rows from earlier runs.
    failures : int
        Number of rows without an answer.
    """

    scenarios: int
    distinct: int
    done: int
    before: int
    failures: int

    @property
    def complete(self) -> bool:
        """Whether every scenario has a row."""
        return self.done == self.distinct


def named(scenario: Scenario) -> dict[str, Any]:
    """Return the cells that identify the scenario of a row."""
    head = {"scenario": scenario.name, "case": scenario.case, "draw": scenario.draw}
    texts = {
        name: value if isinstance(value, float) else str(value)
        for name, value in scenario.values.items()
    }
    return head | texts


def row_of(scenario: Scenario, outcome: ScenarioOutcome) -> dict[str, Any]:
    """Return the row of a scenario."""
    return {
        **named(scenario),
        "status": outcome.status,
        "reason": outcome.reason,
        "seconds": outcome.seconds,
        "version": outcome.version,
        "digest": scenario.digest,
        **outcome.cells,
    }


def is_failure(row: Row) -> bool:
    """Whether a row has no answer."""
    return bool(row["status"] != SOLVED_ROW)


def standing(store: Store, scenarios: Scenarios, again: bool) -> tuple[set[str], int]:
    """Return the digests of the scenarios with a row, and how many of them failed.

    Damaged files are removed; with `again`, so are those of scenarios that may succeed if rerun.
    """
    stored, failures = store.done(), 0
    done: set[str] = set()
    for scenario in scenarios:
        if scenario.digest not in stored or scenario.digest in done:
            continue
        row = store.read(scenario.digest)
        if row is None or (again and row["status"] in AGAIN):
            store.remove(scenario.digest)
            continue
        done.add(scenario.digest)
        failures += is_failure(row)
    return done, failures


def tally_of(store: Store, scenarios: Scenarios) -> Tally:
    """Count the rows of a study."""
    distinct = {scenario.digest for scenario in scenarios}
    rows = [row for digest in distinct if (row := store.read(digest)) is not None]
    failures = sum(map(is_failure, rows))
    return Tally(len(scenarios), len(distinct), len(rows), len(rows), failures)


def frame_of(store: Store, scenarios: Scenarios) -> pd.DataFrame:
    """Return the rows so far, in the study's order; see `optimizer.studies.study.Study.results`."""
    stored = store.done()
    rows = []
    for scenario in scenarios:
        row = store.read(scenario.digest) if scenario.digest in stored else None
        if row is not None:
            rows.append({**row, **named(scenario)})
    return store.frame(rows)
