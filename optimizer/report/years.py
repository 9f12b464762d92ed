"""Years as the columns of a table."""

from collections.abc import Sequence

import numpy as np

from optimizer.plan.plan import Plan

MOST = 6
"""Years that fit a line beside names and notes."""


def shown_years(plan: Plan, most: int = MOST) -> tuple[int, ...]:
    """Years to show: all, or as many as fit from the first to the last, evenly spread."""
    years = plan.instance.time.years
    if len(years) <= most:
        return years
    positions = np.linspace(0, len(years) - 1, most).round().astype(int)
    return tuple(years[position] for position in positions)


def years_note(plan: Plan, tables: str, most: int = MOST) -> str:
    """Where the years are that are not shown; empty where all are."""
    hidden = len(plan.instance.time.years) - most
    return f"{hidden} more years in {tables}." if hidden > 0 else ""


def headings(years: Sequence[int]) -> tuple[str, ...]:
    """Column headings of years."""
    return tuple(str(year) for year in years)


def sentences(*parts: str) -> str:
    """Put the sentences that there are one after the other."""
    return " ".join(part for part in parts if part)
