"""What an instance says at the path of one of its assumptions."""

from typing import Any

from optimizer.schema.base import Record
from optimizer.schema.instance import Instance


def value_at(instance: Instance, path: str) -> float:
    """Value at a dotted path; a yearly path that holds one value for all years gives that."""
    found: Any = instance
    for part in path.split("."):
        if isinstance(found, Record):
            found = getattr(found, part)
        elif isinstance(found, tuple):
            found = next(record for record in found if record.id == part)
        else:
            found = found[int(part)]
    return float(found[0] if isinstance(found, dict) else found)
