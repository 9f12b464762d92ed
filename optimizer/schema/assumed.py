"""Whether the path of an assumption leads to something in the instance."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from optimizer.schema.base import Record
from optimizer.schema.references import near_miss

WILD = "*"


def is_pattern(part: str) -> bool:
    """Whether a part of a path stands for every word that it matches, as `fnmatch` does."""
    return any(sign in part for sign in "*?[")


def unresolved(path: str, top: Mapping[str, Any]) -> str:
    """Why a path leads nowhere; empty where it leads somewhere.

    Parameters
    ----------
    path : str
        Dotted, as of ``--set``; a part may be a pattern (``*``, ``?``, ``[ab]``).
    top : mapping
        Sections by name, and tables by name as mappings from id to record.
    """
    reached: list[Any] = [top]
    said = ""
    for part in path.split("."):
        below = [_parts(one, part) for one in reached]
        if is_pattern(part):
            found = [v for parts in below for k, v in parts.items() if fnmatchcase(k, part)]
        else:
            found = [parts[part] for parts in below if part in parts]
        if not found:
            known = list(dict.fromkeys(key for parts in below for key in parts))
            where = f"in {said}" if said else "in an instance"
            return f"leads nowhere: no {part} {where}{near_miss(part, known)}"
        reached = found
        said = f"{said}.{part}" if said else part
    return ""


def _parts(value: Any, part: str) -> Mapping[str, Any]:
    """Values below a value, by the word that a path names each by.

    Any year stands below a yearly path and below a field left null: whether it is given by year
    is what a study may change.
    """
    if isinstance(value, Record):
        fields = type(value).model_fields
        return {info.alias or name: getattr(value, name) for name, info in fields.items()}
    if isinstance(value, tuple):
        return {str(index): one for index, one in enumerate(value)}
    if value is None or (isinstance(value, dict) and any(isinstance(key, int) for key in value)):
        return {part: value} if part == WILD or (part.isascii() and part.isdigit()) else {}
    return value if isinstance(value, Mapping) else {}
