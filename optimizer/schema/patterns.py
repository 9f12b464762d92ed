"""Patterns in a dotted path: ``*``, ``?`` and ``[ab]``, as in names of files; case counts."""

from collections.abc import Collection

from optimizer.schema.references import near_miss

SIGNS = "*?[]"


def is_pattern(part: str) -> bool:
    """Whether a part of a path stands for every word that it matches, as `fnmatch` does."""
    return any(sign in part for sign in "*?[")


def near_pattern(pattern: str, allowed: Collection[str]) -> str:
    """Phrase that suggests the word, or the part of a double id, nearest to a pattern."""
    literal = "".join(sign for sign in pattern if sign not in SIGNS).strip("/")
    return near_miss(literal, dict.fromkeys(p for key in allowed for p in [key, *key.split("/")]))
