"""The instance of each world: without the sites that an intervention adds, or with its changes.

No world keeps a policy that mandates the intervention: the baseline could not meet it, and a
world made to use the intervention answers another question than what it displaces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from optimizer.counterfactual.scope import Scope, covers
from optimizer.counterfactual.worlds import reachable
from optimizer.problem.parameters.case import Case
from optimizer.schema.base import EVERY_YEAR, at_year
from optimizer.schema.demand import Workload
from optimizer.schema.grid import CapacityArea, Zone
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Efficiency, Expansion, Intervention
from optimizer.schema.sites import EDGE_KINDS


def without_mandates(
    instance: Instance, intervention: Intervention
) -> tuple[Instance, tuple[str, ...]]:
    """Return the instance without policies that mandate an intervention, and their paths.

    A minimum edge share mandates every intervention that has a device or an edge site.
    """
    kinds = {site.kind for site in instance.sites if covers(intervention, site.id, site.kind)}
    if not kinds.intersection(EDGE_KINDS):
        return instance, ()
    free = {"min_edge_share": None}
    mandated = [group for group in instance.classes if group.min_edge_share is not None]
    dropped = [f"classes.{group.id}.min_edge_share" for group in mandated]
    if instance.policy.min_edge_share is not None:
        dropped.insert(0, "policy.min_edge_share")
    update = {
        "policy": instance.policy.model_copy(update=free),
        "classes": tuple(group.model_copy(update=free) for group in instance.classes),
    }
    return instance.model_copy(update=update) if dropped else instance, tuple(dropped)


def without_intervention(case: Case, scope: Scope) -> Instance:
    """Return the baseline as an instance of its own, so that its plan is verified like any other.

    It lacks the intervention's sites and models.  It asks nothing of workloads that must be
    served, in years in which nothing else reaches them.  If nothing would be left, sites or
    models of the intervention stay, but are not available in any of its years.
    """
    instance, models = case.instance, set(scope.intervention.models)
    added = {site.id for site, new in zip(instance.sites, scope.site, strict=True) if new}
    if added.issuperset(pool.site for pool in instance.pools):
        instance, added = _sites_never_available(instance, added), set()
    if models.issuperset(configuration.model for configuration in instance.serving):
        instance, models = _models_never_available(instance), set()
    requested = _requested(case, scope)
    at_sites = ("pools", "site_generators", "training_runs", "contracts", "site_storage", "links")
    update = {
        name: tuple(record for record in getattr(instance, name) if record.site not in added)
        for name in at_sites
    }
    update |= {
        "sites": tuple(site for site in instance.sites if site.id not in added),
        "serving": tuple(c for c in instance.serving if c.model not in models),
        "workloads": tuple(
            _requested_in(workload, case.horizon.years, years)
            for workload, years in zip(instance.workloads, requested, strict=True)
        ),
        "interventions": (),
        "assumptions": (),
    }
    return instance.model_copy(update=update)


def _sites_never_available(instance: Instance, added: set[str]) -> Instance:
    """Return the instance with the sites of an intervention opening after its last year."""
    after = {"available_from": instance.time.years[-1] + 1}
    sites = tuple(
        site.model_copy(update=after) if site.id in added else site for site in instance.sites
    )
    return instance.model_copy(update={"sites": sites})


def _models_never_available(instance: Instance) -> Instance:
    """Return the instance with every model available after its last year only."""
    after = {"available_from": instance.time.years[-1] + 1}
    models = tuple(model.model_copy(update=after) for model in instance.models)
    return instance.model_copy(update={"models": models})


def demand_without(case: Case, scope: Scope) -> Case:
    """Return the case with no demand where the baseline asks for none."""
    level = np.where(_requested(case, scope)[:, :, None], case.demand.level, 0.0)
    return replace(case, demand=replace(case.demand, level=level))


def tables_without(
    tables: Mapping[str, pd.DataFrame], baseline: Instance
) -> dict[str, pd.DataFrame]:
    """Return a plan's tables with only what the baseline instance has."""
    sites = {site.id for site in baseline.sites}
    workloads = {(w.region, w.workload_class) for w in baseline.workloads}
    contracts = {contract.id for contract in baseline.contracts}
    kept = {}
    for name, table in tables.items():
        rows = table
        if "contract" in table:
            rows = rows.loc[rows["contract"].isin(contracts).astype(bool)]
        if "site" in table:
            rows = rows.loc[rows["site"].isin(sites).astype(bool)]
        if "class" in table:
            keys = zip(rows["region"], rows["class"], strict=True)
            rows = rows.loc[np.array([key in workloads for key in keys], dtype=bool)]
        kept[name] = rows.reset_index(drop=True)
    return kept


