"""Hubs: arcs that share columns, since each of some workloads reaches each of some placements.

A hub is of one class.  Its workloads reach the same (site, configuration) pairs, need the same
hardware and energy there, and pay a carrying cost that is the workload's plus the pair's.  The
program then need not know which workload a pair serves: see docs/formulation.md.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Floats, Ints, positions, workload_classes
from optimizer.problem.parameters.supply import ArcSide
from optimizer.problem.placements import Arcs
from optimizer.schema.instance import Instance
from optimizer.units import KUSD_PER_GTOK_PER_USD_PER_MTOK


@dataclass(frozen=True)
class Hubs:
    """Ways from workloads to placements: D arcs of their own, and N that share hubs.

    Attributes
    ----------
    ids : tuple of str
        Hubs, H of them: the class, and a number.
    direct : ndarray of int, shape (D,)
        Arcs with columns of their own.
    inlet_workload, inlet_hub : ndarray of int, shape (V,)
        Workloads that each hub serves.
    inlet_cost : ndarray, shape (V,)
        Network cost above that of the hub's first workload, k$/Gtok.
    outlet_hub, outlet_arc : ndarray of int, shape (O,)
        Pairs of a site and a configuration behind each hub, as the arc of its first workload.
    arc, inlet, outlet : ndarray of int, shape (N,)
        Arcs that share a hub, with their inlet and outlet; those of the shortest round trip first.
    """

    ids: tuple[str, ...]
    direct: Ints
    inlet_workload: Ints
    inlet_hub: Ints
    inlet_cost: Floats
    outlet_hub: Ints
    outlet_arc: Ints
    arc: Ints
    inlet: Ints
    outlet: Ints

    @property
    def carriers(self) -> Ints:
        """Arcs, each for itself or for all of its outlet: direct ones, then one an outlet."""
        return np.concatenate([self.direct, self.outlet_arc])

    @property
    def ways(self) -> int:
        """Columns of flow in a slot: direct arcs, inlets and outlets."""
        return len(self.direct) + len(self.inlet_hub) + len(self.outlet_hub)

    def position(self, arcs: Ints) -> Ints:
        """Positions among the direct arcs of some of them.

        Raises
        ------
        ValueError
            If one of them shares a hub.
        """
        place = np.searchsorted(self.direct, arcs)
        if not np.isin(arcs, self.direct).all():
            raise ValueError("an arc that shares a hub has no columns of its own")
        return place

    def sources(self, arcs: Arcs) -> Ints:
        """Workload of each way out of a workload: direct arcs, then inlets of hubs."""
        return np.concatenate([arcs.workload[self.direct], self.inlet_workload])


@dataclass(frozen=True)
class _Members:
    """A hub: its arcs, shape (workloads, pairs), and the cost of each workload above the first."""

    arcs: Ints
    cost: Floats


def find_hubs(instance: Instance, arcs: Arcs, side: ArcSide) -> Hubs:
    """Group arcs by hub wherever that saves columns.

    Workloads that must not be split, or must survive an outage, keep arcs of their own.
    """
    groups: dict[tuple[int, bytes, bytes], list[Ints]] = defaultdict(list)
    costs: dict[tuple[int, bytes, bytes], Floats] = {}
    region_at, class_at = positions(instance.regions), positions(instance.classes)
    region = np.array([region_at[w.region] for w in instance.workloads])
    group_of = np.array([class_at[w.workload_class] for w in instance.workloads])
    for members in _by_pair(arcs, group_of, _shares(instance)):
        if not _alike(side, members):
            continue
        paid = arcs.network_usd_per_mtok[region[arcs.workload[members]], arcs.site[members]]
        above = paid - paid[0]
        group = int(group_of[arcs.workload[members[0]]])
        key = group, arcs.workload[members].tobytes(), above.tobytes()
        groups[key].append(members)
        costs[key] = above * KUSD_PER_GTOK_PER_USD_PER_MTOK
    hubs = [
        _Members(np.stack(pairs, axis=1), costs[key])
        for key, pairs in groups.items()
        if _saves(len(pairs[0]), len(pairs))
    ]
    return _assembled(instance, arcs, region, hubs)


def direct_only(arcs: Arcs) -> Hubs:
    """Return no hubs: every arc has columns of its own."""
    none = np.zeros(0, dtype=np.int64)
    every = np.arange(len(arcs))
    return Hubs((), every, none, none, np.zeros(0), none, none, none, none, none)


def _shares(instance: Instance) -> Ints:
    """Workloads whose arcs may share a hub."""
    classes = workload_classes(instance)
    return np.array(
        [w for w, g in enumerate(classes) if not (g.single_site or g.survives_site_outage)],
        dtype=np.int64,
    )


def _by_pair(arcs: Arcs, group_of: Ints, sharing: Ints) -> list[Ints]:
    """Arcs of each class to each (site, configuration) that several workloads reach."""
    candidates = np.flatnonzero(np.isin(arcs.workload, sharing))
    key = np.stack(
        [group_of[arcs.workload[candidates]], arcs.site[candidates], arcs.serving[candidates]]
    )
    order = np.lexsort((arcs.workload[candidates], *key[::-1]))
    new = np.any(np.diff(key[:, order], axis=1) != 0, axis=0)
    pairs = np.split(candidates[order], np.flatnonzero(new) + 1)
    return [members for members in pairs if len(members) > 1]


def _alike(side: ArcSide, members: Ints) -> bool:
    """Whether arcs need the same, and are available in the same years."""
    return all(
        bool((values[members] == values[members[0]]).all())
        for values in (side.unit_hours, side.energy, side.available)
    )


def _saves(workloads: int, pairs: int) -> bool:
    """Whether a hub has fewer columns than the arcs that it replaces."""
    return workloads + pairs < workloads * pairs


def _assembled(instance: Instance, arcs: Arcs, region: Ints, hubs: list[_Members]) -> Hubs:
    if not hubs:
        return direct_only(arcs)
    widths, heights = (np.array([hub.arcs.shape[axis] for hub in hubs]) for axis in (0, 1))
    inlets, outlets = (
        [np.arange(end - size, end) for end, size in zip(np.cumsum(sizes), sizes, strict=True)]
        for sizes in (widths, heights)
    )
    arc = np.concatenate([hub.arcs.ravel() for hub in hubs])
    inlet = np.concatenate([np.repeat(i, len(o)) for i, o in zip(inlets, outlets, strict=True)])
    outlet = np.concatenate([np.tile(o, len(i)) for i, o in zip(inlets, outlets, strict=True)])
    nearest = np.argsort(arcs.rtt_ms[region[arcs.workload[arc]], arcs.site[arc]], kind="stable")
    shared = np.zeros(len(arcs), dtype=bool)
    shared[arc] = True
    first = [hub.arcs[:, 0] for hub in hubs]
    return Hubs(
        ids=_names(instance, [int(arcs.workload[each[0]]) for each in first]),
        direct=np.flatnonzero(~shared),
        inlet_workload=arcs.workload[np.concatenate(first)],
        inlet_hub=np.repeat(np.arange(len(hubs)), widths),
        inlet_cost=np.concatenate([hub.cost for hub in hubs]),
        outlet_hub=np.repeat(np.arange(len(hubs)), heights),
        outlet_arc=np.concatenate([hub.arcs[0] for hub in hubs]),
        arc=arc[nearest],
        inlet=inlet[nearest],
        outlet=outlet[nearest],
    )


def _names(instance: Instance, workloads: list[int]) -> tuple[str, ...]:
    """Name hubs by their class and a number within it; `workloads` holds one of each hub."""
    count: dict[str, int] = defaultdict(int)
    names = []
    for workload in workloads:
        name = instance.workloads[workload].workload_class
        count[name] += 1
        names.append(f"{name}-hub-{count[name]}")
    return tuple(names)
