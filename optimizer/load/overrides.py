"""``--set path=value``: values put over those of the files, before anything is checked."""

from collections.abc import Sequence
from typing import Any

from optimizer.errors import Problem
from optimizer.load.document import UnreadableDocumentError, read_yaml
from optimizer.load.draft import Draft, Path, Place
from optimizer.load.shape import INSTANCE, TABLES, Shape, fields
from optimizer.schema.references import key_of, near_miss, unknown
from optimizer.tables import is_whole


class _UnresolvedError(Exception):
    """A path leads nowhere; its only argument says why."""


def apply_overrides(draft: Draft, overrides: Sequence[str]) -> None:
    """Put each override into the draft, in order; faults go to its problems.

    Parameters
    ----------
    draft : Draft
        Changed in place.
    overrides : sequence of str
        Each ``path=value``: a dotted path in which records stand by their id, and a value in
        YAML.  A mapping merges into a mapping that is there, and takes the place of all else.
        ``*`` in place of an id means every record of its table.
    """
    for text in overrides:
        option = f"--set {text}"
        draft.files.append(option)
        try:
            dotted, value = _parse(text, option)
            for one in _each(draft, dotted):
                _apply(draft, one, value, option)
        except _UnresolvedError as error:
            draft.problems.append(Problem(option, None, "", None, str(error)))


def _parse(text: str, option: str) -> tuple[str, Any]:
    dotted, sign, written = text.partition("=")
    if not sign or not dotted.strip():
        raise _UnresolvedError("an override is written path=value")
    if not written.strip():
        return dotted.strip(), None
    if written.lstrip().startswith("#"):
        raise _UnresolvedError(
            "its value is a comment, which # begins in YAML; in quotes it is text:"
            f" '{written.strip()}'"
        )
    scratch = Draft()
    try:
        value = read_yaml(written, option, scratch)
    except UnreadableDocumentError as error:
        raise _UnresolvedError(f"its value {error.problem.message}") from error
    if scratch.problems:
        raise _UnresolvedError(f"its value holds a fault: {scratch.problems[0].message}")
    return dotted.strip(), value


def _each(draft: Draft, dotted: str) -> list[str]:
    """Paths that a path means: one for every record where ``*`` stands for an id."""
    table, star, rest = dotted.partition(".*")
    if not star or (rest and not rest.startswith(".")):
        return [dotted]
    rows = draft.data.get(table) if table in TABLES else None
    keys = [key_of(table, row) for row in rows or () if isinstance(row, dict)]
    if not any(keys):
        has = "holds no records" if table in TABLES else "is no table of records"
        raise _UnresolvedError(f"{table} {has}, so * stands for nothing there")
    return [f"{table}.{key}{rest}" for key in keys if key is not None]


def _apply(draft: Draft, dotted: str, value: Any, option: str) -> None:
    shape: Shape = INSTANCE
    holder: Any = draft.data
    path: Path = ()
    words = dotted.split(".")
    while True:
        said = dotted.removesuffix(".".join(words)).rstrip(".")
        key, child, words = _step(shape, holder, words, said)
        path = (*path, key)
        if path in draft.silenced:
            return
        if not words:
            break
        if isinstance(holder, dict) and child.kind == "record":
            holder = holder.setdefault(key, {})
        else:
            holder = holder.get(key) if isinstance(holder, dict) else holder[key]
            if child.kind == "yearly" and not isinstance(holder, dict):
                _refuse_year(holder, dotted.removesuffix(".".join(words)).rstrip("."), words)
        shape = child
    _put(draft, holder, path, value, option)


def _step(
    shape: Shape, holder: Any, words: list[str], said: str
) -> tuple[str | int, Shape, list[str]]:
    """Key that the first words name, the shape below it, and the words left.

    `said` is the part of the dotted path already walked, for messages.
    """
    first, *rest = words
    if shape.record is not None and isinstance(holder, dict):
        known = fields(shape.record)
        if not first:
            raise _UnresolvedError("a part of the path is empty: parts stand between single dots")
        if first not in known:
            has = f"; it has {', '.join(known)}"
            hint = near_miss(first, known) or has
            raise _UnresolvedError(f"no field {first} in {said or 'an instance'}{hint}")
        return first, known[first], rest
    if shape.item is None:
        raise _UnresolvedError(f"{said} holds one value, with nothing below it")
    if shape.kind == "yearly":
        if not is_whole(first):
            raise _UnresolvedError(f"{first} is not a year of {said}")
        return first if first in holder else int(first), shape.item, rest
    rows = holder if isinstance(holder, list) else []
    if said in TABLES:
        row, rest = _row(said, rows, words)
        return row, shape.item, rest
    if not rows:
        raise _UnresolvedError(
            f"{said} has no elements yet, so none can be set; set the whole list"
        )
    if not (is_whole(first) and int(first) < len(rows)):
        message = f"no element {first} in {said}; it has {len(rows)}, numbered from 0"
        raise _UnresolvedError(message)
    return int(first), shape.item, rest


def _row(table: str, rows: list[Any], words: list[str]) -> tuple[int, list[str]]:
    """Position of the record whose key is the first words (a key may hold dots)."""
    found = [(key_of(table, row), n) for n, row in enumerate(rows) if isinstance(row, dict)]
    keys = {key: position for key, position in found if key is not None}
    for count in range(1, len(words) + 1):
        key = ".".join(words[:count])
        if key in keys:
            return keys[key], words[count:]
    raise _UnresolvedError(unknown(words[0], keys, table))


def _refuse_year(present: Any, said: str, words: list[str]) -> None:
    """Refuse a year beside a constant: every other year would change without a word."""
    year, *below = words
    if below or not is_whole(year):
        raise _UnresolvedError(f"{'.'.join(words)} is not a year of {said}")
    state = "is not given" if present is None else "holds one value for every year"
    raise _UnresolvedError(
        f"{said} {state}, so one year cannot be set alone;"
        f" set the whole path, as in {said}={{{year}: ..., other years}}"
    )


def _put(draft: Draft, holder: Any, path: Path, value: Any, option: str) -> None:
    key = path[-1]
    present = holder.get(key) if isinstance(holder, dict) else holder[key]
    if isinstance(value, dict) and isinstance(present, dict):
        for inner, one in value.items():
            _put(draft, present, (*path, inner), one, option)
            draft.places[*path, inner] = Place(option, None, path)
        return
    holder[key] = value
    for known in (draft.places, draft.columns):
        for old in [one for one in known if one[: len(path)] == path]:
            del known[old]
    draft.silenced -= {one for one in draft.silenced if one[: len(path)] == path}
    draft.places[path] = Place(option, None, path)
