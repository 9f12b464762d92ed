"""The shape of an instance: what each field may hold, read off the schema."""

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
class Shape:
    """What a field may hold."""

    kind: Kind
    record: type[Record] | None = None
    item: "Shape | None" = None
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


@cache
def fields(record: type[Record]) -> Mapping[str, Shape]:
    """Shape of each field of a record, by its name in files."""
    return {info.alias or name: _field(info) for name, info in record.model_fields.items()}


def shape_at(path: Path) -> Shape | None:
    """Shape of the value at a path of the instance; null where the schema has none."""
    shape: Shape | None = INSTANCE
    for key in path:
        if shape is None:
            return None
        record, shape = shape.record, shape.item
        if record is not None:
            shape = fields(record).get(str(key))
    return shape


def _field(info: FieldInfo) -> Shape:
    shape = _shape(info.annotation, _unit(info), info.is_required())
    return replace(
        shape,
        identifier=shape.identifier or _has_pattern(info),
        meaning=info.description or "",
    )


def _has_pattern(info: FieldInfo) -> bool:
    """Whether text must follow a pattern, as only ids do."""
    return any(getattr(one, "pattern", None) for one in info.metadata)


def _shape(annotation: Any, unit: str, required: bool) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        infos = [extra for extra in arguments[1:] if isinstance(extra, FieldInfo)]
        for info in infos:
            unit = unit or _unit(info)
        shape = _shape(arguments[0], unit, required)
        return replace(shape, identifier=shape.identifier or any(map(_has_pattern, infos)))
    if origin in (Union, UnionType):
        (present,) = (one for one in arguments if one is not NoneType)
        return replace(_shape(present, unit, required), nullable=True)
    if origin is Literal:
        return Shape("choice", choices=arguments, unit=unit, required=required)
    if origin in (tuple, dict):
        item = _shape(arguments[0 if origin is tuple else 1], unit, False)
        kind: Kind = "list" if origin is tuple else "yearly"
        return Shape(kind, item=item, unit=item.unit, required=required)
    if issubclass(annotation, Record):
        return Shape("record", annotation, required=required)
    kinds: dict[type, Kind] = {bool: "boolean", int: "integer", float: "number", str: "text"}
    return Shape(kinds[annotation], unit=unit, required=required)


def _unit(info: FieldInfo) -> str:
    extra = info.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


INSTANCE = Shape("record", Instance)

TABLES: dict[str, type[Record]] = {
    name: shape.item.record
    for name, shape in fields(Instance).items()
    if shape.item is not None and shape.item.record is not None
}
"""Top-level fields that are lists of records, and their record."""
