"""Recompute the result of an intervention from the plans of its two worlds alone.

Of what rests on other worlds (fixed service, the unconstrained grid, those of the attribution) and
on the intervals, only the consequences are checked.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from optimizer.plan.curve_ends import classes_at_end
from optimizer.plan.plan import Plan
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.verification.claims import Claims
from optimizer.verification.recomputed_change import check_change
from optimizer.verification.recomputed_displacement import check_displacement
from optimizer.verification.result_claims import DIFFERS, FAMILY, ResultClaims, Worlds
from optimizer.verification.violation import Violation
from optimizer.verification.world_figures import (
    Scope,
    WorldFigures,
    intervention_named,
    scope_of,
)
from optimizer.verification.world_instances import (
    FAMILY as WORLDS,
)
from optimizer.verification.world_instances import (
    check_added,
    check_changed,
    mandates,
)

BASELINE, WITH_INTERVENTION = "0", "1"
SMALLEST_GAP = 1e-6
"""Gap below which no solver distinguishes; a world with it has reached any gap."""


class ComparedWorlds(Protocol):
    """The result of an intervention: its figures, and the plans of both worlds by key."""

    @property
    def kind(self) -> str:
        """Type of result: ``displacement``, ``rebound`` or ``grid_return``."""
        ...

    @property
    def plans(self) -> Mapping[str, Plan]:
        """Plan of the baseline (``0``) and with the intervention (``1``)."""
        ...

    def summary(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        ...


def check_result(result: ComparedWorlds, instance: Instance | None = None) -> list[Violation]:
    """Return every claim of a result that its two plans do not support.

    Parameters
    ----------
    result : ComparedWorlds
        With plans that verify (see `optimizer.verification.verify`).
    instance : Instance, optional
        The instance that was compared; without it, what the worlds have in common is believed.
    """
    claims = ResultClaims(result.summary())
    if not result.plans:
        return [*claims.check_empty()]
    if missing := {BASELINE, WITH_INTERVENTION} - result.plans.keys():
        return [
            Violation(WORLDS, f"world-{key}", "no plan", "a plan", "is missing")
            for key in sorted(missing)
        ]
    laid_out: dict[str, Claims] = {}
    for key in (BASELINE, WITH_INTERVENTION):
        plan = result.plans[key]
        read, unreadable = Claims.read(plan.instance, plan)
        if read is None:
            return unreadable
        laid_out[key] = read
    found = intervention_named(laid_out[WITH_INTERVENTION].instance, claims.text("intervention"))
    if found is None:
        message = "is neither built in nor an intervention of the instance"
        claimed = claims.text("intervention")
        return [Violation(FAMILY, "intervention", claimed, "an intervention", message)]
    return [*_check(result.kind, claims, laid_out, found, instance)]


def _check(
    kind: str,
    claims: ResultClaims,
    laid_out: Mapping[str, Claims],
    intervention: Intervention,
    instance: Instance | None,
) -> Iterator[Violation]:
    without, with_it = laid_out[BASELINE], laid_out[WITH_INTERVENTION]
    expected = _kind_of(intervention)
    if kind != expected:
        yield Violation(FAMILY, "kind", kind, expected, "is not that of its intervention")
        return
    scope = scope_of(with_it.instance, intervention)
    if intervention.adds and scope.empty:
        message = "has nothing that the intervention adds"
        yield Violation(WORLDS, "world-1/instance.json", "no site and no model", "some", message)
        return
    differences = [*_belongs(laid_out, intervention, scope)]
    if instance is not None:
        differences += _compared(instance, laid_out, intervention, claims)
    yield from differences
    if len(without.horizon.days_per_year) != len(with_it.horizon.days_per_year):
        counts = float(without.horizon.slots), float(with_it.horizon.slots)
        yield Violation(WORLDS, "world-0", *counts, "has other slots than world-1")
        return
    if differences:
        return  # the figures of worlds that are not comparable say nothing
    yield from _provenance(claims, laid_out, intervention)
    nothing = Scope(
        np.zeros(len(without.instance.sites), dtype=bool),
        np.zeros(len(without.instance.serving), dtype=bool),
    )
    worlds = Worlds(
        without, with_it, WorldFigures.of(without, nothing), WorldFigures.of(with_it, scope)
    )
    if intervention.adds:
        yield from check_displacement(claims, worlds)
    else:
        yield from check_change(claims, worlds, intervention)


def _kind_of(intervention: Intervention) -> str:
    if intervention.adds:
        return "displacement"
    return "rebound" if intervention.efficiency is not None else "grid_return"


def _belongs(
    laid_out: Mapping[str, Claims], intervention: Intervention, scope: Scope
) -> Iterator[Violation]:
    """Yield why the worlds are not those of one instance."""
    for key, claims in laid_out.items():
        labelled = claims.plan.run.options.get("world", key)
        if labelled != key:
            message = "is the plan of another world"
            yield Violation(
                WORLDS, f"world-{key}/plan.json: run.options.world", str(labelled), key, message
            )
    without, with_it = laid_out[BASELINE], laid_out[WITH_INTERVENTION]
    if not intervention.adds:
        yield from check_changed(without.instance, with_it.instance, intervention)
        return
    for path, share in mandates(with_it.instance, intervention).items():
        message = "mandates the intervention, and no world may keep such a policy"
        yield Violation(WORLDS, f"world-1/instance.json: {path}", share, "null", message)
    yield from check_added(without.instance, with_it, scope)


def _compared(
    instance: Instance,
    laid_out: Mapping[str, Claims],
    intervention: Intervention,
    claims: ResultClaims,
) -> Iterator[Violation]:
    """Yield whether the worlds are not those of a given instance."""
    base = laid_out[WITH_INTERVENTION if intervention.adds else BASELINE].instance
    dropped = list(mandates(instance, intervention)) if intervention.adds else []
    classes = {path.split(".", 1)[1].rsplit(".", 1)[0] for path in dropped if path[0] == "c"}
    free = {"min_edge_share": None}
    if dropped:
        instance = instance.model_copy(
            update={
                "policy": instance.policy.model_copy(update=free),
                "classes": tuple(
                    group.model_copy(update=free) if group.id in classes else group
                    for group in instance.classes
                ),
            }
        )
    if instance.digest() != base.digest():
        message = "is not the digest of the instance given"
        yield Violation(WORLDS, "instance", base.digest()[:12], instance.digest()[:12], message)
    if claims.get("mandates_dropped") != dropped:
        figures = str(claims.get("mandates_dropped")), str(dropped)
        yield Violation(FAMILY, "mandates_dropped", *figures, "is not what mandates it")


def _provenance(
    claims: ResultClaims, laid_out: Mapping[str, Claims], intervention: Intervention
) -> Iterator[Violation]:
    """Yield labels, statuses and bounds that are not those of the worlds' plans."""
    base = laid_out[WITH_INTERVENTION].instance
    yield from claims.same("instance", base.name)
    yield from claims.same("description", intervention.description)
    for key, each in laid_out.items():
        plan = each.plan
        for name in ("status", "welfare_usd", "bound_usd", "gap"):
            yield from claims.same(f"worlds.{key}.{name}", getattr(plan, name))
    gap = max(
        *(float(each.plan.run.options.get("gap", 0.0)) for each in laid_out.values()), SMALLEST_GAP
    )
    yield from _curve_ends(claims, laid_out)
    worlds = claims.get("worlds")
    ready = all(world["gap"] is not None and world["gap"] <= gap for world in worlds.values())
    yield from claims.same("status", "solved" if ready else "stopped")
    for key, world in worlds.items():
        welfare, bound = world["welfare_usd"], world["bound_usd"]
        if welfare is not None and bound is not None and bound < welfare - 1e-6 * abs(welfare):
            message = "is below the welfare of the world ($)"
            yield Violation(FAMILY, f"worlds.{key}.bound_usd", bound, welfare, message)


def _curve_ends(claims: ResultClaims, laid_out: Mapping[str, Claims]) -> Iterator[Violation]:
    """Yield other classes at the end of their curve than the plans have; then nothing is proven."""
    held = {
        key: list(names)
        for key, each in laid_out.items()
        if (names := classes_at_end(each.instance, each.plan.tables["acceptance"]))
    }
    claimed = claims.get("curve_ends")
    if not claimed and claims.get("verdicts") is None:
        return  # of an earlier version, or of an intervention that changes figures
    if claimed != held:
        yield Violation(FAMILY, "curve_ends", str(claimed), str(held), DIFFERS)
    if held:
        verdicts = claims.get("verdicts") or {}
        for path in ("proved", *(f"verdicts.{key}.proved" for key in verdicts)):
            if claims.get(path):
                message = "is claimed, but demand ends where its curve does"
                yield Violation(FAMILY, path, "true", "false", message)
