"""Rules on where work is served: whole at one site (family 10), or despite an outage (N-1)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Ints, workload_classes
from optimizer.problem.placements import Arcs
from optimizer.schema.instance import Instance


@dataclass(frozen=True)
class SingleSide:
    """Pairs of a workload that must not be split and a site that may serve it, V of them.

    Attributes
    ----------
    workload, site : ndarray of int, shape (V,)
    arc : ndarray of int, shape (N,)
        Arcs of such workloads.
    pair : ndarray of int, shape (N,)
        Pair of each of these arcs.
    """

    workload: Ints
    site: Ints
    arc: Ints
    pair: Ints


@dataclass(frozen=True)
class FailoverSide:
    """Outages of single sites, and the arcs that may take their work over.

    A device fleet has many owners and does not fail as a whole: it has no
    outage, though it may take work over.

    Attributes
    ----------
    workload, site : ndarray of int, shape (L,)
        Losses: each workload that must survive, at each site that may fail.
    lost : ndarray of int, shape (R,)
        Loss that each takeover replaces.
    arc : ndarray of int, shape (R,)
        Arc of the takeover: of the same workload, at another site.
    pool : ndarray of int
        Pools of these arcs, each once.
    """

    workload: Ints
    site: Ints
    lost: Ints
    arc: Ints
    pool: Ints


def single_side(instance: Instance, arcs: Arcs) -> SingleSide:
    """Pair each single-site workload with the sites that may serve it."""
    whole = np.array([group.single_site for group in workload_classes(instance)], dtype=bool)
    arc = np.flatnonzero(whole[arcs.workload])
    (workload, site), pair = np.unique(
        np.stack([arcs.workload[arc], arcs.site[arc]]), axis=1, return_inverse=True
    )
    return SingleSide(workload, site, arc, pair.ravel())


def failover_side(instance: Instance, arcs: Arcs) -> FailoverSide:
    """Pair each loss with the arcs that may take it over."""
    survives = np.array(
        [group.survives_site_outage for group in workload_classes(instance)], dtype=bool
    )
    device = np.array([site.kind == "device" for site in instance.sites])
    at_risk = np.flatnonzero(survives[arcs.workload] & ~device[arcs.site])
    workload, site = np.unique(np.stack([arcs.workload[at_risk], arcs.site[at_risk]]), axis=1)
    may = (workload[:, None] == arcs.workload) & (site[:, None] != arcs.site)
    lost, arc = np.nonzero(may)
    return FailoverSide(workload, site, lost, arc, pool=np.unique(arcs.pool[arc]))
