"""Family 9, interconnection: connections that are built, and draws within them."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.sites import Site
from optimizer.verification.claims import Claims
from optimizer.verification.investment import installed
from optimizer.verification.violation import Violation, at_most, equal

FAMILY = "9 interconnection"


def check_interconnection(claims: Claims) -> Iterator[Violation]:
    """Yield every connection that is not what was built, and every draw beyond it."""
    sites, years = connected_sites(claims), np.array(claims.horizon.years)
    if not sites:
        return
    names, position = [site.id for site in sites], connected_positions(claims)
    steps = claims.steps_built
    yield from equal(FAMILY, names, steps, np.round(steps), "builds are not whole steps")
    yield from at_most(FAMILY, names, -steps, 0.0, "builds are negative")
    step_mw = np.array([[site.interconnection_step_mw] for site in sites])
    message = "MW built are not those of the steps built"
    yield from equal(FAMILY, names, claims.connection_built, steps * step_mw, message)

    lead = [max(years[0] + s.interconnection_lead_years, s.available_from) for s in sites]
    ready = (years >= np.array(lead)[:, None]) & (claims.is_open[position] > 0)
    message = "built too early, or at a closed site"
    yield from at_most(FAMILY, names, np.where(ready, 0.0, steps), 0.0, message)
    existing = claims.by_year([site.existing_interconnection_mw for site in sites])
    lives = [site.interconnection_life_years for site in sites]
    capacity = installed(claims, np.array(position), existing, steps * step_mw, lives)
    message = "is not existing capacity plus surviving builds (MW)"
    yield from equal(FAMILY, names, claims.connection, capacity, message)
    message = "draw exceeds the connection (MW)"
    yield from at_most(FAMILY, names, claims.draw[position], capacity[:, :, None], message)


def connected_sites(claims: Claims) -> list[Site]:
    """Return the sites that build and pay for their connection."""
    return [claims.instance.sites[s] for s in connected_positions(claims)]


def connected_positions(claims: Claims) -> list[int]:
    """Return their positions among the sites."""
    sites = claims.instance.sites
    return [s for s, site in enumerate(sites) if site.interconnection_cost_usd_per_mw is not None]


def connection_cost(claims: Claims) -> Floats:
    """Return the overnight cost of a MW of each connection, $, shape (I, Y)."""
    return claims.by_year(s.interconnection_cost_usd_per_mw for s in connected_sites(claims))
