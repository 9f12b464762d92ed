"""Check that the paths of assumptions lead to values of the instance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from optimizer.schema.base import Record
from optimizer.schema.references import is_pattern, near_miss, near_pattern

WILD = "*"

Address = tuple[str, ...]
"""Parts of a path without patterns."""


def unresolved(path: str, top: Mapping[str, Any]) -> str:
    """Return why a path leads nowhere; empty if it leads to a value.

    Parameters
    ----------
    path : str
        Dotted, as for ``--set``; a part may be a pattern (``*``, ``?``, ``[ab]``).
    top : mapping
        Sections by name, and tables by name as mappings from id to record.
    """
    return _follow(path, top)[0]


def reached(path: str, top: Mapping[str, Any]) -> list[Any]:
    """Return every value that a path leads to; the whole path by year if it ends in a year.

    Parameters
    ----------
    path, top
        As in `unresolved`.
    """
    return list(_follow(path, top)[1].values())


def alike_faults(paths: Sequence[str], top: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each path that cannot be scaled together with the others, and why.

    Parameters
    ----------
    paths : sequence of str
        Dotted; a pattern may replace an id.
    top : mapping
        As in `unresolved`.
    """
    held: dict[Address, str] = {}
    for path in paths:
        message, reached = _follow(path, top)
        words = path.split(".")
        stray = next((word for word in [words[0], *words[2:]] if is_pattern(word)), "")
        if stray and words[0] != "assumptions":
            message = f"has {stray} where no id is expected: a pattern can only replace an id"
        elif not message and not all(map(_is_numbers, reached.values())):
            message = "does not lead to a number, so there is nothing to scale"
        elif twice := next((place for place in reached if _overlaps(place, held)), None):
            first = next(held[place] for place in held if _overlaps(place, [twice]))
            message = f"leads to {'.'.join(twice)}, as {first} does, so it would be scaled twice"
        if message:
            yield path, message
        held |= dict.fromkeys(reached, path)


def _follow(path: str, top: Mapping[str, Any]) -> tuple[str, dict[Address, Any]]:
    """Return why a path leads nowhere, or every value that it leads to, by address."""
    reached: dict[Address, Any] = {(): top}
    walked = ""
    for part in path.split("."):
        below = {where: _parts(value, part) for where, value in reached.items()}
        reached = {
            (*where, key): value
            for where, parts in below.items()
            for key, value in parts.items()
            if (fnmatchcase(key, part) if is_pattern(part) else key == part)
        }
        if not reached:
            known = list(dict.fromkeys(key for parts in below.values() for key in parts))
            where = f"in {walked}" if walked else "in an instance"
            hint = (near_pattern if is_pattern(part) else near_miss)(part, known)
            return f"leads nowhere: no {part} {where}{hint}", {}
        walked = f"{walked}.{part}" if walked else part
    return "", reached


def _overlaps(address: Address, others: Iterable[Address]) -> bool:
    """Whether an address equals, is inside or contains one of the others."""
    return any(address[: len(o)] == o or o[: len(address)] == address for o in others)


def _is_numbers(value: Any) -> bool:
    """Whether a value is a number, several numbers, or null."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(inner, Iterable) and not isinstance(inner, str):
        return all(map(_is_numbers, inner))
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _parts(value: Any, part: str) -> Mapping[str, Any]:
    """Return the values inside a value, by the word that names each in a path.

    A yearly path and a null field contain any year, since a study may give values by year.
    """
    if isinstance(value, Record):
        fields = type(value).model_fields
        return {info.alias or name: getattr(value, name) for name, info in fields.items()}
    if isinstance(value, tuple):
        return {str(index): element for index, element in enumerate(value)}
    if value is None or (isinstance(value, dict) and any(isinstance(key, int) for key in value)):
        return {part: value} if part == WILD or (part.isascii() and part.isdigit()) else {}
    return value if isinstance(value, Mapping) else {}
