"""Shed demand is a warning, and shedding that costs nothing is reported as what it is."""

from functools import cache

import pandas as pd
import pytest

from optimizer.plan.output_tables import TABLES
from optimizer.plan.warnings import plan_warnings
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
    ("chat", "agent", "expected"),
    [
        (0, 0, []),
        (1e-5, 1e-5, []),
        (5, 0, ["5% of accepted demand is shed"]),
        (
            0,
            2,
            [
                "2% of accepted demand is not served; with a shed penalty of 0 that costs no more"
                " than its value at the choke price, so read it as uneconomic demand"
            ],
        ),
    ],
)
def test_shed_demand_is_reported_above_numerical_noise(
    chat: float, agent: float, expected: list[str]
) -> None:
    warnings = plan_warnings(case(), demand(chat, agent))
    assert [text for text in warnings if "accepted demand" in text] == expected


def test_costly_and_free_shedding_are_reported_separately() -> None:
    warnings = [text for text in plan_warnings(case(), demand(5, 2)) if "accepted demand" in text]
    assert [text.split(" of ")[0] for text in warnings] == ["5%", "2%"]
