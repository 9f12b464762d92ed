"""Edits that give an assumption of an instance another value."""

import math

from optimizer.load.assumption_values import (
    family_fault,
    instance_value,
    is_family,
    records_of,
    text_of,
    type_of,
)
from optimizer.load.edits import Edit
from optimizer.schema.instance import Assumption, Instance


def can_vary(instance: Instance, assumption: Assumption) -> str | None:
    """Return why an assumption cannot be varied; null if it can.

    Parameters
    ----------
    instance : Instance
    assumption : Assumption
        Of this instance.
    """
    records = records_of(instance)
    if is_family(assumption):
        if not assumption.alike:
            return "its path means several fields, which have no single value, and alike is empty"
        if assumption.value == 0:
            return "its value is 0, so the paths in alike cannot be scaled from it"
        if fault := family_fault(records, assumption):
            return f"its value {assumption.value:,.6g} {fault}, so they cannot be scaled from it"
        return None
    field, held = type_of(assumption.path), instance_value(records, assumption)
    if field is None or held is None:
        kind = "path" if field is None else field.kind
        return f"its path leads to a {kind}, which cannot be set to a number"
    if assumption.alike and held.single is None:
        return (
            f"the instance has {text_of(held)} there, not one number from which the paths in alike"
            " could be scaled"
        )
    if assumption.alike and held.single == 0:
        return "its value is 0, so the paths in alike cannot be scaled from it"
    return None


def value_in(instance: Instance, assumption: Assumption) -> float:
    """Return the value of an assumption in an instance, which edits may have changed.

    Its own `value` if the instance has no single number to compare with it.
    """
    held = instance_value(records_of(instance), assumption)
    return assumption.value if held is None or held.single is None else held.single


def edits_of(instance: Instance, assumption: Assumption, x: float) -> list[Edit]:
    """Return the edits that change an assumption of an instance to `x`.

    The paths in `alike` are scaled by `x` over the number that the instance has now.  Then its own
    path is set to `x`, rounded for a whole-number field; nothing is set if the path ends in
    ``.*``.

    Parameters
    ----------
    instance : Instance
        To which the edits will be applied.
    assumption : Assumption
        Of this instance.
    x : float
        In the assumption's unit.

    Returns
    -------
    list of Edit

    Raises
    ------
    ValueError
        If the assumption cannot be varied (see `can_vary`), or the value is not finite.
    """
    if reason := can_vary(instance, assumption):
        raise ValueError(f"{assumption.path} cannot be varied: {reason}")
    return edits_from(value_in(instance, assumption), assumption, x)


def edits_from(base: float, assumption: Assumption, x: float) -> list[Edit]:
    """Return the edits that change an assumption that can vary from one value to another.

    Parameters
    ----------
    base : float
        Its value in the instance to which the edits will be applied (`value_in`).
    assumption, x
        As in `edits_of`.
    """
    if not math.isfinite(x):
        raise ValueError(f"{assumption.path} cannot be varied to {x}: expected a finite number")
    family, field = is_family(assumption), type_of(assumption.path)
    whole = not family and field is not None and field.leaf.kind == "integer"
    value = round(x) if whole else float(x)
    origin = f"assumption {assumption.path} = {value:g}"
    edits = [Edit(path, "scale", value / base, origin) for path in assumption.alike.split()]
    return edits if family else [*edits, Edit(assumption.path, "set", value, origin)]
