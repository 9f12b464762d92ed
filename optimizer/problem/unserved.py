"""Workloads that no site can serve, and how close the nearest placement comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import by_year
from optimizer.problem.placements import Arcs, Refusal, find_arcs
from optimizer.schema.demand import Workload, WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.schema.references import Fault
from optimizer.units import MS_PER_S

LISTED = 3
"""Workloads of a class whose nearest miss a message lists."""

SECONDS = 60
"""An unmet SLO below so many ms was probably given in seconds."""

FIELDS = {
    Refusal.LATENCY: "slo_ms",
    Refusal.QUALITY: "quality_floor",
    Refusal.RESIDENCY: "residency",
    Refusal.SITE_KIND: "site_kinds",
}
"""Field of the class behind each refusal, if there is one."""


@dataclass(frozen=True)
class Miss:
    """The nearest placement of a workload that no site can serve.

    Attributes
    ----------
    workload : str
        Region and class.
    reason : Refusal
        First test that the placement fails.
    years : tuple of int
        Periods with demand that nothing can serve.
    comparison : str
        What the placement offers, against what the class requires.
    """

    workload: str
    reason: Refusal
    years: tuple[int, ...]
    comparison: str


@dataclass(frozen=True)
class UnservedClass:
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
        """Field of the class behind all of the refusals; empty if it is not a single one."""
        fields = {FIELDS.get(miss.reason, "") for miss in self.misses}
        return fields.pop() if len(fields) == 1 else ""

    def __str__(self) -> str:
        listed = "; ".join(f"{miss.workload}{miss.comparison}" for miss in self.misses[:LISTED])
        more = len(self.misses) - LISTED
        slo = self.group.slo_ms
        in_seconds = self.field == "slo_ms" and 0 < slo < SECONDS
        return (
            f"no site can serve {listed}{f'; and {more} more' if more > 0 else ''}"
            f"{f'; is it in seconds? {slo:g} s is {slo * MS_PER_S:g} ms' if in_seconds else ''}"
        )


def unserved_classes(instance: Instance, arcs: Arcs) -> list[UnservedClass]:
    """Classes with demand that no site can serve in any period.

    For a class that must be served, one period with such demand is enough.

    Parameters
    ----------
    instance : Instance
    arcs : Arcs
        Those of the instance.
    """
    years = instance.time.years
    demand = by_year([workload.demand_gtok_per_h for workload in instance.workloads], years)
    multiplier = by_year([group.demand_multiplier for group in instance.classes], years)
    unserved = []
    for row, group in enumerate(instance.classes):
        misses = []
        for w, workload in enumerate(instance.workloads):
            if workload.workload_class != group.id:
                continue
            first = min(arcs.first_year[arcs.workload == w].tolist(), default=None)
            missed = tuple(
                year
                for year, wanted in zip(years, demand[w] * multiplier[row], strict=True)
                if wanted > 0 and (first is None or year < first)
            )
            if missed and (group.must_serve or first is None):
                misses.append(_miss(instance, arcs, w, missed))
        if misses:
            unserved.append(UnservedClass(row, group, tuple(misses)))
    return unserved


def unserved_faults(instance: Instance) -> Iterator[Fault]:
    """Yield a fault for each class that must be served and, in some region, cannot be."""
    for unserved in unserved_classes(instance, find_arcs(instance)):
        if unserved.group.must_serve:
            field = (unserved.field,) if unserved.field else ()
            value = getattr(unserved.group, unserved.field) if field else None
            message = f"must_serve is true, but {unserved}"
            yield Fault(("classes", unserved.row, *field), message, value)


def _miss(instance: Instance, arcs: Arcs, w: int, years: tuple[int, ...]) -> Miss:
    workload, refusal = instance.workloads[w], arcs.refusal[w]
    opens_late = (refusal == Refusal.NONE).any()
    reason = Refusal.NOT_YET if opens_late else Refusal(int(refusal.max()))
    places = np.argwhere(refusal == (Refusal.NONE if opens_late else reason)).tolist()
    comparison = COMPARISONS[reason](_Misses(instance, arcs, workload, places))
    return Miss(workload.id, reason, years, comparison)


class _Misses:
    """Placements of a workload that pass the most tests and fail the same one."""

    def __init__(
        self, instance: Instance, arcs: Arcs, workload: Workload, places: Sequence[Sequence[int]]
    ) -> None:
        self.instance = instance
        self.group = next(g for g in instance.classes if g.id == workload.workload_class)
        r, self.region = next(
            (r, region) for r, region in enumerate(instance.regions) if region.id == workload.region
        )
        self.rtt_ms = arcs.rtt_ms[r]
        self.places = [(int(site), int(serving)) for site, serving in places]
        self.models = {model.id: model for model in instance.models}

    def called(self, place: tuple[int, int]) -> str:
        """Site and configuration of a placement."""
        site, serving = place
        return f"{self.instance.sites[site].id} with {self.instance.serving[serving].id}"

    def latency(self) -> str:
        """Return the shortest time to the start of an answer, against the SLO."""

        def delay(place: tuple[int, int]) -> float:
            return float(self.rtt_ms[place[0]]) + self.instance.serving[place[1]].ttft_ms

        best = min(self.places, key=delay)
        ttft, slo = self.instance.serving[best[1]].ttft_ms, self.group.slo_ms
        return (
            f" within {slo:g} ms: the fastest is {self.called(best)}, round trip"
            f" {self.rtt_ms[best[0]]:.4g} ms + time to first token {ttft:g} ms"
            f" = {delay(best):.4g} ms"
        )

    def quality(self) -> str:
        """Return the highest quality available, against the floor."""

        def quality(place: tuple[int, int]) -> float:
            row = self.instance.serving[place[1]]
            return self.models[row.model].quality if row.quality is None else row.quality

        best = max(self.places, key=quality)
        return (
            f" at a quality of {self.group.quality_floor:g}: the best is {self.called(best)},"
            f" {quality(best):g}"
        )

    def residency(self) -> str:
        """Return the area in which answers must be computed."""
        if self.group.residency == "jurisdiction":
            jurisdiction = self.region.jurisdiction or "unnamed"
            return f": no permitted site is in its jurisdiction, {jurisdiction}"
        return f": no permitted site is in region {self.region.id}"

    def memory(self) -> str:
        """Return the memory required, against what the hardware has."""
        hardware = {row.id: row for row in self.instance.hardware}

        def excess(place: tuple[int, int]) -> float:
            row = self.instance.serving[place[1]]
            return row.memory_gb - hardware[row.hardware].memory_gb

        best = min(self.places, key=excess)
        row = self.instance.serving[best[1]]
        return (
            f": the closest fit is {self.called(best)}, which needs {row.memory_gb:g} GB, but"
            f" {row.hardware} has {hardware[row.hardware].memory_gb:g} GB"
        )

    def availability(self) -> str:
        """Return the first year in which the workload could be served."""

        def start(place: tuple[int, int]) -> int:
            model = self.models[self.instance.serving[place[1]].model]
            return max(self.instance.sites[place[0]].available_from, model.available_from)

        best = min(self.places, key=start)
        return f" before {start(best)}, when {self.called(best)} becomes available"

    def site_kind(self) -> str:
        """Return the kinds of site that may serve."""
        return f": there is no site of kind {' or '.join(self.group.site_kinds)}"

    def hardware(self) -> str:
        """Return what the permitted sites lack."""
        return ": no permitted site has hardware that runs a serving configuration"


COMPARISONS = {
    Refusal.SITE_KIND: _Misses.site_kind,
    Refusal.NO_HARDWARE: _Misses.hardware,
    Refusal.RESIDENCY: _Misses.residency,
    Refusal.QUALITY: _Misses.quality,
    Refusal.MEMORY: _Misses.memory,
    Refusal.LATENCY: _Misses.latency,
    Refusal.NOT_YET: _Misses.availability,
}
"""Wording of each refusal; dominated configurations never leave a workload unserved."""
