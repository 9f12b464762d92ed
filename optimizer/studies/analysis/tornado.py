"""Rank the parameters that drive a measure, from one-at-a-time scenarios or from a sample."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.studies.analysis.outcomes import require, select
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
    """Rank parameters by their effect on a measure.

    If every other row differs from one row, or from the one named `base`, in a single parameter,
    low and high values are compared with that base.  Otherwise the rows are a sample, and the
    ranks of the measure are regressed on those of the parameters.

    Parameters
    ----------
    results : DataFrame
        One row per scenario, in any order.
    parameters : sequence of str
    measure : str
        Column of the figure, such as ``edge_displacement``.
    seed : int
        Seed of the bootstrap, for a sample.
    where : mapping of str to value, optional
        Slice: one value for each other input that varies.
    base : str, optional
        Name of the base scenario of a one-at-a-time design.

    Returns
    -------
    Swings or RankRegression
        Their bars are described by `SWINGS` and `SRRC`.

    Raises
    ------
    InputError
        As for `swings` and `rank_regression`.
    """
    require(results, parameters)
    if base is not None or base_row(select(results, where or {}), parameters) is not None:
        return swings(results, parameters, measure, where, base)
    return rank_regression(results, parameters, measure, seed, where)
