"""Which builds still serve in a period."""

from collections.abc import Iterator

import numpy as np

from optimizer.solvers.milp import Indices


def surviving(life: Indices, years: tuple[int, ...]) -> Iterator[tuple[int, int, Indices]]:
    """Yield (period, build period, members whose build of that period still serves).

    Parameters
    ----------
    life : ndarray of int, shape (N,)
        Years of service of each pool or generator.
    years : tuple of int
        Periods; a build of period b serves in period y while ``years[y] - years[b] < life``.
    """
    for period, year in enumerate(years):
        for build in range(period + 1):
            yield period, build, np.flatnonzero(life > year - years[build])
