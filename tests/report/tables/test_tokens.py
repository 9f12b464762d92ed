"""Tokens served by kind of site, and those not served."""

import pandas as pd

from optimizer.report.tables.tokens import demand, tokens_by_kind, unserved
from tests.report import made

HOURS = 24.0 * 365.0


def demand_rows(
    *rows: tuple[str, str, int, float, float, float],
) -> pd.DataFrame:
    """Rows of (region, class, year, asked, accepted, shed) in Ttok a year, two slots each."""
    columns = ["region", "class", "year", "asked", "accepted", "shed"]
    table = pd.DataFrame(rows, columns=columns)
    flows = {
        "reference_gtok_per_h": table["asked"] * 1e3 / HOURS,
        "accepted_gtok_per_h": table["accepted"] * 1e3 / HOURS,
        "shed_gtok_per_h": table["shed"] * 1e3 / HOURS,
    }
    whole = table[["region", "class", "year"]].assign(**flows)
    return pd.concat(
        [
            whole.assign(length_h=6.0, days_per_year=365.0),
            whole.assign(length_h=18.0, days_per_year=365.0),
        ]
    )


def test_tokens_of_a_year_with_shares() -> None:
    placement = pd.DataFrame(
        [
            ("device", 2026, 1e3 / HOURS, 24.0, 365.0),
            ("cloud", 2026, 3e3 / HOURS, 24.0, 365.0),
            ("cloud", 2027, 500e3 / HOURS, 12.0, 365.0),
            ("cloud", 2027, 500e3 / HOURS, 12.0, 365.0),
        ],
        columns=["kind", "year", "flow_gtok_per_h", "length_h", "days_per_year"],
    )
    table = tokens_by_kind(made.plan(placement=placement))
    assert table.title == "Tokens served by kind of site: Ttok/year and share"
    assert table.rows == (
        ("device", "1 (25%)", "0"),
        ("cloud", "3 (75%)", "500 (100%)"),
        ("offgrid", "0", "0"),
        ("all", "4 (100%)", "500 (100%)"),
    )


def test_refused_and_induced_demand_are_not_netted_across_workloads() -> None:
    rows = demand_rows(
        ("E", "chat", 2026, 100, 60, 0),
        ("W", "chat", 2026, 100, 150, 5),
        ("E", "agent", 2026, 100, 100, 0),
        ("E", "chat", 2027, 100, 100, 0),
        ("E", "agent", 2027, 100, 100, 0),
    )
    plan = made.plan(demand=rows)
    table = demand(plan)
    assert table.title == "Demand and how much of it is served: Ttok/year"
    assert {row[0]: row[1:] for row in table.rows} == {
        "reference demand": ("300", "200"),
        "of it not accepted": ("40", "0"),
        "price-induced demand": ("50", "0"),
        "accepted": ("310", "200"),
        "accepted but shed": ("5", "0"),
        "served": ("305", "200"),
    }
    by_class = unserved(plan)
    assert by_class is not None
    assert by_class.rows == (
        ("chat", "not accepted", "20.0%", "0%"),
        ("chat", "shed", "2.5%", "0%"),
    )


def test_without_unserved_demand_no_class_is_listed() -> None:
    rows = demand_rows(("E", "chat", 2026, 100, 120, 0), ("E", "chat", 2027, 100, 100, 0))
    assert unserved(made.plan(demand=rows)) is None
