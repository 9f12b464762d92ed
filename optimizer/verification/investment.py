"""Families 9 and 10: what is built, when it may be, what survives, what is open."""

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.sites import SiteGenerator, SiteStorage
from optimizer.units import W_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, at_most, equal


def check_investment(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of families 9 and 10."""
    yield from _pools(claims)
    yield from _units(claims, claims.instance.site_generators, claims.generators_built)
    yield from _units(claims, claims.instance.site_storage, claims.storage_built[:, :, 0])
    yield from _sites(claims)


def survivors(claims: Claims, built: Floats, lives: list[int]) -> Floats:
    """Builds that still serve in each year, shape as `built` (N, Y)."""
    years = claims.horizon.years
    alive = np.zeros_like(built)
    for n, life in enumerate(lives):
        for y, year in enumerate(years):
            serving = [b for b, start in enumerate(years) if start <= year < start + life]
            alive[n, y] = built[n, serving].sum()
    return alive


def _builds(
    claims: Claims,
    family: str,
    built: Floats,
    records: list[tuple[str, str, int, int | None, int]],
) -> Iterator[Violation]:
    """Whole builds, within the total and the yearly limit, after lead time, at an open site.

    Records are (name, site, most in all, most a year, lead years).
    """
    horizon, sites = claims.horizon, {site.id: site for site in claims.instance.sites}
    position = {site.id: i for i, site in enumerate(claims.instance.sites)}
    names = [record[0] for record in records]
    limit = np.zeros_like(built)
    for n, (_, site, most, a_year, lead) in enumerate(records):
        first = max(horizon.years[0] + lead, sites[site].available_from)
        for y, year in enumerate(horizon.years):
            if year >= first and claims.is_open[position[site], y]:
                yearly = most if a_year is None else a_year * horizon.span_years[y]
                limit[n, y] = min(most, yearly)
    yield from equal(family, names, built, np.round(built), "a part of a unit is built")
    yield from at_most(family, names, -built, np.zeros(1), "less than nothing is built")
    yield from at_most(family, names, built, limit, "built too early, too fast or while closed")
    most_in_all = np.array([float(record[2]) for record in records])
    yield from at_most(family, names, built.sum(axis=1), most_in_all, "built too much in all")


def _pools(claims: Claims) -> Iterator[Violation]:
    instance, horizon = claims.instance, claims.horizon
    pools, family = instance.pools, "9 investment"
    names = [pool.id for pool in pools]
    hardware = {row.id: row for row in instance.hardware}
    position = {site.id: i for i, site in enumerate(instance.sites)}
    yield from _builds(
        claims,
        family,
        claims.pods_built,
        [(p.id, p.site, p.max_pods, p.max_pods_per_year, p.lead_years) for p in pools],
    )
    pod = np.array([[float(p.units_per_pod)] for p in pools])
    yield from equal(
        family, names, claims.pool_units_built, claims.pods_built * pod, "units built are not pods'"
    )
    pods = survivors(claims, claims.pods_built, [hardware[p.hardware].life_years for p in pools])
    there = np.array(
        [
            [
                at_year(p.existing_units, y) * claims.is_open[position[p.site], i]
                for i, y in enumerate(horizon.years)
            ]
            for p in pools
        ]
    )
    there = there + pods * pod
    yield from equal(family, names, claims.units, there, "units are not what survives")
    yield from at_most(family, names, claims.in_use, there, "more units in use than are there")
    yield from at_most(family, names, -claims.in_use, np.zeros(1), "fewer than none in use")

    space = np.zeros((len(instance.sites), len(horizon.years)))
    for p, pool in enumerate(pools):
        space[position[pool.site]] += there[p] * hardware[pool.hardware].loaded_w / W_PER_MW
    limit = np.array(
        [
            [np.inf if s.it_limit_mw is None else at_year(s.it_limit_mw, y) for y in horizon.years]
            for s in instance.sites
        ]
    )
    sites = [site.id for site in instance.sites]
    yield from at_most(family, sites, space, limit, "hardware exceeds the space (MW)")


def _units(
    claims: Claims, rows: Sequence[SiteGenerator | SiteStorage], built: Floats
) -> Iterator[Violation]:
    yield from _builds(
        claims,
        "9 investment",
        built,
        [(row.id, row.site, row.max_units, row.max_units_per_year, row.lead_years) for row in rows],
    )


def _sites(claims: Claims) -> Iterator[Violation]:
    sites, family = claims.instance.sites, "9 investment"
    names = [site.id for site in sites]
    opened = claims.is_open
    there = np.array(
        [[float(year >= site.available_from) for year in claims.horizon.years] for site in sites]
    )
    yield from at_most(family, names, opened, there, "open before it is available")
    existing = np.flatnonzero([site.existing for site in sites])
    yield from equal(
        family,
        [names[i] for i in existing],
        opened[existing],
        there[existing],
        "is open already",
    )
    yield from at_most(family, names, opened[:, :-1], opened[:, 1:], "closes again")
    candidates = np.flatnonzero([not site.existing for site in sites])
    most = claims.instance.policy.max_open_sites
    if most is not None:
        count = opened[candidates].sum(axis=0)[None]
        limit = np.full_like(count, float(most))
        yield from at_most("10 linking", ["open sites"], count, limit, "too many are open")
    used = claims.carried(claims.placement["flow"].to_numpy(), "s", len(sites))
    shut = np.where(opened[:, :, None] > 0, 0.0, used)
    yield from at_most("10 linking", names, shut, np.zeros(1), "serves while closed")
