"""Where the workloads of single-site classes may sit (family 10)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Ints
from optimizer.problem.placements import Arcs
from optimizer.schema.instance import Instance


@dataclass(frozen=True)
class SingleSide:
    """Pairs of a workload that must stay whole and a site that may serve it, V of them.

    Attributes
    ----------
    workload, site : ndarray of int, shape (V,)
    arc : ndarray of int, shape (N,)
        Arcs of such workloads.
    pair : ndarray of int, shape (N,)
        The pair that each of them belongs to.
    """

    workload: Ints
    site: Ints
    arc: Ints
    pair: Ints


def single_side(instance: Instance, arcs: Arcs) -> SingleSide:
    """List the pairs."""
    whole = {group.id for group in instance.classes if group.single_site}
    kept = np.array([w.workload_class in whole for w in instance.workloads], dtype=bool)
    arc = np.flatnonzero(kept[arcs.workload])
    pairs, pair = np.unique(
        np.stack([arcs.workload[arc], arcs.site[arc]]), axis=1, return_inverse=True
    )
    return SingleSide(pairs[0], pairs[1], arc, pair.ravel())
