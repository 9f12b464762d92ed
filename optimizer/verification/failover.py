"""Family 11, N-1: whether idle capacity could carry the work of each site, found anew.

For each site, year and hour a small linear program looks for flows that carry what the site
served, within what the plan leaves idle.  Nothing is taken from the plan's own takeover.
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog

from optimizer.problem.horizon import Floats
from optimizer.verification.claims import Claims
from optimizer.verification.energy import (
    available,
    generator_units,
    marginal_energy,
    zone_headroom,
)
from optimizer.verification.interconnection import connected_at
from optimizer.verification.paths import longer_thoughts
from optimizer.verification.service import ServingRules, loaded, unit_hours, usable
from optimizer.verification.violation import ABSOLUTE, RELATIVE, Violation, at_most

FAMILY = "11 failover"


def check_failover(claims: Claims) -> Iterator[Violation]:
    """Yield every site whose outage would leave work of a surviving class undone."""
    instance = claims.instance
    groups = {group.id: group for group in instance.classes}
    safe = np.array([groups[w.workload_class].survives_site_outage for w in instance.workloads])
    if not safe.any():
        return
    rows, checker = claims.placement, _Takeover(claims)
    for s, site in enumerate(instance.sites):
        if site.kind == "device":
            continue  # many machines of many people: a fleet does not fail as one
        here = (rows["s"] == s) & safe[rows["w"]]
        work = claims.carried(rows["flow"].to_numpy() * here, "w", len(safe))
        short = np.zeros(work.shape[1:])
        for y, k in np.argwhere(work.sum(axis=0) > 0):
            lost = {int(w): float(work[w, y, k]) for w in np.flatnonzero(work[:, y, k])}
            short[y, k] = sum(lost.values()) - checker.carries(s, int(y), int(k), lost)
        total = work.sum(axis=0)
        message = "work that idle capacity elsewhere could not carry, were it out (Gtok/h)"
        yield from at_most(FAMILY, [site.id], total[None], (total - short)[None], message)


class _Takeover:
    """Most work of a failed site that others could carry, by a linear program.

    Every limit has the tolerance that it has anywhere in a plan.
    """

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self.rules = ServingRules(claims)
        self.hours, self.energy = unit_hours(claims), marginal_energy(claims)
        self.thought = longer_thoughts(claims)
        instance = claims.instance
        zones, sites = ([one.id for one in rows] for rows in (instance.zones, instance.sites))
        self.zone_of = [zones.index(site.zone) if site.zone else -1 for site in instance.sites]
        self.site_of_pool = [sites.index(pool.site) for pool in instance.pools]
        self.idle_hours = usable(claims)[:, :, None] - loaded(claims)
        self.zone_limit = np.array([zone_headroom(claims, zone) for zone in instance.zones])
        self.site_mw = np.full(claims.draw.shape, np.inf)
        at = connected_at(instance)
        self.site_mw[at] = claims.connection[:, :, None] - claims.draw[at]
        rows, types = instance.site_generators, {g.id: g for g in instance.generators}
        unit_mw = np.array([types[row.generator].unit_mw for row in rows])
        installed = generator_units(claims) * unit_mw[:, None]
        output = installed[:, :, None] * available(claims)[:, None, :]
        for s, site in enumerate(instance.sites):
            if site.kind == "offgrid":
                here = [g for g, row in enumerate(rows) if row.site == site.id]
                self.site_mw[s] = output[here].sum(axis=0) - claims.power[s]
                stores = [v for v, row in enumerate(instance.site_storage) if row.site == site.id]
                moved = claims.discharge[stores] - claims.charge[stores]
                self.site_mw[s] += moved.sum(axis=0)
        self.known: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def carries(self, out: int, y: int, k: int, lost: dict[int, float]) -> float:
        """Most of the lost work, Gtok/h by workload, that other sites could carry at once."""
        flows = [
            (w, p, c) for w in lost for p, c in self._arcs(w, y) if self.site_of_pool[p] != out
        ]
        if not flows:
            return 0.0
        sites = [self.site_of_pool[p] for _, p, _ in flows]
        pue = [self.claims.instance.sites[s].pue for s in sites]
        thought = np.array([self.thought[w, y] for w, _, _ in flows])
        hours = np.array([self.hours[c, y] for _, _, c in flows]) * thought
        mw = np.array([self.energy[c, y] for _, _, c in flows]) * thought * np.array(pue)
        limits: list[tuple[Floats, float]] = []
        for w, most in lost.items():
            limits.append((np.array([float(one == w) for one, _, _ in flows]), most))
        for p in {p for _, p, _ in flows}:
            on = np.array([float(one == p) for _, one, _ in flows])
            limits.append((on * hours, self.idle_hours[p, y, k]))
        for s in set(sites):
            at = np.array([float(one == s) for one in sites])
            limits.append((at * mw, self.site_mw[s, y, k]))
        for z in {self.zone_of[s] for s in sites} - {-1}:
            within = np.array([float(self.zone_of[s] == z) for s in sites])
            others = [s for s, zone in enumerate(self.zone_of) if zone == z and s != out]
            drawn = float(self.claims.draw[others, y, k].sum())
            limits.append((within * mw, self.zone_limit[z, y, k] - drawn))
        held = [(row, most) for row, most in limits if np.isfinite(most)]
        room = np.array([max(amount, 0.0) for _, amount in held])
        answer = linprog(
            -np.ones(len(flows)),
            A_ub=np.array([row for row, _ in held]),
            b_ub=room + ABSOLUTE + RELATIVE * room,
        )
        return 0.0 if answer.fun is None else -float(answer.fun)

    def _arcs(self, w: int, y: int) -> list[tuple[int, int]]:
        """Pools and configurations that may serve a workload in a year."""
        if (w, y) not in self.known:
            pools, serving = self.claims.instance.pools, self.claims.instance.serving
            self.known[w, y] = [
                (p, c)
                for p, pool in enumerate(pools)
                for c, one in enumerate(serving)
                if one.hardware == pool.hardware
                and not self.rules.broken(w, self.site_of_pool[p], c, y)
            ]
        return self.known[w, y]
