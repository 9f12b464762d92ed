"""The rows of a study: made, counted, and put in the study's order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimizer.studies.scenarios import Scenario, Scenarios
from optimizer.studies.store import Store
from optimizer.studies.worker import AGAIN, SOLVED_ROW, Found

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Tally:
    """How far a study is.

    Attributes
    ----------
    scenarios : int
        Of the study.
    distinct : int
        Of them with results of their own: two that change the same share one.
    done : int
        With a row.
    before : int
        Of those done, how many had a row before this run.
    failures : int
        Rows without a solved answer.
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
    """Cells that say which scenario a row is of."""
    head = {"scenario": scenario.name, "case": scenario.case, "draw": scenario.draw}
    texts = {
        name: value if isinstance(value, float) else str(value)
        for name, value in scenario.values.items()
    }
    return head | texts


def row_of(scenario: Scenario, found: Found) -> dict[str, Any]:
    """Row of a scenario."""
    return {
        **named(scenario),
        "status": found.status,
        "reason": found.reason,
        "seconds": found.seconds,
        "version": found.version,
        "digest": scenario.digest,
        **found.cells,
    }


def is_failure(row: Row) -> bool:
    """Whether a row has no solved answer."""
    return bool(row["status"] != SOLVED_ROW)


def standing(store: Store, scenarios: Scenarios, again: bool) -> tuple[set[str], int]:
    """Digests of what is done already, and how many of them failed.

    A file that is damaged is removed; so is, where `again`, one of a scenario that another
    attempt may end otherwise.
    """
    there, failures = store.done(), 0
    done: set[str] = set()
    for scenario in scenarios:
        if scenario.digest not in there or scenario.digest in done:
            continue
        row = store.read(scenario.digest)
        if row is None or (again and row["status"] in AGAIN):
            store.remove(scenario.digest)
            continue
        done.add(scenario.digest)
        failures += is_failure(row)
    return done, failures


def tally_of(store: Store, scenarios: Scenarios) -> Tally:
    """How far a study is."""
    distinct = {scenario.digest for scenario in scenarios}
    rows = [row for digest in distinct if (row := store.read(digest)) is not None]
    failures = sum(map(is_failure, rows))
    return Tally(len(scenarios), len(distinct), len(rows), len(rows), failures)


def frame_of(store: Store, scenarios: Scenarios) -> pd.DataFrame:
    """Rows that there are, in the study's order; see `optimizer.studies.study.Study.results`."""
    there = store.done()
    rows = []
    for scenario in scenarios:
        row = store.read(scenario.digest) if scenario.digest in there else None
        if row is not None:
            rows.append({**row, **named(scenario)})
    return store.frame(rows)
