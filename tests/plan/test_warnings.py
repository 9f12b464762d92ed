"""What a planner is warned of, and what is only a tie."""

from functools import cache

import pandas as pd
import pytest

from optimizer.plan.plan import TABLES
from optimizer.plan.warnings import cautions
from optimizer.problem.parameters.case import Case, compile_case
from tests.factory import every_kind


@cache
def case() -> Case:
    """Class chat has a penalty, class agent none."""
    return compile_case(every_kind())


def demand(chat: float, agent: float) -> dict[str, pd.DataFrame]:
    table = pd.DataFrame(
        {
            "class": ["chat", "agent"],
            "length_h": 24.0,
            "days_per_year": 365.0,
            "accepted_gtok_per_h": [50.0, 50.0],
            "shed_gtok_per_h": [chat, agent],
        }
    )
    return {name: pd.DataFrame() for name in TABLES} | {"demand": table}


@pytest.mark.parametrize(
    ("chat", "agent", "told"),
    [
        (0, 0, []),
        (1e-5, 1e-5, []),
        (5, 0, ["5% of accepted demand is shed"]),
        (
            0,
            2,
            [
                "2% of accepted demand is not served; with a shed penalty of 0 this forgoes its"
                " value at the choke price and costs nothing more, so read it as demand priced out"
            ],
        ),
    ],
)
def test_shed_demand(chat: float, agent: float, told: list[str]) -> None:
    found = cautions(case(), demand(chat, agent))
    assert [text for text in found if "accepted demand" in text] == told


def test_both_are_told_apart() -> None:
    found = [text for text in cautions(case(), demand(5, 2)) if "accepted demand" in text]
    assert [text.split(" of ")[0] for text in found] == ["5%", "2%"]
