"""From a draft to an `Instance`, or to everything that is wrong with it."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from optimizer import catalog
from optimizer.errors import InputError
from optimizer.load.error_messages import must_be_number, wording
from optimizer.load.field_types import INSTANCE, TABLES, Shape, fields, shape_at
from optimizer.load.raw_instance import Draft, Finding, Path
from optimizer.schema.base import Record
from optimizer.schema.consistency import FaultsFoundError, find_faults
from optimizer.schema.contents import Contents
from optimizer.schema.demand import hours_fault
from optimizer.schema.instance import Instance
from optimizer.schema.references import KEYS, REFERENCES, Fault, nearest

LISTED = 5
"""Faulty values of a profile that are told one by one."""

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
        draft.report(path, must_be_number(path), _at(draft.data, path))
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


def check_reach(draft: Draft, instance: Instance) -> None:
    """Check that what must be served can be: otherwise there is no plan at all.

    Raises
    ------
    InputError
        With the nearest miss of each class.
    """
    if not any(group.must_serve for group in instance.classes):
        return
    from optimizer.problem.unserved import unserved_faults  # imports numpy

    for fault in unserved_faults(instance):
        draft.report(fault.location, fault.message, fault.value)
    if draft.problems:
        raise InputError(draft.told())


def _report(draft: Draft, error: ValidationError) -> None:
    told = error.errors(include_url=False)
    meant = {_meant(one["loc"]) for one in told if one["type"] == "extra_forbidden"}
    counts: dict[Path, int] = {}
    for one in told:
        if one["type"] == "missing" and one["loc"] in meant:
            continue  # it is given under a misspelt key
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
        if path[2:3] == ("values",) and len(path) == 4:
            counts[path[:3]] = counts.get(path[:3], 0) + 1
            if counts[path[:3]] > LISTED:
                continue
        draft.report(path, wording(one, path), "null" if _is_null(one) else value)
    for path, count in counts.items():
        if count > LISTED:
            draft.report(path, f"and {count - LISTED} more such values")
        if wrong := hours_fault(len(_at(draft.data, path))):
            draft.report(path, wrong)
    for fault in find_faults(_sound_part(draft)):
        draft.report(fault.location, _said(draft, fault), fault.value)


def _meant(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Location of the field that an unknown key was probably meant for."""
    above = shape_at(location[:-1])
    known = fields(above.record) if above is not None and above.record is not None else {}
    return (*location[:-1], nearest(str(location[-1]), known) or "")


def _said(draft: Draft, fault: Fault) -> str:
    """Message of a fault; an id that only the catalog has must be listed to be taken."""
    if fault.first is not None:
        place = draft.place((fault.location[0], fault.first))
        if place.cell is not None or place.line is not None:
            return f"{fault.message}, first in {place.cell or f'line {place.line}'}"
        return str(fault)
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
    return Contents(names, records, sections, frozenset(whole), known, _unsure(draft))


def _unsure(draft: Draft) -> frozenset[str]:
    """Tables of which an id, a row or everything was found faulty: what they lack is no wonder."""
    found = [one.path for one in draft.problems if isinstance(one, Finding)]
    return frozenset(
        str(path[0])
        for path in found
        if len(path) in (1, 2) or (len(path) == 3 and path[2] in KEYS.get(str(path[0]), ("id",)))
    )


def _sound(record: type[Record], raw: Any) -> Record | None:
    try:
        return record.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError:
        return None
