"""Draws of many numbers at once: a design in the unit cube, correlations, then distributions."""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from optimizer.studies.definition import Distribution, Sample

Floats = NDArray[np.float64]
INSIDE = 1e-9
"""Distance that draws keep from the ends of the unit cube: some distributions have no ends."""


class CorrelationError(ValueError):
    """No joint distribution has the correlations asked for."""


def unit_draws(sample: Sample, names: Sequence[str]) -> Floats:
    """Draws in the unit cube.

    Parameters
    ----------
    sample : Sample
    names : sequence of str, length p
        What is drawn, in order.

    Returns
    -------
    ndarray, shape (rows, p)
        ``sample.draws`` rows; for a Saltelli design (p + 2) for each draw, in SALib's order.

    Raises
    ------
    CorrelationError
        Where the rank correlations contradict each other.
    """
    count = len(names)
    if count == 0:
        return np.zeros((sample.draws, 0))
    if sample.method == "saltelli":
        return _saltelli(sample, count)
    generator = np.random.default_rng(sample.seed)
    if sample.method == "latin_hypercube":
        found = qmc.LatinHypercube(count, rng=generator).random(sample.draws)
    elif sample.method == "sobol":
        found = qmc.Sobol(count, rng=generator).random(sample.draws)
    else:
        found = generator.random((sample.draws, count))
    return _correlated(np.clip(found, INSIDE, 1 - INSIDE), sample, names)


def _saltelli(sample: Sample, count: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its dependencies' own, on being imported
        from SALib.sample import sobol
    problem = {"num_vars": count, "names": list(map(str, range(count))), "bounds": [[0, 1]] * count}
    found = sobol.sample(problem, sample.draws, calc_second_order=False, seed=sample.seed + 1)
    return np.asarray(np.clip(found, INSIDE, 1 - INSIDE), dtype=float)


def _correlated(cube: Floats, sample: Sample, names: Sequence[str]) -> Floats:
    """Give draws the rank correlations asked for, through normal scores (a Gaussian copula).

    Each column keeps its own values, in another order, so a stratified column stays stratified.
    """
    if not sample.correlations:
        return cube
    wanted = np.eye(len(names))
    for one, other, spearman in sample.correlations:
        i, j = names.index(one), names.index(other)
        # Pearson's of normal scores, for a rank correlation (Kruskal 1958).
        wanted[i, j] = wanted[j, i] = 2 * np.sin(np.pi * spearman / 6)
    try:
        factor = np.linalg.cholesky(wanted)
    except np.linalg.LinAlgError:
        raise CorrelationError("the correlations contradict each other") from None
    scores = stats.norm.ppf(cube)
    # What the design has of correlation by chance is taken out first (Iman and Conover 1982).
    if len(cube) > 2 * len(names):
        chance = np.corrcoef(scores, rowvar=False)
        scores = scores @ np.linalg.inv(np.linalg.cholesky(chance)).T
    aimed = scores @ factor.T
    order = aimed.argsort(axis=0).argsort(axis=0)
    return np.take_along_axis(np.sort(cube, axis=0), order, axis=0)


def quantiles(distribution: Distribution, shares: Floats) -> Floats:
    """Values of a distribution at shares of it."""
    figures = distribution.figures
    match distribution.kind:
        case "uniform":
            low, high = figures
            return np.asarray(low + shares * (high - low))
        case "loguniform":
            low, high = figures
            return np.asarray(low * (high / low) ** shares)
        case "triangular":
            low, mode, high = figures
            shape = (mode - low) / (high - low)
            return np.asarray(stats.triang.ppf(shares, shape, loc=low, scale=high - low))
        case "normal":
            return np.asarray(stats.norm.ppf(shares, *figures))
        case _:
            median, spread = figures
            return np.asarray(median * spread ** stats.norm.ppf(shares), dtype=float)


def draw(sample: Sample, of: Mapping[str, Distribution]) -> dict[str, Floats]:
    """Draw every parameter.

    Parameters
    ----------
    sample : Sample
    of : mapping of str to Distribution
        By name.

    Returns
    -------
    dict of str to ndarray, shape (rows,)

    Raises
    ------
    CorrelationError
    """
    cube = unit_draws(sample, list(of))
    return {name: quantiles(one, cube[:, n]) for n, (name, one) in enumerate(of.items())}
