"""One-at-a-time sensitivity: each parameter at its lowest and highest value, others at base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.studies.analysis.outcomes import (
    CASE,
    DRAW,
    SCENARIO,
    Floats,
    Mask,
    figures,
    is_numeric,
    refused,
    require,
    select,
    varying,
)


@dataclass(frozen=True)
class Swing:
    """Effect of one parameter.

    Attributes
    ----------
    parameter : str
    base, lowest, highest : float
        Its value at base, and its lowest and highest values; either may be the base itself.
    low, high : float or None
        The measure at its lowest and highest value; None if that scenario has no answer.
    """

    parameter: str
    base: float
    lowest: float
    highest: float
    low: float | None
    high: float | None

    def reach(self, base: float) -> float:
        """Largest change of the measure from base."""
        return max((abs(end - base) for end in (self.low, self.high) if end is not None), default=0)


@dataclass(frozen=True)
class Swings:
    """Effects of parameters, one at a time.

    Attributes
    ----------
    measure : str
    base : float
        The measure with every parameter at base.
    swings : tuple of Swing
        Largest reach first; parameters without an answer at either end last.
    """

    measure: str
    base: float
    swings: tuple[Swing, ...]


def base_row(results: pd.DataFrame, parameters: Sequence[str]) -> int | None:
    """Return the position of the one row from which all others differ in at most one parameter.

    None if there is no such row, or more than one: then the table is not a one-at-a-time design,
    or its base is ambiguous.
    """
    if len(results) < 2 or not all(is_numeric(results[name]) for name in parameters):
        return None
    values = _values(results, parameters)
    if (_apart(values, values[0]) > 2).any():  # two rows that differ from a base in one each
        return None
    places = [place for place, row in enumerate(values) if (_apart(values, row) <= 1).all()]
    return places[0] if len(np.unique(values[places], axis=0)) == 1 else None


def _values(results: pd.DataFrame, parameters: Sequence[str]) -> Floats:
    return results[list(parameters)].to_numpy(dtype=float, na_value=np.nan)


def _moved(values: Floats, row: Floats) -> Mask:
    """Which parameters of each row differ from those of a row, shape (rows, parameters)."""
    return np.asarray(~np.isclose(values, row, rtol=1e-9, atol=0.0, equal_nan=True))


def _apart(values: Floats, row: Floats) -> npt.NDArray[np.int64]:
    """Number of parameters that differ, shape (rows,)."""
    return np.asarray(_moved(values, row).sum(axis=1))


def swings(
    results: pd.DataFrame,
    parameters: Sequence[str],
    measure: str,
    where: Mapping[str, Any] | None = None,
    base: str | None = None,
) -> Swings:
    """Compare scenarios that differ from base in one parameter with base.

    Parameters
    ----------
    results : DataFrame
        One row per scenario, in any order.
    parameters : sequence of str
        Columns of numbers.
    measure : str
        Column of the figure.
    where : mapping of str to value, optional
        Slice.
    base : str, optional
        Name of the base scenario; found if not given.

    Raises
    ------
    InputError
        If there is no base, it has no answer, or a scenario differs from it in more than one
        parameter or in another input.
    """
    require(results, [SCENARIO, *parameters])
    kept = select(results, where or {})
    for name in parameters:
        if not is_numeric(kept[name]):
            raise refused(name, None, "contains text: low and high need numbers")
    # The name of a case adds nothing to its parameters.
    loose = varying(kept, [CASE, DRAW, *parameters])
    if loose:
        raise refused(loose[0], None, "varies besides the parameters: choose one value")
    place = base_row(kept, parameters) if base is None else _named(kept, base)
    if place is None:
        raise refused("", None, "no single scenario differs from all others in one parameter only")
    values, outcomes = _values(kept, parameters), figures(kept, measure)
    moved, apart = _moved(values, values[place]), _apart(values, values[place])
    names = kept[SCENARIO]
    if (apart > 1).any():
        many = str(names.iloc[int(np.argmax(apart))])
        raise refused(SCENARIO, many, "differs from the base in more than one parameter")
    if not np.isfinite(outcomes[place]):
        raise refused(SCENARIO, str(names.iloc[place]), "the base has no answer")
    middle = float(outcomes[place])
    bars = [
        _swing(name, values[:, column], outcomes, moved[:, column], place)
        for column, name in enumerate(parameters)
    ]
    ranked = sorted(bars, key=lambda bar: (-bar.reach(middle), bar.parameter))
    return Swings(measure, middle, tuple(ranked))


def _named(kept: pd.DataFrame, base: str) -> int:
    places = np.flatnonzero((kept[SCENARIO] == base).to_numpy(dtype=bool))
    if places.size != 1:
        raise refused(SCENARIO, base, "no such scenario to use as base")
    return int(places[0])


def _swing(name: str, values: Floats, outcomes: Floats, moved: Mask, place: int) -> Swing:
    rows = [*np.flatnonzero(moved), place]
    lowest = min(rows, key=lambda row: values[row])
    highest = max(rows, key=lambda row: values[row])
    low, high = (
        float(outcomes[row]) if np.isfinite(outcomes[row]) else None for row in (lowest, highest)
    )
    ends = float(values[place]), float(values[lowest]), float(values[highest])
    return Swing(name, *ends, low, high)
