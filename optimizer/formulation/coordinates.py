"""What the columns and rows of the program are called, in the planner's ids.

A block's members are numbered by its shape.  Here each axis of a block gets the ids that it
runs over, so that ``flow[3,0,2]`` can be called by its workload, site, configuration, year and
slot.  Slots and steps of a demand curve have numbers, from 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from optimizer.formulation.outages import MEETINGS
from optimizer.problem.horizon import Ints
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Block

Label = str | int
Key = tuple[Label, ...]


@dataclass(frozen=True)
class Axis:
    """What one axis of a block runs over: what its parts are, and a key for each position."""

    parts: tuple[str, ...]
    keys: tuple[Key, ...]


Axes = tuple[Axis, ...]


def column_axes(case: Case) -> dict[str, Axes]:
    """Axes of each block of columns."""
    at = _Axes(case)
    hourly, yearly = (at.years, at.slots), (at.years,)
    return {
        "served": (at.workloads, *hourly),
        "accepted": (at.workloads, *yearly, at.steps),
        "shed": (at.workloads, *hourly),
        "deferred": (_some(at.workloads, case.deferral.workload), *hourly),
        "flow": (at.arcs, *hourly),
        "in_use": (at.pools, *yearly),
        "built": (at.pools, *yearly),
        "is_open": (at.sites, *yearly),
        "power": (at.sites, *hourly),
        "draw": (at.sites, *hourly),
        "block_draw": (at.blocks, *hourly),
        "peak": (at.areas, *yearly),
        "units_built": (at.generators, *yearly),
        "generation": (at.generators, *hourly),
        "placed": (at.placings, *yearly),
        "contract_draw": (at.contracts, *hourly),
        "connection_built": (_some(at.sites, case.connection.site), *yearly),
        "takeover": (at.takeovers, *hourly),
        "idle": (_some(at.pools, case.failover.pool), *hourly),
        "storage_built": (at.storage, *yearly),
        "charge": (at.storage, *hourly),
        "discharge": (at.storage, *hourly),
        "stored": (at.storage, *hourly),
        "charging": (at.storage, *hourly),
        "standby": (_some(at.storage, case.storage.island), *hourly),
        "standby_stored": (_some(at.storage, case.storage.island), *hourly),
    }


def row_axes(case: Case) -> dict[str, Axes]:
    """Axes of each block of rows."""
    at, site = _Axes(case), case.site
    hourly, yearly = (at.years, at.slots), (at.years,)
    candidate, grid, arcs = site.candidate, case.grid, case.arcs
    contracted = case.contract.site
    limited = np.isfinite(site.it_limit_mw).all(axis=1)
    optional = candidate[arcs.site]
    pairs = np.unique(np.stack([arcs.workload[optional], arcs.site[optional]]), axis=1)
    linked = at.pairs(*pairs)
    return {
        "carried": (at.workloads, *hourly),
        "demand": (at.workloads, *hourly),
        "at_once": (_some(at.workloads, case.deferral.workload), *hourly),
        "deadline": (at.deadlines, *yearly),
        "capacity": (at.pools, *hourly),
        "site_power": (at.sites, *hourly),
        "site_balance": (at.sites, *hourly),
        "supply_blocks": (_some(at.zones, np.unique(grid.block_zone)), *hourly),
        "grid_limit": (at.zones, *hourly),
        "coincident_peak": (at.areas, *hourly),
        "accredited_peak": (at.areas, *yearly),
        "output": (at.generators, *hourly),
        "redundancy": (_some(at.sites, np.flatnonzero(site.offgrid)), *hourly),
        "unit_if_open": (
            _some(at.generators, np.flatnonzero(candidate[case.generator.site])),
            *yearly,
        ),
        "unit_limit": (at.generators,),
        "surviving": (at.pools, *yearly),
        "space": (_some(at.sites, np.flatnonzero(limited)), *yearly),
        "pod_limit": (at.pools,),
        "build_if_open": (_some(at.pools, np.flatnonzero(candidate[case.pool.site])), *yearly),
        "stays_open": (at.sites, Axis(at.years.parts, at.years.keys[1:])),
        "linking": (Axis(("workload", "site"), linked), *yearly),
        "open_sites": yearly,
        "sits": (at.placings, *hourly),
        "single_site": (_some(at.workloads, np.unique(case.single.workload)), *yearly),
        "placed_if_open": (
            _some(at.placings, np.flatnonzero(candidate[case.single.site])),
            *yearly,
        ),
        "contract_limit": (at.contracts, *hourly),
        "storage_state": (at.storage, *hourly),
        "storage_power": (at.storage, *hourly),
        "storage_energy": (at.storage, *hourly),
        "storage_limit": (at.storage,),
        "storage_if_open": (
            _some(at.storage, np.flatnonzero(candidate[case.storage.site])),
            *yearly,
        ),
        **{
            f"standby_{what}": (_some(at.storage, case.storage.island), *hourly)
            for what in ("given", "taken", "discharge", "charge", "energy")
        },
        "one_way": (
            _one("way", ("charge", "discharge")),
            Axis(
                ("site", "storage", "year", "slot"),
                tuple(
                    (*at.storage.keys[v], *at.years.keys[y], int(k))
                    for v, y, k in np.argwhere(case.storage.burning_pays)
                ),
            ),
        ),
        "contract_site": (_some(at.sites, np.unique(contracted[contracted >= 0])), *hourly),
        "contract_zone": (_some(at.zones, np.unique(case.contract.zone)), *hourly),
        "interconnection": (_some(at.sites, case.connection.site), *hourly),
        "connection_if_open": (
            _some(at.sites, case.connection.site[candidate[case.connection.site]]),
            *yearly,
        ),
        "co2_cap": (_one("policy", ("co2_cap",) * len(case.policy.co2_cap_t)), *yearly),
        "capital_budget": (_one("policy", ("budget",) * len(case.policy.budget)), *yearly),
        "zone_cap": (_one("cap", [cap.id for cap in case.instance.zone_caps]), *hourly),
        "edge_share": (_one("share", range(len(case.policy.edge_share))), *yearly),
        "failover_carried": (at.losses, *hourly),
        "failover_idle": (_some(at.pools, case.failover.pool), *hourly),
        **{name: (at.met(name), *hourly) for name in MEETINGS},
    }


def keys(block: Block, axes: Axes | None) -> list[Key]:
    """Key of each member of a block, in order.

    Parameters
    ----------
    block : Block
    axes : tuple of Axis, or None
        None for a block that is not named here: its members go by their numbers.

    Raises
    ------
    ValueError
        Where the axes are not those of the block's shape.
    """
    if axes is None:
        return [tuple(int(i) for i in places) for places in np.ndindex(*block.shape)]
    lengths = tuple(len(axis.keys) for axis in axes)
    if lengths != block.shape:
        raise ValueError(f"{block.name} has the shape {block.shape}, its names have {lengths}")
    return [sum(parts, ()) for parts in product(*(axis.keys for axis in axes))]


def ids_of(axes: Axes, key: Key) -> dict[str, Label]:
    """Ids of a key by what they are, as ``workload``, ``site`` or ``year``."""
    return dict(zip((part for axis in axes for part in axis.parts), key, strict=True))


class _Axes:
    """Axes that several blocks share."""

    def __init__(self, case: Case) -> None:
        self._case = case
        instance, arcs = case.instance, case.arcs
        self.workloads = _one("workload", [w.id for w in instance.workloads])
        self.sites = _one("site", [site.id for site in instance.sites])
        self.zones = _one("zone", [zone.id for zone in instance.zones])
        self.areas = _one("area", [area.id for area in instance.capacity_areas])
        self.years = _one("year", case.horizon.years)
        self.slots = _one("slot", range(case.horizon.slots))
        self.steps = _one("step", range(case.demand.width.shape[2]))
        self.pools = Axis(("site", "hardware"), tuple((p.site, p.hardware) for p in instance.pools))
        self.generators = Axis(
            ("site", "generator"), tuple((g.site, g.generator) for g in instance.site_generators)
        )
        self.blocks = Axis(
            ("zone", "block"),
            tuple((z.id, i) for z in instance.zones for i, _ in enumerate(z.supply_blocks)),
        )
        single, failover = case.single, case.failover
        self.contracts = _one("contract", [contract.id for contract in instance.contracts])
        self.storage = Axis(
            ("site", "storage"), tuple((row.site, row.storage) for row in instance.site_storage)
        )
        deferral = case.deferral
        waiting = (self.workloads.keys[w] for w in deferral.workload[deferral.of])
        points = zip(waiting, deferral.slot, deferral.hour, strict=True)
        self.deadlines = Axis(
            ("workload", "slot", "hour"),
            tuple((*workload, int(slot), int(hour)) for workload, slot, hour in points),
        )
        self.placings = Axis(("workload", "site"), self.pairs(single.workload, single.site))
        self.losses = Axis(("workload", "out"), self.pairs(failover.workload, failover.site))
        self.arcs = Axis(
            ("workload", "site", "configuration"),
            tuple(
                (instance.workloads[w].id, instance.sites[s].id, instance.serving[c].id)
                for w, s, c in zip(arcs.workload, arcs.site, arcs.serving, strict=True)
            ),
        )
        self.takeovers = Axis(
            ("out", *self.arcs.parts),
            tuple(
                (self.sites.keys[failover.site[lost]][0], *self.arcs.keys[arc])
                for lost, arc in zip(failover.lost, failover.arc, strict=True)
            ),
        )

    def met(self, rows: str) -> Axis:
        """Outages and what their takeover meets, of a block of rows of N-1."""
        met = MEETINGS[rows](self._case)
        axis = {"failover_room": self.pools, "failover_grid": self.zones}.get(rows, self.sites)
        keys = tuple(
            self.sites.keys[out] + axis.keys[at] for out, at in zip(met.out, met.at, strict=True)
        )
        return Axis(("out", *axis.parts), keys)

    def pairs(self, workload: Ints, site: Ints) -> tuple[Key, ...]:
        """Keys of pairs of a workload and a site."""
        named = zip(workload, site, strict=True)
        return tuple(self.workloads.keys[w] + self.sites.keys[s] for w, s in named)


def _one(part: str, labels: Sequence[Label]) -> Axis:
    return Axis((part,), tuple((label,) for label in labels))


def _some(axis: Axis, positions: Ints) -> Axis:
    return Axis(axis.parts, tuple(axis.keys[int(i)] for i in positions))
