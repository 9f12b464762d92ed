"""From a draft to an `Instance`, or to everything that is wrong with it."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from optimizer import catalog
from optimizer.errors import InputError
from optimizer.load.draft import Draft, Path
from optimizer.load.shape import INSTANCE, TABLES, Shape, fields, shape_at
from optimizer.load.wording import wording
from optimizer.schema.base import Record
from optimizer.schema.consistency import FaultsFoundError, find_faults
from optimizer.schema.contents import Contents
from optimizer.schema.instance import Instance
from optimizer.schema.references import REFERENCES, Fault

YEAR_KEY = "[key]"
"""What pydantic puts at the end of the path of a faulty key."""


def validate(draft: Draft) -> Instance:
    """Check a draft.

    Raises
    ------
    InputError
        With every problem, those of the draft included.
    """
    for path in _misplaced_booleans(draft.data, INSTANCE, ()):
        draft.report(path, "must be a number", _at(draft.data, path))
        draft.silenced.add(path)
    instance = None
    try:
        instance = Instance.model_validate(draft.data, by_alias=True, by_name=False)
    except ValidationError as error:
        _report(draft, error)
        if not draft.problems:
            raise  # a fault that is not found again has no place: it is ours to mend
    if instance is None or draft.problems:
        raise InputError(draft.told())
    return instance


def _report(draft: Draft, error: ValidationError) -> None:
    for one in error.errors(include_url=False):
        if isinstance(one.get("ctx", {}).get("error"), FaultsFoundError):
            continue  # found again below, where each has its place
        path = _path(one["loc"], draft.data)
        if one["loc"] and one["loc"][-1] == YEAR_KEY:
            draft.report(path, "is not a year")
            draft.silenced.add(path)
            continue
        value = None if one["type"] == "missing" else _at(draft.data, path)
        if one["type"] == "too_short" and value:
            continue  # its elements are faulty, each of which is told
        draft.report(path, wording(one, path), "null" if _is_null(one) else value)
    for fault in find_faults(_sound_part(draft)):
        draft.report(fault.location, _hint_at_catalog(fault), fault.value)


def _hint_at_catalog(fault: Fault) -> str:
    """Message of a fault; an id that only the catalog has must be listed to be taken."""
    table, field = fault.location[0], fault.location[2] if len(fault.location) > 2 else ""
    target = REFERENCES.get((str(table), str(field)), "")
    dangling = fault.message.startswith(f"no such id in {target}")
    if dangling and target in catalog.TABLES and fault.value in catalog.rows(target):
        return f"no such id in {target}; the catalog has it: list it in {target} to take it"
    return fault.message


def _is_null(error: Any) -> bool:
    return error["input"] is None and error["type"] != "missing"


def _path(location: tuple[str | int, ...], data: Any) -> Path:
    """Location without what pydantic adds to it: the year of a constant, the tag of a key."""
    path: Path = ()
    for key in location:
        if _is_yearly(path) and not isinstance(data, dict):
            break
        if key == YEAR_KEY and _is_yearly(path[:-1]):
            break
        path = (*path, key)
        data = data.get(key) if isinstance(data, dict) else data[int(key)]
    return path


def _is_yearly(path: Path) -> bool:
    shape = shape_at(path)
    return shape is not None and shape.kind == "yearly"


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else data[int(key)]
    return data


def _misplaced_booleans(data: Any, shape: Shape, path: Path) -> Iterator[Path]:
    """Paths of true and false where a number is due: pydantic would take them for 1 and 0."""
    if isinstance(data, dict):
        known = fields(shape.record) if shape.record is not None else None
        parts = [
            (key, value, known.get(key) if known is not None else shape.item)
            for key, value in data.items()
        ]
    elif bool in (kinds := set(map(type, data))) or dict in kinds or list in kinds:
        parts = [(index, value, shape.item) for index, value in enumerate(data)]
    else:
        return
    for key, value, below in parts:
        if below is None:
            continue
        if isinstance(value, dict | list):
            yield from _misplaced_booleans(value, below, (*path, key))
        elif isinstance(value, bool) and (
            below.kind in ("number", "integer", "yearly") or value in below.choices
        ):
            yield (*path, key)


def _sound_part(draft: Draft) -> Contents:
    """Gather what can be checked across records although a part of the instance is faulty."""
    records: dict[str, list[tuple[int, Record]]] = {}
    whole: set[str] = set()
    given = draft.names()
    unread = {table for table in TABLES if table in draft.data and table not in given}
    names = {table: given.get(table, []) for table in TABLES if table not in unread}
    for table, rows in names.items():
        kind = TABLES[table]
        records[table] = []
        for row, raw in enumerate(rows):
            record = _sound(kind, raw)
            if record is not None and (table, row) not in draft.silenced:
                records[table].append((row, record))
        if len(records[table]) == len(rows) and table not in draft.doubtful:
            whole.add(table)
    sections = {
        name: record
        for name, shape in fields(Instance).items()
        if shape.kind == "record" and shape.record is not None
        if (record := _sound(shape.record, draft.data.get(name, {}))) is not None
    }
    known = frozenset(fields(Instance))
    return Contents(names, records, sections, frozenset(whole), known)


def _sound(record: type[Record], raw: Any) -> Record | None:
    try:
        return record.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError:
        return None
