"""Check that the instances of two worlds are one instance without and with an intervention."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from optimizer.schema.base import EVERY_YEAR, Record, at_year
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Efficiency, Expansion, Intervention
from optimizer.schema.sites import EDGE_KINDS
from optimizer.verification.claims import Claims
from optimizer.verification.service import ServingRules
from optimizer.verification.violation import Violation
from optimizer.verification.world_figures import Scope

FAMILY = "worlds"

UNUSED = ("assumptions", "interventions")
"""Tables of an instance that no plan depends on."""

AT_SITES = ("pools", "site_generators", "site_storage", "training_runs", "contracts", "links")


def mandates(instance: Instance, intervention: Intervention) -> dict[str, float]:
    """Return the minimum edge shares that mandate an intervention, by path."""
    kinds = {
        site.kind
        for site in instance.sites
        if site.id in intervention.sites or site.kind in intervention.site_kinds
    }
    if kinds.isdisjoint(EDGE_KINDS):
        return {}
    shares = {"policy.min_edge_share": instance.policy.min_edge_share} | {
        f"classes.{group.id}.min_edge_share": group.min_edge_share for group in instance.classes
    }
    return {
        path: max(share.values()) if isinstance(share, Mapping) else float(share)
        for path, share in shares.items()
        if share is not None
    }


def check_added(without: Instance, with_it: Claims, scope: Scope) -> Iterator[Violation]:
    """Yield what the baseline has of an intervention that adds sites or models, or lacks else.

    An instance needs a pool and a configuration.  If the intervention has all of them, its sites
    or models stay, and become available only after the last year.
    """
    instance = with_it.instance
    added = {site.id for site, new in zip(instance.sites, scope.site, strict=True) if new}
    after = {"available_from": instance.time.years[-1] + 1}
    if all(pool.site in added for pool in instance.pools):
        sites = [
            site.model_copy(update=after if site.id in added else {}) for site in instance.sites
        ]
        instance, added = instance.model_copy(update={"sites": tuple(sites)}), set()
    kept = {
        name: [row for row in getattr(instance, name) if row.site not in added] for name in AT_SITES
    }
    kept["sites"] = [site for site in instance.sites if site.id not in added]
    if all(scope.serving):
        kept["models"] = [model.model_copy(update=after) for model in instance.models]
    else:
        kept["serving"] = [
            row for row, new in zip(instance.serving, scope.serving, strict=True) if not new
        ]
    kept["workloads"] = list(_workloads(without, with_it, scope))
    expected = dict(instance) | {name: tuple(rows) for name, rows in kept.items()}
    where = "is not that of the world with the intervention, without what it adds"
    yield from _same("world-0", expected, without, where)


def _workloads(without: Instance, with_it: Claims, scope: Scope) -> Iterator[Record]:
    """Yield the baseline's workloads.

    In a year in which nothing else reaches a workload that must be served, the baseline asks for
    none of it; one that nothing else reaches in any year may be left out.
    """
    held = {workload.id: workload for workload in without.workloads}
    rules, years = ServingRules(with_it), with_it.horizon.years
    for w, (workload, group) in enumerate(
        zip(with_it.instance.workloads, with_it.classes, strict=True)
    ):
        present = held.get(workload.id)
        if not group.must_serve or present == workload:
            yield workload
            continue
        reached = [_reached(rules, scope, w, y) for y in range(len(years))]
        if present is None and not any(reached):
            continue
        asked = {
            year: at_year(workload.demand_gtok_per_h, year) if known else 0.0
            for year, known in zip(years, reached, strict=True)
        }
        yield workload if all(reached) else workload.model_copy(update={"demand_gtok_per_h": asked})


def _reached(rules: ServingRules, scope: Scope, w: int, y: int) -> bool:
    """Whether something other than the intervention can serve a workload in a year."""
    instance = rules.instance
    hardware = {(pool.site, pool.hardware) for pool in instance.pools}
    return any(
        (instance.sites[s].id, instance.serving[c].hardware) in hardware
        and not rules.broken(w, s, c, y)
        for s in np.flatnonzero(~scope.site).tolist()
        for c in np.flatnonzero(~scope.serving).tolist()
    )


def check_changed(
    without: Instance, with_it: Instance, intervention: Intervention
) -> Iterator[Violation]:
    """Yield what the world with a step in efficiency or more grid has beyond it, or lacks."""
    step = intervention.efficiency
    expected = _more_efficient(without, step) if step else _more_grid(without, intervention.grid)
    where = "is not that of the baseline with the intervention"
    yield from _same("world-1", dict(without) | expected, with_it, where)


def _more_efficient(instance: Instance, step: Efficiency) -> dict[str, Any]:
    def times(path: Mapping[int, float], factor: float) -> dict[int, float]:
        return {year: value * factor for year, value in path.items()}

    rows = [
        row.model_copy(
            update={
                "energy_multiplier": times(row.energy_multiplier, step.energy_factor),
                "rate_multiplier": times(row.rate_multiplier, 1.0 / step.hardware_factor),
            }
        )
        if not step.serving or row.id in step.serving
        else row
        for row in instance.serving
    ]
    law = instance.densing
    if step.densing_doubling_months is not None:
        law = law.model_copy(update={"doubling_months": step.densing_doubling_months})
    return {"serving": tuple(rows), "densing": law}


def _more_grid(instance: Instance, grid: tuple[Expansion, ...]) -> dict[str, Any]:
    years = instance.time.years

    def raised(path: Mapping[int, float], added: Mapping[int, float], times: float) -> Any:
        if set(path) == set(added) == {EVERY_YEAR}:
            return {EVERY_YEAR: path[EVERY_YEAR] + times * added[EVERY_YEAR]}
        return {year: at_year(path, year) + times * at_year(added, year) for year in years}

    zones = {zone.id: zone for zone in instance.zones}
    areas = {area.id: area for area in instance.capacity_areas}
    for more in grid:
        zone = zones.get(more.zone or "")
        if zone is not None:
            field = "limit_mw" if zone.limit_mw is not None else "capacity_mw"
            times = 1.0 if zone.limit_mw is not None else 1.0 + zone.reserve_margin
            if (path := getattr(zone, field)) is not None:
                update = {field: raised(path, more.added_mw, times)}
                zones[zone.id] = zone.model_copy(update=update)
        area = areas.get(more.capacity_area or "")
        if area is not None and area.procured_ucap_mw is not None:
            update = {"procured_ucap_mw": raised(area.procured_ucap_mw, more.added_mw, 1.0)}
            areas[area.id] = area.model_copy(update=update)
    return {"zones": tuple(zones.values()), "capacity_areas": tuple(areas.values())}


def _same(
    world: str, expected: Mapping[str, Any], instance: Instance, message: str
) -> Iterator[Violation]:
    """Yield the first difference of each field of an instance."""
    for name, wanted in expected.items():
        if name in UNUSED:
            continue
        difference = _difference(name, getattr(instance, name), wanted)
        if difference is not None:
            path, held, due = difference
            yield Violation(FAMILY, f"{world}/instance.json: {path}", held, due, message)


def _difference(path: str, held: Any, wanted: Any) -> tuple[str, float | str, float | str] | None:
    """Return where two values first differ, and what each is there; None if they agree."""
    if isinstance(held, float | int) and isinstance(wanted, float | int):
        same = math.isclose(held, wanted, rel_tol=1e-12)
        return None if same else (path, float(held), float(wanted))
    if held == wanted:
        return None
    if isinstance(held, Record) and type(held) is type(wanted):
        held, wanted = dict(held), dict(wanted)
    elif isinstance(held, tuple) and isinstance(wanted, tuple):
        held, wanted = (
            {str(getattr(row, "id", n)): row for n, row in enumerate(rows)}
            for rows in (held, wanted)
        )
    if not (isinstance(held, Mapping) and isinstance(wanted, Mapping)):
        return path, _text(held), _text(wanted)
    for key in dict.fromkeys((*held, *wanted)):
        if key not in held or key not in wanted:
            return (
                f"{path}.{key}",
                "present" if key in held else "missing",
                "present" if key in wanted else "missing",
            )
        if (inner := _difference(f"{path}.{key}", held[key], wanted[key])) is not None:
            return inner
    # Records in another order, or one more often than the other.
    return None if len(held) == len(wanted) else (path, float(len(held)), float(len(wanted)))


def _text(value: Any) -> str:
    return "null" if value is None else str(value)[:80]
