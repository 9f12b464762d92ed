"""Whether the path of an assumption leads to something in the instance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from optimizer.schema.base import Record
from optimizer.schema.patterns import is_pattern, near_pattern
from optimizer.schema.references import near_miss

WILD = "*"

Address = tuple[str, ...]
"""Parts of a path without patterns."""


def unresolved(path: str, top: Mapping[str, Any]) -> str:
    """Why a path leads nowhere; empty where it leads somewhere.

    Parameters
    ----------
    path : str
        Dotted, as of ``--set``; a part may be a pattern (``*``, ``?``, ``[ab]``).
    top : mapping
        Sections by name, and tables by name as mappings from id to record.
    """
    return _follow(path, top)[0]


def alike_faults(paths: Sequence[str], top: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each path that cannot be scaled beside the others, and why.

    Parameters
    ----------
    paths : sequence of str
        Dotted; a pattern may stand for an id.
    top : mapping
        As in `unresolved`.
    """
    held: dict[Address, str] = {}
    for path in paths:
        message, reached = _follow(path, top)
        words = path.split(".")
        stray = next((word for word in [words[0], *words[2:]] if is_pattern(word)), "")
        if stray and words[0] != "assumptions":
            message = f"has {stray} where no id stands: a pattern may stand for an id only"
        elif not message and not all(map(_is_numbers, reached.values())):
            message = "leads to what is no number: there is nothing to scale"
        elif twice := next((one for one in reached if _overlaps(one, held)), None):
            first = next(held[one] for one in held if _overlaps(one, [twice]))
            message = f"leads to {'.'.join(twice)}, as {first} does: it would be scaled twice"
        if message:
            yield path, message
        held |= dict.fromkeys(reached, path)


def _follow(path: str, top: Mapping[str, Any]) -> tuple[str, dict[Address, Any]]:
    """Why a path leads nowhere, or every value that it leads to, by address."""
    reached: dict[Address, Any] = {(): top}
    said = ""
    for part in path.split("."):
        below = {where: _parts(one, part) for where, one in reached.items()}
        reached = {
            (*where, key): value
            for where, parts in below.items()
            for key, value in parts.items()
            if (fnmatchcase(key, part) if is_pattern(part) else key == part)
        }
        if not reached:
            known = list(dict.fromkeys(key for parts in below.values() for key in parts))
            where = f"in {said}" if said else "in an instance"
            hint = (near_pattern if is_pattern(part) else near_miss)(part, known)
            return f"leads nowhere: no {part} {where}{hint}", {}
        said = f"{said}.{part}" if said else part
    return "", reached


def _overlaps(address: Address, others: Iterable[Address]) -> bool:
    """Whether an address is among others, within one, or holds one."""
    return any(address[: len(one)] == one or one[: len(address)] == address for one in others)


def _is_numbers(value: Any) -> bool:
    """Whether a value is a number, or numbers, or not given."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(inner, Iterable) and not isinstance(inner, str):
        return all(map(_is_numbers, inner))
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


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
