"""Family 11, N-1: whether idle capacity could take over the work of each site.

For each site, year and slot a small linear program looks for flows that carry what the site served,
within what the plan leaves idle.  It uses nothing of the takeover that the plan itself foresees.
"""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.verification.claims import Claims
from optimizer.verification.energy import (
    available,
    generator_units,
    marginal_energy,
    zone_headroom,
)
from optimizer.verification.interconnection import connected_positions
from optimizer.verification.paths import raw_tokens
from optimizer.verification.service import ServingRules, loaded, unit_hours, usable
from optimizer.verification.violation import ABSOLUTE, RELATIVE, Violation, at_most

FAMILY = "11 failover"


def check_failover(claims: Claims) -> Iterator[Violation]:
    """Yield every site whose outage would leave work undone that must survive it."""
    safe = np.array([group.survives_site_outage for group in claims.classes])
    if not safe.any():
        return
    rows, checker = claims.placement, _Takeover(claims)
    for s, site in enumerate(claims.instance.sites):
        if site.kind == "device":
            continue  # devices of many owners do not fail at once
        here = (rows["s"] == s) & safe[rows["w"]]
        work = claims.carried(rows["flow"].to_numpy() * here, "w", len(safe))
        short = np.zeros(work.shape[1:])
        for y, k in np.argwhere(work.sum(axis=0) > 0):
            lost = {int(w): float(work[w, y, k]) for w in np.flatnonzero(work[:, y, k])}
            short[y, k] = sum(lost.values()) - checker.carries(s, int(y), int(k), lost)
        total = work.sum(axis=0)
        message = "idle capacity elsewhere could not take over its work in an outage (Gtok/h)"
        yield from at_most(FAMILY, [site.id], total[None], (total - short)[None], message)


class _Takeover:
    """The most work of a failed site that others could carry, by a linear program.

    Every limit has the tolerance that it has elsewhere in a plan.
    """

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self.rules = ServingRules(claims)
        self.hours, self.energy = unit_hours(claims), marginal_energy(claims)
        self.raw = raw_tokens(claims)
        instance = claims.instance
        zones = [zone.id for zone in instance.zones]
        self.zone_of = [zones.index(site.zone) if site.zone else -1 for site in instance.sites]
        self.site_of_pool = claims.sites_of(instance.pools).tolist()
        self.idle_hours = usable(claims)[:, :, None] - loaded(claims)
        self.zone_limit = np.array([zone_headroom(claims, zone) for zone in instance.zones])
        self.site_mw = np.full(claims.draw.shape, np.inf)
        connected = connected_positions(claims)
        self.site_mw[connected] = claims.connection[:, :, None] - claims.draw[connected]
        unit_mw = np.array([generator.unit_mw for generator in claims.generators])
        installed = generator_units(claims) * unit_mw[:, None]
        output = installed[:, :, None] * available(claims)[:, None, :]
        moved = claims.discharge - claims.charge
        generators = claims.sites_of(instance.site_generators)
        stores = claims.sites_of(instance.site_storage)
        for s, site in enumerate(instance.sites):
            if site.kind == "offgrid":
                supply = output[generators == s].sum(axis=0) + moved[stores == s].sum(axis=0)
                self.site_mw[s] = supply - claims.power[s]
        self.known: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def carries(self, out: int, y: int, k: int, lost: dict[int, float]) -> float:
        """Return how much of the lost work, Gtok/h by workload, other sites could carry at once."""
        from scipy.optimize import linprog  # slow to import, and seldom needed

        flows = [
            (w, p, c) for w in lost for p, c in self._arcs(w, y) if self.site_of_pool[p] != out
        ]
        if not flows:
            return 0.0
        sites = [self.site_of_pool[p] for _, p, _ in flows]
        pue = [self.claims.instance.sites[s].pue for s in sites]
        raw = np.array([self.raw[w, y] for w, _, _ in flows])
        hours = np.array([self.hours[c, y] for _, _, c in flows]) * raw
        mw = np.array([self.energy[c, y] for _, _, c in flows]) * raw * np.array(pue)
        limits: list[tuple[Floats, float]] = []
        for w, most in lost.items():
            limits.append((np.array([float(lost_w == w) for lost_w, _, _ in flows]), most))
        for p in {p for _, p, _ in flows}:
            on = np.array([float(pool == p) for _, pool, _ in flows])
            limits.append((on * hours, self.idle_hours[p, y, k]))
        for s in set(sites):
            on = np.array([float(site == s) for site in sites])
            limits.append((on * mw, self.site_mw[s, y, k]))
        for z in {self.zone_of[s] for s in sites} - {-1}:
            within = np.array([float(self.zone_of[s] == z) for s in sites])
            others = [s for s, zone in enumerate(self.zone_of) if zone == z and s != out]
            drawn = float(self.claims.draw[others, y, k].sum())
            limits.append((within * mw, self.zone_limit[z, y, k] - drawn))
        finite = [(row, most) for row, most in limits if np.isfinite(most)]
        room = np.array([max(most, 0.0) for _, most in finite])
        answer = linprog(
            -np.ones(len(flows)),
            A_ub=np.array([row for row, _ in finite]),
            b_ub=room + ABSOLUTE + RELATIVE * room,
        )
        return 0.0 if answer.fun is None else -float(answer.fun)

    def _arcs(self, w: int, y: int) -> list[tuple[int, int]]:
        """Return the pools and configurations that may serve a workload in a year."""
        if (w, y) not in self.known:
            pools, serving = self.claims.instance.pools, self.claims.instance.serving
            self.known[w, y] = [
                (p, c)
                for p, pool in enumerate(pools)
                for c, configuration in enumerate(serving)
                if configuration.hardware == pool.hardware
                and not self.rules.broken(w, self.site_of_pool[p], c, y)
            ]
        return self.known[w, y]
