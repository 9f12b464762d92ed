"""Warn about coordinates that are probably wrong, and round trips that cannot be right."""

from collections.abc import Iterator, Sequence
from math import asin, cos, radians, sin, sqrt

from optimizer.schema.instance import Instance
from optimizer.units import EARTH_RADIUS_KM

FAR_KM = 2_000.0
"""Distance beyond which a site is hardly in the region that it names.  ASSUMED."""

NEAR_KM = 1_000.0
"""Distance within which a place is put right if the sign of a coordinate is changed.  ASSUMED."""

LISTED = 5

Coordinates = tuple[float, float]
"""Latitude and longitude, degrees."""


def place_warnings(instance: Instance) -> tuple[str, ...]:
    """Return warnings about places far from where they should be, and about round trips."""
    return (
        *_some("a site is far from its region", list(_far_from_region(instance))),
        *_some("a place is far from all others", list(_far_from_all(instance))),
        *_some(
            "a round trip without a measurement is estimated to be slower than one measured to a"
            " place farther away, so that work may go the wrong way; give it in links",
            list(_slower_than_farther(instance)),
        ),
    )


def _some(what: str, found: Sequence[str]) -> Iterator[str]:
    if found:
        more = f"; and {len(found) - LISTED} more" if len(found) > LISTED else ""
        yield f"{what}: {'; '.join(found[:LISTED])}{more}"


def _far_from_region(instance: Instance) -> Iterator[str]:
    regions = {
        region.id: (region.latitude_deg, region.longitude_deg) for region in instance.regions
    }
    for site in instance.sites:
        if site.region is None or (site.latitude_deg is None and site.longitude_deg is None):
            continue
        home = regions[site.region]
        latitude = home[0] if site.latitude_deg is None else site.latitude_deg
        longitude = home[1] if site.longitude_deg is None else site.longitude_deg
        if (away := _km((latitude, longitude), home)) > FAR_KM:
            hint = _repair((latitude, longitude), [home])
            where = f"at {latitude:g}, {longitude:g}, {away:,.0f} km from {site.region}"
            yield f"sites.{site.id} is {where}{hint}"


def _far_from_all(instance: Instance) -> Iterator[str]:
    """Regions, and sites without one, that a change of sign brings close to others."""
    places = {f"regions.{r.id}": (r.latitude_deg, r.longitude_deg) for r in instance.regions}
    for site in instance.sites:
        if site.region is None and site.latitude_deg is not None and site.longitude_deg is not None:
            places[f"sites.{site.id}"] = (site.latitude_deg, site.longitude_deg)
    for name, here in places.items():
        others = [place for place in places.values() if place != here]
        away = min((_km(here, other) for other in others), default=0.0)
        if away > FAR_KM and (hint := _repair(here, others)):
            yield f"{name} is at {here[0]:g}, {here[1]:g}, {away:,.0f} km from the next{hint}"


def _repair(here: Coordinates, others: Sequence[Coordinates]) -> str:
    """What would bring coordinates close to others: another sign, or the other order."""
    latitude, longitude = here
    for changed, words in (
        ((latitude, -longitude), f"longitude_deg {-longitude:g}, with the other sign,"),
        ((-latitude, longitude), f"latitude_deg {-latitude:g}, with the other sign,"),
        ((-latitude, -longitude), "the other sign of both"),
        ((longitude, latitude), "latitude_deg and longitude_deg the other way round"),
    ):
        if abs(changed[0]) <= 90 and min(_km(changed, other) for other in others) <= NEAR_KM:
            return f" ({words} would be close)"
    return ""


def _km(a: Coordinates, b: Coordinates) -> float:
    """Great-circle distance."""
    (north_a, east_a), (north_b, east_b) = (tuple(map(radians, place)) for place in (a, b))
    half = sin((north_a - north_b) / 2) ** 2
    half += cos(north_a) * cos(north_b) * sin((east_a - east_b) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(half, 1.0)))


def _slower_than_farther(instance: Instance) -> Iterator[str]:
    measured: dict[str, dict[str, float]] = {}
    for link in instance.links:
        if link.rtt_ms is not None:
            measured.setdefault(link.region, {})[link.site] = link.rtt_ms
    if not measured:
        return
    from optimizer.problem.placements import distance_km, links  # imports numpy

    rtt, km = links(instance)[0], distance_km(instance)
    sites = [(s, site.id) for s, site in enumerate(instance.sites) if site.kind != "device"]
    for r, region in enumerate(instance.regions):
        known = measured.get(region.id, {})
        fast = [(rtt[r, s], km[r, s], name) for s, name in sites if name in known]
        for s, name in sites if fast else ():
            if name in known:
                continue
            beyond = [other for other in fast if other[1] > km[r, s] and other[0] < rtt[r, s]]
            if beyond:
                best, distance, other = min(beyond)
                yield (
                    f"{region.id} to {name}, {km[r, s]:,.0f} km, {rtt[r, s]:.1f} ms estimated, but"
                    f" to {other}, {distance:,.0f} km, {best:g} ms measured"
                )
