"""The instance with a step in efficiency, or with more grid."""

from collections.abc import Iterable

from optimizer.schema.base import EVERY_YEAR, at_year
from optimizer.schema.grid import CapacityArea, Zone
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Efficiency, Expansion, Intervention


def changed_by(instance: Instance, intervention: Intervention) -> Instance:
    """Return the instance as it is with an intervention that changes figures."""
    if intervention.efficiency is not None:
        return _more_efficient(instance, intervention.efficiency)
    years = instance.time.years
    zones = [_raised(zone, intervention.grid, years) for zone in instance.zones]
    areas = [_more_ucap(area, intervention.grid, years) for area in instance.capacity_areas]
    return instance.model_copy(update={"zones": tuple(zones), "capacity_areas": tuple(areas)})


def _more_efficient(instance: Instance, step: Efficiency) -> Instance:
    chosen = set(step.serving) or {one.id for one in instance.serving}
    serving = tuple(
        one.model_copy(
            update={
                "energy_multiplier": _times(one.energy_multiplier, step.energy_factor),
                "rate_multiplier": _times(one.rate_multiplier, 1 / step.hardware_factor),
            }
        )
        if one.id in chosen
        else one
        for one in instance.serving
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
    """Return a zone with more room for the modelled load, whatever its limit comes from."""
    for expansion in grid:
        if expansion.zone != zone.id:
            continue
        if zone.limit_mw is not None:
            limit = _plus(zone.limit_mw, expansion.added_mw, years)
            zone = zone.model_copy(update={"limit_mw": limit})
        elif zone.capacity_mw is not None:
            # Capacity counts less the reserve that is held on it.
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
