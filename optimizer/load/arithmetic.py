"""Scale or add to a value of a raw instance."""

import math
from numbers import Real
from typing import Any, Final

from pydantic_core import PydanticUndefined

from optimizer.load.field_types import FieldType
from optimizer.load.path_resolution import Target, UnresolvedError
from optimizer.load.raw_instance import shown
from optimizer.schema.base import EVERY_YEAR

DIGITS: Final = 15
"""Significant digits of a result: those that a double always holds, so that 0.92 scaled by
1 / 0.92 is 1 rather than slightly above the maximum of a share."""

OPERANDS = {"scale": "a factor", "add": "an amount"}


def operand_fault(how: str, value: Any) -> str:
    """Return why a value can neither scale nor be added; empty if it can."""
    if not isinstance(value, str) and _number(value) is not None:
        return ""
    words = shown(value) or ("null" if value is None else "a list or mapping")
    return f"{OPERANDS[how]} must be a finite number, not {words}"


def present(target: Target) -> Any:
    """Return the current value of a target: as written, else the default; null if neither."""
    holder, key = target.holder, target.path[-1]
    if not isinstance(holder, dict):
        return holder[key]
    if key in holder:
        return holder[key]
    if target.owner is None:
        years = ", ".join(map(str, sorted(holder, key=int)))
        yearly = target.dotted.rpartition(".")[0]
        raise UnresolvedError(f"{yearly} has no value for {key}; it has values for {years}")
    for name, info in target.owner.model_fields.items():
        if (info.alias or name) == key:
            return _as_written(info.get_default(call_default_factory=True, validated_data={}))
    return None


def changed(target: Target, value: Any, how: str, operand: float) -> Any:
    """Return a value after an edit: every number in it scaled, or added to.

    Anything that should be a number but is not stays as it is; validation reports it.

    Raises
    ------
    UnresolvedError
        If the target cannot hold a number.
    """
    leaf = target.field.leaf
    if not leaf.is_number or target.field.kind == "record":
        raise UnresolvedError(f"{target.dotted} holds {_kind(target.field)}: nothing to {how}")
    return _each(value, leaf, how, float(operand))


def _each(value: Any, leaf: FieldType, how: str, operand: float) -> Any:
    if isinstance(value, dict):
        return {year: _each(inner, leaf, how, operand) for year, inner in value.items()}
    if isinstance(value, list):
        return [_each(inner, leaf, how, operand) for inner in value]
    number = _number(value)
    if number is None or operand == (1.0 if how == "scale" else 0.0):
        return value
    result = float(number * operand if how == "scale" else number + operand)
    if not math.isfinite(result):
        return result
    result = float(f"{result:.{DIGITS}g}") + 0.0  # no minus zero
    return round(result) if leaf.kind == "integer" else result


def _number(value: Any) -> float | None:
    """Number that a value will be read as, including text that holds a number."""
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


def _kind(field: FieldType) -> str:
    """Describe a field that is not a number."""
    if field.item is not None:
        return "records" if field.is_table else f"a list of {_kind(field.item)}"
    if field.kind == "choice":
        return f"one of {', '.join(map(str, field.choices))}"
    return {"record": "a record", "boolean": "true or false"}.get(field.kind, "text")
