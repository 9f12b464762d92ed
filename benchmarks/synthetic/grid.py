"""Zones, two of three with a limit that can bind, and a capacity area."""

import numpy as np
import numpy.typing as npt

from optimizer.schema.base import every_year
from optimizer.schema.demand import Profile
from optimizer.schema.grid import CapacityArea, Zone
from optimizer.units import HOURS_PER_DAY, HOURS_PER_YEAR
from synthetic.geography import Geography
from synthetic.size import Size

OTHER_KW_PER_PERSON = 1.6
OTHER_GROWTH = 0.01
RESERVE_MARGIN = 0.15
HEADROOM = ((0.4, 0.8), (0.3, 0.7), (2.0, 4.0))
"""Ranges of headroom over need, zone after zone: a flat limit, a narrow peak hour, ample."""
SHAPES = {"summer": (0.22, 0.0), "winter": (0.05, 0.2), "mild": (0.1, 0.08)}
"""How far load rises in summer and in winter, over its mean."""

Floats = npt.NDArray[np.float64]


def zone_id(number: int) -> str:
    """Id of a zone."""
    return f"Z{number:02d}"


def profiles(size: Size) -> tuple[Profile, ...]:
    """Hourly load of a year in three climates, and a price that follows the mean of them."""
    random = size.random("climate")
    hour = np.arange(HOURS_PER_YEAR)
    season = np.cos(2 * np.pi * (hour / HOURS_PER_YEAR - 0.55))
    daily = np.cos(2 * np.pi * ((hour % HOURS_PER_DAY) - 17) / HOURS_PER_DAY)
    days = HOURS_PER_YEAR // HOURS_PER_DAY
    shapes = {}
    for name, (summer, winter) in SHAPES.items():
        weather = np.repeat(random.normal(0, 0.05, days), HOURS_PER_DAY)
        level = 1 + summer * np.maximum(season, 0) + winter * np.maximum(-season, 0)
        shapes[f"load-{name}"] = level * (1 + weather) * (1 + 0.12 * daily)
    mean = sum(shapes.values()) / len(shapes)
    shapes["price"] = (mean / mean.mean()) ** 3
    return tuple(Profile(id=name, values=tuple(values.round(4))) for name, values in shapes.items())


def zones(size: Size, place: Geography, need_mw: Floats) -> tuple[Zone, ...]:
    """Draw zones.

    Parameters
    ----------
    size, place
        The instance's size and geography.
    need_mw : ndarray, shape (R,)
        Power of hardware if every region kept its own demand, last year.
    """
    random = size.random("zones")
    climates = list(SHAPES)
    made = []
    for z in range(place.zones):
        inside = place.zone == z
        people = float(place.people[inside].sum())
        kind = z % len(HEADROOM)
        headroom = float(need_mw[inside].sum()) * random.uniform(*HEADROOM[kind])
        other = size.growth(OTHER_GROWTH, people * OTHER_KW_PER_PERSON / 1000, digits=3)
        made.append(
            Zone(
                id=zone_id(z),
                limit_mw=every_year(round(headroom, 3)) if kind == 0 else None,
                capacity_mw=None
                if kind == 0
                else {
                    y: round((mw + headroom) * (1 + RESERVE_MARGIN), 3) for y, mw in other.items()
                },
                reserve_margin=RESERVE_MARGIN,
                other_peak_mw=other,
                other_profile=f"load-{climates[z % len(climates)]}",
                energy_price_usd_per_mwh=round(random.uniform(35, 75), 2),
                price_profile="price",
                co2_kg_per_mwh=round(random.uniform(150, 600), 1),
            )
        )
    return tuple(made)


def capacity_areas(place: Geography) -> tuple[CapacityArea, ...]:
    """One area, of every second zone: only the price of capacity applies."""
    return (
        CapacityArea(
            id="market",
            zones=tuple(zone_id(z) for z in range(0, place.zones, 2)),
            forecast_pool_requirement=0.93,
            capacity_price_usd_per_mw_day=300,
        ),
    )
