"""Family 9, interconnection: connections that are built, and draws within them."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance
from optimizer.schema.sites import Site
from optimizer.verification.claims import Claims
from optimizer.verification.investment import survivors
from optimizer.verification.violation import Violation, at_most, equal

FAMILY = "9 interconnection"


def check_interconnection(claims: Claims) -> Iterator[Violation]:
    """Yield every connection that is not what was built, and every draw beyond it."""
    sites, years = connected(claims.instance), claims.horizon.years
    if not sites:
        return
    names, where = [site.id for site in sites], connected_at(claims.instance)
    steps, opened = claims.steps_built, claims.is_open[where]
    message = "a part of a step is built"
    yield from equal(FAMILY, names, steps, np.round(steps), message)
    yield from at_most(FAMILY, names, -steps, np.zeros(1), "less than nothing is built")
    step_mw = np.array([[site.interconnection_step_mw] for site in sites])
    message = "MW built are not its steps'"
    yield from equal(FAMILY, names, claims.connection_built, steps * step_mw, message)

    first = [max(years[0] + site.interconnection_lead_years, site.available_from) for site in sites]
    ready = np.array([[float(year >= start) for year in years] for start in first])
    early = np.where(ready * opened > 0, 0.0, steps)
    yield from at_most(FAMILY, names, early, np.zeros(1), "built too early or while closed")
    there = np.array(
        [[at_year(site.existing_interconnection_mw, year) for year in years] for site in sites]
    )
    lives = [site.interconnection_life_years for site in sites]
    there = there * opened + survivors(claims, steps * step_mw, lives)
    yield from equal(FAMILY, names, claims.connection, there, "is not what survives (MW)")
    message = "draw exceeds the connection (MW)"
    yield from at_most(FAMILY, names, claims.draw[where], there[:, :, None], message)


def connected(instance: Instance) -> list[Site]:
    """Sites whose connection is built and paid."""
    return [site for site in instance.sites if site.interconnection_cost_usd_per_mw is not None]


def connected_at(instance: Instance) -> list[int]:
    """Their positions among the sites."""
    named = {site.id for site in connected(instance)}
    return [s for s, site in enumerate(instance.sites) if site.id in named]


def cost_of_connection(claims: Claims) -> Floats:
    """Overnight cost of a MW of each connection, $, shape (connections, Y)."""
    years = claims.horizon.years
    paths = [site.interconnection_cost_usd_per_mw for site in connected(claims.instance)]
    cost = [[at_year(path, year) for year in years] for path in paths if path is not None]
    return np.array(cost, dtype=float).reshape(len(paths), len(years))
