"""What each outage's takeover meets: the rows of family 11, N-1, and what they are called.

In an outage a takeover needs room on a pool, megawatts of a zone, generation of a campus and a
grid connection.  There is one row, in every slot, for each pair of an outage and such a thing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Bools, Indices


@dataclass(frozen=True)
class Meeting:
    """Pairs of an outage and what limits its takeover there.

    Attributes
    ----------
    out : ndarray of int, shape (N,)
        Site that fails.
    at : ndarray of int, shape (N,)
        What is met: a pool, a zone, or a site.
    takeover : ndarray of int, shape (R,)
        Takeovers that meet one, by position.
    row : ndarray of int, shape (R,)
        Which of the pairs each of them meets.
    """

    out: Indices
    at: Indices
    takeover: Indices
    row: Indices


def pools_met(case: Case) -> Meeting:
    """Pools that take over, outage by outage."""
    pool = case.arcs.pool[case.failover.arc]
    return _meeting(case, np.ones(len(pool), dtype=bool), pool)


def zones_met(case: Case) -> Meeting:
    """Zones with a limit that a takeover draws from."""
    zone = case.grid.zone_of_site[_taking(case)]
    limited = case.grid.headroom_mw.max(axis=(1, 2), initial=0.0) < np.inf
    of_a_zone = zone >= 0
    of_a_zone[of_a_zone] = limited[zone[of_a_zone]]
    return _meeting(case, of_a_zone, zone)


def campuses_met(case: Case) -> Meeting:
    """Campuses off the grid that take over."""
    site = _taking(case)
    return _meeting(case, case.site.offgrid[site], site)


def connections_met(case: Case) -> Meeting:
    """Sites that take over behind a grid connection that is built."""
    site = _taking(case)
    return _meeting(case, np.isin(site, case.connection.site), site)


MEETINGS: Mapping[str, Callable[[Case], Meeting]] = MappingProxyType(
    {
        "failover_room": pools_met,
        "failover_grid": zones_met,
        "failover_generation": campuses_met,
        "failover_connection": connections_met,
    }
)
"""Pairs by block of rows."""


def _taking(case: Case) -> Indices:
    """Site of each takeover."""
    return case.arcs.site[case.failover.arc]


def _meeting(case: Case, which: Bools, at: Indices) -> Meeting:
    takeover = np.flatnonzero(which)
    out = case.failover.site[case.failover.lost]
    both = np.stack([out[takeover], at[takeover]], axis=1)
    pairs, row = np.unique(both, axis=0, return_inverse=True)
    return Meeting(pairs[:, 0], pairs[:, 1], takeover, row.ravel())
