"""Which parameters move a measure most: by one at a time, or by a sample."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.studies.analysis.outcomes import at, require
from optimizer.studies.analysis.rank_regression import RankRegression, rank_regression
from optimizer.studies.analysis.swings import Swings, base_row, swings

SWINGS = "one at a time: the measure at the lowest and highest value of each, against base"
SRRC = "standardised rank regression coefficient (SRRC)"


def tornado(
    results: pd.DataFrame,
    parameters: Sequence[str],
    measure: str,
    seed: int = 1,
    where: Mapping[str, Any] | None = None,
    base: str | None = None,
) -> Swings | RankRegression:
    """Rank parameters by what they do to a measure.

    Where one row, or the one named base, is such that every other differs from it in a single
    parameter, low and high are compared with base.  Otherwise the rows are a sample, and the
    ranks of the measure are regressed on those of the parameters.

    Parameters
    ----------
    results : DataFrame
        One row a scenario, in any order.
    parameters : sequence of str
    measure : str
        Column of the figure, as ``edge_displacement``.
    seed : int
        Of the bootstrap, for a sample.
    where : mapping of str to value, optional
        Slice: a value for each other input that varies.
    base : str, optional
        Name of the base scenario of a design of one at a time.

    Returns
    -------
    Swings or RankRegression
        Each says what its bars are: `SWINGS`, `SRRC`.

    Raises
    ------
    InputError
        As `swings` and `rank_regression` do.
    """
    require(results, parameters)
    if base is not None or base_row(at(results, where or {}), parameters) is not None:
        return swings(results, parameters, measure, where, base)
    return rank_regression(results, parameters, measure, seed, where)
