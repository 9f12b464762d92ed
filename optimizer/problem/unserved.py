"""Workloads that no site can serve, and how near each comes to being served."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.problem.placements import Arcs, Refusal, find_arcs
from optimizer.schema.base import at_year
from optimizer.schema.demand import Workload, WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.schema.references import Fault
from optimizer.units import MS_PER_S

LISTED = 3
"""Workloads whose nearest miss is told."""

SECONDS = 60
"""An SLO below so many ms that nothing meets was probably given in seconds."""

FIELDS = {
    Refusal.LATENCY: "slo_ms",
    Refusal.QUALITY: "quality_floor",
    Refusal.RESIDENCY: "residency",
    Refusal.SITE_KIND: "site_kinds",
}
"""Field of a class that refuses, where one does."""


@dataclass(frozen=True)
class Miss:
    """How a workload is missed by what comes nearest to serving it.

    Attributes
    ----------
    workload : str
        Region and class.
    reason : Refusal
        Which test the nearest placement fails; it passes all before it.
    years : tuple of int
        Periods in which demand is asked for and nothing can serve it.
    words : str
        What the nearest placement has, against what is asked for.
    """

    workload: str
    reason: Refusal
    years: tuple[int, ...]
    words: str


@dataclass(frozen=True)
class Unreached:
    """A class with workloads that no site can serve.

    Attributes
    ----------
    row : int
        Position of the class in its table.
    group : WorkloadClass
    misses : tuple of Miss
        One for each such workload.
    """

    row: int
    group: WorkloadClass
    misses: tuple[Miss, ...]

    @property
    def field(self) -> str:
        """Field of the class that refuses all of them; empty where it is not one."""
        fields = {FIELDS.get(miss.reason, "") for miss in self.misses}
        return fields.pop() if len(fields) == 1 else ""

    def __str__(self) -> str:
        told = "; ".join(f"{miss.workload}{miss.words}" for miss in self.misses[:LISTED])
        more = len(self.misses) - LISTED
        slo = self.group.slo_ms
        in_seconds = self.field == "slo_ms" and 0 < slo < SECONDS
        return (
            f"no site can serve {told}{f'; and {more} more' if more > 0 else ''}"
            f"{f'; in seconds? {slo:g} s is {slo * MS_PER_S:g} ms' if in_seconds else ''}"
        )


def unreached(instance: Instance, arcs: Arcs) -> list[Unreached]:
    """Classes with demand that no site can serve in any period.

    Where all demand must be served, demand that no site can serve in some period counts too.

    Parameters
    ----------
    instance : Instance
    arcs : Arcs
        Those of the instance.
    """
    found = []
    for row, group in enumerate(instance.classes):
        misses = []
        for at, workload in enumerate(instance.workloads):
            if workload.workload_class == group.id:
                years = _years_missed(instance, arcs, at, workload, group)
                misses += [_miss(instance, arcs, at, years)] if years else []
        if misses:
            found.append(Unreached(row, group, tuple(misses)))
    return found


def _years_missed(
    instance: Instance, arcs: Arcs, at: int, workload: Workload, group: WorkloadClass
) -> tuple[int, ...]:
    """Periods whose demand nothing can serve; for demand that may be shed, all or none."""
    first = min(arcs.first_year[arcs.workload == at].tolist(), default=None)
    asked = [
        year
        for year in instance.time.years
        if at_year(workload.demand_gtok_per_h, year) * at_year(group.demand_multiplier, year) > 0
    ]
    missed = tuple(year for year in asked if first is None or year < first)
    return missed if group.must_serve or first is None else ()


def _miss(instance: Instance, arcs: Arcs, at: int, years: tuple[int, ...]) -> Miss:
    workload, refusal = instance.workloads[at], arcs.refusal[at]
    open_late = (refusal == Refusal.NONE).any()
    reason = Refusal.NOT_YET if open_late else Refusal(int(refusal.max()))
    places = np.argwhere(refusal == (Refusal.NONE if open_late else reason)).tolist()
    words = _WORDS[reason](_Near(instance, arcs, workload, places))
    return Miss(workload.id, reason, years, words)


class _Near:
    """Placements of a workload that fail the same test, the one that most others do not reach."""

    def __init__(
        self, instance: Instance, arcs: Arcs, workload: Workload, places: Sequence[Sequence[int]]
    ) -> None:
        self.instance = instance
        self.workload = workload
        self.group = next(g for g in instance.classes if g.id == workload.workload_class)
        region = next(i for i, r in enumerate(instance.regions) if r.id == workload.region)
        self.rtt_ms = arcs.rtt_ms[region]
        self.places = [(int(site), int(serving)) for site, serving in places]
        self.models = {model.id: model for model in instance.models}

    def called(self, place: tuple[int, int]) -> str:
        """Site and configuration."""
        site, serving = place
        return f"{self.instance.sites[site].id} with {self.instance.serving[serving].id}"

    def late(self) -> str:
        """Return the shortest time in which an answer begins, against the SLO."""

        def delay(place: tuple[int, int]) -> float:
            return float(self.rtt_ms[place[0]]) + self.instance.serving[place[1]].ttft_ms

        best = min(self.places, key=delay)
        ttft, slo = self.instance.serving[best[1]].ttft_ms, self.group.slo_ms
        return (
            f" within {slo:g} ms: nearest is {self.called(best)}, round trip"
            f" {self.rtt_ms[best[0]]:.4g} ms + time to first token {ttft:g} ms"
            f" = {delay(best):.4g} ms"
        )

    def poor(self) -> str:
        """Return the best quality that there is, against the floor."""

        def quality(place: tuple[int, int]) -> float:
            row = self.instance.serving[place[1]]
            return self.models[row.model].quality if row.quality is None else row.quality

        best = max(self.places, key=quality)
        return (
            f" at a quality of {self.group.quality_floor:g}: nearest is {self.called(best)},"
            f" {quality(best):g}"
        )

    def away(self) -> str:
        """Return where answers must be computed."""
        region = next(r for r in self.instance.regions if r.id == self.workload.region)
        if self.group.residency == "jurisdiction":
            return f": none that may lies in its jurisdiction, {region.jurisdiction or 'unnamed'}"
        return f": none that may lies in region {region.id}"

    def too_large(self) -> str:
        """Return the memory needed, against what there is."""
        hardware = {one.id: one for one in self.instance.hardware}

        def excess(place: tuple[int, int]) -> float:
            row = self.instance.serving[place[1]]
            return row.memory_gb - hardware[row.hardware].memory_gb

        best = min(self.places, key=excess)
        row = self.instance.serving[best[1]]
        return (
            f": nearest is {self.called(best)}, which needs {row.memory_gb:g} GB, and"
            f" {row.hardware} has {hardware[row.hardware].memory_gb:g} GB"
        )

    def not_yet(self) -> str:
        """Return the year from which it could be served."""

        def start(place: tuple[int, int]) -> int:
            model = self.models[self.instance.serving[place[1]].model]
            return max(self.instance.sites[place[0]].available_from, model.available_from)

        best = min(self.places, key=start)
        return f" before {start(best)}, when {self.called(best)} can"

    def of_no_kind(self) -> str:
        """Return the kinds of site that may serve."""
        return f": there is none of kind {' or '.join(self.group.site_kinds)}"

    def without_hardware(self) -> str:
        """Return what its sites lack."""
        return ": those of the kinds that may have no hardware that a configuration runs on"


_WORDS = {
    Refusal.SITE_KIND: _Near.of_no_kind,
    Refusal.NO_HARDWARE: _Near.without_hardware,
    Refusal.RESIDENCY: _Near.away,
    Refusal.QUALITY: _Near.poor,
    Refusal.MEMORY: _Near.too_large,
    Refusal.LATENCY: _Near.late,
    Refusal.NOT_YET: _Near.not_yet,
}


def reach_faults(instance: Instance) -> Iterator[Fault]:
    """Yield a fault for each class that must be served and somewhere cannot be."""
    for one in unreached(instance, find_arcs(instance)):
        if one.group.must_serve:
            where = ("classes", one.row, one.field) if one.field else ("classes", one.row)
            value = getattr(one.group, one.field) if one.field else None
            yield Fault(where, f"must_serve is true, and {one}", value)
