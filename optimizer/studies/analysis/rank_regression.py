"""Standardised rank regression coefficients: how strongly each sampled parameter drives a measure.

R. L. Iman and W. J. Conover, The use of the rank transform in regression, Technometrics 21
(1979); J. C. Helton and F. J. Davis, Latin hypercube sampling and the propagation of uncertainty
in analyses of complex systems, Reliability Engineering and System Safety 81 (2003).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimizer.studies.analysis.outcomes import (
    DRAW,
    Floats,
    figures,
    is_numeric,
    one_slice,
    refused,
)

RESAMPLES = 500
CONFIDENCE = 0.95
ROWS_A_COEFFICIENT = 2
"""ASSUMED: draws required for each coefficient and for the constant."""

SINGULAR = 1e-9
"""Share of the largest eigenvalue of the ranks' correlation below which another counts as zero."""


@dataclass(frozen=True)
class Coefficient:
    """One parameter.

    Attributes
    ----------
    parameter : str
    value : float or None
        Change of the measure's rank with that of the parameter, both in standard deviations and
        with all other parameters equal: at +1 it alone orders the measure, at 0 it has no monotonic
        effect.  None if the parameter does not vary.
    low, high : float or None
        95% interval by the percentile bootstrap.
    """

    parameter: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class RankRegression:
    """A regression of ranks.

    Attributes
    ----------
    measure : str
    draws, left_out : int
        Number of draws used, and of draws without the figure.
    r_squared : float
        Share of the variance of the measure's ranks explained.  If it is low, effects are not
        monotonic or they interact, and coefficients do not rank parameters.
    coefficients : tuple of Coefficient
        Largest first.
    """

    measure: str
    draws: int
    left_out: int
    r_squared: float
    coefficients: tuple[Coefficient, ...]


def rank_regression(
    results: pd.DataFrame,
    parameters: Sequence[str],
    measure: str,
    seed: int = 1,
    where: Mapping[str, Any] | None = None,
) -> RankRegression:
    """Regress the ranks of a measure on those of the sampled parameters.

    Parameters
    ----------
    results : DataFrame
        One row per scenario, in any order.
    parameters : sequence of str
        Columns of the sampled parameters.
    measure : str
        Column of the figure.
    seed : int
        Seed of the bootstrap.
    where : mapping of str to value, optional
        Slice: one value for each other input that varies.

    Raises
    ------
    InputError
        If other inputs vary, too few draws have the figure, it does not vary, or two parameters
        vary only together.
    """
    kept = one_slice(results, [DRAW, *parameters], where or {})
    for name in parameters:
        if not is_numeric(kept[name]):
            raise refused(name, None, "contains text, not a sampled parameter")
    # Sorted, so that the bootstrap does not depend on the order of the table.
    kept = kept.sort_values([DRAW, *parameters])
    outcomes = figures(kept, measure)
    known = np.isfinite(outcomes)
    y, x = outcomes[known], kept.loc[known, list(parameters)].to_numpy(dtype=float)
    moved = [place for place in range(len(parameters)) if np.ptp(x[:, place]) > 0] if y.size else []
    least = ROWS_A_COEFFICIENT * (len(moved) + 1)
    if not moved or y.size < least:
        message = f"known in {y.size} draws: {len(moved)} parameters need {least} or more"
        raise refused(measure, None, message if moved else "no parameter varies in these draws")
    if np.ptp(y) == 0:
        raise refused(measure, None, "is the same in every draw: nothing drives it")
    x = x[:, moved]
    _check_independent(x, [parameters[place] for place in moved], measure)
    value, r_squared = _fitted(x, y)
    rng = np.random.default_rng(seed)
    picks = rng.integers(y.size, size=(RESAMPLES, y.size))
    again = np.array([_fitted(x[pick], y[pick])[0] for pick in picks])
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(again, [tail, 100 - tail], axis=0)
    coefficients = [Coefficient(name, None, None, None) for name in parameters]
    for column, place in enumerate(moved):
        ends = float(low[column]), float(high[column])
        coefficients[place] = Coefficient(parameters[place], float(value[column]), *ends)
    coefficients.sort(
        key=lambda each: (each.value is None, -abs(each.value or 0.0), each.parameter)
    )
    left_out = int((~known).sum())
    return RankRegression(measure, y.size, left_out, r_squared, tuple(coefficients))


def _check_independent(x: Floats, names: Sequence[str], measure: str) -> None:
    """Refuse parameters whose ranks are not linearly independent."""
    if len(names) < 2:
        return
    eigenvalues = np.linalg.eigvalsh(_correlated(x))
    if eigenvalues[0] < SINGULAR * eigenvalues[-1]:
        message = f"two or more of {', '.join(names)} vary only together: omit one"
        raise refused(measure, None, message)


def _standard(columns: Floats) -> Floats:
    """Standardise the ranks of each column; a column that does not vary is 0."""
    from scipy.stats import rankdata

    ranks = np.asarray(rankdata(columns, axis=0), dtype=float)
    centred = ranks - ranks.mean(axis=0)
    deviation = centred.std(axis=0)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1.0))


def _correlated(x: Floats) -> Floats:
    z = _standard(x)
    return np.asarray(z.T @ z / len(z))


def _fitted(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Return the coefficients, shape (parameters,), and the share of variance explained."""
    z, v = _standard(x), _standard(y[:, None])[:, 0]
    among, to_y = z.T @ z / len(z), z.T @ v / len(z)
    value = np.asarray(np.linalg.lstsq(among, to_y, rcond=SINGULAR)[0], dtype=np.float64)
    return value, min(max(float(value @ to_y), 0.0), 1.0)
