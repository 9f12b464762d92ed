"""What the intervention and the rest do in a world, added up from the tables of its plan."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.schema.sites import EDGE_KINDS
from optimizer.units import W_PER_MW
from optimizer.verification.claims import Claims
from optimizer.verification.energy import marginal_energy
from optimizer.verification.paths import raw_tokens
from optimizer.verification.service import unit_hours

BUILT_IN = (
    Intervention(
        id="edge", description="people's own devices and edge sites", site_kinds=EDGE_KINDS
    ),
    Intervention(
        id="offgrid", description="campuses with their own generation", site_kinds=("offgrid",)
    ),
)

IDLE_MW = 1e-9
"""Power of a site below which it is idle."""


@dataclass(frozen=True)
class Scope:
    """What an intervention adds to an instance.

    Attributes
    ----------
    site : ndarray of bool, shape (S,)
    serving : ndarray of bool, shape (C,)
        Configurations of its models.
    """

    site: np.ndarray
    serving: np.ndarray

    @property
    def empty(self) -> bool:
        """Whether it adds nothing."""
        return not (self.site.any() or self.serving.any())


def intervention_named(instance: Instance, name: str) -> Intervention | None:
    """Return an intervention, the instance's own before the built-in ones; None if unknown."""
    return {each.id: each for each in (*BUILT_IN, *instance.interventions)}.get(name)


def scope_of(instance: Instance, intervention: Intervention) -> Scope:
    """Mark the sites and the configurations that an intervention adds."""
    sites = [
        s.id in intervention.sites or s.kind in intervention.site_kinds for s in instance.sites
    ]
    models = [c.model in intervention.models for c in instance.serving]
    return Scope(np.array(sites, dtype=bool), np.array(models, dtype=bool))


@dataclass(frozen=True)
class Split:
    """A quantity of the intervention and of the rest, both of one shape."""

    new: Floats
    rest: Floats

    @property
    def whole(self) -> Floats:
        """Both together."""
        return self.new + self.rest

    def moved(self, amount: Floats) -> "Split":
        """Return the split with an amount of the rest counted as the intervention's."""
        return Split(self.new + amount, self.rest - amount)

    def yearly(self, hours: Floats) -> "Split":
        """Sum over the slots (Y, K), each of which stands for so many hours; shape (Y,)."""
        return Split(self.new @ hours, self.rest @ hours)


@dataclass(frozen=True)
class WorldFigures:
    """Figures of a world.

    Attributes
    ----------
    class_tokens : Split
        Answer tokens served by class of requests, Gtok per year, shape (classes, Y).
    power : Split
        Site power, MW, shape (Y, K).
    metered : Split
        Draw from the grid, metered by site, MW, shape (Y, K).
    draw : Split
        The same, with the draw of models at sites that are not the intervention's own.
    zone_draw : ndarray, shape (Z, Y, K)
        Modelled load of each zone, MW.
    """

    class_tokens: Split
    power: Split
    metered: Split
    draw: Split
    zone_draw: Floats

    @property
    def tokens(self) -> Split:
        """Answer tokens served, Gtok per year, shape (Y,)."""
        return Split(self.class_tokens.new.sum(axis=0), self.class_tokens.rest.sum(axis=0))

    @classmethod
    def of(cls, claims: Claims, scope: Scope) -> "WorldFigures":
        """Add up the tables of a world's plan."""
        rows, hours = claims.placement, claims.horizon.hours_per_year
        new = scope.site[rows["s"]] | scope.serving[rows["c"]]
        gtok = rows["flow"].to_numpy() * hours[rows["k"]]
        position = {group.id: g for g, group in enumerate(claims.instance.classes)}
        group = np.array([position[w.workload_class] for w in claims.instance.workloads])
        tokens = np.zeros((2, len(position), len(claims.horizon.years)))
        np.add.at(tokens, (np.where(new, 0, 1), group[rows["w"]], rows["y"]), gtok)
        models = _models_elsewhere(claims, scope)
        on_grid = np.array([site.zone is not None for site in claims.instance.sites], dtype=float)
        share = np.broadcast_to(on_grid[:, None, None], claims.power.shape).copy()
        np.divide(claims.draw, claims.power, out=share, where=claims.power > IDLE_MW)
        power, metered = (
            Split(each[scope.site].sum(axis=0), each[~scope.site].sum(axis=0))
            for each in (claims.power, claims.draw)
        )
        return cls(
            class_tokens=Split(*tokens),
            power=power.moved(models.sum(axis=0)),
            metered=metered,
            draw=metered.moved((models * share).sum(axis=0)),
            zone_draw=claims.zone_draw,
        )


def _models_elsewhere(claims: Claims, scope: Scope) -> Floats:
    """Return the power of an intervention's models at sites that are not its own, (S, Y, K), MW.

    It is their marginal power, and the idle power of the unit-hours that they load.
    """
    instance, rows = claims.instance, claims.placement
    rows = rows[scope.serving[rows["c"]] & ~scope.site[rows["s"]]]
    power = np.zeros(claims.power.shape)
    if not len(rows):
        return power
    idle = np.array(
        [
            0.0 if instance.sites[s].kind == "device" else unit.idle_w / W_PER_MW
            for s, unit in zip(claims.sites_of(instance.pools), claims.hardware, strict=True)
        ]
    )
    loadable = np.array([pool.duty_cycle * pool.max_utilisation for pool in instance.pools])
    w, s, c, p, y, k = (rows[name].to_numpy() for name in ("w", "s", "c", "p", "y", "k"))
    raw = rows["flow"].to_numpy() * raw_tokens(claims)[w, y]
    pue = np.array([site.pue for site in instance.sites])
    each = marginal_energy(claims)[c, y] + (idle / loadable)[p] * unit_hours(claims)[c, y]
    np.add.at(power, (s, y, k), pue[s] * raw * each)
    return power
