"""Resolve a dotted path: the fields, years and list elements of a raw instance that it means."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from optimizer.io.tables import is_whole
from optimizer.load.field_types import INSTANCE, TABLES, FieldType, fields
from optimizer.load.raw_instance import Path, RawInstance
from optimizer.schema.base import Record
from optimizer.schema.references import (
    is_pattern,
    key_of,
    listing,
    near_miss,
    near_pattern,
    unknown,
)


class UnresolvedError(Exception):
    """A path does not exist or its value cannot be edited; its only argument says why."""


class Target(NamedTuple):
    """One value that an edit changes.

    Attributes
    ----------
    holder : dict or list
        Part of the raw instance that holds the value, under the last key of `path`.
    path : tuple
        Keys from the top of the raw instance.
    field : FieldType
        What the value may be.
    owner : type of Record or None
        Record whose field it is; null for a year or an element of a list.
    dotted : str
        Dotted path, records by id.
    """

    holder: Any
    path: Path
    field: FieldType
    owner: type[Record] | None
    dotted: str


def targets(raw: RawInstance, dotted: str, done: str = "set") -> list[Target]:
    """Return every value that a path means, without those already reported as unreadable.

    Parameters
    ----------
    raw : RawInstance
        Missing records along the path are created, empty.
    dotted : str
        Names records by id; a pattern in place of an id (``*``, ``?``, ``[ab]``;
        case-sensitive) means every record that it matches.
    done : str
        What the edit does to the value, for messages.

    Raises
    ------
    UnresolvedError
    """
    reached = (_walk(raw, path, done) for path in _each(raw, dotted))
    return [target for target in reached if target is not None]


def _each(raw: RawInstance, dotted: str) -> list[str]:
    """Expand a path into one for every record that a pattern in it matches."""
    table, *words = dotted.split(".")
    if is_pattern(table) or not any(map(is_pattern, words)):
        return [dotted]
    rows = (raw.data.get(table) or ()) if table in TABLES else ()
    keys = [key for row in rows if isinstance(row, dict) if (key := key_of(table, row))]
    # The id takes the first word, or more of them in assumptions, whose ids are paths.
    splits = [(".".join(words[:n]), words[n:]) for n in range(1, len(words) + 1)]
    if any(key in keys and not any(map(is_pattern, rest)) for key, rest in splits):
        return [dotted]
    if table not in TABLES or not (is_pattern(words[0]) or table == "assumptions"):
        raise _stray([table, *words])
    if not keys:
        raise UnresolvedError(f"{table} has no records, so {words[0]} matches nothing")
    known = fields(TABLES[table])
    matches = [
        (ids, rest)
        for pattern, rest in splits
        if (ids := [key for key in keys if fnmatchcase(key, pattern)])
    ]
    if not matches:
        hint = near_pattern(words[0], keys) or f"; {listing(keys, table)}"
        raise UnresolvedError(f"no id in {table} matches {words[0]}{hint}")
    ids, rest = next(
        (match for match in matches if not match[1] or match[1][0] in known), matches[0]
    )
    if any(map(is_pattern, rest)):
        raise _stray([table, *words[: len(words) - len(rest)]], rest)
    return [".".join([table, key, *rest]) for key in ids]


def _stray(before: list[str], after: Sequence[str] = ()) -> UnresolvedError:
    """Error for the first pattern in `after` (else in all words), where no id is expected."""
    words = [*before, *after]
    first = next(n for n in range(len(after) and len(before), len(words)) if is_pattern(words[n]))
    parent = ".".join(words[:first])
    return UnresolvedError(f"{parent} is not a table of records, so {words[first]} matches nothing")


def _walk(raw: RawInstance, dotted: str, done: str) -> Target | None:
    field: FieldType = INSTANCE
    holder: Any = raw.data
    path: Path = ()
    words = dotted.split(".")
    while True:
        walked = dotted.removesuffix(".".join(words)).rstrip(".")
        owner = field.record
        key, child, words = _step(field, holder, words, walked, done)
        path = (*path, key)
        if path in raw.silenced:
            return None
        if not words:
            return Target(holder, path, child, owner, dotted)
        below = dotted.removesuffix(".".join(words)).rstrip(".")
        if isinstance(holder, dict) and child.kind == "record":
            if child.nullable and done != "set" and holder.get(key) is None:
                raise UnresolvedError(f"{below} is not set, so nothing in it can be {done}")
            holder = holder.setdefault(key, {})
        else:
            holder = holder.get(key) if isinstance(holder, dict) else holder[key]
            if child.kind == "yearly" and not isinstance(holder, dict):
                _refuse_year(holder, below, words, done)
        field = child


def _step(
    field: FieldType, holder: Any, words: list[str], walked: str, done: str
) -> tuple[str | int, FieldType, list[str]]:
    """Return the key that the first words name, the type below it, and the words left.

    `walked` is the part of the dotted path before them, for messages.
    """
    first, *rest = words
    if field.record is not None and isinstance(holder, dict):
        known = fields(field.record)
        if not first:
            raise UnresolvedError("the path has an empty part: separate parts by single dots")
        if first not in known:
            hint = near_miss(first, known) or f"; it has {', '.join(known)}"
            raise UnresolvedError(f"no field {first} in {walked or 'an instance'}{hint}")
        return first, known[first], rest
    if field.item is None:
        raise UnresolvedError(f"{walked} is a single value and has nothing below it")
    if field.kind == "yearly":
        if not is_whole(first):
            raise UnresolvedError(f"{first} is not a year of {walked}")
        return first if first in holder else int(first), field.item, rest
    rows = holder if isinstance(holder, list) else []
    if walked in TABLES:
        row, rest = _row(walked, rows, words)
        return row, field.item, rest
    if not rows:
        raise UnresolvedError(f"{walked} is empty, so no element can be {done}; set the whole list")
    if not (is_whole(first) and int(first) < len(rows)):
        message = f"no element {first} in {walked}; it has {len(rows)}, numbered from 0"
        raise UnresolvedError(message)
    return int(first), field.item, rest


def _row(table: str, rows: list[Any], words: list[str]) -> tuple[int, list[str]]:
    """Position of the record whose key is the first words (a key may contain dots)."""
    keyed = [(key_of(table, row), n) for n, row in enumerate(rows) if isinstance(row, dict)]
    keys = {key: position for key, position in keyed if key is not None}
    for count in range(1, len(words) + 1):
        key = ".".join(words[:count])
        if key in keys:
            return keys[key], words[count:]
    raise UnresolvedError(unknown(words[0], keys, table))


def _refuse_year(present: Any, dotted: str, words: list[str], done: str) -> None:
    """Refuse a year beside a constant, which would silently change every other year."""
    year, *below = words
    if below or not is_whole(year):
        raise UnresolvedError(f"{'.'.join(words)} is not a year of {dotted}")
    state = "is not set" if present is None else "has one value for all years"
    raise UnresolvedError(
        f"{dotted} {state}, so one year cannot be {done} on its own;"
        f" set the whole path, as in {dotted}={{{year}: ..., other years}}"
    )
