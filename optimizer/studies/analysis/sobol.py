"""Sobol indices: the share of a measure's variance that each parameter is behind.

A. Saltelli and others, Variance based sensitivity analysis of model output: design and estimator
for the total sensitivity index, Computer Physics Communications 181 (2010), as SALib has it.
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
"""Share of the design's blocks below which nothing is told."""

FEWEST_BLOCKS = 2
SAME = 1e-9


@dataclass(frozen=True)
class SobolIndex:
    """One parameter.

    Attributes
    ----------
    parameter : str
    first, total : float
        Shares of the variance: of the parameter alone, and with all that it acts together with.
        Estimates, which may fall below 0 or pass 1.
    first_within, total_within : float
        Half the width of the 95% interval of each, by the bootstrap over blocks.
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
        Blocks of the design, and those left out since a row of them is missing, has no answer or
        no figure.
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
    A; A with each parameter in turn taken from B; B.  A row without its figure makes its block
    unusable.  Blocks are then dropped, never filled in; where failures lie in one corner of the
    parameters, the indices are those of the rest.

    Parameters
    ----------
    results : DataFrame
        One row a scenario, in any order; ``draw`` numbers the rows of the design.
    parameters : sequence of str
        All sampled parameters, in the order of the design; drawn independently of one another.
    measure : str
        Column of the figure.
    seed : int
        Of the bootstrap, from 0.
    where : mapping of str to value, optional
        Slice: a value for each other input that varies.

    Raises
    ------
    InputError
        Where the rows are no such design, fewer than half of its blocks are usable, or the
        measure does not vary.
    """
    require(results, [DRAW])
    kept = one_slice(results, [DRAW, *parameters], where or {}).dropna(subset=[DRAW])
    draws = kept[DRAW].to_numpy(dtype=np.int64)
    if np.unique(draws).size < draws.size:
        raise refused(DRAW, None, "a number stands twice: rows of a design are numbered once")
    x = kept[list(parameters)].to_numpy(dtype=float, na_value=np.nan)
    rows = len(parameters) + 2
    # Draws are numbered from 0 or from 1; only the right one gives blocks of the design.
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
        f"the rows are no Saltelli design of blocks of {rows}: it needs every sampled parameter, in"
        " the order of the design",
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
            f" {FEWEST_BLOCKS}, are needed"
        )
        raise refused(measure, None, message)
    kept = y[usable]
    if np.ptp(kept) == 0:
        raise refused(measure, None, "is the same in every draw: there is no variance to share")
    from SALib.analyze import sobol

    problem = {"num_vars": len(parameters), "names": list(parameters)}
    found = sobol.analyze(
        problem,
        kept.ravel(),
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=seed + 1,  # takes 0 for none, and would then draw from a state that others share
    )
    indices = tuple(
        SobolIndex(name, *(float(found[key][place]) for key in ("S1", "S1_conf", "ST", "ST_conf")))
        for place, name in enumerate(parameters)
    )
    return SobolIndices(measure, blocks, blocks - good, indices)
