"""Edits that give an assumption of an instance another value."""

import math

from optimizer.load.edits import Edit
from optimizer.load.field_types import INSTANCE, TABLES, FieldType, type_at
from optimizer.schema.instance import Assumption


def can_vary(assumption: Assumption) -> str | None:
    """Return why an assumption cannot be varied; null if it can.

    Parameters
    ----------
    assumption : Assumption
        From a valid instance.
    """
    if assumption.alike and assumption.value == 0:
        return "its value is 0, so the paths in alike cannot be scaled from it"
    if _is_family(assumption):
        if not assumption.alike:
            return "its path means several fields, which have no single value, and alike is empty"
    elif (field := _field(assumption.path)).kind not in ("number", "integer", "yearly"):
        return f"its path leads to a {field.kind}, which cannot be set to a number"
    return None


def edits_of(assumption: Assumption, x: float) -> list[Edit]:
    """Return the edits that change an assumption from its value to `x`.

    The paths in `alike` are scaled by `x` over the assumption's own value.  Then its own path is
    set to `x`, rounded for a whole-number field; nothing is set if the path ends in ``.*``.

    Parameters
    ----------
    assumption : Assumption
        Its `value` is that of the instance.
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
    if reason := can_vary(assumption):
        raise ValueError(f"{assumption.path} cannot be varied: {reason}")
    if not math.isfinite(x):
        raise ValueError(f"{assumption.path} cannot be varied to {x}: expected a finite number")
    family = _is_family(assumption)
    whole = not family and _field(assumption.path).leaf.kind == "integer"
    value = round(x) if whole else float(x)
    origin = f"assumption {assumption.path} = {value:g}"
    edits = [
        Edit(path, "scale", value / assumption.value, origin) for path in assumption.alike.split()
    ]
    return edits if family else [*edits, Edit(assumption.path, "set", value, origin)]


def _is_family(assumption: Assumption) -> bool:
    return assumption.path.endswith(".*")


def _field(path: str) -> FieldType:
    """Type of what a valid path leads to; its second word is an id if the first is a table."""
    first, *words = path.split(".")
    return type_at((first, 0, *words[1:]) if first in TABLES else (first, *words)) or INSTANCE
