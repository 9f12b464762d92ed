"""Sobol indices: the share of a measure's variance due to each parameter.

A. Saltelli and others, Variance based sensitivity analysis of model output: design and estimator
for the total sensitivity index, Computer Physics Communications 181 (2010), as in SALib.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimizer.studies.analysis.outcomes import (
    DRAW,
    Floats,
    Mask,
    figures,
    one_slice,
    refused,
    require,
)

RESAMPLES = 500
CONFIDENCE = 0.95
LEAST_USABLE = 0.5
"""Share of the design's blocks below which no index is reported."""

FEWEST_BLOCKS = 2
SAME = 1e-9


@dataclass(frozen=True)
class SobolIndex:
    """One parameter.

    Attributes
    ----------
    parameter : str
    first, total : float
        Shares of the variance due to the parameter alone, and with all its interactions.  As
        estimates they may be below 0 or above 1.
    first_within, total_within : float
        Half-width of the 95% interval of each, by the bootstrap over blocks.
    """

    parameter: str
    first: float
    first_within: float
    total: float
    total_within: float


@dataclass(frozen=True)
class SobolIndices:
    """Indices of a measure, in the order of the parameters.

    Attributes
    ----------
    measure : str
    blocks, dropped : int
        Number of blocks of the design, and of blocks dropped because a row is missing or has no
        figure.
    indices : tuple of SobolIndex
    """

    measure: str
    blocks: int
    dropped: int
    indices: tuple[SobolIndex, ...]


def sobol_indices(
    results: pd.DataFrame,
    parameters: Sequence[str],
    measure: str,
    seed: int,
    where: Mapping[str, Any] | None = None,
) -> SobolIndices:
    """Estimate first-order and total indices from a Saltelli design.

    The design has N blocks of D + 2 rows in SALib's order (``calc_second_order=False``): a point
    A; A with each parameter in turn taken from B; B.  A block with a row that lacks the figure is
    dropped, never filled in; if failures lie in one corner of the parameters, the indices are
    those of the rest.

    Parameters
    ----------
    results : DataFrame
        One row per scenario, in any order; ``draw`` numbers the rows of the design.
    parameters : sequence of str
        All sampled parameters, in the order of the design, drawn independently.
    measure : str
        Column of the figure.
    seed : int
        Seed of the bootstrap, from 0.
    where : mapping of str to value, optional
        Slice: one value for each other input that varies.

    Raises
    ------
    InputError
        If the rows are not such a design, fewer than half of its blocks are usable, or the measure
        does not vary.
    """
    require(results, [DRAW])
    kept = one_slice(results, [DRAW, *parameters], where or {}).dropna(subset=[DRAW])
    draws = kept[DRAW].to_numpy(dtype=np.int64)
    if np.unique(draws).size < draws.size:
        raise refused(DRAW, None, "a number occurs twice: each row of a design has its own")
    x = kept[list(parameters)].to_numpy(dtype=float, na_value=np.nan)
    rows = len(parameters) + 2
    # Draws are numbered from 0 or from 1; only the right choice gives blocks of the design.
    for first in (0, 1):
        if draws.size and draws.min() >= first:
            blocks = (int(draws.max()) - first) // rows + 1
            design = np.full((blocks * rows, len(parameters)), np.nan)
            design[draws - first] = x
            points = design.reshape(blocks, rows, len(parameters))
            whole = np.isfinite(points).all(axis=(1, 2))
            if whole.any() and _is_design(points[whole]):
                y = np.full(blocks * rows, np.nan)
                y[draws - first] = figures(kept, measure)
                return _indices(y.reshape(blocks, rows), parameters, measure, seed)
    raise refused(
        DRAW,
        None,
        f"the rows are not a Saltelli design in blocks of {rows}: it needs every sampled parameter,"
        " in the order of the design",
    )


def _is_design(points: Floats) -> bool:
    """Whether each block is A, then A with one parameter of B, then B."""
    a, b = points[:, 0], points[:, -1]
    for column in range(points.shape[2]):
        expected = a.copy()
        expected[:, column] = b[:, column]
        if not np.allclose(points[:, column + 1], expected, rtol=SAME, atol=0.0):
            return False
    return True


def _indices(y: Floats, parameters: Sequence[str], measure: str, seed: int) -> SobolIndices:
    usable: Mask = np.asarray(np.isfinite(y).all(axis=1))
    blocks, good = len(y), int(usable.sum())
    if good < max(LEAST_USABLE * blocks, FEWEST_BLOCKS):
        message = (
            f"known in every row of {good} of {blocks} blocks of the design: at least half, and"
            f" {FEWEST_BLOCKS} or more, are needed"
        )
        raise refused(measure, None, message)
    kept = y[usable]
    if np.ptp(kept) == 0:
        raise refused(measure, None, "is the same in every draw: there is no variance to share")
    from SALib.analyze import sobol

    problem = {"num_vars": len(parameters), "names": list(parameters)}
    analysis = sobol.analyze(
        problem,
        kept.ravel(),
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=seed + 1,  # SALib reads 0 as no seed, and would then use a shared state
    )
    indices = tuple(
        SobolIndex(
            name, *(float(analysis[key][place]) for key in ("S1", "S1_conf", "ST", "ST_conf"))
        )
        for place, name in enumerate(parameters)
    )
    return SobolIndices(measure, blocks, blocks - good, indices)
