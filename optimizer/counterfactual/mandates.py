"""Policies that mandate an intervention, which no world of a comparison can keep.

A world without the edge cannot serve a share of tokens there; and a world with it that is made to
use it answers another question than what edge displaces.  So the mandate is dropped in every
world, and the answer says so.
"""

from optimizer.counterfactual.scope import covers
from optimizer.schema.instance import Instance
from optimizer.schema.interventions import Intervention
from optimizer.schema.sites import EDGE_KINDS


def without_mandates(
    instance: Instance, intervention: Intervention
) -> tuple[Instance, tuple[str, ...]]:
    """Return the instance less the policies that mandate an intervention, and their paths.

    A least edge share mandates every intervention that has a device or an edge site.
    """
    kinds = {site.kind for site in instance.sites if covers(intervention, site.id, site.kind)}
    if not kinds.intersection(EDGE_KINDS):
        return instance, ()
    policy, classes, dropped = instance.policy, instance.classes, []
    if policy.min_edge_share is not None:
        policy = policy.model_copy(update={"min_edge_share": None})
        dropped.append("policy.min_edge_share")
    dropped += [
        f"classes.{group.id}.min_edge_share"
        for group in classes
        if group.min_edge_share is not None
    ]
    free = tuple(group.model_copy(update={"min_edge_share": None}) for group in classes)
    if not dropped:
        return instance, ()
    return instance.model_copy(update={"policy": policy, "classes": free}), tuple(dropped)
