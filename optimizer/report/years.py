"""Years as the columns of a table."""

from collections.abc import Iterable, Sequence

import numpy as np

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable

MOST = 6
"""Years that fit on a line beside names and notes."""


def shown_years(plan: Plan, most: int = MOST) -> tuple[int, ...]:
    """All years, or as many as fit, evenly spread from the first to the last."""
    years = plan.instance.time.years
    if len(years) <= most:
        return years
    positions = np.linspace(0, len(years) - 1, most).round().astype(int)
    return tuple(years[position] for position in positions)


def years_note(plan: Plan, tables: str, most: int = MOST) -> str:
    """Name the tables that hold the years not shown; empty if all are shown."""
    hidden = len(plan.instance.time.years) - most
    return f"{hidden} more years in {tables}." if hidden > 0 else ""


def sentences(*parts: str) -> str:
    """Join the sentences that are not empty."""
    return " ".join(part for part in parts if part)


def year_table(
    plan: Plan,
    title: str,
    names: Sequence[str],
    rows: Iterable[tuple[str, ...]],
    *notes: str,
    after: Sequence[str] = (),
) -> DisplayTable:
    """A table whose columns are names, then the years shown, then those of `after`.

    The last of the notes names the tables that hold the other years; empty notes are omitted.
    """
    *parts, source = notes
    columns = (*names, *map(str, shown_years(plan)), *after)
    note = sentences(*parts, years_note(plan, source))
    return DisplayTable(title, columns, tuple(rows), tuple(range(len(names))), note)
