"""What becomes of a value of a draft that is scaled or added to."""

import math
from numbers import Real
from typing import Any, Final

from pydantic_core import PydanticUndefined

from optimizer.load.field_types import Shape
from optimizer.load.path_resolution import Target, UnresolvedError
from optimizer.load.raw_instance import shown
from optimizer.schema.base import EVERY_YEAR

DIGITS: Final = 15
"""Significant digits of what comes out: those that a double holds for certain, so that 0.92 scaled
by 1 / 0.92 is 1, not a hair above what a share may be."""

OPERANDS = {"scale": "a factor", "add": "an amount"}


def not_an_operand(how: str, value: Any) -> str:
    """Why a value can neither scale nor be added; empty where it can."""
    if not isinstance(value, str) and _number(value) is not None:
        return ""
    words = shown(value) or ("null" if value is None else "a list or mapping")
    return f"{OPERANDS[how]} must be a finite number, not {words}"


def present(target: Target) -> Any:
    """Value that counts at a target: what is written, or else the default; null for neither."""
    holder, key = target.holder, target.path[-1]
    if not isinstance(holder, dict):
        return holder[key]
    if key in holder:
        return holder[key]
    if target.owner is None:
        years = ", ".join(map(str, sorted(holder, key=int)))
        yearly = target.said.rpartition(".")[0]
        raise UnresolvedError(f"{key} is not a year that {yearly} gives; it gives {years}")
    for name, info in target.owner.model_fields.items():
        if (info.alias or name) == key:
            return _as_written(info.get_default(call_default_factory=True, validated_data={}))
    return None


def changed(target: Target, value: Any, how: str, operand: float) -> Any:
    """Value after an edit: every number in it scaled, or added to.

    What should be a number and is none stays: checking the draft tells of it.

    Raises
    ------
    UnresolvedError
        Where no number may stand there.
    """
    shape = target.shape.item or target.shape
    if shape.kind not in ("number", "integer") or target.shape.kind == "record":
        raise UnresolvedError(f"{target.said} holds {_kind(target.shape)}: nothing to {how}")
    return _each(value, shape, how, float(operand))


def _each(value: Any, shape: Shape, how: str, operand: float) -> Any:
    if isinstance(value, dict):
        return {year: _each(one, shape, how, operand) for year, one in value.items()}
    if isinstance(value, list):
        return [_each(one, shape, how, operand) for one in value]
    number = _number(value)
    if number is None or operand == (1.0 if how == "scale" else 0.0):
        return value
    result = float(number * operand if how == "scale" else number + operand)
    if not math.isfinite(result):
        return result
    result = float(f"{result:.{DIGITS}g}") + 0.0  # no minus zero
    return round(result) if shape.kind == "integer" else result


def _number(value: Any) -> float | None:
    """The number that a value will be read as, text with a number included."""
    if value is True or value is False or not isinstance(value, Real | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _as_written(default: Any) -> Any:
    if default is PydanticUndefined:
        return None
    if isinstance(default, dict):
        return default[EVERY_YEAR] if set(default) == {EVERY_YEAR} else dict(default)
    return list(default) if isinstance(default, tuple) else default


def _kind(shape: Shape) -> str:
    """What stands at a place whose value is no number, in words."""
    if shape.item is not None:
        return "records" if shape.item.kind == "record" else f"a list of {_kind(shape.item)}"
    if shape.kind == "record":
        return "a record"
    if shape.kind == "boolean":
        return "true or false"
    if shape.kind == "choice":
        return f"one of {', '.join(map(str, shape.choices))}"
    return "text"
