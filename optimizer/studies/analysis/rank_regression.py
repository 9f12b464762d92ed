"""Standardised rank regression coefficients: how strongly each sampled parameter moves a measure.

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
"""ASSUMED: fewer draws than so many for each coefficient and the constant are refused."""

SINGULAR = 1e-9
"""Share of the largest eigenvalue of the ranks' correlation below which one is none."""


@dataclass(frozen=True)
class Coefficient:
    """One parameter.

    Attributes
    ----------
    parameter : str
    value : float or None
        Change of the measure's rank with the parameter's, both in standard deviations, all other
        parameters equal: +1 alone orders it, 0 has no monotonic effect.  None where the parameter
        does not vary.
    low, high : float or None
        95% interval: percentiles of the bootstrap.
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
        Draws that it is made from, and those without the figure.
    r_squared : float
        Share of the variance of the measure's ranks that it explains.  Where it is low, effects
        are not monotonic or act together, and coefficients do not rank parameters.
    coefficients : tuple of Coefficient
        The largest first.
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
        One row a scenario, in any order.
    parameters : sequence of str
        Columns of the sampled parameters.
    measure : str
        Column of the figure.
    seed : int
        Of the bootstrap.
    where : mapping of str to value, optional
        Slice: a value for each other input that varies.

    Raises
    ------
    InputError
        Where other inputs vary, too few draws have the figure, it does not vary, or two
        parameters vary only together.
    """
    kept = one_slice(results, [DRAW, *parameters], where or {})
    for name in parameters:
        if not is_numeric(kept[name]):
            raise refused(name, None, "holds words, and not a sampled parameter")
    # In the order of the draws, so that a table in another order has the same bootstrap.
    kept = kept.sort_values([DRAW, *parameters])
    whole = figures(kept, measure)
    there = np.isfinite(whole)
    y, x = whole[there], kept.loc[there, list(parameters)].to_numpy(dtype=float)
    moved = [place for place in range(len(parameters)) if np.ptp(x[:, place]) > 0] if y.size else []
    least = ROWS_A_COEFFICIENT * (len(moved) + 1)
    if not moved or y.size < least:
        message = f"{y.size} draws have it: {least} or more are needed for so many parameters"
        raise refused(measure, None, message if moved else "no parameter varies where it is known")
    if np.ptp(y) == 0:
        raise refused(measure, None, "is the same in every draw: nothing moves it")
    x = x[:, moved]
    _check_apart(x, [parameters[place] for place in moved], measure)
    value, r_squared = _fitted(x, y)
    rng = np.random.default_rng(seed)
    picks = rng.integers(y.size, size=(RESAMPLES, y.size))
    again = np.array([_fitted(x[pick], y[pick])[0] for pick in picks])
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(again, [tail, 100 - tail], axis=0)
    found = [Coefficient(name, None, None, None) for name in parameters]
    for column, place in enumerate(moved):
        ends = float(low[column]), float(high[column])
        found[place] = Coefficient(parameters[place], float(value[column]), *ends)
    found.sort(key=lambda one: (one.value is None, -abs(one.value or 0.0), one.parameter))
    return RankRegression(measure, y.size, int((~there).sum()), r_squared, tuple(found))


def _check_apart(x: Floats, names: Sequence[str], measure: str) -> None:
    """Refuse parameters whose ranks are not linearly independent."""
    if len(names) < 2:
        return
    apart = np.linalg.eigvalsh(_correlated(x))
    if apart[0] < SINGULAR * apart[-1]:
        message = f"two or more of {', '.join(names)} vary only together: leave one out"
        raise refused(measure, None, message)


def _standard(columns: Floats) -> Floats:
    """Ranks of each column less their mean, over their deviation; 0 where nothing varies."""
    from scipy.stats import rankdata

    ranks = np.asarray(rankdata(columns, axis=0), dtype=float)
    apart = ranks - ranks.mean(axis=0)
    deviation = apart.std(axis=0)
    return np.asarray(apart / np.where(deviation > 0, deviation, 1.0))


def _correlated(x: Floats) -> Floats:
    z = _standard(x)
    return np.asarray(z.T @ z / len(z))


def _fitted(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Coefficients, shape (parameters,), and the share of variance explained."""
    z, v = _standard(x), _standard(y[:, None])[:, 0]
    among, to_y = z.T @ z / len(z), z.T @ v / len(z)
    value = np.asarray(np.linalg.lstsq(among, to_y, rcond=SINGULAR)[0], dtype=np.float64)
    return value, min(max(float(value @ to_y), 0.0), 1.0)
