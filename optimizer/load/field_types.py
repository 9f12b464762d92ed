"""What each field of an instance may hold, derived from the schema."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from optimizer.load.raw_instance import Path
from optimizer.schema.base import Record
from optimizer.schema.instance import Instance

Kind = Literal["record", "list", "yearly", "number", "integer", "boolean", "text", "choice"]


@dataclass(frozen=True)
class FieldType:
    """What a field may hold."""

    kind: Kind
    record: type[Record] | None = None
    item: "FieldType | None" = None
    unit: str = ""
    choices: tuple[Any, ...] = ()
    required: bool = False
    nullable: bool = False
    identifier: bool = False
    meaning: str = ""

    @property
    def is_table(self) -> bool:
        """Whether it is a list of records."""
        return self.item is not None and self.kind == "list" and self.item.kind == "record"

    @property
    def leaf(self) -> "FieldType":
        """Type of one value of a list or of one year; of any other field, its own."""
        return self if self.item is None else self.item

    @property
    def is_number(self) -> bool:
        """Whether it is a single number, whole or not."""
        return self.kind in ("number", "integer")

    @property
    def unit_note(self) -> str:
        """The unit in brackets, for the end of a message; empty without a unit."""
        return f" ({self.unit})" if self.unit else ""


@cache
def fields(record: type[Record]) -> Mapping[str, FieldType]:
    """Return the type of each field of a record, by its name in files."""
    return {info.alias or name: _field(info) for name, info in record.model_fields.items()}


def fields_at(path: Path) -> Mapping[str, FieldType]:
    """Return the fields of the record at a path; none if there is no record."""
    field = type_at(path)
    return {} if field is None or field.record is None else fields(field.record)


def type_at(path: Path) -> FieldType | None:
    """Return the type of the value at a path of the instance; null if the schema has none."""
    field: FieldType | None = INSTANCE
    for key in path:
        if field is None:
            return None
        record, field = field.record, field.item
        if record is not None:
            field = fields(record).get(str(key))
    return field


def _field(info: FieldInfo) -> FieldType:
    field = _of_annotation(info.annotation, _unit(info), info.is_required())
    identifier = field.identifier or _has_pattern(info)
    return replace(field, identifier=identifier, meaning=info.description or "")


def _has_pattern(info: FieldInfo) -> bool:
    """Whether text must match a pattern, as only ids do."""
    return any(getattr(constraint, "pattern", None) for constraint in info.metadata)


def _of_annotation(annotation: Any, unit: str, required: bool) -> FieldType:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        infos = [extra for extra in arguments[1:] if isinstance(extra, FieldInfo)]
        for info in infos:
            unit = unit or _unit(info)
        field = _of_annotation(arguments[0], unit, required)
        return replace(field, identifier=field.identifier or any(map(_has_pattern, infos)))
    if origin in (Union, UnionType):
        (present,) = (argument for argument in arguments if argument is not NoneType)
        return replace(_of_annotation(present, unit, required), nullable=True)
    if origin is Literal:
        return FieldType("choice", choices=arguments, unit=unit, required=required)
    if origin in (tuple, dict):
        item = _of_annotation(arguments[0 if origin is tuple else 1], unit, False)
        kind: Kind = "list" if origin is tuple else "yearly"
        return FieldType(kind, item=item, unit=item.unit, required=required)
    if issubclass(annotation, Record):
        return FieldType("record", annotation, required=required)
    kinds: dict[type, Kind] = {bool: "boolean", int: "integer", float: "number", str: "text"}
    return FieldType(kinds[annotation], unit=unit, required=required)


def _unit(info: FieldInfo) -> str:
    extra = info.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


INSTANCE = FieldType("record", Instance)

TABLES: dict[str, type[Record]] = {
    name: field.item.record
    for name, field in fields(Instance).items()
    if field.item is not None and field.item.record is not None
}
"""Top-level fields that are lists of records, and their record."""
