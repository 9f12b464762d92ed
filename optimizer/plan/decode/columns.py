"""Columns that tables of a plan share: when, and what is called what."""

import numpy as np

from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Block


def slot_columns(case: Case, year: np.ndarray, slot: np.ndarray) -> dict[str, np.ndarray]:
    """Columns that say when: year, representative day, first hour, length, days a year."""
    horizon = case.horizon
    return {
        "year": np.array(horizon.years)[year],
        "day": horizon.day_of_year[horizon.day][slot],
        "start_h": horizon.start_h[slot],
        "length_h": horizon.length_h[slot],
        "days_per_year": horizon.days_per_year[slot],
    }


def every(block: Block) -> tuple[np.ndarray, ...]:
    """Positions along each axis of every column of a block, in order."""
    return tuple(axis.ravel() for axis in np.indices(block.shape))


def names(values: list[str]) -> np.ndarray:
    """Ids as a column that positions index."""
    return np.array(values, dtype=object)
