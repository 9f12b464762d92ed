"""Validate a raw instance: return the `Instance`, or report everything that is wrong with it."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from optimizer import catalog
from optimizer.errors import InputError
from optimizer.load.error_messages import message_for, must_be_number
from optimizer.load.field_types import INSTANCE, TABLES, FieldType, fields, fields_at, type_at
from optimizer.load.raw_instance import Finding, Path, RawInstance
from optimizer.schema.base import Record
from optimizer.schema.consistency import FaultsFoundError, find_faults
from optimizer.schema.contents import Contents
from optimizer.schema.demand import hours_fault
from optimizer.schema.instance import Instance
from optimizer.schema.references import KEYS, REFERENCES, Fault, nearest

LISTED = 5
"""Invalid values of a profile that are reported one by one."""

YEAR_KEY = "[key]"
"""What pydantic puts at the end of the path of an invalid key."""


def validate(raw: RawInstance) -> Instance:
    """Validate a raw instance.

    Raises
    ------
    InputError
        With every problem, including those found while reading.
    """
    for path in _misplaced_booleans(raw.data, INSTANCE, ()):
        raw.report(path, must_be_number(path), _at(raw.data, path))
        raw.silenced.add(path)
    instance = None
    try:
        instance = Instance.model_validate(raw.data, by_alias=True, by_name=False)
    except ValidationError as error:
        _report(raw, error)
        if not raw.problems:
            raise  # an internal error: a fault that cannot be found again has no place
    if instance is None or raw.problems:
        raise InputError(raw.all_problems())
    return instance


def check_reach(raw: RawInstance, instance: Instance) -> None:
    """Check that demand that must be served can be served; otherwise no plan exists.

    Raises
    ------
    InputError
        With the nearest miss of each class.
    """
    if not any(group.must_serve for group in instance.classes):
        return
    from optimizer.problem.unserved import unserved_faults  # imports numpy

    for fault in unserved_faults(instance):
        raw.report(fault.location, fault.message, fault.value)
    if raw.problems:
        raise InputError(raw.all_problems())


def _report(raw: RawInstance, validation: ValidationError) -> None:
    errors = validation.errors(include_url=False)
    meant = {_meant(error["loc"]) for error in errors if error["type"] == "extra_forbidden"}
    counts: dict[Path, int] = {}
    ids = {
        table: {row.get("id") for row in rows if isinstance(row.get("id"), str)}
        for table, rows in raw.names().items()
    }
    for error in errors:
        missing = error["type"] == "missing"
        if missing and error["loc"] in meant:
            continue  # given under a misspelt key
        if isinstance(error.get("ctx", {}).get("error"), FaultsFoundError):
            continue  # found again below, each with its place
        path = _path(error["loc"], raw.data)
        if error["type"] == "string_pattern_mismatch" and _at(raw.data, path) in ids.get(
            _target(path), ()
        ):
            continue  # an id that its own record has too, and that is reported there
        if error["loc"] and error["loc"][-1] == YEAR_KEY:
            raw.report(path, "is not a year")
            raw.silenced.add(path)
            continue
        value = None if missing else _at(raw.data, path)
        if error["type"] == "too_short" and value:
            continue  # its elements are invalid, and each is reported
        if path[2:3] == ("values",) and len(path) == 4:
            counts[path[:3]] = counts.get(path[:3], 0) + 1
            if counts[path[:3]] > LISTED:
                continue
        is_null = error["input"] is None and not missing
        raw.report(path, message_for(error, path), "null" if is_null else value)
    for path, count in counts.items():
        if count > LISTED:
            raw.report(path, f"and {count - LISTED} more such values")
        if wrong := hours_fault(len(_at(raw.data, path))):
            raw.report(path, wrong)
    for fault in find_faults(_valid_part(raw)):
        raw.report(fault.location, _message(raw, fault), fault.value)


def _target(path: Path) -> str:
    """Table that the field at a path refers to; empty if it refers to none."""
    table, field = (path[0], path[2]) if len(path) > 2 else ("", "")
    return REFERENCES.get((str(table), str(field)), "")


def _meant(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Location of the field that an unknown key was probably meant for."""
    return (*location[:-1], nearest(str(location[-1]), fields_at(location[:-1])) or "")


def _message(raw: RawInstance, fault: Fault) -> str:
    """Message of a fault; an id that only the catalog has must be listed in the instance."""
    if fault.first is not None:
        place = raw.place((fault.location[0], fault.first))
        if place.cell is not None or place.line is not None:
            return fault.repeated(place.cell or f"line {place.line}")
        return str(fault)
    target = _target(fault.location)
    dangling = fault.message.startswith(f"no such id in {target}")
    if dangling and target in catalog.TABLES and fault.value in catalog.rows(target):
        return f"no such id in {target}; the catalog has it: list it in {target} to use it"
    return fault.message


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
    field = type_at(path)
    return field is not None and field.kind == "yearly"


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else data[int(key)]
    return data


def _misplaced_booleans(data: Any, field: FieldType, path: Path) -> Iterator[Path]:
    """Yield paths of true and false in place of numbers, which pydantic reads as 1 and 0."""
    if isinstance(data, dict):
        known = fields(field.record) if field.record is not None else None
        parts = [
            (key, value, known.get(key) if known is not None else field.item)
            for key, value in data.items()
        ]
    elif bool in (kinds := set(map(type, data))) or dict in kinds or list in kinds:
        parts = [(index, value, field.item) for index, value in enumerate(data)]
    else:
        return
    for key, value, below in parts:
        if below is None:
            continue
        if isinstance(value, dict | list):
            yield from _misplaced_booleans(value, below, (*path, key))
        elif isinstance(value, bool) and (
            below.is_number or below.kind == "yearly" or value in below.choices
        ):
            yield (*path, key)


def _valid_part(raw: RawInstance) -> Contents:
    """Collect what can be checked across records although parts of the instance are invalid."""
    records: dict[str, list[tuple[int, Record]]] = {}
    whole: set[str] = set()
    given = raw.names()
    unread = {table for table in TABLES if table in raw.data and table not in given}
    names = {table: given.get(table, []) for table in TABLES if table not in unread}
    for table, rows in names.items():
        records[table] = []
        for row, data in enumerate(rows):
            record = _valid_record(TABLES[table], data)
            if record is not None and (table, row) not in raw.silenced:
                records[table].append((row, record))
        if len(records[table]) == len(rows) and table not in raw.doubtful:
            whole.add(table)
    sections = {
        name: record
        for name, field in fields(Instance).items()
        if field.kind == "record" and field.record is not None
        if (record := _valid_record(field.record, raw.data.get(name, {}))) is not None
    }
    known = frozenset(fields(Instance))
    return Contents(names, records, sections, frozenset(whole), known, _unsure(raw))


def _unsure(raw: RawInstance) -> frozenset[str]:
    """Tables with an invalid id or row, or invalid as a whole: what they lack may be in it."""
    paths = [problem.path for problem in raw.problems if isinstance(problem, Finding)]
    return frozenset(
        str(path[0])
        for path in paths
        if len(path) in (1, 2) or (len(path) == 3 and path[2] in KEYS.get(str(path[0]), ("id",)))
    )


def _valid_record(record: type[Record], data: Any) -> Record | None:
    try:
        return record.model_validate(data, by_alias=True, by_name=False)
    except ValidationError:
        return None
