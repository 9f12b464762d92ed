"""Families 9 and 10: what is built and when, what survives, and which sites are open."""

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.problem.horizon import Floats, Ints
from optimizer.schema.sites import SiteGenerator, SiteStorage
from optimizer.units import W_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, at_most, equal

FAMILY = "9 investment"

Limit = tuple[str, str, int, int | None, int]
"""Name and site of a row, most builds in all and in a year, and lead years."""


def check_investment(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of families 9 and 10."""
    yield from _pools(claims)
    yield from _units(claims, claims.instance.site_generators, claims.generators_built)
    yield from _units(claims, claims.instance.site_storage, claims.storage_built[:, :, 0])
    yield from _sites(claims)


def survivors(claims: Claims, built: Floats, lives: Sequence[int]) -> Floats:
    """Return the builds that still serve in each year, shape as `built` (N, Y)."""
    years = claims.horizon.years
    alive = np.zeros_like(built)
    for n, life in enumerate(lives):
        for y, year in enumerate(years):
            serving = [b for b, start in enumerate(years) if start <= year < start + life]
            alive[n, y] = built[n, serving].sum()
    return alive


def installed(
    claims: Claims, sites: Ints, existing: Floats, built: Floats, lives: Sequence[int]
) -> Floats:
    """Return what serves in each year: existing at open sites, and surviving builds, (N, Y)."""
    return np.asarray(existing * claims.is_open[sites] + survivors(claims, built, lives))


def _builds(claims: Claims, built: Floats, limits: Sequence[Limit]) -> Iterator[Violation]:
    """Check whole builds within the total and yearly limits, after lead time, at open sites."""
    horizon, sites = claims.horizon, {site.id: site for site in claims.instance.sites}
    names = [name for name, *_ in limits]
    allowed = np.zeros_like(built)
    for n, (_, site, most, a_year, lead) in enumerate(limits):
        first = max(horizon.years[0] + lead, sites[site].available_from)
        is_open = claims.is_open[claims.site_ids.index(site)]
        for y, year in enumerate(horizon.years):
            if year >= first and is_open[y]:
                yearly = most if a_year is None else a_year * horizon.span_years[y]
                allowed[n, y] = min(most, yearly)
    yield from equal(FAMILY, names, built, np.round(built), "builds are not whole")
    yield from at_most(FAMILY, names, -built, 0.0, "builds are negative")
    message = "built too early, too fast, or at a closed site"
    yield from at_most(FAMILY, names, built, allowed, message)
    in_all = np.array([float(most) for _, _, most, *_ in limits])
    yield from at_most(FAMILY, names, built.sum(axis=1), in_all, "total builds exceed the limit")


def _units(
    claims: Claims, rows: Sequence[SiteGenerator | SiteStorage], built: Floats
) -> Iterator[Violation]:
    limits = [(r.id, r.site, r.max_units, r.max_units_per_year, r.lead_years) for r in rows]
    yield from _builds(claims, built, limits)


def _pools(claims: Claims) -> Iterator[Violation]:
    pools, types = claims.instance.pools, claims.hardware
    names, sites = [pool.id for pool in pools], claims.sites_of(pools)
    limits = [(p.id, p.site, p.max_pods, p.max_pods_per_year, p.lead_years) for p in pools]
    yield from _builds(claims, claims.pods_built, limits)
    built = claims.pods_built * np.array([[float(pool.units_per_pod)] for pool in pools])
    message = "units built are not those of the pods built"
    yield from equal(FAMILY, names, claims.pool_units_built, built, message)
    existing = claims.by_year(pool.existing_units for pool in pools)
    units = installed(claims, sites, existing, built, [unit.life_years for unit in types])
    message = "units are not existing units plus surviving builds"
    yield from equal(FAMILY, names, claims.units, units, message)
    yield from at_most(FAMILY, names, claims.in_use, units, "units in use exceed those installed")
    yield from at_most(FAMILY, names, -claims.in_use, 0.0, "units in use are negative")

    it_mw = np.zeros(claims.is_open.shape)
    loaded_mw = np.array([[unit.loaded_w / W_PER_MW] for unit in types])
    np.add.at(it_mw, sites, units * loaded_mw)
    limit = claims.by_year(site.it_limit_mw for site in claims.instance.sites)
    message = "hardware exceeds the IT limit of the site (MW)"
    yield from at_most(FAMILY, claims.site_ids, it_mw, limit, message)


def _sites(claims: Claims) -> Iterator[Violation]:
    sites, names, is_open = claims.instance.sites, claims.site_ids, claims.is_open
    first = np.array([[site.available_from] for site in sites])
    available = (np.array(claims.horizon.years) >= first).astype(float)
    yield from at_most(FAMILY, names, is_open, available, "is open before it is available")
    existing = np.array([site.existing for site in sites])
    yield from equal(
        FAMILY,
        [names[s] for s in np.flatnonzero(existing)],
        is_open[existing],
        available[existing],
        "existing site is not open from when it is available",
    )
    yield from at_most(FAMILY, names, is_open[:, :-1], is_open[:, 1:], "closes again")
    most = claims.instance.policy.max_open_sites
    if most is not None:
        count = is_open[~existing].sum(axis=0)[None]
        message = "too many candidate sites are open"
        yield from at_most("10 linking", ["open sites"], count, float(most), message)
    used = claims.carried(claims.placement["flow"].to_numpy(), "s", len(sites))
    shut = np.where(is_open[:, :, None] > 0, 0.0, used)
    yield from at_most("10 linking", names, shut, 0.0, "serves while closed (Gtok/h)")
