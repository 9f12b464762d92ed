"""Axes that blocks of columns and rows run over, in the planner's ids."""

from collections.abc import Iterable

from optimizer.problem.parameters.case import Case
from optimizer.schema.base import Record
from optimizer.solvers.milp import Axis


class Coordinates:
    """One axis for each table of a case, in the table's order, so that its positions index it.

    A family picks the members that its block has, ``sites[candidates]``, or pairs members of two
    axes, ``workloads[w] + sites[s]``.  Slots and steps of a demand curve are numbered from 0.
    """

    def __init__(self, case: Case) -> None:
        instance, arcs, hubs, single = case.instance, case.arcs, case.hubs, case.single
        self.workloads = _axis(instance.workloads, workload="id")
        self.sites = _axis(instance.sites, site="id")
        self.outages = _axis(instance.sites, out="id")
        self.zones = _axis(instance.zones, zone="id")
        self.areas = _axis(instance.capacity_areas, area="id")
        self.contracts = _axis(instance.contracts, contract="id")
        self.caps = _axis(instance.zone_caps, cap="id")
        self.pools = _axis(instance.pools, site="site", hardware="hardware")
        self.generators = _axis(instance.site_generators, site="site", generator="generator")
        self.storage = _axis(instance.site_storage, site="site", storage="storage")
        configurations = _axis(instance.serving, configuration="id")
        self.arcs = (
            self.workloads[arcs.workload] + self.sites[arcs.site] + configurations[arcs.serving]
        )
        self.hubs = Axis.of(hub=hubs.ids)
        self.inlets = self.workloads[hubs.inlet_workload] + self.hubs[hubs.inlet_hub]
        behind = arcs.site[hubs.outlet_arc], arcs.serving[hubs.outlet_arc]
        self.outlets = (
            self.hubs[hubs.outlet_hub] + self.sites[behind[0]] + configurations[behind[1]]
        )
        self.placements = self.workloads[single.workload] + self.sites[single.site]
        in_zone = [j for zone in instance.zones for j, _ in enumerate(zone.supply_blocks)]
        self.blocks = self.zones[case.grid.block_zone] + Axis.of(block=in_zone)
        self.steps = Axis.of(step=range(case.demand.width.shape[2]))
        self.by_year = (Axis.of(year=case.horizon.years),)
        self.by_slot = (*self.by_year, Axis.of(slot=range(case.horizon.slots)))


def _axis(rows: Iterable[Record], **fields: str) -> Axis:
    """Axis over the rows of a table, with the field that holds each of its dimensions."""
    return Axis.of(**{name: [getattr(row, fields[name]) for row in rows] for name in fields})
