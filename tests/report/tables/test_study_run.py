"""What a study prints before and after it ran."""

import pandas as pd
import pytest

from optimizer.report.tables.study import (
    answers,
    duration,
    estimate_sentence,
    left_out_sentence,
    study_tables,
    tally_sentence,
)
from optimizer.studies.estimate import Estimate
from optimizer.studies.rows import Tally
from optimizer.studies.summary import StudySummary


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.83, "0.8 s"), (42.4, "42 s"), (600, "10 min"), (5400, "1.5 h"), (86400, "24.0 h")],
)
def test_a_duration_is_no_finer_than_it_is_known(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_an_estimate_names_its_basis() -> None:
    one = Estimate(500, 6.0, 1500.0, at_least=False, basis="median of 12 rows")
    assert estimate_sentence(one, 2) == (
        "500 scenarios are left: about 25 min in 2 processes (6.0 s each: median of 12 rows)."
    )
    long = Estimate(500, 60.0, 30000.0, at_least=True, basis="its first scenario, solved once")
    assert "at least 8.3 h in 1 process (60 s each" in estimate_sentence(long, 1)
    none = Estimate(0, 0.0, 0.0, at_least=False, basis="")
    assert estimate_sentence(none, 2) == "Every scenario has a result: nothing is left to run."


def test_a_tally_counts_rows_failures_and_what_is_shared() -> None:
    whole = Tally(scenarios=10, distinct=10, done=10, before=0, failures=2)
    assert tally_sentence("s", whole) == (
        "s: 10 of 10 scenarios have a result; 2 without an answer."
    )
    some = Tally(scenarios=10, distinct=8, done=5, before=5, failures=0)
    assert tally_sentence("s", some) == (
        "s: 5 of 8 scenarios have a result (2 more make the same changes as one of these and share"
        " its result); 0 without an answer. Run the same command again to resume."
    )


def test_assumptions_that_are_not_drawn_are_counted_and_the_first_named() -> None:
    assert left_out_sentence({}) == ""
    many = {f"zones.{n}.*": "a family" for n in range(10)}
    assert left_out_sentence({**many, "x.y": "one value"}) == (
        "Not drawn, 11 assumptions: zones.0.*, zones.1.*, zones.2.*, zones.3.*, zones.4.*,"
        " zones.5.*, zones.6.*, zones.7.* and 2 more (a family); x.y (one value)."
    )
    assert left_out_sentence({"x.y": "one value"}) == "Not drawn, 1 assumption: x.y (one value)."


FACTS = StudySummary(
    "s", axes=(("load", "scales x"), ("limit", "sets y")), interventions=("edge",), scenarios=4
)
GRID = pd.DataFrame(
    {
        "scenario": ["a", "b", "c", "d"],
        "case": "base",
        "draw": pd.array([None] * 4, dtype="Int64"),
        "load": [1.0, 1.0, 2.0, 2.0],
        "limit": [1.0, 2.0, 1.0, 2.0],
        "status": ["solved", "solved", "solved", "infeasible"],
        "reason": [None, None, None, "edge: infeasible"],
        "edge_status": ["solved", "solved", "solved", "infeasible"],
        "edge_verdict": ["mixed", "substitutes", "mixed", None],
        "edge_displacement": [0.5, 1.0, 0.5, None],
        "edge_low": [0.5, 1.0, 0.5, None],
        "edge_high": [0.5, 1.0, 0.5, None],
        "edge_reason": [None, None, None, "edge: infeasible"],
    }
)


def test_failures_come_first_and_flips_only_where_there_are_any() -> None:
    said = answers(GRID, FACTS)
    assert said[0].startswith("3 of 4 scenarios have a plan")
    assert said[1].startswith("edge: of 3 scenarios with an answer, mixed in 2, substitutes in 1")
    titles = [table.title for table in study_tables(GRID, FACTS)]
    assert titles == [
        "Without an answer: counted in no verdict",
        "Scenarios",
        "Flips of the verdict on edge",
    ]
    same = GRID.assign(edge_verdict="mixed", edge_displacement=0.5, edge_low=0.5, edge_high=0.5)
    same = same.assign(status="solved", edge_status="solved", reason=None)
    assert [table.title for table in study_tables(same, FACTS)] == ["Scenarios"]
    assert answers(same, FACTS) == ["edge: of 4 scenarios with an answer, mixed in 4."]


def test_an_empty_study_prints_nothing() -> None:
    assert answers(GRID.head(0), FACTS) == []
    assert study_tables(GRID.head(0), FACTS) == []
