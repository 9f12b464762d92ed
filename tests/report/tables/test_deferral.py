"""Work deferred to a later step of its day."""

import pandas as pd

from optimizer.report.tables.tokens import deferral
from tests.report import made


def rows(*slots: tuple[str, int, float, float, float, float]) -> pd.DataFrame:
    """Rows of (region, first hour, accepted, served, shed, waiting): halves of a day, and alike."""
    columns = ["region", "start_h", "accepted", "served", "shed", "deferred_gtok"]
    table = pd.DataFrame(slots, columns=columns)
    rates = {f"{name}_gtok_per_h": table[name] for name in ("accepted", "served", "shed")}
    whole = table[["region", "start_h", "deferred_gtok"]].assign(**rates)
    whole = whole.assign(day=0, length_h=12.0, days_per_year=365.0)
    whole["class"] = "chat"
    return pd.concat([whole.assign(year=year) for year in (2026, 2027)], ignore_index=True)


def test_deferred_share_and_largest_backlog() -> None:
    """E defers 1 of 4 Gtok/h by night, of which 0.5 are shed by day; W 2 of 4 by day."""
    table = deferral(
        made.plan(
            demand=rows(
                ("E", 0, 4, 3, 0, 12),
                ("E", 12, 4, 4.5, 0.5, 0),
                ("W", 0, 0, 2, 0, 0),
                ("W", 12, 4, 2, 0, 24),
            )
        )
    )
    assert table is not None
    assert table.rows == (
        ("chat", "share", "25.0%", "25.0%"),
        ("chat", "largest backlog, Gtok", "24.0", "24.0"),
    )
    assert "demand.parquet" not in table.note


def test_without_deferral_there_is_no_table() -> None:
    assert deferral(made.plan(demand=rows(("E", 0, 4, 3, 1, 0), ("E", 12, 4, 4, 0, 0)))) is None
