"""What may fail and who may take over, in arrays (family 11, N-1)."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Ints
from optimizer.problem.placements import Arcs
from optimizer.schema.instance import Instance


@dataclass(frozen=True)
class FailoverSide:
    """Outages of single sites, and the arcs that may take their work over.

    A fleet of devices is many machines of many people, and does not fail as one: it is no
    outage, though it may take over.

    Attributes
    ----------
    workload, site : ndarray of int, shape (L,)
        Work that is lost: each workload that must survive, at each site that may fail.
    lost : ndarray of int, shape (R,)
        What a takeover stands in for, as a position in the former.
    arc : ndarray of int, shape (R,)
        Arc that takes over: of the same workload, at another site.
    pool : ndarray of int
        Pools of these arcs, each once.
    """

    workload: Ints
    site: Ints
    lost: Ints
    arc: Ints
    pool: Ints


def failover_side(instance: Instance, arcs: Arcs) -> FailoverSide:
    """Pair every loss with the arcs that may take it over."""
    groups = {group.id: group for group in instance.classes}
    survives = np.array(
        [groups[w.workload_class].survives_site_outage for w in instance.workloads], dtype=bool
    )
    device = np.array([site.kind == "device" for site in instance.sites])
    at_risk = np.flatnonzero(survives[arcs.workload] & ~device[arcs.site])
    pairs = np.unique(np.stack([arcs.workload[at_risk], arcs.site[at_risk]]), axis=1)
    workload, site = pairs
    may = (workload[:, None] == arcs.workload) & (site[:, None] != arcs.site)
    lost, arc = np.nonzero(may)
    return FailoverSide(
        workload=workload, site=site, lost=lost, arc=arc, pool=np.unique(arcs.pool[arc])
    )