def _requested(case: Case, scope: Scope) -> np.ndarray:
    """Whether the baseline asks for a workload's demand in a year, shape (W, Y)."""
    return np.asarray(reachable(case, ~scope.arc) | ~case.demand.must_serve[:, None])


def _requested_in(workload: Workload, years: tuple[int, ...], requested: np.ndarray) -> Workload:
    """Return a workload with demand only in the years in which it is requested, shape (Y,)."""
    if requested.all():
        return workload
    demand = {
        year: at_year(workload.demand_gtok_per_h, year) if wanted else 0.0
        for year, wanted in zip(years, requested, strict=True)
    }
    return workload.model_copy(update={"demand_gtok_per_h": demand})


def changed_by(instance: Instance, intervention: Intervention) -> Instance:
    """Return the instance with a step in efficiency, or with a grid expansion."""
    if intervention.efficiency is not None:
        return _more_efficient(instance, intervention.efficiency)
    years = instance.time.years
    zones = [_raised(zone, intervention.grid, years) for zone in instance.zones]
    areas = [_more_ucap(area, intervention.grid, years) for area in instance.capacity_areas]
    return instance.model_copy(update={"zones": tuple(zones), "capacity_areas": tuple(areas)})


def _more_efficient(instance: Instance, step: Efficiency) -> Instance:
    chosen = set(step.serving) or {configuration.id for configuration in instance.serving}
    serving = tuple(
        configuration.model_copy(
            update={
                "energy_multiplier": _times(configuration.energy_multiplier, step.energy_factor),
                "rate_multiplier": _times(configuration.rate_multiplier, 1 / step.hardware_factor),
            }
        )
        if configuration.id in chosen
        else configuration
        for configuration in instance.serving
    )
    densing = instance.densing
    if step.densing_doubling_months is not None:
        densing = densing.model_copy(update={"doubling_months": step.densing_doubling_months})
    return instance.model_copy(update={"serving": serving, "densing": densing})


def _times(path: dict[int, float], factor: float) -> dict[int, float]:
    return {year: value * factor for year, value in path.items()}


def _plus(path: dict[int, float], more: dict[int, float], years: Iterable[int]) -> dict[int, float]:
    if EVERY_YEAR in path and EVERY_YEAR in more:
        return {EVERY_YEAR: path[EVERY_YEAR] + more[EVERY_YEAR]}
    return {year: at_year(path, year) + at_year(more, year) for year in years}


def _raised(zone: Zone, grid: Iterable[Expansion], years: tuple[int, ...]) -> Zone:
    """Return a zone with more room for the modelled load, whatever sets its limit."""
    for expansion in grid:
        if expansion.zone != zone.id:
            continue
        if zone.limit_mw is not None:
            limit = _plus(zone.limit_mw, expansion.added_mw, years)
            zone = zone.model_copy(update={"limit_mw": limit})
        elif zone.capacity_mw is not None:
            # Capacity counts net of the reserve margin held on it.
            more = _times(expansion.added_mw, 1 + zone.reserve_margin)
            capacity = _plus(zone.capacity_mw, more, years)
            zone = zone.model_copy(update={"capacity_mw": capacity})
    return zone


def _more_ucap(
    area: CapacityArea, grid: Iterable[Expansion], years: tuple[int, ...]
) -> CapacityArea:
    for expansion in grid:
        if expansion.capacity_area == area.id and area.procured_ucap_mw is not None:
            more = _plus(area.procured_ucap_mw, expansion.added_mw, years)
            area = area.model_copy(update={"procured_ucap_mw": more})
    return area
