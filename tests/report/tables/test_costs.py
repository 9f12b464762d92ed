"""Welfare by part, and the headline."""

from dataclasses import replace

import pytest

from optimizer.report.tables.costs import costs
from optimizer.report.tables.plan import headline, plan_tables, status_in_words
from tests.report import made


def test_parts_add_up_to_cost_and_welfare() -> None:
    table = costs(made.plan())
    assert table.columns == ("part", "million $", "share of cost")
    assert table.rows == (
        ("hardware, annuities of what is built", "24.5", "83.1%"),
        ("energy drawn from the grid", "5.0", "16.9%"),
        ("system cost", "29.5", "100.0%"),
        ("value of the work accepted", "100.0", ""),
        ("penalties for accepted work not served", "0.5", ""),
        ("welfare: value less cost and penalties", "70.0", ""),
    )
    assert "present value in 2026" in table.title


def test_headline_says_what_the_gap_means() -> None:
    table = headline(made.plan())
    assert table is not None
    assert table.title == "small: million $, present value in 2026 in dollars of 2025"
    assert table.note == (
        "Real dollars of 2025, summed over 2026 to 2027, discounted at 7% a year to the end of"
        " 2026; overnight costs are paid as annuities over the life of what is built."
    )
    assert [row[:2] for row in table.rows] == [
        ("welfare", "70.0"),
        ("bound", "71.0"),
        ("cost", "29.5"),
        ("gap", "3.390%"),
    ]
    assert table.rows[-1][2] == "of cost: no plan can be better by more than $1.00 million"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("infeasible", "Infeasible: no plan meets every constraint."),
        ("time_limit", "Stopped at the time limit before a plan was found."),
        ("interrupted", "Interrupted before a plan was found."),
        ("unbounded", "The solver stopped without an answer: unbounded."),
    ],
)
def test_without_a_plan_only_the_status_and_assumptions_are_shown(status: str, words: str) -> None:
    ended = made.without_point(status)
    assert status_in_words(ended) == words
    assert [table.title for table in plan_tables(ended)] == ["Headline assumptions"]


@pytest.mark.parametrize(
    ("better", "told"), [(0.0, "$0"), (2e-6, "$1.00"), (0.4, "$1.00"), (12.3, "$12.3")]
)
def test_a_gap_below_a_dollar_is_told_as_a_dollar(better: float, told: str) -> None:
    table = headline(replace(made.plan(), bound_usd=70e6 + better, gap=0.0))
    assert table is not None
    assert table.rows[-1][2] == f"of cost: no plan can be better by more than {told}"
