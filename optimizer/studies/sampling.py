"""Joint draws of many numbers: a design in the unit cube, correlations, then distributions."""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from optimizer.studies.definition import Distribution, Sample

Floats = NDArray[np.float64]
INSIDE = 1e-9
"""Distance of draws from the ends of the unit cube: some distributions are unbounded."""


class CorrelationError(ValueError):
    """No joint distribution has the correlations requested."""


def unit_draws(sample: Sample, names: Sequence[str]) -> Floats:
    """Draw points in the unit cube.

    Parameters
    ----------
    sample : Sample
    names : sequence of str, length p
        What is drawn, in order.

    Returns
    -------
    ndarray, shape (rows, p)
        ``sample.draws`` rows; (p + 2) rows per draw in a Saltelli design, in SALib's order.

    Raises
    ------
    CorrelationError
        If the rank correlations contradict each other.
    """
    count = len(names)
    if count == 0:
        return np.zeros((sample.draws, 0))
    if sample.method == "saltelli":
        return _saltelli(sample, count)
    generator = np.random.default_rng(sample.seed)
    if sample.method == "latin_hypercube":
        points = qmc.LatinHypercube(count, rng=generator).random(sample.draws)
    elif sample.method == "sobol":
        points = qmc.Sobol(count, rng=generator).random(sample.draws)
    else:
        points = generator.random((sample.draws, count))
    return _correlated(np.clip(points, INSIDE, 1 - INSIDE), sample, names)


def _saltelli(sample: Sample, count: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from the import of its dependencies
        from SALib.sample import sobol
    problem = {"num_vars": count, "names": list(map(str, range(count))), "bounds": [[0, 1]] * count}
    points = sobol.sample(problem, sample.draws, calc_second_order=False, seed=sample.seed + 1)
    return np.asarray(np.clip(points, INSIDE, 1 - INSIDE), dtype=float)


def _correlated(cube: Floats, sample: Sample, names: Sequence[str]) -> Floats:
    """Impose rank correlations through normal scores (a Gaussian copula).

    Each column keeps its values in another order, so a stratified column stays stratified.
    """
    if not sample.correlations:
        return cube
    wanted = np.eye(len(names))
    for first, second, spearman in sample.correlations:
        i, j = names.index(first), names.index(second)
        # Pearson's coefficient of the normal scores for a rank correlation (Kruskal 1958).
        wanted[i, j] = wanted[j, i] = 2 * np.sin(np.pi * spearman / 6)
    try:
        factor = np.linalg.cholesky(wanted)
    except np.linalg.LinAlgError:
        raise CorrelationError("the correlations contradict each other") from None
    scores = stats.norm.ppf(cube)
    # Correlation that the design has by chance is removed first (Iman and Conover 1982).
    if len(cube) > 2 * len(names):
        chance = np.corrcoef(scores, rowvar=False)
        scores = scores @ np.linalg.inv(np.linalg.cholesky(chance)).T
    order = (scores @ factor.T).argsort(axis=0).argsort(axis=0)
    return np.take_along_axis(np.sort(cube, axis=0), order, axis=0)


def quantiles(distribution: Distribution, shares: Floats) -> Floats:
    """Return the quantiles of a distribution."""
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


def draw(sample: Sample, distributions: Mapping[str, Distribution]) -> dict[str, Floats]:
    """Draw every parameter.

    Parameters
    ----------
    sample : Sample
    distributions : mapping of str to Distribution
        Distribution of each parameter, by name.

    Returns
    -------
    dict of str to ndarray, shape (rows,)

    Raises
    ------
    CorrelationError
    """
    points = unit_draws(sample, list(distributions)).T
    named = zip(distributions.items(), points, strict=True)
    return {name: quantiles(distribution, shares) for (name, distribution), shares in named}
