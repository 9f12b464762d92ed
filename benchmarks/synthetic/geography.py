"""Regions over a country the size of the United States, and the zones of its grid."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.schema.demand import Region
from synthetic.size import Size

SOUTH_DEG, NORTH_DEG = 26.0, 48.0
WEST_DEG, EAST_DEG = -123.0, -70.0
DEGREES_PER_HOUR = 15.0
REGIONS_PER_ZONE = 3
MEDIAN_PEOPLE = 2.5e6

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Geography:
    """Where people live.

    Attributes
    ----------
    regions : tuple of Region
    people : ndarray, shape (R,)
    zone : ndarray of int, shape (R,)
        Zone of each region.
    zones : int
    """

    regions: tuple[Region, ...]
    people: Floats
    zone: Ints
    zones: int


def geography(size: Size) -> Geography:
    """Draw regions, and group neighbours into zones."""
    random = size.random("geography")
    latitude = random.uniform(SOUTH_DEG, NORTH_DEG, size.regions).round(3)
    longitude = random.uniform(WEST_DEG, EAST_DEG, size.regions).round(3)
    people = random.lognormal(np.log(MEDIAN_PEOPLE), 0.8, size.regions).round(-3)
    zones = -(-size.regions // REGIONS_PER_ZONE)
    regions = tuple(
        Region(
            id=f"R{r:03d}",
            latitude_deg=latitude[r],
            longitude_deg=longitude[r],
            utc_offset_h=round(longitude[r] / DEGREES_PER_HOUR),
            jurisdiction="US",
        )
        for r in range(size.regions)
    )
    return Geography(regions, people, _zones(latitude, longitude, people, zones), zones)


def _zones(latitude: Floats, longitude: Floats, people: Floats, zones: int) -> Ints:
    """Zone of each region: the nearest centre, centres being populous and far apart."""
    place = np.stack([latitude, longitude * np.cos(np.radians(latitude))], axis=1)
    centres = [int(people.argmax())]
    distance = np.linalg.norm(place - place[centres[0]], axis=1)
    while len(centres) < zones:
        centres.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(place - place[centres[-1]], axis=1))
    spread = np.linalg.norm(place[:, None] - place[centres][None], axis=2)
    return spread.argmin(axis=1)
