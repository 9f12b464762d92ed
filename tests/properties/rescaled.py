"""An instance in other units: every field of a unit times a factor."""

from collections.abc import Mapping
from typing import Any

from optimizer.schema.instance import Instance


def rescaled(instance: Instance, factors: Mapping[str, float]) -> Instance:
    """Multiply every field by the factors of those name parts that its own name contains."""
    return Instance.model_validate(_times(instance.model_dump(mode="json", by_alias=True), factors))


def _times(value: Any, factors: Mapping[str, float], name: str = "") -> Any:
    if isinstance(value, dict):
        return {
            key: _times(item, factors, name if key.isdigit() else key)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_times(item, factors, name) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    for part, factor in factors.items():
        if part in f"{name}/":
            value *= factor
    return value
