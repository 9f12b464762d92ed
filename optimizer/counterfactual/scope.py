"""The scope of an intervention: which sites and arcs are new; all others are the rest."""

from dataclasses import dataclass

import numpy as np

from optimizer.errors import InputError, Problem
from optimizer.problem.parameters.case import Case
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.schema.references import near_miss
from optimizer.schema.sites import EDGE_KINDS

BUILT_IN = (
    Intervention(
        id="edge",
        description="people's own devices and edge sites",
        site_kinds=EDGE_KINDS,
    ),
    Intervention(
        id="offgrid",
        description="campuses with their own generation",
        site_kinds=("offgrid",),
    ),
)


@dataclass(frozen=True)
class Scope:
    """The intervention in a case.

    Attributes
    ----------
    intervention : Intervention
    site : ndarray of bool, shape (S,)
        Sites that the intervention adds.
    arc : ndarray of bool, shape (A,)
        Arcs that it adds: at its sites, or served by its models.
    """

    intervention: Intervention
    site: np.ndarray
    arc: np.ndarray


def find_intervention(instance: Instance, name: str) -> Intervention:
    """Return the intervention with a name, the instance's own before the built-in ones.

    Raises
    ------
    InputError
        If there is none with that name, or it covers nothing in the instance.
    """
    known = {each.id: each for each in (*BUILT_IN, *instance.interventions)}
    if name not in known:
        allowed = ", ".join(sorted(known))
        message = f"must be one of {allowed}{near_miss(name, list(known))}"
        raise InputError([Problem("options", None, "intervention", name, message)])
    intervention = known[name]
    models = {configuration.model for configuration in instance.serving}
    if (
        intervention.adds
        and models.isdisjoint(intervention.models)
        and not any(covers(intervention, site.id, site.kind) for site in instance.sites)
    ):
        message = "covers no site and no model of this instance"
        raise InputError([Problem("options", None, "intervention", name, message)])
    return intervention


def find_scope(case: Case, intervention: Intervention) -> Scope:
    """Mark the sites and arcs that an intervention adds."""
    sites, arcs = case.instance.sites, case.arcs
    site = np.array([covers(intervention, s.id, s.kind) for s in sites])
    model = np.array([c.model in intervention.models for c in case.instance.serving])
    return Scope(intervention, site, site[arcs.site] | model[arcs.serving])


def covers(intervention: Intervention, site: str, kind: str) -> bool:
    """Whether an intervention adds a site with this id and kind."""
    return site in intervention.sites or kind in intervention.site_kinds
