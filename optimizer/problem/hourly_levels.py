"""Energy prices and carbon intensities of zones: yearly levels with a shape, or hourly values."""

from collections.abc import Mapping

import numpy as np

from optimizer.problem.arrays import Floats, by_year
from optimizer.problem.horizon import Horizon, hourly_year, profiles_by_id
from optimizer.schema.grid import Zone
from optimizer.schema.instance import Instance


def zone_price(instance: Instance, horizon: Horizon, zone: Zone) -> Floats:
    """Energy price of a zone, $/MWh, shape (Y, K): the mean of the hours of each slot."""
    given, level = zone.hourly_price_usd_per_mwh, zone.energy_price_usd_per_mwh
    return _levels(instance, horizon, given, level, zone.price_profile)


def zone_co2(instance: Instance, horizon: Horizon, zone: Zone) -> Floats:
    """Emissions of a MWh drawn in a zone, kg, shape (Y, K): the mean of the hours of each slot."""
    given, level = zone.hourly_co2_kg_per_mwh, zone.co2_kg_per_mwh
    return _levels(instance, horizon, given, level, zone.co2_profile)


def lowest_price(instance: Instance, zone: Zone) -> float:
    """Lowest energy price of a zone in any hour and year, $/MWh."""
    profiles = profiles_by_id(instance)
    if zone.hourly_price_usd_per_mwh is not None:
        return min(profiles[zone.hourly_price_usd_per_mwh].values)
    levels = (zone.energy_price_usd_per_mwh or {}).values()
    if zone.price_profile is None:
        return min(levels)
    hourly = hourly_year(instance, profiles[zone.price_profile], None)
    return float(min((level * hourly / hourly.mean()).min() for level in levels))


def _levels(
    instance: Instance,
    horizon: Horizon,
    given: str | None,
    level: Mapping[int, float] | None,
    profile: str | None,
) -> Floats:
    """Hours as `given`, the same in every year; else a yearly `level` in the shape of a profile."""
    profiles = profiles_by_id(instance)
    if given is not None:
        hourly = horizon.mean(hourly_year(instance, profiles[given], None))
        return np.tile(hourly, (len(horizon.years), 1))
    shape = np.ones(horizon.slots)
    if profile is not None:
        hourly = hourly_year(instance, profiles[profile], None)
        shape = horizon.mean(hourly / hourly.mean())
    return by_year([level], horizon.years).T * shape
