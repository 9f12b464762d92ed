"""Where a dotted path leads in a draft: the fields, years and elements that an edit means."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from optimizer.io.tables import is_whole
from optimizer.load.field_types import INSTANCE, TABLES, Shape, fields
from optimizer.load.raw_instance import Draft, Path
from optimizer.schema.base import Record
from optimizer.schema.patterns import is_pattern, near_pattern
from optimizer.schema.references import key_of, listing, near_miss, unknown


class UnresolvedError(Exception):
    """A path leads nowhere, or to what the edit cannot change; its only argument says why."""


class Target(NamedTuple):
    """One place that an edit means.

    Attributes
    ----------
    holder : dict or list
        Part of the draft that holds the value, under the last key of `path`.
    path : tuple
        Keys from the top of the draft.
    shape : Shape
        What may stand there.
    owner : type of Record or None
        Record whose field it is; null for a year or an element of a list.
    said : str
        Its dotted path, records by id.
    """

    holder: Any
    path: Path
    shape: Shape
    owner: type[Record] | None
    said: str


def targets(draft: Draft, dotted: str, done: str = "set") -> list[Target]:
    """Every place that a path means; what could not be read, and was told, is left out.

    Parameters
    ----------
    draft : Draft
        Records on the way that are left out are made, empty.
    dotted : str
        Records stand by their id; a pattern in the place of an id (``*``, ``?``, ``[ab]``, case
        counts) means every record that it matches.
    done : str
        What is done to the value, for messages.

    Raises
    ------
    UnresolvedError
    """
    found = (_walk(draft, one, done) for one in _each(draft, dotted))
    return [one for one in found if one is not None]


def _each(draft: Draft, dotted: str) -> list[str]:
    """Paths that a path means: one for every record that a pattern in it matches."""
    table, *words = dotted.split(".")
    if is_pattern(table) or not any(map(is_pattern, words)):
        return [dotted]
    rows = (draft.data.get(table) or ()) if table in TABLES else ()
    keys = [key for row in rows if isinstance(row, dict) if (key := key_of(table, row))]
    # The id takes the first word, or more of them in assumptions, whose ids are paths.
    splits = [(".".join(words[:n]), words[n:]) for n in range(1, len(words) + 1)]
    if any(key in keys and not any(map(is_pattern, rest)) for key, rest in splits):
        return [dotted]
    if table not in TABLES or not (is_pattern(words[0]) or table == "assumptions"):
        raise _stray([table, *words])
    if not keys:
        raise UnresolvedError(f"{table} holds no records, so {words[0]} stands for nothing there")
    known = fields(TABLES[table])
    matched = [
        (found, rest)
        for pattern, rest in splits
        if (found := [key for key in keys if fnmatchcase(key, pattern)])
    ]
    if not matched:
        raise UnresolvedError(_unmatched(words[0], keys, table))
    found, rest = next(((k, r) for k, r in matched if not r or r[0] in known), matched[0])
    if any(map(is_pattern, rest)):
        raise _stray([table, *words[: len(words) - len(rest)]], rest)
    return [".".join([table, key, *rest]) for key in found]


def _stray(before: list[str], after: Sequence[str] = ()) -> UnresolvedError:
    """Error for the first pattern in what comes after, where no record is named."""
    words = [*before, *after]
    first = next(n for n in range(len(after) and len(before), len(words)) if is_pattern(words[n]))
    said = ".".join(words[:first])
    message = f"{said} is no table of records, so {words[first]} stands for nothing there"
    return UnresolvedError(message)


def _unmatched(pattern: str, keys: Sequence[str], table: str) -> str:
    """Message for a pattern that no id of a table matches."""
    hint = near_pattern(pattern, keys) or f"; {listing(keys, table)}"
    return f"no id in {table} matches {pattern}{hint}"


def _walk(draft: Draft, dotted: str, done: str) -> Target | None:
    shape: Shape = INSTANCE
    holder: Any = draft.data
    path: Path = ()
    words = dotted.split(".")
    while True:
        said = dotted.removesuffix(".".join(words)).rstrip(".")
        owner = shape.record
        key, child, words = _step(shape, holder, words, said, done)
        path = (*path, key)
        if path in draft.silenced:
            return None
        if not words:
            return Target(holder, path, child, owner, dotted)
        below = dotted.removesuffix(".".join(words)).rstrip(".")
        if isinstance(holder, dict) and child.kind == "record":
            if child.nullable and done != "set" and holder.get(key) is None:
                raise UnresolvedError(f"{below} is not given, so nothing in it can be {done}")
            holder = holder.setdefault(key, {})
        else:
            holder = holder.get(key) if isinstance(holder, dict) else holder[key]
            if child.kind == "yearly" and not isinstance(holder, dict):
                _refuse_year(holder, below, words, done)
        shape = child


def _step(
    shape: Shape, holder: Any, words: list[str], said: str, done: str
) -> tuple[str | int, Shape, list[str]]:
    """Key that the first words name, the shape below it, and the words left.

    `said` is the part of the dotted path already walked, for messages.
    """
    first, *rest = words
    if shape.record is not None and isinstance(holder, dict):
        known = fields(shape.record)
        if not first:
            raise UnresolvedError("a part of the path is empty: parts stand between single dots")
        if first not in known:
            has = f"; it has {', '.join(known)}"
            hint = near_miss(first, known) or has
            raise UnresolvedError(f"no field {first} in {said or 'an instance'}{hint}")
        return first, known[first], rest
    if shape.item is None:
        raise UnresolvedError(f"{said} holds one value, with nothing below it")
    if shape.kind == "yearly":
        if not is_whole(first):
            raise UnresolvedError(f"{first} is not a year of {said}")
        return first if first in holder else int(first), shape.item, rest
    rows = holder if isinstance(holder, list) else []
    if said in TABLES:
        row, rest = _row(said, rows, words)
        return row, shape.item, rest
    if not rows:
        raise UnresolvedError(
            f"{said} has no elements yet, so none can be {done}; set the whole list"
        )
    if not (is_whole(first) and int(first) < len(rows)):
        message = f"no element {first} in {said}; it has {len(rows)}, numbered from 0"
        raise UnresolvedError(message)
    return int(first), shape.item, rest


def _row(table: str, rows: list[Any], words: list[str]) -> tuple[int, list[str]]:
    """Position of the record whose key is the first words (a key may hold dots)."""
    found = [(key_of(table, row), n) for n, row in enumerate(rows) if isinstance(row, dict)]
    keys = {key: position for key, position in found if key is not None}
    for count in range(1, len(words) + 1):
        key = ".".join(words[:count])
        if key in keys:
            return keys[key], words[count:]
    raise UnresolvedError(unknown(words[0], keys, table))


def _refuse_year(present: Any, said: str, words: list[str], done: str) -> None:
    """Refuse a year beside a constant: every other year would change without a word."""
    year, *below = words
    if below or not is_whole(year):
        raise UnresolvedError(f"{'.'.join(words)} is not a year of {said}")
    state = "is not given" if present is None else "holds one value for every year"
    raise UnresolvedError(
        f"{said} {state}, so one year cannot be {done} alone;"
        f" set the whole path, as in {said}={{{year}: ..., other years}}"
    )
