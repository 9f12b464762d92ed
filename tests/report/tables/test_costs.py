"""System cost by part, and the headline."""

from dataclasses import replace

import pytest

from optimizer.report.tables.costs import costs
from optimizer.report.tables.plan import headline, plan_tables, status_in_words
from tests.report import made


def test_parts_add_up_to_cost_and_welfare() -> None:
    table = costs(made.plan())
    assert table.columns == ("part", "$ million", "share of cost")
    assert table.rows == (
        ("hardware, annuities of builds", "24.50", "83.1%"),
        ("energy drawn from the grid", "5.00", "16.9%"),
        ("system cost", "29.50", "100.0%"),
        ("value of accepted demand", "100.00", ""),
        ("penalties for shed demand", "0.50", ""),
        ("welfare: value less cost and penalties", "70.00", ""),
    )
    assert "present value in 2026" in table.title


def test_the_headline_explains_the_gap() -> None:
    table = headline(made.plan())
    assert table is not None
    assert table.title == "small: present value in 2026, 2025 dollars"
    assert table.note == (
        "Real 2025 dollars, summed over 2026 to 2027 and discounted at 7% a year to the end of"
        " 2026; overnight costs are paid as annuities over the life of the asset."
    )
    assert [row[:2] for row in table.rows] == [
        ("welfare", "$70.00 million"),
        ("bound", "$71.00 million"),
        ("cost", "$29.50 million"),
        ("gap", "3.390%"),
    ]
    assert table.rows[-1][2] == "of system cost: the best plan is at most $1.00 million better"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("infeasible", "Infeasible: no plan satisfies every constraint."),
        ("time_limit", "Stopped at the time limit before finding a plan."),
        ("interrupted", "Interrupted before finding a plan."),
        ("unbounded", "The solver stopped without an answer: unbounded."),
    ],
)
def test_without_a_plan_only_the_status_and_assumptions_are_shown(status: str, words: str) -> None:
    ended = made.without_point(status)
    assert status_in_words(ended) == words
    assert [table.title for table in plan_tables(ended)] == ["Headline assumptions"]


@pytest.mark.parametrize(
    ("gain", "shown"), [(0.0, "$0"), (2e-6, "$1.00"), (0.4, "$1.00"), (12.3, "$12.3")]
)
def test_a_gap_below_a_dollar_is_shown_as_a_dollar(gain: float, shown: str) -> None:
    table = headline(replace(made.plan(), bound_usd=70e6 + gain, gap=0.0))
    assert table is not None
    assert table.rows[-1][2] == f"of system cost: the best plan is at most {shown} better"
