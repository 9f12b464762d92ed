"""Feasible placements of an instance, and why the others are not."""

import numpy as np

from optimizer.problem.placements import REASONS, Arcs, Refusal
from optimizer.report.display_table import DisplayTable
from optimizer.schema.instance import Instance


def placement_counts(instance: Instance, arcs: Arcs) -> dict[str, dict[str, int]]:
    """Count (workload, site, configuration) by reason and by kind of site.

    Returns
    -------
    dict
        By name of `Refusal` in lower case, ``none`` being the feasible; each
        by kind of site.
    """
    kinds = np.array([site.kind for site in instance.sites])
    return {
        reason.name.lower(): {
            str(kind): int((arcs.refusal[:, kinds == kind] == reason).sum())
            for kind in dict.fromkeys(kinds)
        }
        for reason in Refusal
    }


def placements(instance: Instance, arcs: Arcs) -> DisplayTable:
    """Feasible and refused placements by kind of site."""
    counted = placement_counts(instance, arcs)
    kinds = list(counted["none"])
    rows = tuple(
        (REASONS[reason], *(f"{counted[reason.name.lower()][kind]:,}" for kind in kinds))
        for reason in Refusal
        if reason is Refusal.NONE or any(counted[reason.name.lower()].values())
    )
    return DisplayTable(
        "Placements (workload, site, configuration) by kind of site",
        ("", *kinds),
        rows,
        note="Refused for the first reason that applies, in this order.",
    )
