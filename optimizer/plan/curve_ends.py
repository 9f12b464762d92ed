"""Classes whose demand ends where their curve does: what they would buy beyond it is left out."""

from collections.abc import Sequence

import pandas as pd

from optimizer.schema.instance import Instance

NOISE = 1e-6
"""Share of the end of a curve within which accepted demand has reached it."""


def classes_at_end(instance: Instance, acceptance: pd.DataFrame) -> tuple[str, ...]:
    """Return the classes that accept all the demand of their curve, in some region and year.

    Parameters
    ----------
    instance : Instance
    acceptance : DataFrame
        Table of a plan; empty without one.
    """
    if not len(acceptance):
        return ()
    ends = {
        group.id: group.end_multiple
        for group in instance.classes
        if group.elasticity < 0 and not group.must_serve
    }
    elastic = acceptance[acceptance["class"].isin(list(ends))]
    accepted = elastic.groupby(["region", "class", "year"], sort=False)["accepted_multiple"].sum()
    names = accepted.index.get_level_values("class")
    full = accepted.to_numpy() >= names.map(ends).to_numpy(dtype=float) * (1 - NOISE)
    reached = set(names[full])
    return tuple(group.id for group in instance.classes if group.id in reached)


def end_of_curve(classes: Sequence[str]) -> str:
    """Say what is certain where classes end with their curve; empty if none does.

    A longer curve only adds demand: welfare and the demand of these classes can only rise.
    """
    if not classes:
        return ""
    names = ", ".join(classes)
    return (
        f"the demand curve is filled to its end for {names}: demand and welfare are understated;"
        " raise max_demand_multiple"
    )
