"""What an instance becomes where one of its assumptions takes another value."""

import math

from optimizer.load.edits import Edit
from optimizer.load.field_types import INSTANCE, TABLES, Shape, shape_at
from optimizer.schema.instance import Assumption


def can_vary(assumption: Assumption) -> str | None:
    """Why an assumption cannot be varied; null where it can.

    Parameters
    ----------
    assumption : Assumption
        Sound: of an instance.
    """
    if assumption.alike and assumption.value == 0:
        return "its value is 0, from which what is alike cannot be scaled"
    if _is_family(assumption):
        if not assumption.alike:
            return "its path names a family, which no value can be set for, and nothing is alike"
    elif (shape := _shape(assumption.path)).kind not in ("number", "integer", "yearly"):
        return f"its path leads to a {shape.kind}, which no number can be set for"
    return None


def edits_of(assumption: Assumption, x: float) -> list[Edit]:
    """Edits that vary an assumption from its value to another.

    Its own path is set to the value, to the nearest whole number where only those may stand
    there; nothing is set where the path ends in ``.*``.  What is alike is scaled by the value
    over the assumption's own, before that: what its own path shares with them is set last.

    Parameters
    ----------
    assumption : Assumption
        Its `value` is what the instance holds.
    x : float
        In the assumption's unit.

    Returns
    -------
    list of Edit

    Raises
    ------
    ValueError
        Where the assumption cannot be varied (see `can_vary`), or the value is not finite.
    """
    if reason := can_vary(assumption):
        raise ValueError(f"{assumption.path} cannot be varied: {reason}")
    if not math.isfinite(x):
        raise ValueError(f"{assumption.path} cannot be varied to {x}: a finite number is due")
    family = _is_family(assumption)
    taken = float(x) if family else _settled(x, _shape(assumption.path))
    origin = f"assumption {assumption.path} = {taken:g}"
    edits = [
        Edit(path, "scale", taken / assumption.value, origin) for path in assumption.alike.split()
    ]
    return edits if family else [*edits, Edit(assumption.path, "set", taken, origin)]


def _settled(x: float, shape: Shape) -> float | int:
    """What is set for a value: a whole number where only those may stand."""
    return round(x) if (shape.item or shape).kind == "integer" else float(x)


def _is_family(assumption: Assumption) -> bool:
    return assumption.path.endswith(".*")


def _shape(path: str) -> Shape:
    """Shape of what a sound path leads to; its second word is an id where the first is a table."""
    first, *words = path.split(".")
    shape = shape_at((first, 0, *words[1:]) if first in TABLES else (first, *words))
    return INSTANCE if shape is None else shape
